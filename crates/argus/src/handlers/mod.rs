//! What each operation does: it reads what was sent, asks the rules, and writes what they answer.

mod criteria;
mod customer;
mod descriptor;
mod entry;
mod logo;
mod property;
mod role;
mod session;

use std::cmp::Ordering;

use actix_web::http::StatusCode;
use resource::customers::record::Record;
use resource::customers::search;

use crate::convert::Known;
use crate::envelope::{Page, Reply};
use crate::exchange::Exchange;
use crate::fault::Fault;
use crate::operation::Act;

/// Carries an operation out.
///
/// # Errors
/// Whatever the rules say, in the words of this face.
pub async fn act(exchange: &Exchange<'_>) -> Result<Reply, Fault> {
    match exchange.operation.act {
        Act::Find => one(exchange, StatusCode::OK, exchange.record()?).await,
        Act::List => customer::list(exchange).await,
        Act::Search => customer::search(exchange).await,
        Act::Create => customer::create(exchange).await,
        Act::Update => customer::update(exchange).await,
        Act::Disable | Act::Reenable => customer::turn(exchange).await,
        Act::Move => customer::relocate(exchange).await,
        Act::Prune => customer::prune(exchange).await,
        Act::Logo => logo::get(exchange).await,
        Act::PutLogo => logo::put(exchange).await,
        Act::Roles => role::list(exchange).await,
        Act::PutRoles => role::assign(exchange).await,
        Act::FindRoles => role::find(exchange).await,
        Act::SearchRoles => role::search(exchange).await,
        Act::Properties => property::list(exchange).await,
        Act::PutProperties => property::set(exchange).await,
        Act::ResetProperties => property::reset(exchange).await,
        Act::Domains => customer::domains(exchange).await,
        Act::Descriptors => descriptor::list(exchange).await,
        Act::SearchDescriptors => descriptor::search(exchange).await,
        Act::AddDescriptor => descriptor::add(exchange).await,
        Act::FindDescriptor => descriptor::find(exchange).await,
        Act::UpdateDescriptor => descriptor::update(exchange).await,
        Act::RemoveDescriptor => descriptor::remove(exchange).await,
        Act::Schema => descriptor::schema(exchange).await,
        Act::Choices => entry::list(exchange).await,
        Act::SearchChoices => entry::search(exchange).await,
        Act::AddChoice => entry::add(exchange).await,
        Act::UpdateChoice => entry::update(exchange).await,
        Act::RemoveChoice => entry::remove(exchange).await,
        Act::Session => session::get(exchange).await,
        Act::Authorise => session::authorise(exchange).await,
        Act::Validate => session::validate(exchange).await,
    }
}

/// A customer as an answer. What it refers to is looked up whatever was done to it.
async fn one(exchange: &Exchange<'_>, status: StatusCode, record: &Record) -> Result<Reply, Fault> {
    let known = Known::of(&exchange.cx.having_written(), std::slice::from_ref(record)).await?;
    match exchange.operation.is_basic() {
        true if exchange.operation.act == Act::Find => Reply::one(status, exchange.single(), &known.basic(record)),
        _ => Reply::one(status, exchange.single(), &known.admin(record)),
    }
}

/// Those on one page of things that are in memory because there are few.
fn slice<T>(things: Vec<T>, limit: Option<u64>, offset: u64) -> (Vec<T>, Page) {
    let count = things.len() as u64;
    let limit = search::applied(limit, count);
    let most = if limit == 0 { usize::MAX } else { usize::try_from(limit).unwrap_or(usize::MAX) };
    let offset_of = usize::try_from(offset).unwrap_or(usize::MAX);
    (things.into_iter().skip(offset_of).take(most).collect(), Page { limit, offset, count })
}

/// A key that things are ordered by, with how they compare by it.
type By<T> = (&'static str, fn(&T, &T) -> Ordering);

/// Puts things into the order of keys: `-key` for the greatest first.
fn sort<T>(things: &mut [T], keys: &[String], known: &[By<T>]) -> Result<(), Fault> {
    let mut order = Vec::new();
    for key in keys {
        let (name, descending) = direction(key);
        match known.iter().find(|(known, _)| *known == name) {
            Some((_, compare)) => order.push((compare, descending)),
            None => return Err(unsortable(key, known.iter().map(|(name, _)| *name))),
        }
    }
    things.sort_by(|one, other| {
        let by = |(compare, descending): &(&fn(&T, &T) -> Ordering, bool)| {
            let ordering = compare(one, other);
            if *descending { ordering.reverse() } else { ordering }
        };
        order.iter().map(by).find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
    });
    Ok(())
}

/// A key without its sign, and whether the greatest comes first.
fn direction(key: &str) -> (&str, bool) {
    match key.trim().strip_prefix('-') {
        Some(name) => (name, true),
        None => (key.trim().trim_start_matches('+'), false),
    }
}

fn unsortable(key: &str, known: impl Iterator<Item = &'static str>) -> Fault {
    let known: Vec<_> = known.collect();
    crate::message::Message::field("validation.error", "sortBy", format_args!("must be of: {}", known.join(", ")))
        .with(key)
        .into()
}
