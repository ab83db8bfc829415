//! Pages: which rows, in which order, after which.

use sea_orm::{DbBackend, Statement, Value};

use crate::authority::EPOCH;
use crate::condition::{self, Condition};
use crate::extent;
use crate::folding::parts;
use crate::keyset::Keyset;
use crate::order::{Cursor, Operand, OrderBy, PageStart, bind};
use crate::row::{Entity, Row};
use crate::sql::Sql;
use crate::total::{Total, counted};
use crate::trigram;
use crate::window::Window;
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
    fn is_whole(&self) -> bool {
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

/// From where on a page is found by the extents of its list.
const FAR: u64 = 1_000;

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
    fn conditions(&self, owner: Option<&Value>, listing: &Listing, rare: Option<&str>, sql: &mut Sql) {
        sql.push(self.condition);
        if self.owned {
            sql.values.extend(owner.cloned());
        }
        if let Some(asked) = rare {
            sql.push(" AND ");
            trigram::within(self.name, asked.to_owned(), sql);
        }
        self.filter(listing, sql);
    }

    /// What the index of texts is asked on SQLite, where few have what is looked for. Where many have it, rows are looked at in the
    /// order in which they are listed, until there are enough. PostgreSQL knows by itself what is rare.
    async fn rare(&self, scope: &Scope<'_>, listing: &Listing) -> Result<Option<String>> {
        let Some(text) = listing.text.as_ref().filter(|_| self.has_trigrams && scope.backend() == DbBackend::Sqlite)
        else {
            return Ok(None);
        };
        let Some(asked) = trigram::containing(self.text.iter().flat_map(|column| parts(column, text))) else {
            return Ok(None);
        };
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM {0}_text WHERE {0}_text MATCH $1 LIMIT {1}) AS counted",
            self.name,
            FEW + 1
        );
        let found: Vec<(i64,)> = scope.all(scope.statement(&sql, [asked.clone().into()])).await?;
        Ok(found.first().is_some_and(|(found,)| *found <= FEW).then_some(asked))
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
        let owner = owner.as_ref();
        let rare = self.rare(scope, listing).await?;
        let rare = rare.as_deref();
        let Some(total) = self.count(scope, owner, listing, rare).await? else { return Ok(None) };
        let window = match self.sought(scope, owner, total, listing).await? {
            Some(window) => window,
            None => Window::of(&listing.start, listing.limit, total),
        };
        let conditions = |sql: &mut Sql| self.conditions(owner, listing, rare, sql);
        Ok(Some(self.page(scope, total, &window, listing, columns, &conditions).await?))
    }

    /// How many there are in all. None where the owner does not exist.
    async fn count(
        &self,
        scope: &Scope<'_>,
        owner: Option<&Value>,
        listing: &Listing,
        rare: Option<&str>,
    ) -> Result<Option<Total>> {
        let mut count = Sql::new(scope.backend(), format!("SELECT {}, ", self.owner_exists));
        let kept = self.extents.filter(|_| listing.is_whole());
        match kept {
            Some(listed) => extent::total(listed, owner, &mut count),
            None => counted(&mut count, |sql| {
                sql.push(&format!("{} WHERE ", self.name));
                self.conditions(owner, listing, rare, sql);
            }),
        }
        count.push(&format!(", {EPOCH}"));
        let (owner_exists, total): (bool, i64) = scope.facts(scope.statement(&count.text, count.values)).await?;
        let total = total.cast_unsigned();
        Ok(owner_exists.then_some(if kept.is_some() { Total::Exactly(total) } else { Total::counted(total) }))
    }

    /// Where a page far back begins, in the order in which rows are counted in extents.
    async fn sought(
        &self,
        scope: &Scope<'_>,
        owner: Option<&Value>,
        total: Total,
        listing: &Listing,
    ) -> Result<Option<Window>> {
        let Some(listed) = self.extents.filter(|_| listing.is_whole() && listing.order.is_empty()) else {
            return Ok(None);
        };
        match listing.start {
            PageStart::Offset(offset @ FAR..) if !total.is_within(offset) => {
                let place = extent::seek(scope, listed, owner, offset.cast_signed()).await?;
                Ok(place.map(|(cursor, skip)| Window {
                    after: Some(cursor),
                    skip: skip.cast_unsigned(),
                    limit: listing.limit,
                    backwards: false,
                }))
            }
            _ => Ok(None),
        }
    }

    /// The rows of a page of those that meet conditions; so many do in all.
    pub(crate) async fn page<R: Row>(
        &self,
        scope: &Scope<'_>,
        total: Total,
        window: &Window,
        listing: &Listing,
        columns: &str,
        conditions: &(dyn Fn(&mut Sql) + Sync),
    ) -> Result<RowPage<R>> {
        let nothing = match listing.start {
            PageStart::Offset(offset) => total.is_within(offset),
            PageStart::After(_) => total == Total::Exactly(0),
        };
        if nothing {
            return Ok(RowPage { rows: Vec::new(), total: total.exactly(), next: None });
        }
        let keyset = self.keyset(&listing.order);
        let mut page = keyset.rows(window);
        scope.read(self.page_statement(scope, window, columns, &keyset, conditions), &mut page).await?;
        let next = keyset.next(&page);
        Ok(RowPage { next, rows: page.in_order(), total: total.exactly() })
    }

    fn page_statement(
        &self,
        scope: &Scope<'_>,
        window: &Window,
        columns: &str,
        keyset: &Keyset,
        conditions: &dyn Fn(&mut Sql),
    ) -> Statement {
        let mut sql = Sql::new(scope.backend(), format!("SELECT {columns}, "));
        keyset.columns(&mut sql);
        sql.push(&format!(" FROM {} WHERE ", self.name));
        conditions(&mut sql);
        keyset.window(window, &mut sql);
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
