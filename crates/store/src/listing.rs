//! Listings: which rows of a table, in which order, after which.

use sea_orm::DbBackend;

use crate::condition::{self, Condition};
use crate::folding::parts;
use crate::keyset::Keyset;
use crate::order::{Cursor, Operand, OrderBy, PageStart, bind};
use crate::sql::Sql;
use crate::trigram::Trigrams;
use crate::{Result, Scope};

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// A text that one of the table's searchable columns must contain.
    pub text: Option<String>,
    /// Properties and what they must equal.
    pub filters: Vec<(&'static str, Operand)>,
    /// What else the rows meet; for customers alone.
    pub condition: Option<Condition>,
    /// Properties to order by, and of each whether the greatest comes first; by age, which ends every order, where there is
    /// none.
    pub order: Vec<(&'static str, bool)>,
    /// Where the page begins.
    pub start: PageStart,
    /// Rows at the most.
    pub limit: u64,
}

/// The filter of rows that end by themselves. No property is called that, so nobody can ask for it.
pub(crate) const LASTING: (&str, &str, bool) = ("(lasting)", "expires_at > ?", false);

impl Listing {
    /// Whether it leaves nothing out.
    pub(crate) fn is_whole(&self) -> bool {
        self.text.is_none() && self.filters.is_empty() && self.condition.is_none()
    }

    /// The same without what is over now; for tables that have the filter [`LASTING`].
    pub(crate) fn lasting(&self, now: i64) -> Self {
        let mut lasting = self.clone();
        lasting.filters.push((LASTING.0, Operand::Whole(now)));
        lasting
    }
}

/// Some rows, and how many there are in all.
#[derive(Debug)]
pub struct RowPage<R> {
    /// The rows.
    pub rows: Vec<R>,
    /// How many there are without paging, unless that would take counting too many.
    pub total: Option<u64>,
    /// The place of the last row, if more follow.
    pub next: Option<Cursor>,
}

/// How many rows of all owners the index of texts finds at the most, to be worth asking.
const FEW: i64 = 2_000;

/// What rows belong to: `$1` of every statement.
#[derive(Debug, Clone, Copy)]
pub enum Ownership {
    /// Nothing.
    Nobody,
    /// What this column has the number of.
    In(&'static str),
    /// Something that the condition of the table looks up.
    AsCondition,
}

/// A table that can be listed.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What its rows belong to.
    pub ownership: Ownership,
    /// What every row must meet beside, before any filter.
    pub condition: &'static str,
    /// Where rows belong to something: whether it exists, as a scalar.
    pub owner_exists: &'static str,
    /// The name under which its rows are counted in `extent`, where they are.
    pub extents: Option<&'static str>,
    /// Columns that free text is looked for in, already folded.
    pub text: &'static [&'static str],
    /// Whether the trigrams of these columns are in an index.
    pub has_trigrams: bool,
    /// Property, the column it is filtered by, whether that column is folded. In place of a column there may be a condition
    /// in which `?` stands for the value.
    pub filters: &'static [(&'static str, &'static str, bool)],
    /// Property and the column it is ordered by, which is never NULL.
    pub orders: &'static [(&'static str, OrderBy)],
}

impl Table {
    /// What the index of texts is asked on SQLite, where few have what is looked for. Where many have it, rows are looked at in the
    /// order in which they are listed, until there are enough. PostgreSQL knows by itself what is rare.
    pub(crate) async fn rare(&self, scope: &Scope<'_>, listing: &Listing) -> Result<Option<Trigrams>> {
        let Some(text) = listing.text.as_ref().filter(|_| self.has_trigrams && scope.backend() == DbBackend::Sqlite)
        else {
            return Ok(None);
        };
        let Some(asked) =
            Trigrams::any(self.text.iter().flat_map(|column| parts(column, text)).map(|part| Trigrams::of(&part)))
        else {
            return Ok(None);
        };
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM {0}_text WHERE {0}_text MATCH $1 LIMIT {1}) AS counted",
            self.name,
            FEW + 1
        );
        let found: Vec<(i64,)> = scope.all(scope.statement(&sql, [asked.to_string().into()])).await?;
        Ok(found.first().is_some_and(|(found,)| *found <= FEW).then_some(asked))
    }

    /// What the listing asks for.
    pub(crate) fn filter(&self, listing: &Listing, sql: &mut Sql) {
        if let Some(text) = &listing.text {
            sql.push(" AND (FALSE");
            for (column, part) in
                self.text.iter().flat_map(|column| parts(column, text).map(move |part| (column, part)))
            {
                let escaped = part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
                sql.push(&format!(" OR {column} LIKE "));
                sql.bind(format!("%{escaped}%"));
                sql.push(" ESCAPE '\\'");
            }
            sql.push(")");
        }
        if let Some(condition) = &listing.condition {
            sql.push(" AND ");
            condition::narrowed(condition, sql);
        }
        for (property, operand) in &listing.filters {
            let found = self.filters.iter().find(|(name, ..)| name == property);
            let (_, column, folded) = found.unwrap_or_else(|| panic!("{} cannot be filtered by {property}", self.name));
            match column.split_once('?') {
                None => {
                    sql.push(&format!(" AND {column} = "));
                    bind(sql, operand, folded.then_some(column));
                }
                Some((before, after)) => {
                    sql.push(&format!(" AND {before}"));
                    bind(sql, operand, folded.then_some(before));
                    sql.push(after);
                }
            }
        }
    }

    /// The columns of an order by properties.
    pub(crate) fn keyset(&self, order: &[(&'static str, bool)]) -> Keyset {
        Keyset::by(order.iter().map(|(property, descending)| (self.ordered_by(property), *descending)).collect())
    }

    /// The column that a property is ordered by.
    fn ordered_by(&self, property: &str) -> OrderBy {
        let found = self.orders.iter().find(|(name, _)| *name == property);
        found.unwrap_or_else(|| panic!("{} cannot be ordered by {property}", self.name)).1
    }
}
