//! A connection in somebody's hands.

use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use sea_orm::sqlx::pool::PoolConnection;
use sea_orm::sqlx::postgres::{PgArguments, PgRow};
use sea_orm::sqlx::query::Query;
use sea_orm::sqlx::{self, AssertSqlSafe, Either, Error as Broken, Execute, Executor, Postgres as Driver};
use sea_orm::{Statement, Value};
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::failure::is_cut;
use super::watch::Watch;
use crate::Result;
use crate::sql::is_kept;

/// How long it may take to say that a connection is good, and to undo what was begun on one.
pub(super) const SHORT: Duration = Duration::from_secs(2);

/// What a statement has answered.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub rows: Vec<PgRow>,
    pub affected: u64,
}

/// A connection. Dropped, it goes back; but it is closed where something was asked on it that has not been answered, and what
/// was begun is undone first.
#[derive(Debug)]
pub(super) struct Held {
    connection: Option<PoolConnection<Driver>>,
    watch: Arc<Watch>,
    patience: Duration,
    /// Whether it is ours for no longer than a transaction.
    is_pooled: bool,
    /// Whether all that was asked has been answered.
    is_at_rest: bool,
    /// Whether it is in a transaction.
    pub is_within: bool,
    /// Whether a statement of that has failed.
    pub has_failed: bool,
}

impl Held {
    pub fn new(connection: PoolConnection<Driver>, watch: Arc<Watch>, patience: Duration, is_pooled: bool) -> Self {
        let connection = Some(connection);
        Self { connection, watch, patience, is_pooled, is_at_rest: true, is_within: false, has_failed: false }
    }

    /// A statement, as it can be asked on this connection.
    pub fn prepare(&self, statement: Statement) -> Result<Query<'static, Driver, PgArguments>> {
        prepare(statement, !self.is_pooled)
    }

    /// Runs a statement to its end: what it writes is committed after its last row.
    pub async fn ask<'q>(&mut self, query: impl Execute<'q, Driver> + 'q) -> sqlx::Result<Answer> {
        let Some(connection) = &mut self.connection else { return Err(Broken::PoolClosed) };
        self.is_at_rest = false;
        let asked = async {
            let (mut answer, mut parts) = (Answer::default(), connection.fetch_many(query));
            while let Some(part) = parts.try_next().await? {
                match part {
                    Either::Left(done) => answer.affected += done.rows_affected(),
                    Either::Right(row) => answer.rows.push(row),
                }
            }
            Ok::<_, Broken>(answer)
        };
        let done = timeout(self.patience, asked).await.unwrap_or_else(|_| Err(silent()));
        match &done {
            Err(error) if is_cut(error) => self.watch.broken(),
            _ => self.is_at_rest = true,
        }
        done
    }
}

fn silent() -> Broken {
    Broken::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, "the database has gone silent"))
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        match (self.is_at_rest, self.is_within, Handle::try_current()) {
            (true, false, Ok(runtime)) => {
                // On its way back the pool asks it for a sign of life, and would wait for that for ever, and its place with it.
                let (mut connection, watch) = (connection, Arc::clone(&self.watch));
                let back = connection.return_to_pool();
                runtime.spawn(async move {
                    if timeout(SHORT, back).await.is_err() {
                        watch.broken();
                    }
                });
            }
            (true, true, Ok(runtime)) => {
                let mut held = Self::new(connection, Arc::clone(&self.watch), SHORT, self.is_pooled);
                held.is_at_rest = false;
                runtime.spawn(async move { held.ask(sqlx::raw_sql("ROLLBACK")).await.map(drop) });
            }
            // The server undoes what was begun when it sees that nobody is there.
            _ => drop(connection.detach()),
        }
    }
}

/// How many values a statement has whose plan is kept. One of more has a list, of which each length is another statement; and a plan
/// that is kept goes on reading a table whole that was as short as the list when it was made.
const FEW: usize = 64;

/// A statement; its plan may be kept on a connection that keeps anything.
fn prepare(statement: Statement, keeps: bool) -> Result<Query<'static, Driver, PgArguments>> {
    // The text is ours: what comes from outside is in the values.
    let is_kept = keeps && is_kept(&statement) && statement.values.as_ref().is_none_or(|values| values.0.len() <= FEW);
    let mut query = sqlx::query(AssertSqlSafe(statement.sql)).persistent(is_kept);
    for value in statement.values.map(|values| values.0).unwrap_or_default() {
        query = match value {
            Value::Bool(flag) => query.bind(flag),
            Value::Int(number) => query.bind(number),
            Value::BigInt(number) => query.bind(number),
            Value::Double(number) => query.bind(number),
            Value::String(text) => query.bind(text),
            Value::Bytes(bytes) => query.bind(bytes),
            Value::Uuid(uuid) => query.bind(uuid),
            other => return Err(sea_orm::DbErr::Type(format!("{other:?} is no value of our tables")).into()),
        };
    }
    Ok(query)
}
