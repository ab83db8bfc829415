//! From what a client asks of a collection to what the store lists, and back to where the next page begins.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hydra::query::{Literal, Query};
use hydra::{Class, ClassDef, Datatype, Found, Page, PropertyKind};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use store::{Cursor, Listing, Operand, PageStart};

use crate::{Error, Result};

/// Properties, and of each whether the greatest comes first.
pub(crate) type ListOrder = Vec<(&'static str, bool)>;

/// What the store is to list, in the order that is asked for, or else by age.
pub fn listing<C: Class>(query: &Query) -> Result<Listing> {
    listing_in::<C>(query, query.order.map(|order| (order.property, order.descending)).into_iter().collect())
}

/// What the store is to list in an order of ours.
pub fn listing_in<C: Class>(query: &Query, order: ListOrder) -> Result<Listing> {
    listing_of(C::CLASS, query, order)
}

fn listing_of(class: &ClassDef, query: &Query, order: ListOrder) -> Result<Listing> {
    let start = match &query.after {
        Some(cursor) => PageStart::After(decode(class, &order, cursor)?),
        None => PageStart::Offset(before(query)),
    };
    Ok(Listing {
        text: query.text.clone(),
        filters: query.filters.iter().map(|(name, value)| (*name, operand(value))).collect(),
        condition: None,
        order,
        start,
        limit: query.page_size,
    })
}

/// How many members come before the page that is asked for by its number.
fn before(query: &Query) -> u64 {
    (query.page - 1).saturating_mul(query.page_size)
}

fn operand(value: &Literal) -> Operand {
    match value {
        Literal::Text(text) => Operand::Text(text.clone()),
        Literal::Flag(flag) => Operand::Flag(*flag),
        Literal::Whole(number) => Operand::Whole(*number),
        Literal::Instant(instant) => Operand::Whole(instant.timestamp_micros()),
        // What rules know by something shorter, they put in its place.
        Literal::Resource(named) => Operand::Text(named.to_string()),
    }
}

/// The page of a listing.
pub fn page<R, C: Class>(
    listing: &Listing,
    rows: store::RowPage<R>,
    found: impl FnMut(R) -> Result<Found<C>>,
) -> Result<Page<C>> {
    let next = rows.next.as_ref().map(|cursor| encode(&listing.order, cursor));
    let members = rows.rows.into_iter().map(found).collect::<Result<_>>()?;
    Ok(Page { members, total: rows.total, next, closed: false, parameters: Vec::new() })
}

/// The page of a list that is in memory because it is short. `place` is what tells its members apart and says in which order
/// they come.
pub fn slice<T, K, C>(
    query: &Query,
    mut all: Vec<T>,
    place: impl Fn(&T) -> K,
    found: impl FnMut(T) -> Found<C>,
) -> Result<Page<C>>
where
    K: Ord + Serialize + DeserializeOwned,
    C: Class,
{
    all.sort_by_cached_key(&place);
    let total = all.len();
    let start = match &query.after {
        Some(cursor) => {
            let (order, last): (String, K) = parse(cursor)?;
            if !order.is_empty() {
                return Err(nowhere());
            }
            all.partition_point(|member| place(member) <= last)
        }
        None => usize::try_from(before(query)).unwrap_or(usize::MAX),
    };
    let size = usize::try_from(query.page_size).unwrap_or(usize::MAX);
    let end = start.saturating_add(size);
    let next = (end < total).then(|| write(&json!(["", place(&all[end - 1])])));
    let members = all.into_iter().skip(start).take(size).map(found).collect();
    Ok(Page { members, total: Some(total as u64), next, closed: false, parameters: Vec::new() })
}

/// The value of a parameter that is true or false; none where it was not sent.
pub fn flag(query: &Query, name: &str) -> Result<Option<bool>> {
    let Some((_, value)) = query.others.iter().rfind(|(other, _)| other == name) else { return Ok(None) };
    match Literal::parse(Datatype::Boolean, value) {
        Ok(Literal::Flag(flag)) => Ok(Some(flag)),
        _ => Err(Error::invalid(name, "must be true or false")),
    }
}

/// A cursor in an address: the order that it belongs to, the values of the last row in it, the number of that row. It is not
/// signed: what it can ask for is no more than what the same caller can ask for without it.
fn encode(order: &ListOrder, cursor: &Cursor) -> String {
    let values = cursor.values.iter().map(|value| match value {
        Operand::Text(text) => json!(text),
        Operand::Whole(number) => json!(number),
        Operand::Flag(flag) => json!(flag),
    });
    write(&json!([order_name(order), values.collect::<Vec<_>>(), cursor.id]))
}

fn decode(class: &ClassDef, order: &ListOrder, cursor: &str) -> Result<Cursor> {
    let (name, values, id): (String, Vec<Json>, i64) = parse(cursor)?;
    if name != order_name(order) || values.len() != order.len() || id < 0 {
        return Err(nowhere());
    }
    let values = order.iter().zip(values).map(|((property, _), value)| {
        // A value of the wrong kind would compare with nothing, or be refused by the database.
        let kind = class.property(property).map(|property| &property.kind);
        match (kind, value) {
            (Some(PropertyKind::Value(Datatype::String, _)), Json::String(text)) if !text.contains('\0') => {
                Ok(Operand::Text(text))
            }
            (Some(PropertyKind::Value(Datatype::String, _)), _) => Err(nowhere()),
            (Some(_), Json::Number(number)) => number.as_i64().map(Operand::Whole).ok_or_else(nowhere),
            _ => Err(nowhere()),
        }
    });
    Ok(Cursor { values: values.collect::<Result<_>>()?, id })
}

fn write(cursor: &Json) -> String {
    URL_SAFE_NO_PAD.encode(cursor.to_string())
}

fn parse<T: DeserializeOwned>(cursor: &str) -> Result<T> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| nowhere())?;
    serde_json::from_slice(&bytes).map_err(|_| nowhere())
}

fn nowhere() -> Error {
    Error::invalid("after", "is not a place in this collection; follow the links of a view instead")
}

fn order_name(order: &ListOrder) -> String {
    let names = order.iter().map(|(property, descending)| format!("{}{property}", if *descending { "-" } else { "" }));
    names.collect::<Vec<_>>().join(",")
}
