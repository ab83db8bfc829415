//! Short reads of a SQLite file on the thread that asks.
//!
//! Handing a query to a connection's own thread and getting the row back costs several times what a lookup costs. So a
//! query is tried here first, for a bounded time; one that takes longer, or that would have to wait, is handed over to the pool,
//! whose threads may take their time.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use sea_orm::Statement;

use crate::row::{Columns, Rows};
use crate::settings::CACHE;
use crate::sql::is_kept;
use crate::sqlite::bind;

/// How often a query that runs is looked at, in steps of SQLite's virtual machine. A step may be a page that is read, or a text that is
/// looked through.
const STEPS: i32 = 1000;
/// How long it may run.
const SHORT: Duration = Duration::from_millis(2);
/// How often one that took longer is not tried after that: the time was for nothing.
const LEFT: u32 = 15;
/// Statements that a connection keeps compiled.
const STATEMENTS: usize = 128;

/// Connections that are used by one thread at a time, without waiting.
#[derive(Debug, Clone)]
pub(crate) struct ReadPool {
    path: Arc<Path>,
    /// Those not in use; there are never more than threads that read at one moment.
    idle: Arc<Mutex<Vec<Seat>>>,
    long: Arc<Mutex<Long>>,
}

#[derive(Debug)]
struct Seat {
    connection: Connection,
    until: Arc<Mutex<Instant>>,
}

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
        Self { path: path.into(), idle: Arc::default(), long: Arc::default() }
    }

    /// Runs a query that only reads. Of a guarded one the first row is taken, and the number after its columns told.
    pub(crate) fn run(&self, statement: &Statement, rows: &mut dyn Rows, guarded: bool) -> Outcome<Option<i64>> {
        // What is compiled here is kept; and what is so long takes long.
        if !is_kept(statement) || self.long().is_left(&statement.sql) {
            return Outcome::TooLong;
        }
        let Ok(seat) = self.seat() else {
            return Outcome::TooLong;
        };
        let done = seat.run(statement, rows, guarded);
        if matches!(&done, Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted)) {
            self.long().leave(&statement.sql);
        }
        let broken = matches!(&done, Err(error) if !is_passing(error));
        if !broken {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(seat);
        }
        done.map_or(Outcome::TooLong, Outcome::Done)
    }

    fn long(&self) -> MutexGuard<'_, Long> {
        self.long.lock().unwrap_or_else(PoisonError::into_inner)
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

/// Statements that took too long, and that are not even tried for a while.
#[derive(Debug, Default)]
struct Long(HashMap<String, u32>);

impl Long {
    /// Whether a statement is left to others, this time.
    fn is_left(&mut self, sql: &str) -> bool {
        let Some(times) = self.0.get_mut(sql) else { return false };
        *times -= 1;
        if *times == 0 {
            self.0.remove(sql);
        }
        true
    }

    fn leave(&mut self, sql: &str) {
        if self.0.len() == STATEMENTS {
            self.0.clear();
        }
        self.0.insert(sql.to_owned(), LEFT);
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
        connection.pragma_update(None, "cache_size", CACHE)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let until = Arc::new(Mutex::new(Instant::now()));
        let end = Arc::clone(&until);
        let is_over = move || Instant::now() > *end.lock().unwrap_or_else(PoisonError::into_inner);
        connection.progress_handler(STEPS, Some(is_over))?;
        Ok(Self { connection, until })
    }

    fn run(&self, statement: &Statement, rows: &mut dyn Rows, guarded: bool) -> rusqlite::Result<Option<i64>> {
        *self.until.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now() + SHORT;
        let mut compiled = self.connection.prepare_cached(&statement.sql)?;
        bind(&mut compiled, statement)?;
        let mut answer = compiled.raw_query();
        while let Some(row) = answer.next()? {
            let mut columns = Columns::of_sqlite(row);
            rows.put(&mut columns)?;
            if guarded {
                return Ok(Some(columns.take()?));
            }
        }
        Ok(None)
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
        let mut rows: Vec<(i64, String)> = Vec::new();
        match reader.run(&statement, &mut rows, false) {
            Outcome::Done(_) => rows.into_iter().next(),
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
            assert_eq!(reader.long().0[long], LEFT, "it was tried, and will not be for a while");
            for _ in 0..LEFT {
                assert_eq!(first(&reader, long, []), None);
            }
            assert!(reader.long().0.is_empty(), "it will be tried again");
            assert_eq!(first(&reader, "SELECT a, b FROM pair", []), Some((1, "one".into())));
        }
        assert_eq!(reader.idle.lock().unwrap().len(), 1, "the connection is used again");
    }

    #[test]
    fn what_is_too_long_to_be_kept_is_left_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let reader = reader(&folder);
        let sql = |terms: usize| format!("SELECT a, b FROM pair WHERE a = 1{}", " AND b = 'one'".repeat(terms));
        assert_eq!(first(&reader, &sql(100), []), Some((1, "one".into())));
        assert_eq!(first(&reader, &sql(2000), []), None);
        assert!(reader.long().0.is_empty());
    }

    #[test]
    fn nothing_can_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let reader = reader(&folder);
        assert_eq!(first(&reader, "DELETE FROM pair RETURNING a, b", []), None);
        assert_eq!(first(&reader, "SELECT a, b FROM pair", []), Some((1, "one".into())));
    }
}
