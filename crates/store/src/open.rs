//! Opening a database: two pools on SQLite, one on PostgreSQL.

use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection, PgPool};
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::sqlx::{self, Connection as _};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement};
use sea_orm_migration::MigratorTrait;

use crate::address::{Address, Kind};
use crate::reader::Reader;
use crate::writer::Writer;
use crate::{Error, Result};

/// An open database.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) engine: Engine,
}

/// The database, and the ways to it.
#[derive(Debug, Clone)]
pub(crate) enum Engine {
    Sqlite(Sqlite),
    Postgres(PgPool),
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
    opened: (SqliteConnectOptions, Durability),
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
/// How long a connection is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

impl Store {
    /// Opens a database. SQLite gets one connection that writes, so that writers queue here rather than in the file, and
    /// others that only read.
    ///
    /// # Errors
    /// The address is wrong or nobody answers there.
    pub async fn open(settings: &Settings) -> Result<Self> {
        let file = match &settings.address.0 {
            Kind::Postgres(server) => {
                return Ok(Self { engine: Engine::Postgres(postgres(server, settings.connections).await?) });
            }
            Kind::Sqlite(file, _) => file,
        };
        // Makes the file, if it may, and sets its journal mode, which lasts.
        sqlite(file, settings.durability, 1, false).await?.close().await?;
        let pool = sqlite(file, settings.durability, settings.connections, true).await?;
        let writer = Writer::new(file.get_filename(), settings.durability)?;
        let reader = Reader::new(file.get_filename());
        let opened = (file.clone(), settings.durability);
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
        // What is up to date is left alone, also by a program that is older than the database.
        if self.is_current().await? {
            return Ok(());
        }
        if self.is_foreign().await? {
            return Err(DbErr::Custom("it has tables, and they are another program's".into()).into());
        }
        match &self.engine {
            Engine::Sqlite(Sqlite { opened: (file, durability), .. }) => self.migrate_sqlite(file, *durability).await,
            Engine::Postgres(pool) => migrate_postgres(pool).await,
        }
    }

    /// There is no lock to wait for on SQLite: of processes that start together one makes the changes, each in a transaction,
    /// and the others fail and see that they are made.
    async fn migrate_sqlite(&self, file: &SqliteConnectOptions, durability: Durability) -> Result<()> {
        let changer = sqlite(file, durability, 1, false).await?;
        let mut patience = 50;
        while let Err(error) = migrations::Migrator::up(&changer, None).await {
            if self.is_current().await? {
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
        let (pool, tables) = match &self.engine {
            Engine::Sqlite(sqlite) => (
                sqlite.pool.clone(),
                "SELECT max(CASE WHEN name = 'seaql_migrations' THEN 1 ELSE 0 END) FROM sqlite_master \
                 WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
            ),
            Engine::Postgres(pool) => (
                pool.clone().into(),
                "SELECT max(CASE WHEN tablename = 'seaql_migrations' THEN 1 ELSE 0 END) FROM pg_tables \
                 WHERE schemaname = current_schema()",
            ),
        };
        let rows = pool.query_all_raw(Statement::from_string(self.backend(), tables)).await?;
        let ours: Option<i32> = rows.first().map(|row| row.try_get_by_index(0)).transpose()?.flatten();
        Ok(ours == Some(0))
    }

    /// Whether every change of the schema that this program knows has been made. There may be later ones: programs of two
    /// versions run side by side while one replaces the other.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn is_current(&self) -> Result<bool> {
        let (pool, table) = match &self.engine {
            Engine::Sqlite(sqlite) => {
                (sqlite.pool.clone(), "SELECT name FROM sqlite_master WHERE name = 'seaql_migrations'")
            }
            Engine::Postgres(pool) => (
                pool.clone().into(),
                "SELECT to_regclass('seaql_migrations')::text WHERE to_regclass('seaql_migrations') IS NOT NULL",
            ),
        };
        let read = |sql: &str| pool.query_all_raw(Statement::from_string(self.backend(), sql));
        if read(table).await?.is_empty() {
            return Ok(false);
        }
        let rows = read("SELECT version FROM seaql_migrations").await?;
        let applied =
            rows.iter().map(|row| row.try_get_by_index(0)).collect::<std::result::Result<Vec<String>, _>>()?;
        Ok(migrations::Migrator::migrations().iter().all(|known| applied.iter().any(|name| name == known.name())))
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<()> {
        self.operator().epoch().await.map(drop)
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
            Engine::Postgres(pool) => pool.close().await,
        }
        Ok(())
    }
}

async fn migrate_postgres(pool: &PgPool) -> Result<()> {
    use sea_orm::TransactionTrait;
    let database = DatabaseConnection::from(pool.clone());
    // Held until the end of the transaction, on a connection that the changes do not use.
    let lock = database.begin().await?;
    lock.execute_unprepared("SELECT pg_advisory_xact_lock(7264728936)").await?;
    let done = migrations::Migrator::up(&database, None).await;
    lock.rollback().await?;
    Ok(done?)
}

async fn sqlite(
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

/// The first connection is waited for; the others are opened together while the service starts.
async fn postgres(server: &PgConnectOptions, connections: u32) -> Result<PgPool> {
    // A pool tries until its time is over and then says that it is over. One connection says at once what is wrong.
    let first = tokio::time::timeout(PATIENCE, PgConnection::connect_with(server)).await;
    first.unwrap_or_else(|_| Err(sqlx::Error::PoolTimedOut)).map_err(refused)?.close().await.map_err(refused)?;
    let server = server.clone();
    let mut options = ConnectOptions::new("postgres://");
    pool(&mut options, connections);
    options.map_sqlx_postgres_opts(move |_| server.clone());
    options.min_connections(1).test_before_acquire_if_idle_for(Duration::from_secs(30));
    let database = Database::connect(options).await?;
    let pool = database.get_postgres_connection_pool().clone();
    let rest = pool.clone();
    tokio::spawn(async move {
        // Held until all are there, so that each is another one; all but the first, which the start uses meanwhile. One
        // that fails is tried again when it is needed.
        let all = (1..connections).map(|_| rest.acquire());
        drop(futures_util::future::join_all(all).await);
    });
    Ok(pool)
}

fn refused(error: sqlx::Error) -> Error {
    DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into())).into()
}

/// Connections are opened at the start, by the runtime that lives as long as the process.
fn pool(options: &mut ConnectOptions, connections: u32) {
    options
        .min_connections(connections)
        .max_connections(connections)
        .connect_timeout(PATIENCE)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
}
