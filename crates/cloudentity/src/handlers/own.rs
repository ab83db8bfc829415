//! The caller's own: the customer that signs, the customer that a portal user belongs to, those that they can switch to.

use resource::Named;
use resource::customers::api_key;
use resource::customers::record::{Reach, WhichCustomer};
use resource::people::switchable;
use serde_json::json;
use vocab::value::CustomerId;

use super::customers::found;
use super::users::page;
use crate::error::{Code, Fault};
use crate::exchange::Exchange;
use crate::reply::Reply;
use crate::wire::CustomerNames;

/// The customer that the caller is, or belongs to.
fn home(exchange: &Exchange<'_>) -> Result<CustomerId, Fault> {
    exchange.cx.actor.home.ok_or_else(|| Code::Customer.into())
}

/// What it is found by. Whether one may see it does not depend on any list.
fn own(exchange: &Exchange<'_>) -> Result<WhichCustomer, Fault> {
    Ok(WhichCustomer::Number(home(exchange)?.number()))
}

pub async fn itself(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    found(exchange, Some(own(exchange)?), Reach::Any).await
}

pub async fn customer(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let record = exchange.named(Some(own(exchange)?), Reach::Any).await?;
    let (cid, customer_alias, customer_name) = (&record.name, &record.alias, &record.display_name);
    Reply::of(&CustomerNames { cid, customer_alias, customer_name })
}

pub async fn reset_key(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let key = api_key::reset(&exchange.cx, home(exchange)?).await?;
    Reply::of(&json!({"customerApiKey": key}))
}

pub async fn remove_key(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    api_key::remove(&exchange.cx, home(exchange)?).await?;
    Ok(Reply::done())
}

pub async fn customers(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let asked = page(exchange)?;
    let user = exchange.cx.actor.user.ok_or(Code::Unauthenticated)?;
    let found = switchable::list(&exchange.cx, user.id, asked.window.limit, asked.window.offset, &asked.order).await?;
    asked.told(&found)
}
