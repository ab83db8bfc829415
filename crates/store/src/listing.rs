//! Pages: which rows, in which order, after which.

use sea_orm::Value;

use crate::authority::EPOCH;
use crate::row::Entity;
use crate::search::{self, Condition};
use crate::{Result, Scope};

/// A value to compare a column with.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A text, compared in folded form where the column has one.
    Text(String),
    /// A truth.
    Flag(bool),
    /// A number, or an instant in microseconds.
    Whole(i64),
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// A text that one of the table's searchable columns must contain.
    pub text: Option<String>,
    /// Properties and what they must equal.
    pub filters: Vec<(&'static str, Operand)>,
    /// What else the rows meet; for customers alone.
    pub condition: Option<Condition>,
    /// A property to order by, and whether the greatest comes first; by age where there is none.
    pub order: Option<(&'static str, bool)>,
    /// Rows to leave out at the front.
    pub offset: u64,
    /// Rows at the most.
    pub limit: u64,
    /// Where the page before ended, in place of an offset.
    pub after: Option<(Option<Operand>, i64)>,
}

/// Some rows, and how many there are in all.
#[derive(Debug)]
pub struct Page<R> {
    /// The rows.
    pub rows: Vec<R>,
    /// How many there are without paging.
    pub total: u64,
    /// Whether more follow.
    pub more: bool,
}

/// A table that can be listed.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What every row must meet, before any filter; `$1` is the owner where `owned`.
    pub condition: &'static str,
    /// Whether its rows belong to something.
    pub owned: bool,
    /// Where rows belong to something: whether it exists, as a scalar.
    pub owner_exists: &'static str,
    /// How many rows belong to the owner, where that is known without counting them.
    pub total: Option<&'static str>,
    /// Columns that free text is looked for in, already folded.
    pub text: &'static [&'static str],
    /// Property, the column it is filtered by, whether that column is folded. In place of a column there may be a condition
    /// in which `?` stands for the value.
    pub filters: &'static [(&'static str, &'static str, bool)],
    /// Property and the column it is ordered by.
    pub orders: &'static [(&'static str, &'static str)],
}

/// SQL that grows together with its values.
pub(crate) struct Sql {
    pub text: String,
    pub values: Vec<Value>,
}

impl Sql {
    pub(crate) fn bind(&mut self, value: impl Into<Value>) {
        self.values.push(value.into());
        self.text += &format!("${}", self.values.len());
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.text += text;
    }
}

impl Table {
    fn conditions(&self, owner: Option<i64>, listing: &Listing, sql: &mut Sql) {
        sql.push(self.condition);
        if self.owned {
            sql.values.push(owner.into());
        }
        self.filter(listing, sql);
    }

    /// What the listing asks for; `$1` is bound already.
    pub(crate) fn filter(&self, listing: &Listing, sql: &mut Sql) {
        if let Some(text) = &listing.text {
            let pattern =
                format!("%{}%", text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
            for (index, column) in self.text.iter().enumerate() {
                sql.push(if index == 0 { " AND (" } else { " OR " });
                sql.push(&format!("{column} LIKE "));
                sql.bind(pattern.clone());
                sql.push(" ESCAPE '\\'");
            }
            sql.push(")");
        }
        if let Some(condition) = &listing.condition {
            sql.push(" AND ");
            search::term(condition, sql);
        }
        for (property, operand) in &listing.filters {
            let found = self.filters.iter().find(|(name, ..)| name == property);
            let (_, column, folded) = found.unwrap_or_else(|| panic!("{} cannot be filtered by {property}", self.name));
            match column.split_once('?') {
                None => {
                    sql.push(&format!(" AND {column} = "));
                    bind(sql, operand, *folded);
                }
                Some((before, after)) => {
                    sql.push(&format!(" AND {before}"));
                    bind(sql, operand, *folded);
                    sql.push(after);
                }
            }
        }
    }

    /// Lists rows of this table. None where the owner does not exist.
    pub(crate) async fn list<R: Entity>(
        &self,
        scope: &Scope<'_>,
        owner: Option<i64>,
        listing: &Listing,
    ) -> Result<Option<Page<R>>> {
        let mut count = Sql { text: format!("SELECT {}, ", self.owner_exists), values: vec![] };
        match self.total.filter(|_| listing.text.is_none() && listing.filters.is_empty() && listing.condition.is_none())
        {
            Some(total) => {
                count.push(total);
                count.values.push(owner.into());
            }
            None => {
                count.push(&format!("(SELECT count(*) FROM {} WHERE ", self.name));
                self.conditions(owner, listing, &mut count);
                count.push(")");
            }
        }
        count.push(&format!(", {EPOCH}"));
        let (owner_exists, total): (bool, i64) = scope.facts(scope.statement(&count.text, count.values)).await?;
        if !owner_exists {
            return Ok(None);
        }
        let total = total.cast_unsigned();
        if total == 0 || listing.offset >= total {
            return Ok(Some(Page { rows: Vec::new(), total, more: false }));
        }
        let mut sql = Sql { text: format!("SELECT {} FROM {} WHERE ", R::COLUMNS, self.name), values: vec![] };
        self.conditions(owner, listing, &mut sql);
        self.order(listing, &mut sql);
        let mut rows: Vec<R> = scope.all(scope.statement(&sql.text, sql.values)).await?;
        let limit = usize::try_from(listing.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        Ok(Some(Page { rows, total, more }))
    }

    /// The column that a property is ordered by.
    pub(crate) fn ordered_by(&self, property: &str) -> &'static str {
        let found = self.orders.iter().find(|(name, _)| *name == property);
        found.unwrap_or_else(|| panic!("{} cannot be ordered by {property}", self.name)).1
    }

    /// Where the page begins and ends, and its order.
    pub(crate) fn order(&self, listing: &Listing, sql: &mut Sql) {
        let (column, descending) = match listing.order {
            None => (None, false),
            Some((property, descending)) => (Some(self.ordered_by(property)), descending),
        };
        let (beyond, direction) = if descending { ("<", "DESC") } else { (">", "ASC") };
        if let Some((value, id)) = &listing.after {
            match (column, value) {
                (Some(column), Some(value)) => {
                    sql.push(&format!(" AND ({column}, id) {beyond} ("));
                    bind(sql, value, false);
                    sql.push(", ");
                    sql.bind(*id);
                    sql.push(")");
                }
                _ => {
                    sql.push(&format!(" AND id {beyond} "));
                    sql.bind(*id);
                }
            }
        }
        sql.push(" ORDER BY ");
        if let Some(column) = column {
            sql.push(&format!("{column} {direction}, "));
        }
        sql.push(&format!("id {direction} LIMIT "));
        // One more than asked for tells whether another page follows.
        sql.bind((listing.limit + 1).cast_signed());
        if listing.after.is_none() && listing.offset > 0 {
            sql.push(" OFFSET ");
            sql.bind(listing.offset.cast_signed());
        }
    }
}

fn bind(sql: &mut Sql, operand: &Operand, folded: bool) {
    match operand {
        Operand::Text(text) if folded => sql.bind(text.to_lowercase()),
        Operand::Text(text) => sql.bind(text.clone()),
        Operand::Flag(flag) => sql.bind(*flag),
        Operand::Whole(number) => sql.bind(*number),
    }
}
