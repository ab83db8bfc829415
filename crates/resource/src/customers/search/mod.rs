//! Customers by criteria: any combination of what they have, what they lie below and what is said of them.

mod compile;
mod criteria;
mod part;
mod resolve;

use store::Condition;
use store::customer_list::{self as rows, Absent, Slice};

pub use criteria::{Criteria, Wanted};
pub(crate) use part::CriteriaJson;
pub use store::customer_list::{CustomerOrder, Statement, Value};
pub use store::{Attribute, SearchedField};
pub use vocab::value::Mark;

use crate::customers::record::Record;
use crate::customers::visible::visible;
use crate::rights::function;
use crate::{Cx, Result};

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
pub struct FoundCustomers {
    /// The customers.
    pub records: Vec<Record>,
    /// How many there are in all.
    pub total: u64,
    /// How many were given at the most; 0 for all.
    pub limit: u64,
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
    order: &[CustomerOrder],
    limit: Option<u64>,
    offset: u64,
) -> Result<FoundCustomers> {
    function::permit(cx, &function::VIEW, None).await?;
    let (condition, visible, scope) = (condition(cx, criteria).await?, visible(cx), cx.scope());
    let found = rows::find(&scope, &visible, condition).await?;
    let total = found.total;
    let limit = applied(limit, total);
    if offset >= total {
        return Ok(FoundCustomers { records: Vec::new(), total, limit });
    }
    let most = if limit == 0 { ALL } else { limit };
    let rows = found.slice(Slice { order, absent: Absent::Greatest, limit: most, offset }).await?;
    let records = rows.into_iter().map(Record::of).collect::<Result<_>>()?;
    Ok(FoundCustomers { records, total, limit })
}

/// What [`search`] asks of the database for its first page: which there are and how many, and last the page; for whoever wants to look at
/// that, or to measure what is done beside it.
///
/// # Errors
/// As [`search`].
pub async fn statements(cx: &Cx<'_>, criteria: &Criteria, order: &[CustomerOrder]) -> Result<Vec<Statement>> {
    let (condition, visible, scope) = (condition(cx, criteria).await?, visible(cx), cx.scope());
    let part = Slice { order, absent: Absent::Greatest, limit: DEFAULT_LIMIT, offset: 0 };
    Ok(rows::find(&scope, &visible, condition.clone()).await?.statements(&condition, part))
}
