//! What customers have been granted.

use resource::customers::record;
use resource::rights::grants;
use serde_json::Value as Json;

use crate::error::{Code, Fault, Missing as _};
use crate::exchange::Exchange;
use crate::reply::Reply;
use crate::wire::{OwnEntitlements, OwnGroups};

pub async fn grant_entitlement(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let record = exchange.customer().await?;
    grants::grant_entitlement(&exchange.cx, record.id, exchange.variable("name")).await?;
    Ok(Reply::done())
}

pub async fn revoke_entitlement(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let record = exchange.customer().await?;
    grants::revoke_entitlement(&exchange.cx, record.id, exchange.variable("name")).await?;
    Ok(Reply::done())
}

pub async fn entitlements(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let (identity, rule) = exchange.which();
    let found = record::find_with_entitlements(&exchange.cx, &identity.ok_or(Code::Customer)?, rule).await;
    let (_, entitlements, complete_entitlements) = found.or_missing(Code::Customer)?;
    Reply::of(&OwnEntitlements { entitlements, complete_entitlements })
}

pub async fn grant_group(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let body = exchange.object()?;
    let group = body.get("group").and_then(Json::as_str).filter(|group| !group.contains('\0'));
    let group = group.ok_or(Code::Request)?;
    let record = exchange.customer().await?;
    grants::grant_group(&exchange.cx, record.id, group).await?;
    Ok(Reply::done())
}

pub async fn groups(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let record = exchange.customer().await?;
    let (owned, effective) = grants::of_customer(&exchange.cx, record.id).await?;
    Reply::of(&OwnGroups { groups: owned.groups, complete_groups: effective.groups })
}

pub async fn revoke_group(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let record = exchange.customer().await?;
    grants::revoke_group(&exchange.cx, record.id, exchange.variable("group")).await?;
    Ok(Reply::done())
}
