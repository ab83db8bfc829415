//! From what a client asks of a collection to what the store lists, and back to where the next page begins.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hydra::query::{Literal, Query};
use hydra::{Class, Datatype, Found, Kind, Page};
use serde_json::{Value as Json, json};
use store::{Listing, Operand};

use crate::{Error, Result};

/// What the store is to list.
pub fn listing<C: Class>(query: &Query) -> Result<Listing> {
    Ok(Listing {
        text: query.text.clone(),
        filters: query.filters.iter().map(|(name, value)| (*name, operand(value))).collect(),
        condition: None,
        order: query.order.map(|order| (order.property, order.descending)),
        offset: (query.page - 1).saturating_mul(query.page_size),
        limit: query.page_size,
        after: query.after.as_deref().map(|cursor| decode::<C>(query, cursor)).transpose()?,
    })
}

fn operand(value: &Literal) -> Operand {
    match value {
        Literal::Text(text) => Operand::Text(text.clone()),
        Literal::Flag(flag) => Operand::Flag(*flag),
        Literal::Whole(number) => Operand::Whole(*number),
        Literal::Instant(instant) => Operand::Whole(instant.timestamp_micros()),
    }
}

/// The page of a listing. `place` tells where a row stands: its number, and its value in the order asked for.
pub fn page<R, C: Class>(
    query: &Query,
    rows: store::Page<R>,
    place: impl Fn(&R, Option<&str>) -> (i64, Option<Operand>),
    found: impl FnMut(R) -> Result<Found<C>>,
) -> Result<Page<C>> {
    let order = query.order.map(|order| order.property);
    let next = rows.more.then(|| rows.rows.last()).flatten().map(|last| {
        let (id, value) = place(last, order);
        encode(query, value, id)
    });
    let members = rows.rows.into_iter().map(found).collect::<Result<_>>()?;
    Ok(Page { members, total: rows.total, next, closed: false })
}

/// The page of a list that is in memory because it is short.
pub fn slice<T, C: Class>(query: &Query, all: Vec<T>, found: impl FnMut(T) -> Found<C>) -> Result<Page<C>> {
    let total = all.len();
    let start = usize::try_from(start::<C>(query)?).unwrap_or(usize::MAX);
    let size = usize::try_from(query.page_size).unwrap_or(usize::MAX);
    let members: Vec<_> = all.into_iter().skip(start).take(size).map(found).collect();
    let end = start.saturating_add(members.len());
    let next = (end < total).then(|| end_at(query, end as u64));
    Ok(Page { members, total: total as u64, next, closed: false })
}

/// The value of a parameter that is true or false; none where it was not sent.
pub fn flag(query: &Query, name: &str) -> Result<Option<bool>> {
    let Some((_, value)) = query.others.iter().rfind(|(other, _)| other == name) else { return Ok(None) };
    match Literal::parse(Datatype::Boolean, value) {
        Ok(Literal::Flag(flag)) => Ok(Some(flag)),
        _ => Err(Error::invalid(name, "must be true or false")),
    }
}

/// How many members come before the page, where a cursor only counts them.
pub fn start<C: Class>(query: &Query) -> Result<u64> {
    match &query.after {
        Some(cursor) => Ok(decode::<C>(query, cursor)?.1.cast_unsigned()),
        None => Ok((query.page - 1).saturating_mul(query.page_size)),
    }
}

/// A cursor that only counts the members before it.
pub fn end_at(query: &Query, members: u64) -> String {
    encode(query, None, i64::try_from(members).unwrap_or(i64::MAX))
}

/// A cursor: the order that it belongs to, the last row's value in it, the last row's number. It is not signed: what it
/// can ask for is no more than what the same caller can ask for without it.
fn encode(query: &Query, value: Option<Operand>, id: i64) -> String {
    let value = match value {
        None => Json::Null,
        Some(Operand::Text(text)) => json!(text),
        Some(Operand::Whole(number)) => json!(number),
        Some(Operand::Flag(flag)) => json!(flag),
    };
    URL_SAFE_NO_PAD.encode(json!([order_name(query), value, id]).to_string())
}

fn decode<C: Class>(query: &Query, cursor: &str) -> Result<(Option<Operand>, i64)> {
    let refuse = || Error::invalid("after", "is not a place in this collection; follow the links of a view instead");
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refuse())?;
    let (order, value, id): (String, Json, i64) = serde_json::from_slice(&bytes).map_err(|_| refuse())?;
    if order != order_name(query) || id < 0 {
        return Err(refuse());
    }
    let value = match value {
        Json::Null => None,
        Json::String(text) => Some(Operand::Text(text)),
        Json::Number(number) => Some(Operand::Whole(number.as_i64().ok_or_else(refuse)?)),
        _ => return Err(refuse()),
    };
    // A value of the wrong kind would compare with nothing, or be refused by the database.
    let kind = query.order.and_then(|order| C::CLASS.property(order.property)).map(|property| &property.kind);
    let fits = match (kind, &value) {
        (None, value) => value.is_none(),
        (Some(Kind::Value(Datatype::String, _)), Some(Operand::Text(text))) => !text.contains('\0'),
        (Some(Kind::Value(Datatype::String, _)), _) => false,
        (Some(_), value) => matches!(value, Some(Operand::Whole(_))),
    };
    if fits { Ok((value, id)) } else { Err(refuse()) }
}

fn order_name(query: &Query) -> String {
    query
        .order
        .map_or_else(String::new, |order| format!("{}{}", if order.descending { "-" } else { "" }, order.property))
}
