//! What customers must meet, as SQL: one statement, however it is put together.

use sea_orm::DbBackend;

use crate::attribute::{Likeness, push_likeness};
use crate::folding::key;
use crate::placeholders::placeholders;
use crate::sql::Sql;
use crate::trigram::{self, Trigrams};
use crate::{CustomerNumber, DescriptorNumber, DomainNumber, Number, UserNumber};

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
        fields: Vec<SearchedField>,
        /// What is looked for, whatever the case of its letters.
        text: String,
    },
    /// With an attribute that is like that.
    Like(Likeness),
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

impl Condition {
    /// Whether every customer meets it, and nothing has to be asked.
    pub fn is_met_by_all(&self) -> bool {
        matches!(self, Self::All(terms) if terms.iter().all(Self::is_met_by_all))
    }
}

/// Where a keyword is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchedField {
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
    /// Those that a portal user can switch to.
    ListedFor(UserNumber),
    /// This one.
    Only(CustomerNumber),
}

/// The condition in SQL, over the table `customer`.
pub(crate) fn compile(visible: &Visible, condition: &Condition, sql: &mut Sql) {
    match visible {
        Visible::All => sql.push("TRUE"),
        Visible::ListedFor(user) => {
            sql.push("customer.id IN (SELECT customer_id FROM portal_user_customer WHERE user_id = ");
            sql.bind(*user);
            sql.push(")");
        }
        Visible::Only(customer) => {
            sql.push("customer.id = ");
            sql.bind(*customer);
        }
        Visible::Below(roots) if roots.is_empty() => sql.push("FALSE"),
        Visible::Below(roots) => {
            let roots = placeholders(&mut sql.values, roots.iter().copied());
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
    narrowed(condition, sql);
}

/// A condition by itself, over the table `customer`. Where it takes texts, customers that cannot have them, or that lie elsewhere, are left
/// out before they are read.
pub(crate) fn narrowed(condition: &Condition, sql: &mut Sql) {
    if let Some(asked) = trigrams(condition).filter(|_| sql.backend == DbBackend::Sqlite) {
        trigram::within("customer", &asked, sql, |number, sql| {
            for ids in ancestors(condition) {
                sql.push(" AND ");
                below(number, ids, sql);
            }
        });
        sql.push(" AND ");
    }
    term(condition, sql);
}

/// What all that meets a condition lies below.
fn ancestors(condition: &Condition) -> Vec<&[CustomerNumber]> {
    match condition {
        Condition::All(terms) => terms.iter().flat_map(ancestors).collect(),
        Condition::Ancestors(ids) => vec![ids],
        _ => Vec::new(),
    }
}

/// Whether the customer of a number lies below one of these.
fn below(number: &str, ids: &[CustomerNumber], sql: &mut Sql) {
    sql.push(&format!("EXISTS (SELECT 1 FROM customer_closure WHERE descendant_id = {number} AND depth > 0 AND "));
    within("ancestor_id", ids, sql);
    sql.push(")");
}

/// The trigrams of whatever meets a condition, as far as that can be told.
fn trigrams(condition: &Condition) -> Option<Trigrams> {
    match condition {
        Condition::All(terms) => Trigrams::all(terms.iter().filter_map(trigrams)),
        Condition::Any(terms) => Trigrams::any(terms.iter().map(trigrams)),
        Condition::Keyword { text, .. } => Trigrams::of(&key("name_key", text)),
        Condition::Like(likeness) => likeness.trigrams(),
        _ => None,
    }
}

fn term(condition: &Condition, sql: &mut Sql) {
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
        Condition::Parents(ids) => {
            sql.push("(customer.parent_id IS NOT NULL AND ");
            within("customer.parent_id", ids, sql);
            sql.push(")");
        }
        Condition::Ancestors(ids) => below("customer.id", ids, sql),
        Condition::Domains(ids) => within("customer.domain_id", ids, sql),
        Condition::Kinds(kinds) if kinds.is_empty() => sql.push("FALSE"),
        Condition::Kinds(kinds) => {
            let placeholders = placeholders(&mut sql.values, kinds.iter().cloned());
            sql.push(&format!("customer.kind IN ({placeholders})"));
        }
        Condition::Flags { all, none } => {
            let placeholders = placeholders(&mut sql.values, [*all]);
            sql.push(&format!("((customer.flags & {placeholders}) = {placeholders} AND (customer.flags & "));
            sql.bind(*none);
            sql.push(") = 0)");
        }
        Condition::Lifecycle(lifecycle) => sql.push(&format!("customer.lifecycle = '{lifecycle}'")),
        Condition::Keyword { fields, text } => keyword(fields, text, sql),
        Condition::Like(likeness) => push_likeness(likeness, sql),
        Condition::Property { descriptor, values, default } => property(*descriptor, values, *default, sql),
    }
}

fn within<Of>(column: &str, numbers: &[Number<Of>], sql: &mut Sql) {
    if numbers.is_empty() {
        return sql.push("FALSE");
    }
    let placeholders = placeholders(&mut sql.values, numbers.iter().copied());
    sql.push(&format!("{column} IN ({placeholders})"));
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

fn keyword(fields: &[SearchedField], text: &str, sql: &mut Sql) {
    let escaped = key("name_key", text).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let pattern = placeholders(&mut sql.values, [format!("%{escaped}%")]);
    sql.push("(FALSE");
    for field in fields {
        let column = match field {
            SearchedField::Id => "CAST(customer.id AS TEXT)",
            SearchedField::Name => "customer.name_key",
            // The key of a deleted customer is no name; names are ASCII, so either database folds them alike.
            SearchedField::ShortName => {
                "CASE customer.lifecycle WHEN 'deleted' THEN lower(customer.cid) ELSE customer.cid_key END"
            }
        };
        sql.push(&format!(" OR {column} LIKE {pattern} ESCAPE '\\'"));
    }
    sql.push(")");
}

fn property(descriptor: DescriptorNumber, wanted: &[String], default: bool, sql: &mut Sql) {
    let number = placeholders(&mut sql.values, [descriptor]);
    let own =
        format!("EXISTS (SELECT 1 FROM customer_property WHERE customer_id = customer.id AND descriptor_id = {number}");
    sql.push("(");
    match wanted {
        [] => sql.push("FALSE"),
        wanted => {
            let placeholders = placeholders(&mut sql.values, wanted.iter().cloned());
            sql.push(&format!("{own} AND value IN ({placeholders}))"));
        }
    }
    if default {
        sql.push(&format!(" OR NOT {own})"));
    }
    sql.push(")");
}
