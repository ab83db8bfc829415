//! Rows that are a customer's, each found by one column: what most classes are kept as. A table is described as data, its
//! statements are made of that once, and one set of functions serves all of them.

use sea_orm::Value;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, PostgresQueryBuilder, Query, SimpleExpr};

use crate::authority::EPOCH;
use crate::folding::key;
use crate::listing::{Listing, Ownership, RowPage, Table};
use crate::order::OrderBy;
use crate::row::{Columns, Row, Unreadable};
use crate::{Birth, Number, Result, Scope, Tenant, Transaction};

mod cell;
mod draft;

pub use cell::{CellType, StoredCell};
pub use draft::DescribedColumn;

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub struct KeptColumn {
    /// Its name.
    pub name: &'static str,
    /// What is read in its place: the column itself, or an expression.
    pub read: &'static str,
    /// What is written to it; none where only the database says what is in it.
    pub written: Option<WrittenAs>,
    /// What its cells are.
    pub kind: CellType,
    /// Whether they may be NULL.
    pub nullable: bool,
    /// Whether no two of a customer's have the same.
    pub unique: bool,
}

/// How a value is written to a column.
#[derive(Debug, Clone, Copy)]
pub enum WrittenAs {
    /// As it is.
    Plain,
    /// As it is, and in the form in which it is compared to the twin of this name.
    Folded(&'static str),
    /// As what this expression makes of it, in which `?` stands for the value and `$1` for the customer.
    Through(&'static str),
}

/// A table of rows that are a customer's, with the columns `id`, `customer_id`, `created_at` and `version`.
#[derive(Debug)]
pub struct Shape {
    /// Its name.
    pub name: &'static str,
    /// The column by which a row is told from the customer's others.
    pub identity: &'static str,
    /// Which rows a customer sees, with `$1` for the customer: its own, unless some are shared.
    pub seen: &'static str,
    /// What more is asked of the rows that are listed; nothing where it is empty.
    pub listed: &'static str,
    /// The columns that are read, in order.
    pub columns: Vec<KeptColumn>,
    /// As in [`Table::text`].
    pub text: Vec<&'static str>,
    /// As in [`Table::filters`].
    pub filters: Vec<(&'static str, &'static str, bool)>,
    /// As in [`Table::orders`].
    pub orders: Vec<(&'static str, OrderBy)>,
}

/// The rows that are the customer's own.
pub const OWN: &str = "customer_id = $1";

/// Whether a customer exists, for tables of what is theirs.
pub(crate) const CUSTOMER_EXISTS: &str = "EXISTS (SELECT 1 FROM customer WHERE id = $1 AND lifecycle <> 'deleted')";

/// A table and its statements.
#[derive(Debug)]
pub struct KeptTable {
    table: Table,
    identity: &'static str,
    columns: Vec<KeptColumn>,
    read: String,
    find: String,
    find_within: String,
    insert: String,
    update: String,
    delete: String,
}

/// A row of which it is known what its number counts.
pub trait Counted: Row {
    /// What it counts.
    type Of: 'static;
}

/// A row that was found.
#[derive(Debug)]
pub struct StoredRow<R: Counted> {
    /// What is in it.
    pub row: R,
    id: Number<R::Of>,
    version: i64,
}

impl<R: Counted> StoredRow<R> {
    /// The number that other tables refer to.
    pub fn number(&self) -> Number<R::Of> {
        self.id
    }

    /// Rises with each change.
    pub fn version(&self) -> i64 {
        self.version
    }
}

impl<R: Counted> Row for StoredRow<R> {
    fn read(columns: &mut Columns<'_>) -> std::result::Result<Self, Unreadable> {
        Ok(Self { row: R::read(columns)?, id: columns.take()?, version: columns.take()? })
    }
}

/// A parameter of a statement, by its number.
fn parameter(number: usize) -> SimpleExpr {
    Expr::cust(format!("${number}"))
}

impl KeptTable {
    /// The table that has this shape. Its statements live as long as the process, as it is made once.
    pub fn new(shape: Shape) -> Self {
        let Shape { name, identity, seen, listed, columns, text, filters, orders } = shape;
        let table = Alias::new(name);
        let read: Vec<_> = columns.iter().map(|column| column.read).chain(["id", "version"]).collect();
        let returned = || Query::returning().exprs(read.iter().map(|column| Expr::cust(*column)));

        let find = |beside: Option<&'static str>| {
            let mut find = Query::select();
            find.exprs(read.iter().copied().chain(beside).map(Expr::cust)).from(table.clone());
            find.cond_where(Expr::col(identity).eq(parameter(2))).cond_where(Expr::cust(format!("({seen})")));
            find.to_string(PostgresQueryBuilder)
        };

        // The customer, the identity, the birth, and then what is kept.
        let (mut names, mut values) = (vec!["customer_id", identity, "created_at", "version"], vec![]);
        values.extend((1..=4).map(parameter));
        let mut update = Query::update();
        update.table(table.clone());
        // The customer, the row, its version, and then what is kept.
        let mut at = 0;
        for column in &columns {
            let through = |number: usize| match column.written {
                Some(WrittenAs::Through(text)) => Expr::cust(text.replace('?', &format!("${number}"))),
                _ => parameter(number),
            };
            let twin = match column.written {
                None => continue,
                Some(WrittenAs::Folded(twin)) => Some(twin),
                Some(WrittenAs::Plain | WrittenAs::Through(_)) => None,
            };
            for name in twin.into_iter().chain([column.name]) {
                at += 1;
                names.push(name);
                values.push(through(4 + at));
                update.value(name, through(3 + at));
            }
        }
        update.value("version", Expr::col("version").add(1));
        update.cond_where(Expr::col("customer_id").eq(parameter(1)));
        update.cond_where(Expr::col("id").eq(parameter(2))).cond_where(Expr::col("version").eq(parameter(3)));
        update.returning(returned());

        let mut made = Query::select();
        made.exprs(values).cond_where(Expr::cust(CUSTOMER_EXISTS));
        let mut insert = Query::insert();
        insert.into_table(table.clone()).columns(names).returning(returned());
        insert.select_from(made).expect("as many values as columns");

        let mut delete = Query::delete();
        delete.from_table(table.clone()).cond_where(Expr::col("id").eq(parameter(1)));
        delete.cond_where(Expr::col("version").eq(parameter(2)));

        Self {
            table: Table {
                name,
                condition: if listed.is_empty() { seen } else { format!("{seen} AND {listed}").leak() },
                ownership: Ownership::AsCondition,
                owner_exists: CUSTOMER_EXISTS,
                extents: None,
                text: text.leak(),
                has_trigrams: false,
                filters: filters.leak(),
                orders: orders.leak(),
            },
            identity,
            read: read.join(", "),
            find: find(Some(EPOCH)),
            find_within: find(None),
            insert: insert.to_string(PostgresQueryBuilder),
            update: update.to_string(PostgresQueryBuilder),
            delete: delete.to_string(PostgresQueryBuilder),
            columns,
        }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.table.name
    }

    /// The column by which a row is told from the customer's others.
    pub fn identity(&self) -> &'static str {
        self.identity
    }

    /// The columns of which no two of a customer's have the same.
    pub fn unique(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().filter(|column| column.unique).map(|column| column.name)
    }

    /// The name of the constraint by which a column is unique.
    pub fn constraint(&self, column: &str) -> String {
        format!("{}_{column}", self.name())
    }

    /// What is asked of the database, each statement after what it does.
    pub fn statements(&self) -> [(&'static str, &str); 5] {
        [
            ("find", &self.find),
            ("find, among writes", &self.find_within),
            ("insert", &self.insert),
            ("update", &self.update),
            ("delete", &self.delete),
        ]
    }

    /// A row that a customer sees.
    ///
    /// # Errors
    /// As [`crate::Error`].
    pub async fn find<R: Counted>(
        &self,
        scope: &Scope<'_>,
        tenant: Tenant,
        identity: StoredCell,
    ) -> Result<Option<StoredRow<R>>> {
        scope.one(scope.statement(&self.find, [tenant.id().into(), identity.into()])).await
    }

    /// The same, among writes: a transaction must not wait for a second connection.
    ///
    /// # Errors
    /// As [`crate::Error`].
    pub async fn find_within<R: Counted>(
        &self,
        transaction: &Transaction,
        tenant: Tenant,
        identity: StoredCell,
    ) -> Result<Option<StoredRow<R>>> {
        transaction.one(transaction.statement(&self.find_within, [tenant.id().into(), identity.into()])).await
    }

    /// The first row that meets a condition, which may end in an order.
    pub(crate) async fn first<R: Counted>(
        &self,
        scope: &Scope<'_>,
        condition: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Option<StoredRow<R>>> {
        let sql = format!("SELECT {}, {EPOCH} FROM {} WHERE {condition} LIMIT 1", self.read, self.table.name);
        scope.one(scope.statement(&sql, values)).await
    }

    /// All rows that meet a condition, which may end in an order.
    pub(crate) async fn all<R: Counted>(
        &self,
        scope: &Scope<'_>,
        condition: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<StoredRow<R>>> {
        let sql = format!("SELECT {} FROM {} WHERE {condition}", self.read, self.table.name);
        scope.all(scope.statement(&sql, values)).await
    }

    /// The rows that a customer sees; none where there is no such customer.
    ///
    /// # Errors
    /// As [`crate::Error`].
    pub async fn list<R: Counted>(
        &self,
        scope: &Scope<'_>,
        tenant: Tenant,
        listing: &Listing,
    ) -> Result<Option<RowPage<StoredRow<R>>>> {
        self.table.list_columns(scope, Some(tenant.id().into()), listing, &self.read).await
    }

    /// The rows that hang below another one instead, by a condition in which `$1` stands for its number; none where it is not
    /// there any more.
    pub(crate) async fn list_below<R: Counted>(
        &self,
        scope: &Scope<'_>,
        owner: Value,
        condition: &'static str,
        owner_exists: &'static str,
        listing: &Listing,
    ) -> Result<Option<RowPage<StoredRow<R>>>> {
        Table { condition, owner_exists, ..self.table }.list_columns(scope, Some(owner), listing, &self.read).await
    }

    /// Makes a row of what is written of each column, in order. None if there is no such customer.
    ///
    /// # Errors
    /// [`crate::Error::Taken`] if something that must be unique is.
    pub async fn insert<R: Counted>(
        &self,
        transaction: &Transaction,
        tenant: Tenant,
        identity: StoredCell,
        birth: Birth,
        cells: Vec<StoredCell>,
    ) -> Result<Option<StoredRow<R>>> {
        let first = [tenant.id().into(), identity.into(), birth.at.into(), birth.version.into()];
        transaction.one(transaction.statement(&self.insert, first.into_iter().chain(self.values(cells)))).await
    }

    /// Replaces what is written of a customer's row that still has the version of the row given. None if it has changed or
    /// gone, or is another customer's.
    ///
    /// # Errors
    /// [`crate::Error::Taken`] if something that must be unique is.
    pub async fn update<R: Counted>(
        &self,
        transaction: &Transaction,
        tenant: Tenant,
        row: &StoredRow<R>,
        cells: Vec<StoredCell>,
    ) -> Result<Option<StoredRow<R>>> {
        let first = [tenant.id().into(), row.id.into(), row.version.into()];
        transaction.one(transaction.statement(&self.update, first.into_iter().chain(self.values(cells)))).await
    }

    /// Removes a row that still has the version of the row given. False if it has changed or gone.
    ///
    /// # Errors
    /// As [`crate::Error`].
    pub async fn delete<R: Counted>(&self, transaction: &Transaction, row: &StoredRow<R>) -> Result<bool> {
        Ok(transaction.run(transaction.statement(&self.delete, [row.id.into(), row.version.into()])).await? > 0)
    }

    /// The values of a statement that writes, each with its twin before it where it has one.
    fn values(&self, cells: Vec<StoredCell>) -> Vec<Value> {
        let written = self.columns.iter().filter_map(|column| column.written);
        let mut values = Vec::with_capacity(2 * cells.len());
        for (written, cell) in written.zip(cells) {
            if let (WrittenAs::Folded(twin), StoredCell::Text(text)) = (written, &cell) {
                values.push(text.as_deref().map(|text| key(twin, text)).into());
            }
            values.push(cell.into());
        }
        values
    }
}
