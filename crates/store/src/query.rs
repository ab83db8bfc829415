//! Queries: a listing on its way to a page. How many rows there are is asked first, then those of the page.

use sea_orm::{DbBackend, Statement, Value};

use crate::authority::EPOCH;
use crate::extent;
use crate::keyset::Keyset;
use crate::listing::{Listing, Ownership, RowPage, Table};
use crate::order::PageStart;
use crate::row::{Entity, Row};
use crate::sql::Sql;
use crate::total::{Total, counted};
use crate::trigram;
use crate::window::Window;
use crate::{Result, Scope};

/// From where on a page is found by the extents of its list.
const FAR: u64 = 1_000;

impl Table {
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
        let rare = self.rare(scope, listing).await?;
        let conditions = |sql: &mut Sql| {
            sql.push(self.condition);
            if let Some(asked) = &rare {
                sql.push(" AND ");
                trigram::within(self.name, asked, sql, |_, _| {});
            }
            self.filter(listing, sql);
        };
        let column = match self.ownership {
            Ownership::In(column) => Some(column),
            Ownership::Nobody | Ownership::AsCondition => None,
        };
        let extents = self.extents.filter(|_| listing.is_whole());
        Query { scope, table: self, owner, column, listing, extents, conditions: &conditions }.page(columns).await
    }
}

/// What is listed of a table.
pub(crate) struct Query<'a> {
    pub scope: &'a Scope<'a>,
    pub table: &'a Table,
    /// What the rows belong to, which is `$1`.
    pub owner: Option<Value>,
    /// The column that has it, unless the conditions say so otherwise.
    pub column: Option<&'static str>,
    pub listing: &'a Listing,
    /// The name under which these very rows are counted in `extent`, where they are.
    pub extents: Option<&'static str>,
    /// What the rows meet beside.
    pub conditions: &'a (dyn Fn(&mut Sql) + Sync),
}

impl Query<'_> {
    /// The page. None where the owner does not exist.
    pub(crate) async fn page<R: Row>(&self, columns: &str) -> Result<Option<RowPage<R>>> {
        let Some(total) = self.count().await? else { return Ok(None) };
        let nothing = match self.listing.start {
            PageStart::Offset(offset) => total.is_within(offset),
            PageStart::After(_) => total == Total::Exactly(0),
        };
        if nothing {
            return Ok(Some(RowPage { rows: Vec::new(), total: total.exactly(), next: None }));
        }
        let window = self.window(total).await?;
        let keyset = self.keyset();
        let mut page = keyset.rows(&window);
        self.scope.read(self.rows(&window, &keyset, columns), &mut page).await?;
        let next = keyset.next(&page);
        Ok(Some(RowPage { next, rows: page.in_order(), total: total.exactly() }))
    }

    /// A statement in which `$1` is the owner.
    fn sql(&self, text: impl Into<String>) -> Sql {
        Sql { values: self.owner.iter().cloned().collect(), ..Sql::new(self.scope.backend(), text) }
    }

    /// How many rows there are. None where the owner does not exist.
    async fn count(&self) -> Result<Option<Total>> {
        let mut sql = self.sql(format!("SELECT {}, ", self.table.owner_exists));
        match self.extents {
            Some(listed) => extent::total(listed, self.owner.is_some(), &mut sql),
            None => counted(&mut sql, |sql| {
                sql.push(&format!("{} WHERE ", self.table.name));
                if let Some(column) = self.column {
                    sql.push(&format!("{column} = $1 AND "));
                }
                (self.conditions)(sql);
            }),
        }
        sql.push(&format!(", {EPOCH}"));
        let (owner_exists, total): (bool, i64) = self.scope.facts(self.scope.statement(&sql.text, sql.values)).await?;
        let total = total.cast_unsigned();
        Ok(owner_exists.then_some(if self.extents.is_some() { Total::Exactly(total) } else { Total::counted(total) }))
    }

    /// Which rows of the order are read. Far back in a list that is counted in extents, these say where that begins.
    async fn window(&self, total: Total) -> Result<Window> {
        let window = Window::of(&self.listing.start, self.listing.limit, total);
        match (self.extents, &self.listing.start) {
            (Some(listed), PageStart::Offset(offset @ FAR..)) if self.listing.order.is_empty() => {
                let (owned, sql) = (self.owner.is_some(), self.sql(""));
                let place = extent::seek(self.scope, listed, owned, sql, offset.cast_signed()).await?;
                Ok(place.map_or(window, |(place, skip)| Window::after(place, skip.cast_unsigned(), self.listing.limit)))
            }
            _ => Ok(window),
        }
    }

    fn keyset(&self) -> Keyset {
        let keyset = self.table.keyset(&self.listing.order);
        // Whose rows are most of a long table is listed by PostgreSQL in the order of its numbers, past all that others have,
        // unless the order is that of an index that begins with the owner. Where rows are searched for, other ways may be shorter.
        let is_plain = self.extents.is_some() && self.listing.order.is_empty();
        match self.column.filter(|_| is_plain && self.scope.backend() == DbBackend::Postgres) {
            Some(column) => keyset.of(column),
            None => keyset,
        }
    }

    fn rows(&self, window: &Window, keyset: &Keyset, columns: &str) -> Statement {
        let name = self.table.name;
        let mut sql = self.sql(format!("SELECT {columns}, "));
        keyset.columns(&mut sql);
        sql.push(&format!(" FROM {name} WHERE "));
        // Of what is left out, the numbers are read and nothing else.
        let is_apart = window.skip > 0;
        if is_apart {
            sql.push(&format!("id IN (SELECT id FROM {name} WHERE "));
        }
        if let Some(column) = self.column {
            keyset.belongs(column, &mut sql);
        }
        (self.conditions)(&mut sql);
        keyset.window(window, &mut sql);
        if is_apart {
            sql.push(")");
            keyset.order(window.backwards, &mut sql);
        }
        self.scope.statement(&sql.text, sql.values)
    }
}
