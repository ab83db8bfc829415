//! What is on the thread: the connection, and what keeps its log short.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, ffi};
use sea_orm::{DbBackend, Statement};

use crate::ledger::{End, Entry, Ledger};
use crate::row::{Empty, Rows, empty, filled};
use crate::settings::Durability;
use crate::sqlite::{end, is_refusal, rows};

/// Statements that the connection keeps compiled.
const STATEMENTS: usize = 256;
/// How often work is asked whether it is for nobody any more, in steps of SQLite's virtual machine.
const STEPS: i32 = 10_000;
/// After how long without work the log is taken into the database.
const QUIET: Duration = Duration::from_secs(1);
/// Bytes of the log beyond which it is taken into the database although there is work.
const LOG: u64 = 16 << 20;
/// Commits between two looks at its length.
const COMMITS: u32 = 256;
/// How long those who read may then hold it up.
const HOLD: Duration = Duration::from_millis(100);

/// How often it is tried to write over what may lie in the log.
const ATTEMPTS: u32 = 3;

/// Something that is done on the thread.
pub(super) type LineWork = Box<dyn FnOnce(&mut WriterLine) + Send>;

/// Where a commit is entered, if anywhere.
type Kept = Option<Arc<Ledger>>;

/// The connection that writes, if it is open.
#[derive(Debug)]
pub(super) struct WriterLine {
    file: PathBuf,
    log: PathBuf,
    durability: Durability,
    given_up: Arc<AtomicBool>,
    refused: Arc<AtomicBool>,
    open: Option<Connection>,
    is_closed: bool,
    /// Commits since the log was taken into the database.
    commits: u32,
}

impl WriterLine {
    pub fn new(file: &Path, durability: Durability, given_up: Arc<AtomicBool>, refused: Arc<AtomicBool>) -> Self {
        let mut log = file.as_os_str().to_owned();
        log.push("-wal");
        Self {
            file: file.to_owned(),
            log: log.into(),
            durability,
            given_up,
            refused,
            open: None,
            is_closed: false,
            commits: 0,
        }
    }

    /// Does what comes, until nobody can send anything any more.
    pub fn serve(mut self, queue: &Receiver<LineWork>) {
        loop {
            let work = match self.commits {
                0 => queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
                _ => queue.recv_timeout(QUIET),
            };
            match work {
                Ok(work) => {
                    if catch_unwind(AssertUnwindSafe(|| work(&mut self))).is_err() {
                        self.open = None;
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.shorten(Duration::ZERO),
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if self.is_closed {
                return;
            }
        }
    }

    /// Begins a transaction. It takes the lock at once: one that reads first could not wait for another writer when it
    /// comes to write.
    pub fn begin(&mut self) -> rusqlite::Result<&Connection> {
        self.wanted()?;
        let connection = match self.open.take() {
            Some(connection) => connection,
            None => self.connect()?,
        };
        let connection = self.open.insert(connection);
        simple(connection, "BEGIN IMMEDIATE")?;
        Ok(connection)
    }

    /// The connection, in the transaction that was begun. An error may have ended it (SQLite, "Response To Errors Within A
    /// Transaction"), and then nothing more is done.
    pub fn within(&self) -> rusqlite::Result<&Connection> {
        let open = self.open.as_ref().filter(|connection| !connection.is_autocommit());
        open.ok_or_else(|| undone("the transaction was undone before"))
    }

    /// A statement in a transaction of its own.
    pub fn write(&mut self, statement: &Statement, empty: Empty, ledger: &Kept) -> rusqlite::Result<Box<dyn Rows>> {
        let written = self.begin().and_then(|connection| rows(connection, statement, empty));
        let written = written.and_then(|written| {
            self.wanted()?;
            self.commit(ledger).map(|()| written)
        });
        self.settle();
        written
    }

    /// Makes what was written last, and enters it. Whatever comes of it, the transaction has ended.
    pub fn commit(&mut self, ledger: &Kept) -> rusqlite::Result<()> {
        let entry = match Entry::open(ledger.clone()) {
            Ok(entry) => entry,
            Err(given_up) => {
                self.settle();
                return Err(undone(&given_up.to_string()));
            }
        };
        let done = self.within().and_then(|connection| simple(connection, "COMMIT"));
        self.note(&done);
        if done.is_ok() {
            entry.close(End::Made);
            self.commits = self.commits.saturating_add(1);
            if self.commits.is_multiple_of(COMMITS) && self.log_is_long() {
                self.shorten(HOLD);
            }
            return done;
        }
        self.settle();
        match end(&done) {
            // What was refused may lie in the log with a good checksum, and be found there after a crash. What is written
            // over it takes its place (SQLite, "The WAL File Format").
            End::Lost => {
                self.open = None;
                let is_over = (0..ATTEMPTS).any(|_| self.overwrite().is_ok());
                entry.close(if is_over { End::Undone } else { End::Lost });
            }
            end => entry.close(end),
        }
        done
    }

    /// Writes something that means nothing.
    pub fn overwrite(&mut self) -> rusqlite::Result<()> {
        let written = self.begin().and_then(|connection| {
            connection.pragma_update(None, "user_version", 0)?;
            simple(connection, "COMMIT")
        });
        self.note(&written);
        self.settle();
        match written.is_ok() {
            true => self.commits = self.commits.saturating_add(1),
            false => self.open = None,
        }
        written
    }

    /// Keeps in mind whether the disk took what was written.
    fn note<T>(&self, written: &rusqlite::Result<T>) {
        match written {
            Ok(_) => self.refused.store(false, Ordering::Relaxed),
            Err(error) if is_refusal(error) => self.refused.store(true, Ordering::Relaxed),
            Err(_) => {}
        }
    }

    /// Whether there is still somebody for whom it is done.
    fn wanted(&self) -> rusqlite::Result<()> {
        match self.given_up.load(Ordering::Relaxed) {
            true => Err(undone("nobody waits for it any more")),
            false => Ok(()),
        }
    }

    /// Leaves the connection outside of any transaction, or closes it.
    pub fn settle(&mut self) {
        let Some(connection) = &self.open else { return };
        if !connection.is_autocommit() {
            let _ = simple(connection, "ROLLBACK");
        }
        if !connection.is_autocommit() {
            self.open = None;
        }
    }

    /// Closes the connection for good.
    pub fn close(&mut self) {
        self.settle();
        self.open = None;
        self.is_closed = true;
    }

    fn connect(&self) -> rusqlite::Result<Connection> {
        if self.is_closed {
            return Err(undone("the database is closed"));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.file, flags)?;
        // Who waits for a lock does not wait here, where others wait, too.
        connection.busy_timeout(Duration::ZERO)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "journal_size_limit", i64::try_from(LOG).unwrap_or(i64::MAX))?;
        let synchronous = match self.durability {
            Durability::Full => "FULL",
            Durability::Normal => "NORMAL",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let given_up = Arc::clone(&self.given_up);
        connection.progress_handler(STEPS, Some(move || given_up.load(Ordering::Relaxed)))?;
        Ok(connection)
    }

    /// Has commits fail from now on, until the connection is closed.
    #[cfg(test)]
    pub fn refuse_commits(&mut self, refuses: bool) {
        let connection = self.begin().expect("nobody else writes");
        connection.commit_hook(Some(move || refuses)).expect("the connection is there");
        self.settle();
    }

    fn log_is_long(&self) -> bool {
        self.log.metadata().is_ok_and(|log| log.len() > LOG)
    }

    /// Takes the log into the database and makes it short, where nobody is in the way for longer than this. Those who read
    /// hold it up: under load it would grow for as long as there is always somebody.
    fn shorten(&mut self, hold: Duration) {
        let Some(connection) = self.open.as_ref().filter(|connection| connection.is_autocommit()) else { return };
        let checkpoint = Statement::from_string(DbBackend::Sqlite, "PRAGMA wal_checkpoint(TRUNCATE)");
        let done = connection.busy_timeout(hold).and_then(|()| rows(connection, &checkpoint, empty::<(i64,)>));
        let is_whole = done.is_ok_and(|blocked| filled::<(i64,)>(blocked) == [(0,)]);
        if connection.busy_timeout(Duration::ZERO).is_err() {
            self.open = None;
        }
        self.commits = u32::from(!is_whole);
    }
}

fn simple(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.raw_execute().map(drop)
}

fn undone(why: &str) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_ABORT), Some(why.to_owned()))
}
