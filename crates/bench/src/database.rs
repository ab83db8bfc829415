//! The database as a plain program opens it: with the settings of Portico's pools, and nothing else of Portico's.

use std::str::FromStr;
use std::time::Duration;

use anyhow::Result;
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

/// Open pools.
#[derive(Debug, Clone)]
pub enum Database {
    /// One connection that writes, some that read.
    Sqlite {
        /// For reading.
        read: SqlitePool,
        /// For writing.
        write: SqlitePool,
    },
    /// One pool for both.
    Postgres(PgPool),
}

/// Runs one query text on whichever database it is; `reads` or `writes` chooses the pool.
macro_rules! on {
    ($database:expr, reads, $pool:ident => $query:expr) => {
        match $database {
            $crate::database::Database::Sqlite { read: $pool, .. } => $query,
            $crate::database::Database::Postgres($pool) => $query,
        }
    };
    ($database:expr, writes, $pool:ident => $query:expr) => {
        match $database {
            $crate::database::Database::Sqlite { write: $pool, .. } => $query,
            $crate::database::Database::Postgres($pool) => $query,
        }
    };
}
pub(crate) use on;

impl Database {
    /// Opens a database, with as many connections as Portico has by itself.
    ///
    /// # Errors
    /// Nobody answers at the address.
    pub async fn open(url: &str) -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let connections = u32::try_from(cores)? + 2;
        if !url.starts_with("sqlite:") {
            let options = PgConnectOptions::from_str(url)?.disable_statement_logging();
            let pool = PgPoolOptions::new().min_connections(connections).max_connections(connections);
            let pool = pool.test_before_acquire(false).idle_timeout(None).max_lifetime(None);
            return Ok(Self::Postgres(pool.connect_with(options).await?));
        }
        let options = SqliteConnectOptions::from_str(url)?
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .row_buffer_size(1024)
            .command_buffer_size(1024)
            .disable_statement_logging();
        let pool = |connections: u32| {
            let pool = SqlitePoolOptions::new().min_connections(connections).max_connections(connections);
            pool.test_before_acquire(false).idle_timeout(None).max_lifetime(None)
        };
        let write = pool(1).connect_with(options.clone()).await?;
        let read = pool(connections).connect_with(options.pragma("query_only", "ON")).await?;
        Ok(Self::Sqlite { read, write })
    }

    /// The version of the database.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn version(&self) -> Result<String> {
        Ok(match self {
            Self::Sqlite { read, .. } => sqlx::query_scalar("SELECT sqlite_version()").fetch_one(read).await?,
            Self::Postgres(pool) => {
                sqlx::query_scalar("SELECT current_setting('server_version')").fetch_one(pool).await?
            }
        })
    }

    /// Bytes of the largest tables, each with its indexes, the largest first.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn bytes(&self) -> Result<Vec<(String, i64)>> {
        Ok(match self {
            Self::Sqlite { read, .. } => {
                let sql = "SELECT tbl_name, CAST(sum(pgsize) AS BIGINT) AS bytes FROM dbstat JOIN sqlite_master USING (name) \
                           GROUP BY tbl_name HAVING bytes > 1000000 ORDER BY bytes DESC";
                sqlx::query_as(sql).fetch_all(read).await?
            }
            Self::Postgres(pool) => {
                let sql = "SELECT relname::text, pg_total_relation_size(oid) AS bytes FROM pg_class \
                           WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace \
                           AND pg_total_relation_size(oid) > 1000000 ORDER BY bytes DESC";
                sqlx::query_as(sql).fetch_all(pool).await?
            }
        })
    }

    /// Closes the pools.
    pub async fn close(self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
