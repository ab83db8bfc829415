//! Properties of customers.

use std::collections::BTreeMap;

use resource::IfMatch;
use resource::customers::property::{self as rules, Property, PropertyFilter};

use super::lists::slice;
use crate::convert::Known;
use crate::exchange::Exchange;
use crate::fault::Fault;
use crate::reply::{Portion, Reply};

/// GET customer/…/properties
pub async fn list(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let query = exchange.query;
    let filter = PropertyFilter {
        keys: query.list(&["key", "name"])?,
        sections: query.list(&["section"])?,
        include_unset: query.flag("includeUnset", false)?,
    };
    let (limit, offset) = (query.limit()?, query.offset()?);
    let properties = rules::list(&exchange.cx, exchange.record()?.id, &filter).await?;
    let (properties, page) = slice(properties, limit, offset);
    written(exchange, &properties, page).await
}

/// PUT customer/…/properties
pub async fn set(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let mut body = exchange.body()?;
    let properties = body.object("properties");
    if properties.is_none() {
        body.refuse("properties", "is required: the properties to set, by key", None);
    }
    body.finish()?;
    let given: BTreeMap<_, _> = properties.unwrap_or_default().into_iter().collect();
    let properties = rules::set(&exchange.cx, exchange.record()?.id, &given, &IfMatch::Absent).await?;
    let page = Portion { limit: 0, offset: 0, count: properties.len() as u64 };
    written(exchange, &properties, page).await
}

/// DELETE customer/…/properties
pub async fn reset(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    let keys = exchange.query.list(&["key", "name"])?;
    let properties = rules::reset(&exchange.cx, exchange.record()?.id, &keys, &IfMatch::Absent).await?;
    let page = Portion { limit: 0, offset: 0, count: properties.len() as u64 };
    written(exchange, &properties, page).await
}

async fn written(exchange: &Exchange<'_>, properties: &[Property], page: Portion) -> Result<Reply, Fault> {
    let writers = properties.iter().filter_map(|property| property.own.as_ref()?.updated_by.as_deref());
    let known = Known::writers(&exchange.cx.having_written(), writers).await?;
    Reply::many(&properties.iter().map(|property| known.property(property)).collect::<Vec<_>>(), page)
}
