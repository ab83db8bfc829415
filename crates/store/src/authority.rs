//! Proofs that a query must hold: that the caller's authority still stands, and whose rows it may touch.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};

use crate::changes::Changes;
use crate::claim::Unmade;
use crate::error::missing;
use crate::meters::Kind;
use crate::open::Engine;
use crate::postgres::failure;
use crate::reader::Outcome;
use crate::row::{Columns, Empty, Entity, Row, Rows, Unreadable, empty, filled};
use crate::sql::tell;
use crate::{CustomerNumber, Error, Pending, Result, Store, Transaction};

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
    /// What is read within, where it is.
    within: Option<&'a Transaction>,
}

/// The number that each guarded statement asks for.
pub(crate) const EPOCH: &str = "(SELECT epoch FROM authority)";

impl Store {
    /// The database as seen by an authority of this epoch.
    pub fn scope(&self, epoch: i64) -> Scope<'_> {
        Scope { store: self, epoch: Some(epoch), within: None }
    }

    /// The database as seen by its operator: the command line, the start.
    pub fn operator(&self) -> Scope<'_> {
        Scope { store: self, epoch: None, within: None }
    }
}

impl<'a> Scope<'a> {
    pub(crate) fn backend(&self) -> DbBackend {
        self.store.backend()
    }

    pub(crate) fn statement(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
        Statement::from_sql_and_values(self.backend(), sql, values)
    }

    /// The database as a transaction sees it. It has begun with an authority, and may have changed some since.
    #[must_use]
    pub fn within<'b>(&self, transaction: &'b Transaction) -> Scope<'b>
    where
        'a: 'b,
    {
        Scope { store: self.store, epoch: None, within: Some(transaction) }
    }

    fn confirm(&self, epoch: i64) -> Result<()> {
        match self.epoch {
            Some(expected) if expected != epoch => Err(Error::Stale),
            _ => Ok(()),
        }
    }

    /// A row. The statement's last column must be [`EPOCH`].
    pub(crate) async fn one<R: Row>(&self, statement: Statement) -> Result<Option<R>> {
        let mut rows = Vec::new();
        self.guarded(statement, &mut rows).await?;
        Ok(rows.pop())
    }

    /// Puts the first row of a query where it belongs. The statement's last column must be [`EPOCH`].
    async fn guarded(&self, statement: Statement, rows: &mut dyn Rows) -> Result<()> {
        match self.answer(statement, rows, true).await? {
            Some(epoch) => self.confirm(epoch),
            // No row carries the number, so it is asked for by itself.
            None => self.check().await,
        }
    }

    /// Rows of a query that comes after a guarded one.
    pub(crate) async fn all<R: Row>(&self, statement: Statement) -> Result<Vec<R>> {
        let mut rows = Vec::new();
        self.read(statement, &mut rows).await?;
        Ok(rows)
    }

    /// The same, put where they belong.
    pub(crate) async fn read(&self, statement: Statement, rows: &mut dyn Rows) -> Result<()> {
        self.answer(statement, rows, false).await.map(drop)
    }

    /// Puts the rows of a query where they belong; of a guarded one the first, and the number after its columns is told.
    async fn answer(&self, statement: Statement, rows: &mut dyn Rows, guarded: bool) -> Result<Option<i64>> {
        if let Some(transaction) = self.within {
            let none = || DbErr::Custom("pages are not read among writes".into());
            let found = transaction.rows(statement, rows.place().ok_or_else(none)?).await?;
            return Ok(rows.absorb(found, guarded).then_some(0));
        }
        let _asked = tell(Kind::Read, &statement);
        if let Engine::Sqlite(sqlite) = &self.store.engine
            && let Outcome::Done(epoch) = sqlite.reader.run(&statement, rows, guarded)
        {
            return Ok(epoch);
        }
        self.await_answer(statement, rows, guarded).await
    }

    /// The same from a connection that is waited for.
    fn await_answer<'b>(
        &'b self,
        statement: Statement,
        rows: &'b mut dyn Rows,
        guarded: bool,
    ) -> Pending<'b, Option<i64>> {
        Box::pin(async move {
            match &self.store.engine {
                Engine::Sqlite(sqlite) => {
                    rows.clear();
                    let answer = sqlite.pool.query_all_raw(statement).await?;
                    Ok(put(answer.iter().map(Columns::of_pool), rows, guarded).map_err(DbErr::from)?)
                }
                Engine::Postgres(postgres) => {
                    let answer = postgres.read(statement).await?;
                    put(answer.iter().map(Columns::of_postgres), rows, guarded).map_err(|why| failure(why.into()))
                }
            }
        })
    }

    /// All rows of a table of which there are few; what follows FROM is given.
    pub(crate) async fn few<R: Entity>(&self, from: &str) -> Result<Vec<R>> {
        self.check().await?;
        self.all(self.statement(&format!("SELECT {} FROM {from}", R::COLUMNS), [])).await
    }

    /// A row that is always there. The statement's last column must be [`EPOCH`].
    pub(crate) async fn facts<R: Row>(&self, statement: Statement) -> Result<R> {
        Ok(self.one(statement).await?.ok_or_else(missing)?)
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
        let statement = self.statement(&format!("SELECT {EPOCH}"), []);
        Ok(self.answer(statement, &mut Vec::<()>::new(), true).await?.ok_or_else(missing)?)
    }

    /// A row that a single statement writes and returns. The statement must write nothing unless [`EPOCH`] is what
    /// [`Scope::expected`] says.
    pub(crate) async fn write<R: Row>(&self, statement: Statement) -> Result<Option<R>> {
        Ok(self.write_all(statement).await?.into_iter().next())
    }

    /// Rows that a single statement writes and returns.
    pub(crate) async fn write_all<R: Row>(&self, statement: Statement) -> Result<Vec<R>> {
        Ok(filled(self.written(statement, empty::<R>).await?))
    }

    fn written(&self, statement: Statement, empty: Empty) -> Pending<'_, Box<dyn Rows>> {
        Box::pin(async move {
            if let Some(transaction) = self.within {
                return transaction.rows(statement, empty).await;
            }
            // It cannot be a transaction of its own where something else is made last with it, or where the way to it has none.
            if Unmade::present().is_some() || self.store.is_pooled() {
                let transaction = self.begin().await?;
                let rows = transaction.rows(statement, empty).await?;
                let changes = Changes::none("who writes a single statement writes no resource that is logged");
                return transaction.commit(changes).await.map(|()| rows);
            }
            let _asked = tell(Kind::Write, &statement);
            match &self.store.engine {
                Engine::Sqlite(sqlite) => sqlite.writer.write(statement, empty).await,
                Engine::Postgres(postgres) => postgres.write(statement, empty).await,
            }
        })
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

/// Puts rows where they belong. Of a guarded query that is the first, and the number after its columns is told.
fn put<'a>(
    answer: impl Iterator<Item = Columns<'a>>,
    rows: &mut dyn Rows,
    guarded: bool,
) -> std::result::Result<Option<i64>, Unreadable> {
    for mut columns in answer {
        rows.put(&mut columns)?;
        if guarded {
            return columns.take().map(Some);
        }
    }
    Ok(None)
}
