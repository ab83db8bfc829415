//! The one connection that writes a SQLite file, on a thread of its own: writers queue here rather than in the file.
//!
//! Whatever becomes of a write (its file system refuses, somebody else has the lock, who asked for it has gone), afterwards
//! the connection is outside of any transaction, as SQLite itself says (`sqlite3_get_autocommit`), or it is closed and the
//! next write opens another. Nothing is answered as done before COMMIT has said that it is.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use sea_orm::Statement;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, sleep, timeout};

use crate::ledger::Ledger;
use crate::meters::waiting;
use crate::row::{Empty, Rows, empty};
use crate::settings::Durability;
use crate::sqlite::{is_busy, rows, settled};
use crate::{Error, Result};

mod line;

use line::{LineWork, WriterLine};

/// How long a write waits for those before it, and for those of another process.
const PATIENCE: Duration = Duration::from_secs(10);
/// How soon it is looked again whether another process has let go of the lock, and how much later each time, up to a limit.
const PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// The way to the thread. Copies lead to the same one.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    work: mpsc::Sender<LineWork>,
    /// Whose turn it is.
    turn: Arc<Semaphore>,
    /// Whether what is being done is for nobody any more.
    given_up: Arc<AtomicBool>,
    /// Whether the last write was refused by what is beneath the file.
    refused: Arc<AtomicBool>,
}

impl Writer {
    /// A writer of the database in this file, which is there already.
    pub fn new(file: &Path, durability: Durability) -> Result<Self> {
        let given_up = Arc::new(AtomicBool::new(false));
        let refused = Arc::new(AtomicBool::new(false));
        let line = WriterLine::new(file, durability, Arc::clone(&given_up), Arc::clone(&refused));
        let (work, queue) = mpsc::channel::<LineWork>();
        thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || line.serve(&queue))
            .map_err(|error| Error::Away(error.to_string()))?;
        Ok(Self { work, turn: Arc::new(Semaphore::new(1)), given_up, refused })
    }

    /// Begins a transaction; also the rows of a query in it.
    pub async fn begin(&self, first: Statement, empty: Empty) -> Result<(SqliteTransaction, Box<dyn Rows>)> {
        let session = self.session().await?;
        let begun = session.patiently(move |line| rows(line.begin()?, &first, empty)).await?;
        Ok((session, begun))
    }

    /// Runs a statement in a transaction of its own; the rows that it returned.
    pub async fn write(&self, statement: Statement, empty: Empty) -> Result<Box<dyn Rows>> {
        let mut session = self.session().await?;
        let ledger = Ledger::present();
        let done = session.patiently(move |line| line.write(&statement, empty, &ledger)).await;
        session.turn = None;
        done
    }

    async fn session(&self) -> Result<SqliteTransaction> {
        let turn = timeout(PATIENCE, Arc::clone(&self.turn).acquire_owned());
        match waiting(turn).await {
            Ok(Ok(turn)) => Ok(SqliteTransaction { writer: self.clone(), turn: Some(turn) }),
            Ok(Err(_closed)) => Err(ended()),
            Err(_elapsed) => Err(Error::Away("too many others are writing".to_owned())),
        }
    }

    /// Whether something can be written: an error where the disk refuses it. True where it could, false where somebody else has
    /// the lock.
    pub async fn probe(&self) -> Result<bool> {
        let Ok(turn) = Arc::clone(&self.turn).try_acquire_owned() else { return Ok(false) };
        let mut session = SqliteTransaction { writer: self.clone(), turn: Some(turn) };
        let done = session.ask(WriterLine::overwrite).await?;
        session.turn = None;
        match done {
            Err(error) if is_busy(&error) => Ok(false),
            done => settled(done).map(|()| true),
        }
    }

    /// Whether the last write was refused by what is beneath the file.
    pub fn was_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    /// Ends the thread when those who write have finished; what else waits is refused.
    pub async fn close(&self) {
        let session = self.session().await;
        self.turn.close();
        let (ended, waits) = oneshot::channel();
        let work: LineWork = Box::new(move |line| {
            line.close();
            let _ = ended.send(());
        });
        if self.work.send(work).is_ok() {
            drop(waits.await);
        }
        drop(session);
    }
}

fn ended() -> Error {
    Error::Away("the database is closed".to_owned())
}

/// Whoever may write now. Dropped, what was begun is undone before the next one's turn.
#[derive(Debug)]
pub(crate) struct SqliteTransaction {
    writer: Writer,
    /// None once it has ended.
    turn: Option<OwnedSemaphorePermit>,
}

impl SqliteTransaction {
    /// Runs a statement; the rows that it returned.
    pub async fn rows(&self, statement: Statement, empty: Empty) -> Result<Box<dyn Rows>> {
        settled(self.ask(move |line| rows(line.within()?, &statement, empty)).await?)
    }

    /// Runs a statement; how many rows it changed.
    pub async fn run(&self, statement: Statement) -> Result<u64> {
        let work = move |line: &mut WriterLine| {
            let connection = line.within()?;
            rows(connection, &statement, empty::<()>)?;
            Ok(connection.changes())
        };
        settled(self.ask(work).await?)
    }

    /// Makes what was written last. Once this has begun it goes on to its end, whether or not anybody waits for it.
    pub async fn commit(mut self) -> Result<()> {
        let (turn, ledger) = (self.turn.take(), Ledger::present());
        let done = self.ask(move |line| {
            let done = line.commit(&ledger);
            drop(turn);
            done
        });
        settled(done.await?)
    }

    /// Has something done that may find the lock in somebody else's hands: again and again, for a while.
    async fn patiently<T: Send + 'static>(
        &self,
        work: impl Fn(&mut WriterLine) -> rusqlite::Result<T> + Send + Sync + 'static,
    ) -> Result<T> {
        let (work, end) = (Arc::new(work), Instant::now() + PATIENCE);
        let mut pause = PAUSE;
        loop {
            let work = Arc::clone(&work);
            match self.ask(move |line| work(line)).await? {
                Err(error) if is_busy(&error) && Instant::now() < end => sleep(pause).await,
                done => return settled(done),
            }
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    async fn ask<T: Send + 'static>(&self, work: impl FnOnce(&mut WriterLine) -> T + Send + 'static) -> Result<T> {
        let (answer, waits) = oneshot::channel();
        let work: LineWork = Box::new(move |line| drop(answer.send(work(line))));
        self.writer.work.send(work).map_err(|_| ended())?;
        waits.await.map_err(|_| ended())
    }
}

impl Drop for SqliteTransaction {
    fn drop(&mut self) {
        let Some(turn) = self.turn.take() else { return };
        // Whatever is being done on the thread is this session's: nobody else's turn comes before it has been undone.
        let given_up = Arc::clone(&self.writer.given_up);
        given_up.store(true, Ordering::Relaxed);
        let undo: LineWork = Box::new(move |line| {
            line.settle();
            given_up.store(false, Ordering::Relaxed);
            drop(turn);
        });
        // If the thread has ended, so has the connection, and the transaction with it.
        drop(self.writer.work.send(undo));
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, Value};

    use super::*;
    use crate::row::filled;

    fn statement(sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
        Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
    }

    fn writer(folder: &tempfile::TempDir) -> Writer {
        let path = folder.path().join("test.db");
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; CREATE TABLE thing (name TEXT UNIQUE); CREATE TABLE part (id INTEGER PRIMARY KEY, \
                 whole INTEGER REFERENCES part DEFERRABLE INITIALLY DEFERRED)",
            )
            .unwrap();
        Writer::new(&path, Durability::Full).unwrap()
    }

    /// What another connection sees.
    fn kept(folder: &tempfile::TempDir) -> Vec<String> {
        let connection = rusqlite::Connection::open(folder.path().join("test.db")).unwrap();
        let all = statement("SELECT name FROM thing ORDER BY name", []);
        filled::<(String,)>(rows(&connection, &all, empty::<(String,)>).unwrap())
            .into_iter()
            .map(|(name,)| name)
            .collect()
    }

    async fn make(writer: &Writer, name: &str) -> Result<()> {
        let (session, _) = writer.begin(statement("SELECT 1", []), empty::<(i64,)>).await?;
        session.run(statement("INSERT INTO thing VALUES ($1)", [name.into()])).await?;
        session.commit().await
    }

    async fn make_alone(writer: &Writer, name: &str) -> Result<()> {
        let insert = statement("INSERT INTO thing VALUES ($1) RETURNING name", [name.into()]);
        writer.write(insert, empty::<(String,)>).await.map(drop)
    }

    /// Has the connection refuse commits, as SQLite does where a disk does: it rolls back by itself.
    async fn refuse(writer: &Writer, refuses: bool) {
        let session = writer.session().await.unwrap();
        let set = move |line: &mut WriterLine| line.refuse_commits(refuses);
        session.ask(set).await.unwrap();
    }

    #[tokio::test]
    async fn what_could_not_be_committed_is_an_error_and_what_comes_after_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder);
        make(&writer, "before").await.unwrap();
        for _ in 0..3 {
            refuse(&writer, true).await;
            assert!(make(&writer, "lost").await.is_err());
            refuse(&writer, true).await;
            assert!(make_alone(&writer, "lost").await.is_err());
        }
        refuse(&writer, false).await;
        make(&writer, "in a transaction").await.unwrap();
        make_alone(&writer, "alone").await.unwrap();
        assert_eq!(kept(&folder), ["alone", "before", "in a transaction"]);
        writer.close().await;
        assert_eq!(kept(&folder), ["alone", "before", "in a transaction"]);
    }

    #[tokio::test]
    async fn a_statement_of_its_own_that_fails_after_its_rows_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder);
        let insert = || statement("INSERT INTO part (whole) VALUES (4711) RETURNING id", []);
        for _ in 0..3 {
            assert!(writer.write(insert(), empty::<(i64,)>).await.is_err());
        }
        make(&writer, "after").await.unwrap();
        assert_eq!(kept(&folder), ["after"]);
    }

    #[tokio::test]
    async fn a_transaction_that_an_error_undid_writes_nothing_more() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder);
        let (session, _) = writer.begin(statement("SELECT 1", []), empty::<(i64,)>).await.unwrap();
        session.run(statement("INSERT INTO thing VALUES ('one')", [])).await.unwrap();
        session.ask(WriterLine::settle).await.unwrap();
        assert!(session.run(statement("INSERT INTO thing VALUES ('two')", [])).await.is_err());
        assert!(session.commit().await.is_err());
        assert!(kept(&folder).is_empty());
        make(&writer, "after").await.unwrap();
        assert_eq!(kept(&folder), ["after"]);
    }

    #[tokio::test]
    async fn what_is_taken_is_told_and_the_transaction_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder);
        make(&writer, "one").await.unwrap();
        let (session, _) = writer.begin(statement("SELECT 1", []), empty::<(i64,)>).await.unwrap();
        assert!(session.run(statement("INSERT INTO thing VALUES ('one')", [])).await.is_err());
        session.run(statement("INSERT INTO thing VALUES ('two')", [])).await.unwrap();
        session.commit().await.unwrap();
        assert_eq!(kept(&folder), ["one", "two"]);
    }

    async fn is_ready(mut asked: std::pin::Pin<&mut impl Future>) -> bool {
        std::future::poll_fn(|cx| std::task::Poll::Ready(asked.as_mut().poll(cx).is_ready())).await
    }

    #[tokio::test]
    async fn what_was_given_up_is_undone_before_the_next_one_begins() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder);
        let endless = "INSERT INTO thing WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n \
                       WHERE i % 1000000000 = 0";
        let (session, _) = writer.begin(statement("SELECT 1", []), empty::<(i64,)>).await.unwrap();
        session.run(statement("INSERT INTO thing VALUES ('one')", [])).await.unwrap();
        {
            let asked = std::pin::pin!(session.run(statement(endless, [])));
            assert!(!is_ready(asked).await);
        }
        drop(session);
        {
            let asked =
                std::pin::pin!(writer.write(statement(&format!("{endless} RETURNING name"), []), empty::<(String,)>));
            assert!(!is_ready(asked).await);
        }
        make(&writer, "after").await.unwrap();
        assert_eq!(kept(&folder), ["after"]);
    }

    #[tokio::test]
    async fn another_that_has_the_lock_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder);
        let other = rusqlite::Connection::open(folder.path().join("test.db")).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let both = async { tokio::join!(make(&writer, "one"), make_alone(&writer, "two")) };
        let let_go = async {
            tokio::task::yield_now().await;
            other.execute_batch("ROLLBACK").unwrap();
        };
        let ((one, two), ()) = tokio::join!(both, let_go);
        one.unwrap();
        two.unwrap();
        assert_eq!(kept(&folder), ["one", "two"]);
    }

    #[tokio::test]
    async fn nothing_is_written_once_it_is_closed() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder);
        make(&writer, "one").await.unwrap();
        writer.close().await;
        assert!(matches!(make(&writer, "two").await, Err(Error::Away(_))));
        assert!(matches!(make_alone(&writer, "two").await, Err(Error::Away(_))));
        assert_eq!(kept(&folder), ["one"]);
        assert!(!folder.path().join("test.db-wal").exists(), "the log was taken into the database");
    }
}
