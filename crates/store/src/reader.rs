//! Short reads of a SQLite file on the thread that asks.
//!
//! Handing a query to a connection's own thread and getting the row back costs several times what a lookup costs. So a
//! query is tried here first, for a bounded number of the database's steps; one that takes longer, or that would have to
//! wait, is handed over to the pool, whose threads may take their time.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use sea_orm::Statement;

use crate::row::Row;
use crate::sqlite::bind;

/// How often a query that runs is looked at, in steps of SQLite's virtual machine.
const STEPS: i32 = 1000;
/// How often it may be looked at: a hundred thousand steps are about a millisecond.
const LOOKS: u32 = 100;
/// Statements that a connection keeps compiled.
const STATEMENTS: usize = 128;

/// Connections that are used by one thread at a time, without waiting.
#[derive(Debug, Clone)]
pub(crate) struct ReadPool {
    path: Arc<Path>,
    /// Those not in use; there are never more than threads that read at one moment.
    idle: Arc<Mutex<Vec<Seat>>>,
}

#[derive(Debug)]
struct Seat {
    connection: Connection,
    looks: Arc<AtomicU32>,
}

/// Rows as they come, each with the number after its columns where the query has one.
pub(crate) type Rows<'a, R> = dyn Iterator<Item = rusqlite::Result<(R, i64)>> + 'a;

/// What became of a query.
pub(crate) enum Outcome<T> {
    /// Its rows.
    Done(T),
    /// It is one for the pool: too long, the database is busy, or something is wrong that the pool will name.
    TooLong,
}

impl ReadPool {
    /// A reader of the database in this file, which is there already.
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.into(), idle: Arc::default() }
    }

    /// Runs a query that only reads. `take` may stop before the last row.
    pub(crate) fn run<R: Row, T>(
        &self,
        statement: &Statement,
        take: impl FnOnce(&mut Rows<'_, R>) -> rusqlite::Result<T>,
        guarded: bool,
    ) -> Outcome<T> {
        let Ok(seat) = self.seat() else {
            return Outcome::TooLong;
        };
        let done = seat.run(statement, take, guarded);
        let broken = matches!(&done, Err(error) if !is_passing(error));
        if !broken {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(seat);
        }
        done.map_or(Outcome::TooLong, Outcome::Done)
    }

    fn seat(&self) -> rusqlite::Result<Seat> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| Seat::open(&self.path), Ok)
    }

    /// Closes what is not in use.
    pub(crate) fn close(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Whether the connection is as good as before.
fn is_passing(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::OperationInterrupted | ErrorCode::DatabaseBusy))
}

impl Seat {
    fn open(path: &Path) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(std::time::Duration::ZERO)?;
        connection.pragma_update(None, "query_only", true)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let looks = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&looks);
        connection.progress_handler(STEPS, Some(move || counted.fetch_add(1, Ordering::Relaxed) >= LOOKS))?;
        Ok(Self { connection, looks })
    }

    fn run<R: Row, T>(
        &self,
        statement: &Statement,
        take: impl FnOnce(&mut Rows<'_, R>) -> rusqlite::Result<T>,
        guarded: bool,
    ) -> rusqlite::Result<T> {
        self.looks.store(0, Ordering::Relaxed);
        let mut compiled = self.connection.prepare_cached(&statement.sql)?;
        bind(&mut compiled, statement)?;
        let mut rows = compiled.raw_query();
        let mut each = std::iter::from_fn(|| match rows.next() {
            Ok(None) => None,
            Err(error) => Some(Err(error)),
            Ok(Some(row)) => {
                let epoch = if guarded { row.get(R::WIDTH) } else { Ok(0) };
                Some(epoch.and_then(|epoch| Ok((R::read(row)?, epoch))))
            }
        });
        take(&mut each)
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, Value};

    use super::*;

    fn reader(folder: &tempfile::TempDir) -> ReadPool {
        let path = folder.path().join("test.db");
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch("CREATE TABLE pair (a INTEGER, b TEXT); INSERT INTO pair VALUES (1, 'one')").unwrap();
        ReadPool::new(&path)
    }

    fn first(reader: &ReadPool, sql: &str, values: impl IntoIterator<Item = Value>) -> Option<(i64, String)> {
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
        match reader.run(&statement, |rows: &mut Rows<'_, (i64, String)>| rows.next().transpose(), false) {
            Outcome::Done(row) => row.map(|(row, _)| row),
            Outcome::TooLong => None,
        }
    }

    #[test]
    fn values_go_where_their_numbers_say() {
        let folder = tempfile::tempdir().unwrap();
        let sql = "SELECT a, b FROM pair WHERE $2 = b AND a = $1 AND $2 IS NOT NULL";
        assert_eq!(first(&reader(&folder), sql, [1_i64.into(), "one".into()]), Some((1, "one".into())));
    }

    #[test]
    fn what_takes_long_is_left_to_others_and_the_next_query_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let reader = reader(&folder);
        let long = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) \
                    SELECT max(i), 'x' FROM n";
        for _ in 0..3 {
            assert_eq!(first(&reader, long, []), None);
            assert_eq!(first(&reader, "SELECT a, b FROM pair", []), Some((1, "one".into())));
        }
        assert_eq!(reader.idle.lock().unwrap().len(), 1, "the connection is used again");
    }

    #[test]
    fn nothing_can_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let reader = reader(&folder);
        assert_eq!(first(&reader, "DELETE FROM pair RETURNING a, b", []), None);
        assert_eq!(first(&reader, "SELECT a, b FROM pair", []), Some((1, "one".into())));
    }
}
