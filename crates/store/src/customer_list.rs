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

/// Up to so many customers are remembered when they are found, so that the condition is asked of each customer once. Of more a part is
/// read sooner in the order of an index than all are put in order.
const FEW: usize = 1000;

/// Customers that can be seen and meet a condition.
#[derive(Debug)]
pub struct Hits<'a> {
    scope: &'a Scope<'a>,
    visible: &'a Visible,
    /// What they meet; where they are few, that they are these.
    condition: Condition,
    /// How many there are.
    pub total: u64,
}

/// Finds customers.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find<'a>(scope: &'a Scope<'_>, visible: &'a Visible, condition: Condition) -> Result<Hits<'a>> {
    let (count, numbers): (i64, Option<String>) = scope.facts(few(scope, visible, &condition)).await?;
    if count.cast_unsigned() > FEW as u64 {
        let (total,): (i64,) = scope.facts(counting(scope, visible, &condition)).await?;
        return Ok(Hits { scope, visible, condition, total: total.cast_unsigned() });
    }
    let numbers = numbers.unwrap_or_default();
    let numbers = numbers.split(',').filter_map(|number| number.parse().ok().map(CustomerNumber::new)).collect();
    Ok(Hits { scope, visible, condition: Condition::Customers(numbers), total: count.cast_unsigned() })
}

/// How many are found, and which, as far as one more than a few.
fn few(scope: &Scope<'_>, visible: &Visible, condition: &Condition) -> Statement {
    let found = "SELECT CAST(count(*) AS BIGINT), string_agg(CAST(id AS TEXT), ','), ";
    let mut sql = Sql::new(scope.backend(), found);
    sql.push(&format!("{EPOCH} FROM (SELECT customer.id FROM customer WHERE "));
    compile(visible, condition, &mut sql);
    sql.push(&format!(" LIMIT {}) AS found", FEW + 1));
    scope.statement(&sql.text, sql.values)
}

fn counting(scope: &Scope<'_>, visible: &Visible, condition: &Condition) -> Statement {
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

impl Hits<'_> {
    /// Those of them that are in one slice.
    ///
    /// # Errors
    /// As [`crate::Error`].
    pub async fn slice(&self, slice: Slice<'_>) -> Result<Vec<Record>> {
        self.scope.all(self.slicing(slice)).await
    }

    /// What [`find`] asked of the database of this condition, and what a slice asks of it. The first column of that is how many there are,
    /// the last one it asked for what counts; and of a slice the number of the customer.
    pub fn statements(&self, condition: &Condition, slice: Slice<'_>) -> Vec<Statement> {
        let found = few(self.scope, self.visible, condition);
        let counted = (self.total > FEW as u64).then(|| counting(self.scope, self.visible, condition));
        [Some(found), counted, Some(self.slicing(slice))].into_iter().flatten().collect()
    }

    fn slicing(&self, slice: Slice<'_>) -> Statement {
        let mut sql = Sql::new(self.scope.backend(), format!("SELECT {} FROM customer WHERE ", Record::COLUMNS));
        compile(self.visible, &self.condition, &mut sql);
        sql.push(" ORDER BY ");
        for CustomerOrder { by, descending } in slice.order {
            // The databases do not agree on where what is not there comes.
            let direction = match (descending, slice.absent) {
                (true, Absent::Greatest) => "DESC NULLS FIRST",
                (true, Absent::Last) => "DESC NULLS LAST",
                (false, _) => "ASC NULLS LAST",
            };
            sql.push(&format!("{} {direction}, ", by.ordered(self.scope.backend())));
        }
        sql.push("customer.id LIMIT ");
        sql.bind(slice.limit.cast_signed());
        sql.push(" OFFSET ");
        sql.bind(slice.offset.cast_signed());
        self.scope.statement(&sql.text, sql.values)
    }
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
