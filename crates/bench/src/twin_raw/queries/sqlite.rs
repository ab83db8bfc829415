//! SQLite on the thread that asks, with prepared statements: the way without a thread of its own costs least.

use std::path::Path;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use uuid::Uuid;

use crate::twin_raw::statements::{
    CUSTOMER, CustomerRow, FIRST, INSERT, Made, NEXT, PORTAL_USER, TOTAL, UserRow, VERSION,
};

/// One connection that reads and one that writes. There is one worker, so nobody ever waits for either.
pub struct Sqlite {
    reads: Mutex<Connection>,
    writes: Mutex<Connection>,
}

fn open(file: &Path) -> Result<Connection> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")?;
    Ok(connection)
}

fn user(row: &Row<'_>) -> Result<UserRow> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?))
}

impl Sqlite {
    /// Opens a file, in the durability of Portico.
    pub fn open(file: &Path) -> Result<Self> {
        Ok(Self { reads: Mutex::new(open(file)?), writes: Mutex::new(open(file)?) })
    }

    fn reads(&self) -> MutexGuard<'_, Connection> {
        self.reads.lock().expect("nothing panics while it reads")
    }

    pub fn customer(&self, id: i64) -> Result<Option<CustomerRow>> {
        let connection = self.reads();
        let row = |row: &Row<'_>| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?))
        };
        connection.prepare_cached(CUSTOMER)?.query_row([id], row).optional()
    }

    pub fn portal_user(&self, customer: i64, uuid: Uuid) -> Result<Option<UserRow>> {
        self.reads().prepare_cached(PORTAL_USER)?.query_row(params![uuid, customer], user).optional()
    }

    pub fn version(&self, customer: i64, uuid: Uuid) -> Result<Option<i64>> {
        self.reads().prepare_cached(VERSION)?.query_row(params![uuid, customer], |row| row.get(0)).optional()
    }

    pub fn total(&self, customer: i64) -> Result<i64> {
        self.reads().prepare_cached(TOTAL)?.query_row([customer], |row| row.get(0))
    }

    pub fn page(&self, customer: i64, after: Option<i64>, limit: i64) -> Result<Vec<UserRow>> {
        let connection = self.reads();
        match after {
            None => connection.prepare_cached(FIRST)?.query_map(params![customer, limit], user)?.collect(),
            Some(after) => connection.prepare_cached(NEXT)?.query_map(params![customer, after, limit], user)?.collect(),
        }
    }

    pub fn insert(&self, customer: i64, new: &Made) -> Result<UserRow> {
        let connection = self.writes.lock().expect("nothing panics while it writes");
        let values = params![
            new.uuid,
            customer,
            new.email,
            new.email_key,
            new.uid,
            new.uid_key,
            new.mobile,
            new.enabled,
            new.at
        ];
        connection.prepare_cached(INSERT)?.query_row(values, user)
    }
}
