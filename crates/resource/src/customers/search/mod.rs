//! Customers by criteria: any combination of what they have, what they lie below and what is said of them.

mod compile;
mod part;
mod resolve;

use serde_json::Value as Json;
use store::search::{self as rows, Condition, Visible};
use vocab::value::Kind;

pub(crate) use part::Part;
pub use store::search::{By, Field, Order, Statement, Value};
pub use vocab::value::Mark;

use crate::customers::record::Record;
use crate::number::Named;
use crate::rights::function;
use crate::{Cx, Result};

/// Values of a property, one of which a customer is to have.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The key of the property.
    pub key: String,
    /// The values.
    pub values: Vec<Json>,
}

/// What customers must meet: all of it, and in a list any of it. What is empty asks for nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Criteria {
    /// One of these, by number or name.
    pub customers: Vec<String>,
    /// Directly below one of these.
    pub parents: Vec<String>,
    /// Below one of these, however deep.
    pub ancestors: Vec<String>,
    /// In one of these domains, by number or name.
    pub domains: Vec<String>,
    /// Of one of these kinds.
    pub kinds: Vec<Kind>,
    /// Also what is disabled or deleted.
    pub include_deleted: bool,
    /// With all of these.
    pub include_flags: Vec<Mark>,
    /// With none of these.
    pub exclude_flags: Vec<Mark>,
    /// With these texts.
    pub keywords: Vec<String>,
    /// Whether one of the texts is enough.
    pub any_keyword: bool,
    /// Where the texts are looked for; everywhere where none is named.
    pub fields: Vec<Field>,
    /// With these properties, all of them.
    pub properties: Vec<Wanted>,
    /// Criteria beside these, or within them.
    pub sub: Vec<Self>,
    /// As a part: customers that meet it are left out.
    pub exclude: bool,
    /// As a part: customers have to meet it.
    pub required: bool,
}

/// How many customers are given where nobody says how many.
pub const DEFAULT_LIMIT: u64 = 25;
/// How many are given at the most, where somebody says how many.
pub const MOST: u64 = 1000;
/// Up to how many all are given at once.
pub const ALL: u64 = 10_000;

/// How many of so many are given: as many as is said, within bounds; 0 says all.
pub fn applied(limit: Option<u64>, total: u64) -> u64 {
    match limit {
        None => DEFAULT_LIMIT,
        Some(0) if total <= ALL => 0,
        Some(0) => MOST,
        Some(limit) => limit.min(MOST),
    }
}

/// Customers on one page.
#[derive(Debug)]
pub struct Found {
    /// The customers.
    pub records: Vec<Record>,
    /// How many there are in all.
    pub total: u64,
    /// How many were given at the most; 0 for all.
    pub limit: u64,
}

/// The customers that the actor sees.
pub(crate) fn visible(cx: &Cx<'_>) -> Visible {
    match cx.actor.sees_all() {
        true => Visible::All,
        false => Visible::Below(cx.actor.roots().map(Named::number).collect()),
    }
}

/// What criteria ask of the rows, everything in them looked up.
pub(crate) async fn condition(cx: &Cx<'_>, criteria: &Criteria) -> Result<Condition> {
    let resolved = resolve::resolve(cx, criteria).await?;
    Ok(compile::compile(&resolved))
}

/// The customers that meet criteria and that the actor sees, in an order; whatever the order, the number comes last.
///
/// # Errors
/// [`crate::Error::Forbidden`] if the actor may not look at customers; [`crate::Error::Invalid`] with every reference to
/// something that there is not, or that they do not see, and if the criteria are too many.
pub async fn search(
    cx: &Cx<'_>,
    criteria: &Criteria,
    order: &[Order],
    limit: Option<u64>,
    offset: u64,
) -> Result<Found> {
    function::permit(cx, &function::VIEW, None).await?;
    let (condition, visible, scope) = (condition(cx, criteria).await?, visible(cx), cx.scope());
    let total = rows::count(&scope, &visible, &condition).await?;
    let limit = applied(limit, total);
    if offset >= total {
        return Ok(Found { records: Vec::new(), total, limit });
    }
    let most = if limit == 0 { ALL } else { limit };
    let rows = rows::page(&scope, &visible, &condition, rows::Part { order, limit: most, offset }).await?;
    let records = rows.into_iter().map(Record::of).collect::<Result<_>>()?;
    Ok(Found { records, total, limit })
}

/// What [`search`] asks of the database for its first page: how many there are, and which; for whoever wants to look at that,
/// or to measure what is done beside it.
///
/// # Errors
/// As [`search`].
pub async fn statements(cx: &Cx<'_>, criteria: &Criteria, order: &[Order]) -> Result<[Statement; 2]> {
    let (condition, visible, scope) = (condition(cx, criteria).await?, visible(cx), cx.scope());
    let part = rows::Part { order, limit: DEFAULT_LIMIT, offset: 0 };
    Ok([rows::counting(&scope, &visible, &condition), rows::paging(&scope, &visible, &condition, part)])
}
