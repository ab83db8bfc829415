//! Opening a database, bringing it up to date, and whether it can be used.

use std::time::Duration;

use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr};
use sea_orm_migration::MigratorTrait;

use crate::Result;
use crate::address::{Address, Kind};
use crate::postgres::Postgres;
use crate::reader::Reader;
use crate::writer::Writer;

/// An open database.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) engine: Engine,
}

/// The database, and the ways to it.
#[derive(Debug, Clone)]
pub(crate) enum Engine {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// The ways to a file.
#[derive(Debug, Clone)]
pub(crate) struct Sqlite {
    /// For what is written.
    pub writer: Writer,
    /// For reads that are short.
    pub reader: Reader,
    /// For the others.
    pub pool: DatabaseConnection,
    /// What was opened, and how.
    opened: Box<(SqliteConnectOptions, Durability)>,
}

/// How to open a database.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where it is.
    pub address: Address,
    /// Connections that read; on PostgreSQL, connections in all.
    pub connections: u32,
    /// On SQLite: what an acknowledged write survives.
    pub durability: Durability,
    /// On PostgreSQL: how long a statement may take before the server ends it.
    pub patience: Duration,
}

/// How a schema stands to this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// Changes are to be made yet.
    Behind,
    /// It is the one that this program knows, or the next.
    Current,
    /// More has changed than the next version may change.
    Beyond,
}

/// What an acknowledged write survives (`PRAGMA synchronous`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// A power cut: each commit waits for the disk.
    Full,
    /// A crash of the process. A power cut may lose the last commits, and never corrupts.
    Normal,
}

/// How long a statement waits for another process's write before it gives up.
const BUSY: Duration = Duration::from_secs(10);

impl Store {
    /// Opens a database. SQLite gets one connection that writes, so that writers queue here rather than in the file, and
    /// others that only read.
    ///
    /// # Errors
    /// The address is wrong or nobody answers there.
    pub async fn open(settings: &Settings) -> Result<Self> {
        let file = match &settings.address.0 {
            Kind::Postgres(server) => {
                return Ok(Self { engine: Engine::Postgres(Postgres::open(server, settings).await?) });
            }
            Kind::Sqlite(file, _) => file,
        };
        // Makes the file, if it may, and sets its journal mode, which lasts.
        sqlite(file, settings.durability, 1, false).await?.close().await?;
        let pool = sqlite(file, settings.durability, settings.connections, true).await?;
        let writer = Writer::new(file.get_filename(), settings.durability)?;
        let reader = Reader::new(file.get_filename());
        let opened = Box::new((file.clone(), settings.durability));
        Ok(Self { engine: Engine::Sqlite(Sqlite { writer, reader, pool, opened }) })
    }

    pub(crate) fn backend(&self) -> DbBackend {
        match &self.engine {
            Engine::Sqlite(_) => DbBackend::Sqlite,
            Engine::Postgres(_) => DbBackend::Postgres,
        }
    }

    /// Brings the schema up to date. Processes that start together wait for each other.
    ///
    /// # Errors
    /// The database refused a change.
    pub async fn migrate(&self) -> Result<()> {
        match self.schema().await? {
            // Also by a program that is a little older than the database.
            Schema::Current => return Ok(()),
            Schema::Behind => {}
            Schema::Beyond => {
                let text = "the database is of a later version of this program, and cannot be used by this one";
                return Err(DbErr::Custom(text.to_owned()).into());
            }
        }
        if self.is_foreign().await? {
            return Err(DbErr::Custom("it has tables, and they are another program's".into()).into());
        }
        match &self.engine {
            Engine::Sqlite(Sqlite { opened, .. }) => self.migrate_sqlite(&opened.0, opened.1).await,
            Engine::Postgres(postgres) => migrate_postgres(postgres).await,
        }
    }

    /// There is no lock to wait for on SQLite: of processes that start together one makes the changes, each in a transaction,
    /// and the others fail and see that they are made.
    async fn migrate_sqlite(&self, file: &SqliteConnectOptions, durability: Durability) -> Result<()> {
        let changer = sqlite(file, durability, 1, false).await?;
        let mut patience = 50;
        while let Err(error) = migrations::Migrator::up(&changer, None).await {
            if self.schema().await? == Schema::Current {
                break;
            }
            patience -= 1;
            if patience == 0 {
                return Err(error.into());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(changer.close().await?)
    }

    /// Whether there are tables already, and none of them says which changes of the schema were made: the first that is made is
    /// that one.
    async fn is_foreign(&self) -> Result<bool> {
        let tables = match &self.engine {
            Engine::Sqlite(_) => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
            }
            Engine::Postgres(_) => "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()",
        };
        let scope = self.operator();
        let tables: Vec<(String,)> = scope.all(scope.statement(tables, [])).await?;
        Ok(!tables.is_empty() && tables.iter().all(|(name,)| name != "seaql_migrations"))
    }

    /// How the schema stands to this program. One change more than it knows may have been made: programs of two versions run
    /// side by side while one replaces the other.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn schema(&self) -> Result<Schema> {
        let (known, applied) = (known(), self.applied().await?);
        if !known.iter().all(|known| applied.contains(known)) {
            return Ok(Schema::Behind);
        }
        let unknown = applied.iter().filter(|applied| !known.contains(applied)).count();
        Ok(if unknown > 1 { Schema::Beyond } else { Schema::Current })
    }

    /// Whether something can be written, by writing what means nothing. False where somebody else has the lock.
    ///
    /// # Errors
    /// It cannot.
    pub async fn can_write(&self) -> Result<bool> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.writer.probe().await,
            Engine::Postgres(_) => {
                let sql = "UPDATE seaql_migrations SET applied_at = applied_at \
                           WHERE version = (SELECT min(version) FROM seaql_migrations) RETURNING version";
                let scope = self.operator();
                let written: Option<(String,)> = scope.write(scope.statement(sql, [])).await?;
                Ok(written.is_some())
            }
        }
    }

    /// Whether the last write was refused by what is beneath the database.
    pub fn was_refused(&self) -> bool {
        matches!(&self.engine, Engine::Sqlite(sqlite) if sqlite.writer.was_refused())
    }

    /// The changes of the schema that were made.
    async fn applied(&self) -> Result<Vec<String>> {
        let table = match &self.engine {
            Engine::Sqlite(_) => "SELECT name FROM sqlite_master WHERE name = 'seaql_migrations'",
            Engine::Postgres(_) => {
                "SELECT to_regclass('seaql_migrations')::text WHERE to_regclass('seaql_migrations') IS NOT NULL"
            }
        };
        let scope = self.operator();
        let table: Vec<(String,)> = scope.all(scope.statement(table, [])).await?;
        if table.is_empty() {
            return Ok(Vec::new());
        }
        let applied: Vec<(String,)> = scope.all(scope.statement("SELECT version FROM seaql_migrations", [])).await?;
        Ok(applied.into_iter().map(|(version,)| version).collect())
    }

    /// Closes all connections; what is in use finishes first.
    ///
    /// # Errors
    /// A connection broke while closing.
    pub async fn close(self) -> Result<()> {
        match self.engine {
            Engine::Sqlite(sqlite) => {
                sqlite.reader.close();
                sqlite.pool.close().await?;
                sqlite.writer.close().await;
            }
            Engine::Postgres(postgres) => postgres.close().await,
        }
        Ok(())
    }
}

async fn migrate_postgres(postgres: &Postgres) -> Result<()> {
    use sea_orm::TransactionTrait;
    let database = DatabaseConnection::from(postgres.unbound().await?);
    // Held until the end of the transaction, on a connection that the changes do not use.
    let lock = database.begin().await?;
    lock.execute_unprepared("SELECT pg_advisory_xact_lock(7264728936)").await?;
    let done = migrations::Migrator::up(&database, None).await;
    lock.rollback().await?;
    database.close().await?;
    Ok(done?)
}

/// The changes of the schema that this program knows, oldest first.
fn known() -> Vec<String> {
    migrations::Migrator::migrations().into_iter().map(|known| known.name().to_owned()).collect()
}

/// Connects to a file, and makes it if it may. Of processes that do so together on a new one, some are told at once that it is
/// locked, because each looks at what another is about to change; they try again for as long as is waited for any lock.
async fn sqlite(
    file: &SqliteConnectOptions,
    durability: Durability,
    connections: u32,
    read_only: bool,
) -> std::result::Result<DatabaseConnection, DbErr> {
    const PAUSE: Duration = Duration::from_millis(50);
    let mut patience = BUSY.as_millis() / PAUSE.as_millis();
    loop {
        match connect(file, durability, connections, read_only).await {
            Err(error) if patience > 0 && crate::sqlite::is_locked(&error) => patience -= 1,
            done => return done,
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn connect(
    file: &SqliteConnectOptions,
    durability: Durability,
    connections: u32,
    read_only: bool,
) -> std::result::Result<DatabaseConnection, DbErr> {
    let file = file.clone();
    // The library is not told the address: what it is told is in its errors and in its lines of the log.
    let mut options = ConnectOptions::new("sqlite://");
    pool(&mut options, connections);
    options.test_before_acquire(false).map_sqlx_sqlite_opts(move |_| {
        use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
        let sqlite = file
            .clone()
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(match durability {
                Durability::Full => SqliteSynchronous::Full,
                Durability::Normal => SqliteSynchronous::Normal,
            })
            .foreign_keys(true)
            .busy_timeout(BUSY)
            // Rows cross from SQLite's thread in lots of this many; the default of 50 costs a page of 100 a third.
            .row_buffer_size(1024)
            .command_buffer_size(1024);
        if read_only { sqlite.pragma("query_only", "ON") } else { sqlite }
    });
    Database::connect(options).await
}

/// Connections are opened at the start, by the runtime that lives as long as the process.
fn pool(options: &mut ConnectOptions, connections: u32) {
    options
        .min_connections(connections)
        .max_connections(connections)
        .connect_timeout(Duration::from_secs(10))
        .acquire_timeout(Duration::from_secs(10))
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_file_is_made_once_by_all_who_start_together() {
        for _ in 0..40 {
            let folder = tempfile::tempdir().expect("a folder");
            let file = SqliteConnectOptions::new().filename(folder.path().join("x.db")).create_if_missing(true);
            let file = file.busy_timeout(BUSY);
            let starts: Vec<_> = (0..6)
                .map(|_| {
                    let file = file.clone();
                    tokio::spawn(async move { sqlite(&file, Durability::Full, 1, false).await?.close().await })
                })
                .collect();
            for start in starts {
                start.await.expect("no panic").expect("it is made or there");
            }
        }
    }
}
