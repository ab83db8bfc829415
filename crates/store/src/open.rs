//! Opening a database, and whether it can be written.

use std::time::Duration;

use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbBackend, DbErr};

use crate::address::AddressKind;
use crate::error::missing;
use crate::postgres::Postgres;
use crate::reader::ReadPool;
use crate::settings::{CACHE, Durability, Settings};
use crate::writer::Writer;
use crate::{Pending, Result};

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
    pub reader: ReadPool,
    /// For the others.
    pub pool: DatabaseConnection,
    /// What was opened, and how.
    pub opened: Box<(SqliteConnectOptions, Durability)>,
}

/// How many connections there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connections {
    /// All that are open.
    pub all: u32,
    /// Those of them that nobody uses.
    pub idle: u32,
}

/// What a database says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// The version of its program.
    pub version: String,
    /// Its clock, in microseconds since 1970; none where it is ours.
    pub clock: Option<i64>,
}

/// How long a statement waits for another process's write before it gives up.
pub(crate) const BUSY: Duration = Duration::from_secs(10);

impl Store {
    /// Opens a database. SQLite gets one connection that writes, so that writers queue here rather than in the file, and
    /// others that only read.
    ///
    /// # Errors
    /// The address is wrong or nobody answers there.
    pub fn open(settings: &Settings) -> Pending<'_, Self> {
        Box::pin(Self::opened(settings))
    }

    async fn opened(settings: &Settings) -> Result<Self> {
        let file = match &settings.address.0 {
            AddressKind::Postgres(server) => {
                return Ok(Self { engine: Engine::Postgres(Postgres::open(server, settings).await?) });
            }
            AddressKind::Sqlite(file, _) => file,
        };
        // Makes the file, if it may, and sets its journal mode, which lasts.
        sqlite(file, settings.durability, 1, false).await?.close().await?;
        let pool = sqlite(file, settings.durability, settings.connections, true).await?;
        let writer = Writer::new(file.get_filename(), settings.durability)?;
        let reader = ReadPool::new(file.get_filename());
        let opened = Box::new((file.clone(), settings.durability));
        Ok(Self { engine: Engine::Sqlite(Sqlite { writer, reader, pool, opened }) })
    }

    pub(crate) fn backend(&self) -> DbBackend {
        match &self.engine {
            Engine::Sqlite(_) => DbBackend::Sqlite,
            Engine::Postgres(_) => DbBackend::Postgres,
        }
    }

    /// Whether a connection is ours for no longer than a transaction.
    pub(crate) fn is_pooled(&self) -> bool {
        matches!(&self.engine, Engine::Postgres(postgres) if postgres.is_pooled())
    }

    /// What the database is called.
    pub fn database(&self) -> &'static str {
        match &self.engine {
            Engine::Sqlite(_) => "sqlite",
            Engine::Postgres(_) => "postgres",
        }
    }

    /// The connections of the pool: on SQLite those that read what takes longer.
    pub fn connections(&self) -> Connections {
        let (all, idle) = match &self.engine {
            Engine::Sqlite(sqlite) => {
                let pool = sqlite.pool.get_sqlite_connection_pool();
                (pool.size(), pool.num_idle())
            }
            Engine::Postgres(postgres) => postgres.connections(),
        };
        // The two are not counted at one moment.
        Connections { all, idle: u32::try_from(idle).unwrap_or(all).min(all) }
    }

    /// Which version it is of, and what time it is there.
    ///
    /// # Errors
    /// The database does not answer.
    pub fn describe(&self) -> Pending<'_, Described> {
        Box::pin(async move {
            let sql = match &self.engine {
                Engine::Sqlite(_) => "SELECT sqlite_version(), NULL",
                Engine::Postgres(_) => {
                    "SELECT current_setting('server_version'), \
                     CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"
                }
            };
            let scope = self.operator();
            let rows: Vec<(String, Option<i64>)> = scope.all(scope.statement(sql, [])).await?;
            let (version, clock) = rows.into_iter().next().ok_or_else(missing)?;
            Ok(Described { version, clock })
        })
    }

    /// Whether something can be written, by writing what means nothing. False where somebody else has the lock.
    ///
    /// # Errors
    /// It cannot.
    pub fn can_write(&self) -> Pending<'_, bool> {
        Box::pin(async move {
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
        })
    }

    /// Whether the last write was refused by what is beneath the database.
    pub fn was_refused(&self) -> bool {
        matches!(&self.engine, Engine::Sqlite(sqlite) if sqlite.writer.was_refused())
    }

    /// Closes all connections; what is in use finishes first.
    ///
    /// # Errors
    /// A connection broke while closing.
    pub fn close(self) -> Pending<'static, ()> {
        Box::pin(async move {
            match self.engine {
                Engine::Sqlite(sqlite) => {
                    sqlite.reader.close();
                    sqlite.pool.close().await?;
                    sqlite.writer.close().await;
                }
                Engine::Postgres(postgres) => postgres.close().await,
            }
            Ok(())
        })
    }
}

/// Connects to a file, and makes it if it may. Of processes that do so together on a new one, some are told at once that it is
/// locked, because each looks at what another is about to change; they try again for as long as is waited for any lock.
pub(crate) async fn sqlite(
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
            .pragma("cache_size", CACHE)
            // Rows cross from SQLite's thread in lots of this many; the default of 50 costs a page of 100 a third.
            .row_buffer_size(1024)
            .command_buffer_size(1024)
            // What comes here took long elsewhere, or is long: to compile it again costs little beside, and kept it would take as much
            // memory as whoever sent it liked.
            .statement_cache_capacity(0);
        if read_only { sqlite.pragma("query_only", "ON") } else { sqlite }
    });
    Database::connect(options).await
}

/// One connection is opened at the start, which waits for it; the others when they are first wanted.
fn pool(options: &mut ConnectOptions, connections: u32) {
    options
        .min_connections(1)
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
