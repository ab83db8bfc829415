//! Proofs that a query must hold: that the caller's authority still stands, and whose rows it may touch.

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait, Value,
};

use crate::reader::{Outcome, Rows};
use crate::row::{Columns, Entity, Row};
use crate::{Error, Result, Store, direct};

/// A customer whose rows the caller may touch. Whoever makes one has asked the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tenant(i64);

impl Tenant {
    /// The proof itself; the argument is the number of the customer.
    pub fn proven(customer: i64) -> Self {
        Self(customer)
    }

    /// The number of the customer.
    pub fn id(self) -> i64 {
        self.0
    }
}

/// The database, as somebody whose authority was looked up when `authority.epoch` had a certain value.
///
/// Every query asks for that number in the same statement (or the same transaction) and fails as [`Error::Stale`] where
/// it has changed. So who a credential belongs to may be remembered between requests and is still never believed after
/// it changed, in whichever process.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    store: &'a Store,
    epoch: Option<i64>,
}

/// The number that each guarded statement asks for.
pub(crate) const EPOCH: &str = "(SELECT epoch FROM authority)";

/// A row, and the number after its columns.
fn with_epoch<R: Row, C: Columns>(row: &C) -> std::result::Result<(R, i64), C::Error> {
    Ok((R::read(row)?, row.column(R::WIDTH)?))
}

fn missing() -> sea_orm::DbErr {
    sea_orm::DbErr::RecordNotFound("a row that is always there".into())
}

impl Store {
    /// The database as seen by an authority of this epoch.
    pub fn scope(&self, epoch: i64) -> Scope<'_> {
        Scope { store: self, epoch: Some(epoch) }
    }

    /// The database as seen by its operator: the command line, the start.
    pub fn operator(&self) -> Scope<'_> {
        Scope { store: self, epoch: None }
    }
}

impl<'a> Scope<'a> {
    pub(crate) fn backend(&self) -> DbBackend {
        self.store.backend
    }

    pub(crate) fn statement(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
        Statement::from_sql_and_values(self.backend(), sql, values)
    }

    fn confirm(&self, epoch: i64) -> Result<()> {
        match self.epoch {
            Some(expected) if expected != epoch => Err(Error::Stale),
            _ => Ok(()),
        }
    }

    /// A row. The statement's last column must be [`EPOCH`].
    pub(crate) async fn one<R: Row>(&self, statement: Statement) -> Result<Option<R>> {
        let Some((row, epoch)) = self.first(statement).await? else {
            // No row carries the number, so it is asked for by itself.
            self.check().await?;
            return Ok(None);
        };
        self.confirm(epoch)?;
        Ok(Some(row))
    }

    /// Rows of a query that comes after a guarded one.
    pub(crate) async fn all<R: Row>(&self, statement: Statement) -> Result<Vec<R>> {
        if let Some(reader) = &self.store.reader {
            let take = |rows: &mut Rows<'_, R>| rows.map(|row| row.map(|(row, _)| row)).collect();
            if let Outcome::Done(rows) = reader.run(&statement, take, false) {
                return Ok(rows);
            }
        }
        if let Some(pool) = &self.store.postgres {
            let rows = direct::all(pool, statement).await?;
            return rows.iter().map(|row| R::read(row).map_err(|error| direct::failure(error).into())).collect();
        }
        let rows = self.store.read.query_all_raw(statement).await?;
        rows.iter().map(|row| R::read(row).map_err(Error::from)).collect()
    }

    /// All rows of a table of which there are few; what follows FROM is given.
    pub(crate) async fn few<R: Entity>(&self, from: &str) -> Result<Vec<R>> {
        self.check().await?;
        self.all(self.statement(&format!("SELECT {} FROM {from}", R::COLUMNS), [])).await
    }

    /// A row that is always there. The statement's last column must be [`EPOCH`].
    pub(crate) async fn facts<R: Row>(&self, statement: Statement) -> Result<R> {
        let (row, epoch) = self.first(statement).await?.ok_or_else(missing)?;
        self.confirm(epoch)?;
        Ok(row)
    }

    /// The first row of a query, and the last of its columns.
    async fn first<R: Row>(&self, statement: Statement) -> Result<Option<(R, i64)>> {
        if let Some(reader) = &self.store.reader {
            let take = |rows: &mut Rows<'_, R>| rows.next().transpose();
            if let Outcome::Done(row) = reader.run(&statement, take, true) {
                return Ok(row);
            }
        }
        if let Some(pool) = &self.store.postgres {
            let row = direct::first(pool, statement).await?;
            return row.map(|row| with_epoch(&row)).transpose().map_err(|error| direct::failure(error).into());
        }
        let row = self.store.read.query_one_raw(statement).await?;
        Ok(row.map(|row| with_epoch(&row)).transpose()?)
    }

    /// Whether the authority stands.
    ///
    /// # Errors
    /// [`Error::Stale`] if not.
    pub async fn check(&self) -> Result<()> {
        self.confirm(self.epoch().await?)
    }

    /// The present epoch, for an authority that is being looked up.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn epoch(&self) -> Result<i64> {
        let ((), epoch) = self.first(self.statement(&format!("SELECT {EPOCH}"), [])).await?.ok_or_else(missing)?;
        Ok(epoch)
    }

    /// A row that a single statement writes and returns. The statement must write nothing unless [`EPOCH`] is what
    /// [`Scope::expected`] says.
    pub(crate) async fn write<R: Row>(&self, statement: Statement) -> Result<Option<R>> {
        if let Some(pool) = &self.store.postgres {
            let row = direct::first(pool, statement).await.map_err(Error::from_write)?;
            return row.map(|row| R::read(&row)).transpose().map_err(|error| direct::failure(error).into());
        }
        let row = self.store.write.query_one_raw(statement).await.map_err(Error::from_write)?;
        row.map(|row| R::read(&row)).transpose().map_err(Error::from)
    }

    /// Rows that a single statement writes and returns.
    pub(crate) async fn write_all<R: Row>(&self, statement: Statement) -> Result<Vec<R>> {
        if let Some(pool) = &self.store.postgres {
            let rows = direct::all(pool, statement).await.map_err(Error::from_write)?;
            return rows.iter().map(|row| R::read(row).map_err(|error| direct::failure(error).into())).collect();
        }
        let rows = self.store.write.query_all_raw(statement).await.map_err(Error::from_write)?;
        rows.iter().map(|row| R::read(row).map_err(Error::from)).collect()
    }

    /// The number that a writing statement compares [`EPOCH`] with; none for the operator.
    pub(crate) fn expected(&self) -> Value {
        Value::BigInt(self.epoch)
    }

    /// Begins a transaction in which the authority stands.
    ///
    /// # Errors
    /// [`Error::Stale`] if it does not stand any more.
    pub async fn begin(&self) -> Result<Transaction> {
        let options = TransactionOptions {
            // A transaction that reads first could not wait for another writer when it comes to write.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = self.store.write.begin_with_options(options).await?;
        let row = transaction.query_one_raw(self.statement("SELECT epoch FROM authority", [])).await?;
        let row = row.ok_or_else(|| sea_orm::DbErr::RecordNotFound("authority".into()))?;
        self.confirm(row.try_get_by_index(0)?)?;
        Ok(Transaction { inner: transaction, epoch: self.epoch })
    }
}

impl Scope<'_> {
    /// Begins a transaction that only one process at a time can be in: for beginnings, which must happen once.
    ///
    /// # Errors
    /// As [`Scope::begin`].
    pub async fn begin_alone(&self) -> Result<Transaction> {
        let transaction = self.begin().await?;
        transaction.run(transaction.statement("UPDATE authority SET epoch = epoch", [])).await?;
        Ok(transaction)
    }
}

/// Several writes that happen together. Dropped without a commit, none of them happened.
#[derive(Debug)]
pub struct Transaction {
    pub(crate) inner: DatabaseTransaction,
    /// The number that the caller's authority was looked up at; none for the operator.
    epoch: Option<i64>,
}

impl Transaction {
    /// Makes the writes last.
    ///
    /// # Errors
    /// The database refused; nothing was written.
    pub async fn commit(self) -> Result<()> {
        self.inner.commit().await.map_err(Error::from_write)
    }

    /// Whether the authority that the transaction began with still stands: for whoever has waited for a lock since, and
    /// has not changed anybody's authority in it.
    ///
    /// # Errors
    /// [`Error::Stale`] if not.
    pub async fn confirm(&self) -> Result<()> {
        let epoch: Option<(i64,)> = self.one(self.statement("SELECT epoch FROM authority", [])).await?;
        match (self.epoch, epoch) {
            (Some(expected), Some((epoch,))) if expected != epoch => Err(Error::Stale),
            _ => Ok(()),
        }
    }

    pub(crate) fn statement(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
        Statement::from_sql_and_values(self.inner.get_database_backend(), sql, values)
    }

    pub(crate) fn backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    pub(crate) async fn one<R: Row>(&self, statement: Statement) -> Result<Option<R>> {
        let row = self.inner.query_one_raw(statement).await.map_err(Error::from_write)?;
        row.map(|row| R::read(&row)).transpose().map_err(Error::from)
    }

    pub(crate) async fn all<R: Row>(&self, statement: Statement) -> Result<Vec<R>> {
        let rows = self.inner.query_all_raw(statement).await.map_err(Error::from_write)?;
        rows.iter().map(|row| R::read(row).map_err(Error::from)).collect()
    }

    /// What a SELECT ends with whose rows nobody else may change or refer to until the transaction ends. On SQLite nobody else
    /// writes meanwhile in any case.
    pub(crate) fn for_update(&self) -> &'static str {
        match self.inner.get_database_backend() {
            DbBackend::Postgres => " FOR UPDATE",
            _ => "",
        }
    }

    /// What a SELECT ends with whose rows nobody else may change until the transaction ends, though others may refer to them.
    /// On SQLite nobody else writes meanwhile in any case.
    pub(crate) fn for_no_key_update(&self) -> &'static str {
        match self.inner.get_database_backend() {
            DbBackend::Postgres => " FOR NO KEY UPDATE",
            _ => "",
        }
    }

    /// What a SELECT ends with that leaves out the rows that somebody else is changing, and keeps the others from being
    /// changed.
    pub(crate) fn skipping_locked(&self) -> &'static str {
        match self.inner.get_database_backend() {
            DbBackend::Postgres => " FOR NO KEY UPDATE SKIP LOCKED",
            _ => "",
        }
    }

    /// Runs a statement; the number of rows that it touched.
    pub(crate) async fn run(&self, statement: Statement) -> Result<u64> {
        Ok(self.inner.execute_raw(statement).await.map_err(Error::from_write)?.rows_affected())
    }
}
