//! Pages: which rows, in which order, after which.

use sea_orm::{Statement, Value};

use crate::authority::EPOCH;
use crate::condition::{self, Condition};
use crate::folding::parts;
use crate::keyset::Keyset;
use crate::order::{Cursor, Operand, OrderBy, PageStart, bind};
use crate::row::{Entity, Row};
use crate::sql::Sql;
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
            condition::term(condition, sql);
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
    ) -> Result<Option<RowPage<R>>> {
        self.list_columns(scope, owner, listing, R::COLUMNS).await
    }

    /// The same of rows that are read from these columns.
    pub(crate) async fn list_columns<R: Row>(
        &self,
        scope: &Scope<'_>,
        owner: Option<Value>,
        listing: &Listing,
        columns: &str,
    ) -> Result<Option<RowPage<R>>> {
        let Some(total) = self.count(scope, owner.as_ref(), listing).await? else { return Ok(None) };
        let conditions = |sql: &mut Sql| self.conditions(owner.as_ref(), listing, sql);
        Ok(Some(self.page(scope, total, listing, columns, &conditions).await?))
    }

    /// How many there are in all. None where the owner does not exist.
    async fn count(&self, scope: &Scope<'_>, owner: Option<&Value>, listing: &Listing) -> Result<Option<u64>> {
        let mut count = Sql::new(scope.backend(), format!("SELECT {}, ", self.owner_exists));
        match self.total.filter(|_| listing.text.is_none() && listing.filters.is_empty() && listing.condition.is_none())
        {
            Some(total) => {
                count.push(total);
                count.values.extend(owner.cloned());
            }
            None => {
                count.push(&format!("(SELECT count(*) FROM {} WHERE ", self.name));
                self.conditions(owner, listing, &mut count);
                count.push(")");
            }
        }
        count.push(&format!(", {EPOCH}"));
        let (owner_exists, total): (bool, i64) = scope.facts(scope.statement(&count.text, count.values)).await?;
        Ok(owner_exists.then_some(total.cast_unsigned()))
    }

    /// The rows of a page of those that meet conditions; so many do in all.
    pub(crate) async fn page<R: Row>(
        &self,
        scope: &Scope<'_>,
        total: u64,
        listing: &Listing,
        columns: &str,
        conditions: &(dyn Fn(&mut Sql) + Sync),
    ) -> Result<RowPage<R>> {
        if total == 0 || matches!(listing.start, PageStart::Offset(offset) if offset >= total) {
            return Ok(RowPage { rows: Vec::new(), total, next: None });
        }
        let keyset = self.keyset(&listing.order);
        let mut page = keyset.rows(usize::try_from(listing.limit).unwrap_or(usize::MAX));
        scope.read(self.page_statement(scope, listing, columns, &keyset, conditions), &mut page).await?;
        Ok(RowPage { next: keyset.next(&page), rows: page.rows, total })
    }

    fn page_statement(
        &self,
        scope: &Scope<'_>,
        listing: &Listing,
        columns: &str,
        keyset: &Keyset,
        conditions: &dyn Fn(&mut Sql),
    ) -> Statement {
        let mut sql = Sql::new(scope.backend(), format!("SELECT {columns}, "));
        keyset.columns(&mut sql);
        sql.push(&format!(" FROM {} WHERE ", self.name));
        conditions(&mut sql);
        keyset.start(&listing.start, &mut sql);
        // One more than asked for tells whether another page follows.
        sql.push(" LIMIT ");
        sql.bind((listing.limit + 1).cast_signed());
        if let PageStart::Offset(offset @ 1..) = listing.start {
            sql.push(" OFFSET ");
            sql.bind(offset.cast_signed());
        }
        scope.statement(&sql.text, sql.values)
    }

    /// The columns of an order by properties.
    pub(crate) fn keyset(&self, order: &[(&'static str, bool)]) -> Keyset {
        Keyset::of(order.iter().map(|(property, descending)| (self.ordered_by(property), *descending)).collect())
    }

    /// The column that a property is ordered by.
    fn ordered_by(&self, property: &str) -> OrderBy {
        let found = self.orders.iter().find(|(name, _)| *name == property);
        found.unwrap_or_else(|| panic!("{} cannot be ordered by {property}", self.name)).1
    }
}
