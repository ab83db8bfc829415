//! PostgreSQL: its connections, and statements straight through its driver.
//!
//! The way through sea-orm asks for each column of each row which database it came from, which is a sixth of a page; what
//! is alike for both databases is in the SQL and in the rows.
//!
//! A connection may be cut, or go silent without a word. So no statement is waited for longer than the server itself would
//! give it; the connection of one that was given up is closed and takes nobody's place; and after one has broken, those that
//! are as old are not used any more.
//!
//! Where something in between hands out connections for one transaction at a time, nothing is kept on a connection beyond that: no
//! statement has a name, each is in a transaction, and what the server is to end by itself is said in each.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::Statement;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow};
use sea_orm::sqlx::{self, AssertSqlSafe, Connection, Error as Broken};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::ledger::{End, Entry, Ledger};
use crate::meters::waiting;
use crate::row::{Columns, Empty, Rows};
use crate::{Error, Result, Settings};

mod failure;
mod held;
mod watch;

use failure::{end, is_cut};
pub(crate) use failure::{failure, is_of_the_way};
use held::{Held, SHORT};
use watch::Watch;

/// How long a request waits for a connection while others have them all.
const TURN: Duration = Duration::from_secs(10);
/// The same while the database seems to be away.
const TURN_WHEN_AWAY: Duration = Duration::from_secs(1);
/// Beyond how long without use it is asked whether a connection is good.
const IDLE: Duration = Duration::from_secs(1);
/// How old a connection may become.
const AGE: Duration = Duration::from_secs(30 * 60);
/// How much longer than the server gives a statement its answer is waited for.
const GRACE: Duration = Duration::from_secs(3);

/// The connections. Copies share them.
#[derive(Debug, Clone)]
pub(crate) struct Postgres {
    pool: PgPool,
    watch: Arc<Watch>,
    /// How long a statement is waited for.
    patience: Duration,
    /// How each transaction begins where a connection is ours for no longer than that.
    pooled: Option<Arc<str>>,
}

impl Postgres {
    /// Opens them. The first is waited for; the others are opened together while the service starts.
    pub async fn open(server: &PgConnectOptions, settings: &Settings) -> Result<Self> {
        // The pool would try again for as long as it may, and then say no more than that it took too long.
        let first = timeout(TURN, PgConnection::connect_with(server)).await.unwrap_or(Err(Broken::PoolTimedOut));
        first.map_err(failure)?.close().await.map_err(failure)?;
        let watch = Arc::new(Watch::new());
        let (watched, patience) = (Arc::clone(&watch), settings.patience);
        let pooled = settings.pooled.then(|| Arc::from(bounds("LOCAL", patience)));
        let is_pooled = settings.pooled;
        let pool = PgPoolOptions::new()
            .min_connections(1)
            .max_connections(settings.connections)
            .acquire_timeout(TURN)
            .idle_timeout(None)
            .max_lifetime(AGE)
            .test_before_acquire(false)
            .before_acquire(move |connection, used| {
                let watch = Arc::clone(&watched);
                Box::pin(async move {
                    // An error has it closed at once, without a word to whoever may not listen.
                    match watch.trusts(used.age) && (used.idle_for < IDLE || is_good(connection, &watch).await) {
                        true => Ok(true),
                        false => Err(Broken::WorkerCrashed),
                    }
                })
            })
            .after_connect(move |connection, _| {
                Box::pin(async move { if is_pooled { Ok(()) } else { bound(connection, patience).await } })
            })
            .connect_with(server.clone())
            .await
            .map_err(failure)?;
        let (connections, rest) = (settings.connections, pool.clone());
        tokio::spawn(async move {
            // Held until all are there, so that each is another one; all but the first, which the start uses meanwhile. One
            // that fails is tried again when it is needed.
            let all = (1..connections).map(|_| rest.acquire());
            drop(futures_util::future::join_all(all).await);
        });
        Ok(Self { pool, watch, patience: patience + GRACE, pooled })
    }

    /// Connections of their own for those who change the schema, which may take its time.
    pub async fn unbound(&self) -> Result<PgPool> {
        let options = PgConnectOptions::clone(&self.pool.connect_options());
        PgPoolOptions::new().max_connections(2).acquire_timeout(TURN).connect_with(options).await.map_err(failure)
    }

    /// Whether a connection is ours for no longer than a transaction.
    pub fn is_pooled(&self) -> bool {
        self.pooled.is_some()
    }

    /// How many there are, and how many of them nobody uses.
    pub fn connections(&self) -> (u32, usize) {
        (self.pool.size(), self.pool.num_idle())
    }

    /// Closes them; what is in use finishes first.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// The rows of a query that only reads. Where its connection was cut, it is asked once more, on another.
    pub async fn read(&self, statement: Statement) -> Result<Vec<PgRow>> {
        let again = statement.clone();
        match self.asked(statement).await? {
            Err(error) if is_cut(&error) => Ok(self.asked(again).await?.map_err(failure)?.rows),
            done => Ok(done.map_err(failure)?.rows),
        }
    }

    async fn asked(&self, statement: Statement) -> Result<sqlx::Result<held::Answer>> {
        let (mut held, begun) = match self.is_pooled() {
            true => self.begun("").await?,
            false => (self.held().await?, Ok(held::Answer::default())),
        };
        if begun.is_err() {
            return Ok(begun);
        }
        let statement = held.prepare(statement)?;
        let done = held.ask(statement).await;
        if held.is_within && done.is_ok() {
            held.is_within = held.ask(sqlx::raw_sql("COMMIT")).await.is_err();
        }
        Ok(done)
    }

    /// The rows of a statement that writes and is a transaction of its own, on a connection that is ours for longer.
    pub async fn write(&self, statement: Statement, empty: Empty) -> Result<Box<dyn Rows>> {
        let mut held = self.held().await?;
        let statement = held.prepare(statement)?;
        let entry = Entry::open(Ledger::present())?;
        let done = held.ask(statement).await;
        entry.close(end(&done));
        put(&done.map_err(failure)?.rows, empty)
    }

    /// Begins a transaction; also the rows of a query in it.
    pub async fn begin(&self, first: &str, empty: Empty) -> Result<(PostgresTransaction, Box<dyn Rows>)> {
        let (mut held, mut done) = self.begun(first).await?;
        if done.as_ref().is_err_and(is_cut) {
            // Nothing of it was done that would matter.
            (held, done) = self.begun(first).await?;
        }
        let rows = put(&done.map_err(failure)?.rows, empty)?;
        Ok((PostgresTransaction(Mutex::new(held)), rows))
    }

    async fn begun(&self, first: &str) -> Result<(Held, sqlx::Result<held::Answer>)> {
        let mut held = self.held().await?;
        held.is_within = true;
        let text = format!("BEGIN; {}{first}", self.pooled.as_deref().unwrap_or_default());
        let done = held.ask(sqlx::raw_sql(AssertSqlSafe(text))).await;
        Ok((held, done))
    }

    async fn held(&self) -> Result<Held> {
        let turn = if self.watch.is_away() { TURN_WHEN_AWAY } else { TURN };
        // On the heap: it is large, and would be moved with everything that it is a part of, whichever the database.
        match waiting(timeout(turn, Box::pin(self.pool.acquire()))).await.unwrap_or(Err(Broken::PoolTimedOut)) {
            Ok(connection) => {
                self.watch.here();
                Ok(Held::new(connection, Arc::clone(&self.watch), self.patience, self.is_pooled()))
            }
            Err(error) => {
                self.watch.away();
                Err(failure(error))
            }
        }
    }
}

/// A transaction. Dropped, it is undone.
#[derive(Debug)]
pub(crate) struct PostgresTransaction(Mutex<Held>);

impl PostgresTransaction {
    /// Runs a statement; the rows that it returned.
    pub async fn rows(&self, statement: Statement, empty: Empty) -> Result<Box<dyn Rows>> {
        put(&self.ask(statement).await?.rows, empty)
    }

    /// Runs a statement; how many rows it touched.
    pub async fn run(&self, statement: Statement) -> Result<u64> {
        Ok(self.ask(statement).await?.affected)
    }

    /// Makes what was written last.
    pub async fn commit(self) -> Result<()> {
        let mut held = self.0.into_inner();
        if held.has_failed {
            // The server would answer this COMMIT with a rollback, which is no error to it.
            return Err(Error::Away("the transaction was undone before".to_owned()));
        }
        let entry = Entry::open(Ledger::present())?;
        let done = held.ask(sqlx::raw_sql("COMMIT")).await;
        held.is_within = end(&done) != End::Made;
        entry.close(end(&done));
        done.map(drop).map_err(failure)
    }

    async fn ask(&self, statement: Statement) -> Result<held::Answer> {
        let mut held = self.0.lock().await;
        let statement = held.prepare(statement)?;
        let done = held.ask(statement).await;
        held.has_failed |= done.is_err();
        done.map_err(failure)
    }
}

/// Rows where they belong.
fn put(answer: &[PgRow], empty: Empty) -> Result<Box<dyn Rows>> {
    let mut rows = empty();
    for row in answer {
        rows.put(&mut Columns::of_postgres(row)).map_err(|why| failure(why.into()))?;
    }
    Ok(rows)
}

async fn is_good(connection: &mut PgConnection, watch: &Watch) -> bool {
    let is_good = matches!(timeout(SHORT, connection.ping()).await, Ok(Ok(())));
    if !is_good {
        watch.broken();
    }
    is_good
}

/// What has the server end by itself what takes too long.
fn bounds(scope: &str, patience: Duration) -> String {
    let (statement, idle) = (patience.as_millis(), (2 * patience).as_millis());
    format!("SET {scope} statement_timeout = {statement}; SET {scope} idle_in_transaction_session_timeout = {idle}; ")
}

/// The same for all that is asked on a connection, and what is done for nobody any more.
async fn bound(connection: &mut PgConnection, patience: Duration) -> sqlx::Result<()> {
    sqlx::raw_sql(AssertSqlSafe(bounds("SESSION", patience))).execute(&mut *connection).await?;
    // PostgreSQL 14 and later have it, where the system beneath can tell; the others go on as they are.
    let _ = sqlx::raw_sql("SET client_connection_check_interval = 1000").execute(connection).await;
    Ok(())
}
