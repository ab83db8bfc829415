//! Pages: which rows, in which order, after which.

use sea_orm::Value;

use crate::authority::EPOCH;
use crate::folding::{key, parts};
use crate::keyset::{self, Keyset, Placed};
use crate::row::{Entity, Row};
use crate::search::{self, Condition};
use crate::sql::Sql;
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
    /// Properties to order by, and of each whether the greatest comes first; by age, which ends every order, where there is
    /// none.
    pub order: Vec<(&'static str, bool)>,
    /// Where the page begins.
    pub start: Start,
    /// Rows at the most.
    pub limit: u64,
}

/// The filter of rows that end by themselves. No property is called that, so nobody can ask for it.
pub(crate) const LASTING: (&str, &str, bool) = ("(lasting)", "expires_at > ?", false);

impl Listing {
    /// The same without what is over now; for tables that have the filter [`LASTING`].
    pub(crate) fn lasting(&self, now: i64) -> Self {
        let mut lasting = self.clone();
        lasting.filters.push((LASTING.0, Operand::Whole(now)));
        lasting
    }
}

/// Where a page begins. Only one of the two is ever looked at, so a cursor is never judged by the number of its page.
#[derive(Debug, Clone, PartialEq)]
pub enum Start {
    /// After so many rows.
    Offset(u64),
    /// After the place of a row, whether or not that row is still there.
    After(Cursor),
}

impl Default for Start {
    fn default() -> Self {
        Self::Offset(0)
    }
}

/// The place of a row in an order.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor {
    /// The values that it is ordered by, as the database compares them.
    pub values: Vec<Operand>,
    /// The number of the row, which ends every order.
    pub id: i64,
}

/// Some rows, and how many there are in all.
#[derive(Debug)]
pub struct Page<R> {
    /// The rows.
    pub rows: Vec<R>,
    /// How many there are without paging.
    pub total: u64,
    /// The place of the last row, if more follow.
    pub next: Option<Cursor>,
}

/// A table that can be listed.
#[derive(Debug, Clone, Copy)]
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
    /// Property and the column it is ordered by, which is never NULL.
    pub orders: &'static [(&'static str, OrderBy)],
}

/// A column that rows are ordered by, by the kind of its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderBy {
    /// Texts, folded where their case does not matter.
    Text(&'static str),
    /// Numbers, or instants in microseconds.
    Whole(&'static str),
}

impl Table {
    fn conditions(&self, owner: Option<&Value>, listing: &Listing, sql: &mut Sql) {
        sql.push(self.condition);
        if self.owned {
            sql.values.extend(owner.cloned());
        }
        self.filter(listing, sql);
    }

    /// What the listing asks for; `$1` is bound already.
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
            search::term(condition, sql);
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

    /// Lists rows of this table. None where the owner does not exist.
    pub(crate) async fn list<R: Entity>(
        &self,
        scope: &Scope<'_>,
        owner: Option<Value>,
        listing: &Listing,
    ) -> Result<Option<Page<R>>> {
        self.list_columns(scope, owner, listing, R::COLUMNS).await
    }

    /// The same of rows that are read from these columns.
    pub(crate) async fn list_columns<R: Row>(
        &self,
        scope: &Scope<'_>,
        owner: Option<Value>,
        listing: &Listing,
        columns: &str,
    ) -> Result<Option<Page<R>>> {
        let mut count = Sql { text: format!("SELECT {}, ", self.owner_exists), values: vec![] };
        match self.total.filter(|_| listing.text.is_none() && listing.filters.is_empty() && listing.condition.is_none())
        {
            Some(total) => {
                count.push(total);
                count.values.extend(owner.clone());
            }
            None => {
                count.push(&format!("(SELECT count(*) FROM {} WHERE ", self.name));
                self.conditions(owner.as_ref(), listing, &mut count);
                count.push(")");
            }
        }
        count.push(&format!(", {EPOCH}"));
        let (owner_exists, total): (bool, i64) = scope.facts(scope.statement(&count.text, count.values)).await?;
        if !owner_exists {
            return Ok(None);
        }
        let conditions = |sql: &mut Sql| self.conditions(owner.as_ref(), listing, sql);
        Ok(Some(self.page(scope, total.cast_unsigned(), listing, columns, conditions).await?))
    }

    /// The rows of a page of those that meet conditions; so many do in all.
    pub(crate) async fn page<R: Row>(
        &self,
        scope: &Scope<'_>,
        total: u64,
        listing: &Listing,
        columns: &str,
        conditions: impl FnOnce(&mut Sql),
    ) -> Result<Page<R>> {
        if total == 0 || matches!(listing.start, Start::Offset(offset) if offset >= total) {
            return Ok(Page { rows: Vec::new(), total, next: None });
        }
        let keyset = Keyset::of(self, &listing.order);
        let mut sql = Sql { text: format!("SELECT {columns}, "), values: vec![] };
        keyset.columns(&mut sql);
        sql.push(&format!(" FROM {} WHERE ", self.name));
        conditions(&mut sql);
        keyset.start(&listing.start, &mut sql);
        // One more than asked for tells whether another page follows.
        sql.push(" LIMIT ");
        sql.bind((listing.limit + 1).cast_signed());
        if let Start::Offset(offset @ 1..) = listing.start {
            sql.push(" OFFSET ");
            sql.bind(offset.cast_signed());
        }
        let statement = scope.statement(&sql.text, sql.values);
        Ok(match keyset.width() {
            0 => cut(&keyset, total, listing.limit, scope.all::<Placed<R, 0>>(statement).await?),
            1 => cut(&keyset, total, listing.limit, scope.all::<Placed<R, 1>>(statement).await?),
            _ => cut(&keyset, total, listing.limit, scope.all::<Placed<R, { keyset::MOST }>>(statement).await?),
        })
    }

    /// The column that a property is ordered by.
    pub(crate) fn ordered_by(&self, property: &str) -> OrderBy {
        let found = self.orders.iter().find(|(name, _)| *name == property);
        found.unwrap_or_else(|| panic!("{} cannot be ordered by {property}", self.name)).1
    }
}

/// As many rows as were asked for, and the place of the last where there are more.
fn cut<R, const VALUES: usize>(keyset: &Keyset, total: u64, limit: u64, mut placed: Vec<Placed<R, VALUES>>) -> Page<R> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = placed.len() > limit;
    placed.truncate(limit);
    let next = placed.last().filter(|_| more).map(|last| keyset.cursor(&last.place));
    Page { rows: placed.into_iter().map(|placed| placed.row).collect(), total, next }
}

/// Binds a value; a text in the form that the column has of it, where it is one of those.
pub(crate) fn bind(sql: &mut Sql, operand: &Operand, folded: Option<&str>) {
    match operand {
        Operand::Text(text) => sql.bind(folded.map_or_else(|| text.clone(), |column| key(column, text))),
        Operand::Flag(flag) => sql.bind(*flag),
        Operand::Whole(number) => sql.bind(*number),
    }
}
