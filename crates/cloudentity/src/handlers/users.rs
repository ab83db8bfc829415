//! The customers that a portal user can switch to, for those who administer portal users.

use actix_web::http::header::HeaderName;
use resource::Error;
use resource::customers::record::{self, Reach};
use resource::people::person::{self, Person, WhichPerson};
use resource::people::switchable::{self, By, UserCustomers};
use resource::rights::grants;
use serde_json::{Value as Json, json};
use vocab::value::CustomerId;

use crate::error::{Code, Fault, Missing};
use crate::exchange::Exchange;
use crate::identifier::{self, UserAttribute};
use crate::query::{self, Window};
use crate::reply::Reply;
use crate::wire::{CustomerNames, ListPart, WireUser};

/// What a list is asked for.
pub struct Asked {
    pub window: Window,
    pub order: Vec<(By, bool)>,
}

/// What the query asks of a list.
pub fn page(exchange: &Exchange<'_>) -> Result<Asked, Fault> {
    let parameters = exchange.parameters()?;
    Ok(Asked { window: Window::parse(&parameters)?, order: query::listed_order(parameters.one("sort")?)? })
}

impl Asked {
    /// Part of a list as it is told.
    pub fn told(&self, found: &UserCustomers) -> Result<Reply, Fault> {
        let names = found.rows.iter().map(|row| CustomerNames {
            cid: &row.name,
            customer_alias: &row.alias,
            customer_name: &row.display_name,
        });
        Reply::of(&ListPart { data: names.collect(), paging: self.window.paging(found.total) })
    }
}

/// The portal user that the path names.
async fn user(exchange: &Exchange<'_>) -> Result<Person, Fault> {
    let identities = match identifier::user(exchange.variable("identifier")).ok_or(Code::User)? {
        UserAttribute::Uuid(uuid) => vec![WhichPerson::Uuid(uuid)],
        UserAttribute::Email(email) => vec![WhichPerson::Email(email)],
        UserAttribute::Uid(uid) => vec![WhichPerson::Uid(uid)],
        UserAttribute::Mobile(mobile) => vec![WhichPerson::Mobile(mobile)],
        UserAttribute::Any(any) => {
            vec![WhichPerson::Uid(any.clone()), WhichPerson::Email(any.clone()), WhichPerson::Mobile(any)]
        }
    };
    person::find(&exchange.cx, &identities).await.or_missing(Code::User)
}

/// Done; or the portal user as they are now, where the client would like to see them.
async fn changed(exchange: &Exchange<'_>, person: &Person) -> Result<Reply, Fault> {
    if !exchange.wants_representation() {
        return Ok(Reply::done());
    }
    let cx = exchange.cx.having_written();
    let (owned, _) = grants::of_user(&cx, person.id).await?;
    let listed = switchable::list(&cx, person.id, switchable::MOST as u64, 0, &[]).await?;
    let names: Vec<_> = listed.rows.into_iter().map(|row| row.name).collect();
    let reply = Reply::of(&WireUser::new(person, &owned, &names))?;
    Ok(reply.with(HeaderName::from_static("preference-applied"), "return=representation".into()))
}

/// A list that is too long is a body that cannot be taken; nothing else about one can be wrong there.
fn sized<T>(done: resource::Result<T>) -> Result<T, Fault> {
    done.map_err(|error| match error {
        Error::Invalid(_) => Code::Request.into(),
        error => error.into(),
    })
}

pub async fn list(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let asked = page(exchange)?;
    let person = user(exchange).await?;
    let found =
        switchable::list(&exchange.cx, person.id, asked.window.limit, asked.window.offset, &asked.order).await?;
    asked.told(&found)
}

pub async fn add(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let identity = match exchange.json()? {
        Json::String(identifier) => identifier::customer(&identifier),
        Json::Object(object) => {
            let name = object.get("cid").and_then(Json::as_str).ok_or(Code::Request)?;
            identifier::listed(name)
        }
        _ => return Err(Code::Request.into()),
    };
    let person = user(exchange).await?;
    let record = exchange.named(identity, Reach::List).await?;
    sized(switchable::add(&exchange.cx, person.id, record.id).await)?;
    changed(exchange, &person).await
}

pub async fn replace(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let body = exchange.json()?;
    let named = match &body {
        Json::Array(named) => named,
        Json::Object(object) => object.get("customers").and_then(Json::as_array).ok_or(Code::Request)?,
        _ => return Err(Code::Request.into()),
    };
    if named.len() > switchable::MOST {
        return Err(Code::Request.into());
    }
    let named: Vec<_> = named.iter().map(Json::as_str).collect::<Option<_>>().ok_or(Code::Request)?;
    let person = user(exchange).await?;
    let named = named.iter().map(|name| (*name, identifier::listed(name)));
    let customers = known(exchange, named, Reach::List, "customers").await?;
    sized(switchable::replace(&exchange.cx, person.id, &customers).await)?;
    changed(exchange, &person).await
}

/// The customers that a body names, all of them.
///
/// # Errors
/// The names that no customer has, or none that the caller sees, under this member of the details.
pub async fn known<'n>(
    exchange: &Exchange<'_>,
    named: impl Iterator<Item = (&'n str, Option<record::WhichCustomer>)>,
    rule: Reach,
    member: &str,
) -> Result<Vec<CustomerId>, Fault> {
    let (mut customers, mut unknown) = (Vec::new(), Vec::new());
    for (name, identity) in named {
        match exchange.named(identity, rule).await {
            Ok(record) => customers.push(record.id),
            Err(fault) if fault.code == Code::Customer => unknown.push(name),
            Err(fault) => return Err(fault),
        }
    }
    if unknown.is_empty() { Ok(customers) } else { Err(Fault::from(Code::Request).saying(json!({ member: unknown }))) }
}

pub async fn remove(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let name = exchange.variable("customerCid");
    if !name.starts_with("cid::") {
        return Err(Code::Request.into());
    }
    let person = user(exchange).await?;
    // Whatever is in a list can be taken off it, also by those who do not see it.
    match exchange.named(identifier::customer(name), Reach::Any).await {
        Ok(record) => switchable::remove(&exchange.cx, person.id, record.id).await?,
        Err(fault) if fault.code == Code::Customer => {}
        Err(fault) => return Err(fault),
    }
    changed(exchange, &person).await
}
