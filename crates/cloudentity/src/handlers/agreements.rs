//! Agreements of organisations.

use resource::customers::eula;
use resource::customers::record::Reach;
use resource::{Error, Result as Ruled};
use vocab::value::CustomerId;

use super::users::known;
use crate::error::{Code, Fault};
use crate::exchange::Exchange;
use crate::identifier;
use crate::reply::Reply;
use crate::wire::{self, Agreement};

/// The organisation that the caller belongs to.
fn organization(exchange: &Exchange<'_>) -> Result<CustomerId, Fault> {
    exchange.cx.actor.home.ok_or_else(|| Code::Request.into())
}

/// The organisations that a body names. Whoever may do this may do it to all.
async fn organizations(exchange: &Exchange<'_>, named: &[&str]) -> Result<Vec<CustomerId>, Fault> {
    let named = named.iter().map(|name| (*name, identifier::customer(name)));
    known(exchange, named, Reach::Any, "organizations").await
}

/// What a body says that the rules do not take is malformed here.
fn understood(done: Ruled<()>) -> Result<Reply, Fault> {
    match done {
        Ok(()) => Ok(Reply::done()),
        Err(Error::Invalid(_)) => Err(Code::Request.into()),
        Err(error) => Err(error.into()),
    }
}

pub async fn accept(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    eula::accept(&exchange.cx, organization(exchange)?).await?;
    Ok(Reply::done())
}

pub async fn status(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let status = eula::status(&exchange.cx, organization(exchange)?).await?;
    Reply::of(&Agreement::from(&status))
}

pub async fn require(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let body = exchange.object()?;
    let (named, revision) = (wire::organizations(&body)?, wire::revision(&body)?);
    understood(eula::require(&exchange.cx, &organizations(exchange, &named).await?, revision).await)
}

pub async fn unset(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let body = exchange.object()?;
    let named = wire::organizations(&body)?;
    understood(eula::unset(&exchange.cx, &organizations(exchange, &named).await?).await)
}

pub async fn require_globally(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let body = exchange.object()?;
    understood(eula::require_globally(&exchange.cx, wire::revision(&body)?).await)
}

pub async fn unset_globally(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    understood(eula::unset_globally(&exchange.cx).await)
}
