//! Proofs that a query must hold: that the caller's authority still stands, and whose rows it may touch.

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use crate::error::missing;
use crate::open::Engine;
use crate::postgres::{failure, typed};
use crate::reader::{Outcome, Rows};
use crate::row::{Columns, Entity, Row};
use crate::{CustomerNumber, Error, Result, Store, Transaction};

/// A customer whose rows the caller may touch. Whoever makes one names the reason, and there are no others:
///
/// ```compile_fail
/// let tenant = store::Tenant(store::CustomerNumber::new(1));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tenant(CustomerNumber);

/// What proves that somebody may touch the rows of a customer: the policy was asked, and what it said cannot be made up.
pub trait Proof {
    /// The number of the customer.
    fn customer(&self) -> CustomerNumber;
}

impl Tenant {
    /// Because it is proved.
    pub fn by(proof: &impl Proof) -> Self {
        Self(proof.customer())
    }

    /// Because the operator acts, or the service for them: at the start, by the command line, as a worker.
    pub fn of_operator(customer: CustomerNumber) -> Self {
        Self(customer)
    }

    /// Because the customer is named by an address that is answered for everybody, which decides by itself what is shown.
    pub fn of_public_address(customer: CustomerNumber) -> Self {
        Self(customer)
    }

    /// The number of the customer.
    pub fn id(self) -> CustomerNumber {
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
        self.store.backend()
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
        match &self.store.engine {
            Engine::Sqlite(sqlite) => {
                let take = |rows: &mut Rows<'_, R>| rows.map(|row| row.map(|(row, _)| row)).collect();
                if let Outcome::Done(rows) = sqlite.reader.run(&statement, take, false) {
                    return Ok(rows);
                }
                let rows = sqlite.pool.query_all_raw(statement).await?;
                rows.iter().map(|row| R::read(row).map_err(Error::from)).collect()
            }
            Engine::Postgres(postgres) => typed(&postgres.read(statement).await?),
        }
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
        match &self.store.engine {
            Engine::Sqlite(sqlite) => {
                let take = |rows: &mut Rows<'_, R>| rows.next().transpose();
                if let Outcome::Done(row) = sqlite.reader.run(&statement, take, true) {
                    return Ok(row);
                }
                let rows = sqlite.pool.query_all_raw(statement).await?;
                Ok(rows.first().map(with_epoch).transpose()?)
            }
            Engine::Postgres(postgres) => {
                let rows = postgres.read(statement).await?;
                rows.first().map(with_epoch).transpose().map_err(failure)
            }
        }
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
        Ok(self.write_all(statement).await?.into_iter().next())
    }

    /// Rows that a single statement writes and returns.
    pub(crate) async fn write_all<R: Row>(&self, statement: Statement) -> Result<Vec<R>> {
        match &self.store.engine {
            Engine::Sqlite(sqlite) => sqlite.writer.write(statement).await,
            Engine::Postgres(postgres) => postgres.write(statement).await,
        }
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
        let (transaction, epoch) = Transaction::begin(self.store, self.epoch).await?;
        self.confirm(epoch)?;
        Ok(transaction)
    }

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
