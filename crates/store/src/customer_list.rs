//! Customers, whole, by any condition and in any order: a part of the list, for whoever counts in numbers of rows. Who asks for
//! pages that go on after a row has `listing`, over the same conditions.

pub use sea_orm::{Statement, Value};

use crate::attribute::Attribute;
use crate::authority::EPOCH;
use crate::condition::{Condition, Visible, compile};
use crate::folding::key;
use crate::placeholders::placeholders;
use crate::record::Record;
use crate::row::Entity as _;
use crate::sql::Sql;
use crate::{CustomerNumber, Result, Scope};

/// What customers are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CustomerOrder {
    /// An attribute that has one value.
    pub by: Attribute,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// Where those come that have no value to be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// Behind all others, whatever comes first.
    Last,
    /// As what has the greatest value.
    Greatest,
}

/// How many customers can be seen and meet a condition.
///
/// # Errors
/// As [`crate::Error`].
pub async fn count(scope: &Scope<'_>, visible: &Visible, condition: &Condition) -> Result<u64> {
    let (count,): (i64,) = scope.facts(counting(scope, visible, condition)).await?;
    Ok(count.cast_unsigned())
}

/// What [`count`] asks of the database.
pub fn counting(scope: &Scope<'_>, visible: &Visible, condition: &Condition) -> Statement {
    let mut sql = Sql::new(scope.backend(), "SELECT CAST(count(*) AS BIGINT), ");
    sql.push(&format!("{EPOCH} FROM customer WHERE "));
    compile(visible, condition, &mut sql);
    scope.statement(&sql.text, sql.values)
}

/// Which of the customers that are found.
#[derive(Debug, Clone, Copy)]
pub struct Slice<'a> {
    /// What they are ordered by; the number comes last in any order, so that no part depends on chance.
    pub order: &'a [CustomerOrder],
    /// Where those come that have no value to be ordered by.
    pub absent: Absent,
    /// How many at the most.
    pub limit: u64,
    /// How many are left out at the front.
    pub offset: u64,
}

/// Those of them that are in one slice. It comes after [`count`], which asks whether the authority stands.
///
/// # Errors
/// As [`crate::Error`].
pub async fn page(
    scope: &Scope<'_>,
    visible: &Visible,
    condition: &Condition,
    slice: Slice<'_>,
) -> Result<Vec<Record>> {
    scope.all(paging(scope, visible, condition, slice)).await
}

/// What [`page`] asks of the database; the number of the customer is the first column.
pub fn paging(scope: &Scope<'_>, visible: &Visible, condition: &Condition, slice: Slice<'_>) -> Statement {
    let mut sql = Sql::new(scope.backend(), format!("SELECT {} FROM customer WHERE ", Record::COLUMNS));
    compile(visible, condition, &mut sql);
    sql.push(" ORDER BY ");
    for CustomerOrder { by, descending } in slice.order {
        // The databases do not agree on where what is not there comes.
        let direction = match (descending, slice.absent) {
            (true, Absent::Greatest) => "DESC NULLS FIRST",
            (true, Absent::Last) => "DESC NULLS LAST",
            (false, _) => "ASC NULLS LAST",
        };
        sql.push(&format!("{} {direction}, ", by.ordered(scope.backend())));
    }
    sql.push("customer.id LIMIT ");
    sql.bind(slice.limit.cast_signed());
    sql.push(" OFFSET ");
    sql.bind(slice.offset.cast_signed());
    scope.statement(&sql.text, sql.values)
}

/// Customers that are referred to and can be seen: each with its number and its folded name. What is deleted has no name
/// any more, and can be meant by its number.
///
/// # Errors
/// As [`crate::Error`].
pub async fn references(
    scope: &Scope<'_>,
    visible: &Visible,
    numbers: &[CustomerNumber],
    names: &[String],
) -> Result<Vec<(CustomerNumber, String)>> {
    if numbers.is_empty() && names.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(scope.backend(), "SELECT customer.id, customer.cid_key FROM customer WHERE ");
    compile(visible, &Condition::All(Vec::new()), &mut sql);
    let columns = [
        ("customer.id", numbers.iter().copied().map(Value::from).collect::<Vec<_>>()),
        ("customer.cid_key", names.iter().map(|name| key("cid_key", name).into()).collect()),
    ];
    // Nothing but these, each of which an index has: beside a constant, SQLite would look at every row.
    let wanted = columns
        .into_iter()
        .filter(|(_, values)| !values.is_empty())
        .map(|(column, values)| format!("{column} IN ({})", placeholders(&mut sql.values, values)));
    let wanted = wanted.collect::<Vec<_>>().join(" OR ");
    sql.push(&format!(" AND ({wanted})"));
    scope.check().await?;
    scope.all(scope.statement(&sql.text, sql.values)).await
}
