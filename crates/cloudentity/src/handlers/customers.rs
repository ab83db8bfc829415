//! Customers, for those who administer them.

use resource::customers::listed::{self, ListQuery};
use resource::customers::record::{self, Reach, Record, WhichCustomer};
use resource::rights::grants;
use resource::{Cx, IfMatch};

use crate::error::{Code, Fault, Missing as _};
use crate::exchange::Exchange;
use crate::operation::BASE;
use crate::query::{self, Window};
use crate::reply::Reply;
use crate::wire::{self, Identified, ListItem, ListPart, Retrieved};

/// A customer as it is told after it was written.
pub async fn told(cx: &Cx<'_>, record: &Record) -> Result<Reply, Fault> {
    let entitlements = grants::own_entitlements(cx, record.id).await?;
    Reply::of(&Retrieved::new(record, &entitlements))
}

pub async fn get(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let (identity, rule) = exchange.which();
    found(exchange, identity, rule).await
}

/// A customer as it is told to who looks for it.
pub async fn found(exchange: &Exchange<'_>, identity: Option<WhichCustomer>, rule: Reach) -> Result<Reply, Fault> {
    let identity = identity.ok_or(Code::Customer)?;
    let found = record::find_with_own_entitlements(&exchange.cx, &identity, rule).await;
    let (record, entitlements) = found.or_missing(Code::Customer)?;
    Reply::of(&Retrieved::new(&record, &entitlements))
}

/// A record is written by somebody: a service that is nobody here has no name to leave.
fn somebody(exchange: &Exchange<'_>) -> Result<(), Fault> {
    if exchange.cx.actor.user.is_some() { Ok(()) } else { Err(Code::User.into()) }
}

pub async fn update(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let body = exchange.object()?;
    somebody(exchange)?;
    let record = exchange.customer().await?;
    let change = wire::update(body, &record)?;
    let record = record::change(&exchange.cx, record.id, change, &IfMatch::Absent).await?;
    told(&exchange.cx.having_written(), &record).await
}

pub async fn delete(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let record = exchange.customer().await?;
    record::delete(&exchange.cx, record.id, &IfMatch::Absent).await?;
    Reply::of(&Identified { cid: &record.name })
}

pub async fn activate(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let record = exchange.customer().await?;
    record::activate(&exchange.cx, record.id, &IfMatch::Absent).await?;
    Ok(Reply::done())
}

pub async fn deactivate(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let record = exchange.customer().await?;
    record::deactivate(&exchange.cx, record.id, &IfMatch::Absent).await?;
    Ok(Reply::done())
}

pub async fn create(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let body = exchange.object()?;
    somebody(exchange)?;
    let record = record::create(&exchange.cx, wire::creation(body)?).await?;
    let reply = told(&exchange.cx.having_written(), &record).await?;
    Ok(reply.created(format!("{}{BASE}/customer/{}", exchange.public_path, record.uuid)))
}

pub async fn list(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let cx = &exchange.cx;
    let parameters = exchange.parameters()?;
    let window = Window::parse(&parameters)?;
    let order = query::order(parameters.one("sort")?)?;
    // Whoever sees only what they are listed for cannot look for anything else: what they ask for is not even read.
    let likenesses = match listed::is_restricted(cx) {
        true => Vec::new(),
        false => query::terms(parameters.one("filter")?)?,
    };
    let asked = ListQuery { likenesses, order, limit: window.limit, offset: window.offset };
    let (records, total) = listed::list(cx, asked).await?;
    let data = records.iter().map(ListItem::from).collect();
    Reply::of(&ListPart { data, paging: window.paging(total) })
}
