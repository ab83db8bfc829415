//! Customers by any condition: one statement, however the condition is built.

pub use sea_orm::{Statement, Value};

use crate::authority::EPOCH;
use crate::folding::key;
use crate::places::places;
use crate::record::Record;
use crate::row::Entity as _;
use crate::sql::Sql;
use crate::{CustomerNumber, DescriptorNumber, DomainNumber, Number, Result, Scope};

/// What customers must meet. References are numbers: whoever asks has looked them up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Each of these; every customer where there are none.
    All(Vec<Self>),
    /// At least one of these; no customer where there are none.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
    /// One of these customers.
    Customers(Vec<CustomerNumber>),
    /// Directly below one of these.
    Parents(Vec<CustomerNumber>),
    /// Below one of these, however deep.
    Ancestors(Vec<CustomerNumber>),
    /// In one of these domains.
    Domains(Vec<DomainNumber>),
    /// Of one of these kinds.
    Kinds(Vec<String>),
    /// With each of these flags, a bit each, and none of those.
    Flags {
        /// All of these are set.
        all: i64,
        /// None of these is set.
        none: i64,
    },
    /// In this lifecycle.
    Lifecycle(&'static str),
    /// With a text in one of these fields.
    Keyword {
        /// Where it is looked for.
        fields: Vec<Field>,
        /// What is looked for, whatever the case of its letters.
        text: String,
    },
    /// With one of these values of a property.
    Property {
        /// The number of the descriptor.
        descriptor: DescriptorNumber,
        /// The values, as JSON.
        values: Vec<String>,
        /// Whether the value of customers that have none of their own is among them.
        default: bool,
    },
}

/// Where a keyword is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The number.
    Id,
    /// The name for people.
    Name,
    /// The name in addresses.
    ShortName,
}

/// Which customers can be seen at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visible {
    /// Every one.
    All,
    /// These with all that lies below them; of what is disabled or deleted, only what lies below something.
    Below(Vec<CustomerNumber>),
}

/// The condition in SQL, over the table `customer`.
pub(crate) fn compile(visible: &Visible, condition: &Condition, sql: &mut Sql) {
    match visible {
        Visible::All => sql.push("TRUE"),
        Visible::Below(roots) if roots.is_empty() => sql.push("FALSE"),
        Visible::Below(roots) => {
            let roots = places(&mut sql.values, roots.iter().copied());
            // What is deleted has left the tree, and still knows what it lay below.
            sql.push(&format!(
                "(EXISTS (SELECT 1 FROM customer_closure WHERE descendant_id = customer.id \
                 AND ancestor_id IN ({roots}) AND (depth > 0 OR customer.lifecycle <> 'disabled')) \
                 OR customer.lifecycle = 'deleted' AND EXISTS (SELECT 1 FROM customer_closure \
                 WHERE descendant_id = customer.parent_id AND ancestor_id IN ({roots})))"
            ));
        }
    }
    sql.push(" AND ");
    term(condition, sql);
}

pub(crate) fn term(condition: &Condition, sql: &mut Sql) {
    match condition {
        Condition::All(terms) => joined(terms, " AND ", "TRUE", sql),
        Condition::Any(terms) => joined(terms, " OR ", "FALSE", sql),
        Condition::Not(inner) => {
            sql.push("NOT (");
            term(inner, sql);
            sql.push(")");
        }
        Condition::Customers(ids) => within("customer.id", ids, sql),
        // A root lies below nothing, which is no unknown.
        Condition::Parents(ids) => within("coalesce(customer.parent_id, 0)", ids, sql),
        Condition::Ancestors(ids) => {
            sql.push("EXISTS (SELECT 1 FROM customer_closure WHERE descendant_id = customer.id AND depth > 0 AND ");
            within("ancestor_id", ids, sql);
            sql.push(")");
        }
        Condition::Domains(ids) => within("customer.domain_id", ids, sql),
        Condition::Kinds(kinds) if kinds.is_empty() => sql.push("FALSE"),
        Condition::Kinds(kinds) => {
            let places = places(&mut sql.values, kinds.iter().cloned());
            sql.push(&format!("customer.kind IN ({places})"));
        }
        Condition::Flags { all, none } => {
            let places = places(&mut sql.values, [*all]);
            sql.push(&format!("((customer.flags & {places}) = {places} AND (customer.flags & "));
            sql.bind(*none);
            sql.push(") = 0)");
        }
        Condition::Lifecycle(lifecycle) => sql.push(&format!("customer.lifecycle = '{lifecycle}'")),
        Condition::Keyword { fields, text } => keyword(fields, text, sql),
        Condition::Property { descriptor, values, default } => property(*descriptor, values, *default, sql),
    }
}

fn within<Of>(column: &str, numbers: &[Number<Of>], sql: &mut Sql) {
    if numbers.is_empty() {
        return sql.push("FALSE");
    }
    let places = places(&mut sql.values, numbers.iter().copied());
    sql.push(&format!("{column} IN ({places})"));
}

fn joined(terms: &[Condition], with: &str, none: &str, sql: &mut Sql) {
    if terms.is_empty() {
        return sql.push(none);
    }
    for (index, inner) in terms.iter().enumerate() {
        sql.push(if index == 0 { "(" } else { with });
        term(inner, sql);
    }
    sql.push(")");
}

fn keyword(fields: &[Field], text: &str, sql: &mut Sql) {
    let escaped = key("name_key", text).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let pattern = places(&mut sql.values, [format!("%{escaped}%")]);
    sql.push("(FALSE");
    for field in fields {
        let column = match field {
            Field::Id => "CAST(customer.id AS TEXT)",
            Field::Name => "customer.name_key",
            // The key of a deleted customer is no name; names are ASCII, so either database folds them alike.
            Field::ShortName => {
                "CASE customer.lifecycle WHEN 'deleted' THEN lower(customer.cid) ELSE customer.cid_key END"
            }
        };
        sql.push(&format!(" OR {column} LIKE {pattern} ESCAPE '\\'"));
    }
    sql.push(")");
}

fn property(descriptor: DescriptorNumber, wanted: &[String], default: bool, sql: &mut Sql) {
    let number = places(&mut sql.values, [descriptor]);
    let own =
        format!("EXISTS (SELECT 1 FROM customer_property WHERE customer_id = customer.id AND descriptor_id = {number}");
    sql.push("(");
    match wanted {
        [] => sql.push("FALSE"),
        wanted => {
            let places = places(&mut sql.values, wanted.iter().cloned());
            sql.push(&format!("{own} AND value IN ({places}))"));
        }
    }
    if default {
        sql.push(&format!(" OR NOT {own})"));
    }
    sql.push(")");
}

/// What customers are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The column.
    pub by: By,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// A column that customers are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The number.
    Id,
    /// The name for people.
    Name,
    /// The name in addresses.
    ShortName,
    /// The kind.
    Kind,
    /// When it came to be.
    Created,
    /// When it last changed.
    Updated,
    /// When it was disabled or deleted.
    Deleted,
}

impl By {
    fn column(self) -> &'static str {
        match self {
            Self::Id => "customer.id",
            Self::Name => "customer.name_key",
            Self::ShortName => "customer.cid_key",
            Self::Kind => "customer.kind",
            Self::Created => "customer.created_at",
            Self::Updated => "customer.updated_at",
            Self::Deleted => "customer.deleted_at",
        }
    }
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
    let mut sql = Sql { text: "SELECT CAST(count(*) AS BIGINT), ".to_owned(), values: Vec::new() };
    sql.push(&format!("{EPOCH} FROM customer WHERE "));
    compile(visible, condition, &mut sql);
    scope.statement(&sql.text, sql.values)
}

/// Which part of the customers that are found.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// What they are ordered by; the number comes last in any order, so that no part depends on chance.
    pub order: &'a [Order],
    /// How many at the most.
    pub limit: u64,
    /// How many are left out at the front.
    pub offset: u64,
}

/// Those of them that are in one part. It comes after [`count`], which asks whether the authority stands.
///
/// # Errors
/// As [`crate::Error`].
pub async fn page(scope: &Scope<'_>, visible: &Visible, condition: &Condition, part: Part<'_>) -> Result<Vec<Record>> {
    scope.all(paging(scope, visible, condition, part)).await
}

/// What [`page`] asks of the database; the number of the customer is the first column.
pub fn paging(scope: &Scope<'_>, visible: &Visible, condition: &Condition, part: Part<'_>) -> Statement {
    let mut sql = Sql { text: format!("SELECT {} FROM customer WHERE ", Record::COLUMNS), values: Vec::new() };
    compile(visible, condition, &mut sql);
    sql.push(" ORDER BY ");
    for Order { by, descending } in part.order {
        // The databases do not agree on where what is not there comes.
        let direction = if *descending { "DESC NULLS FIRST" } else { "ASC NULLS LAST" };
        sql.push(&format!("{} {direction}, ", by.column()));
    }
    sql.push("customer.id LIMIT ");
    sql.bind(part.limit.cast_signed());
    sql.push(" OFFSET ");
    sql.bind(part.offset.cast_signed());
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
    let mut sql = Sql { text: "SELECT customer.id, customer.cid_key FROM customer WHERE ".to_owned(), values: vec![] };
    compile(visible, &Condition::All(Vec::new()), &mut sql);
    sql.push(" AND (FALSE");
    for (column, values) in [
        ("customer.id", numbers.iter().copied().map(Value::from).collect::<Vec<_>>()),
        ("customer.cid_key", names.iter().map(|name| key("cid_key", name).into()).collect()),
    ] {
        if !values.is_empty() {
            let places = places(&mut sql.values, values);
            sql.push(&format!(" OR {column} IN ({places})"));
        }
    }
    sql.push(")");
    scope.check().await?;
    scope.all(scope.statement(&sql.text, sql.values)).await
}
