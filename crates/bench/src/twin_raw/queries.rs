//! The queries: what Portico asks, without what it asks beside it, in the fastest way that each database has.

mod postgres;
mod sqlite;

use std::path::Path;

use anyhow::Result;
use uuid::Uuid;

use super::statements::{CustomerRow, Made, NewUser, UserRow};
use crate::database::Database;
use sqlite::Sqlite;

/// Where the rows are.
pub enum Source {
    /// In a file, which is read on the thread that asks.
    Sqlite(Box<Sqlite>),
    /// At a server.
    Postgres(sqlx::PgPool),
}

/// Runs a query at whichever it is.
macro_rules! ask {
    ($source:expr, $query:ident($($value:expr),*)) => {
        match $source {
            Source::Sqlite(sqlite) => sqlite.$query($($value),*)?,
            Source::Postgres(pool) => postgres::$query(pool, $($value),*).await?,
        }
    };
}

impl Source {
    /// Opens a database.
    ///
    /// # Errors
    /// Nobody answers at the address.
    pub async fn open(url: &str) -> Result<Self> {
        if let Some(file) = url.strip_prefix("sqlite://") {
            return Ok(Self::Sqlite(Box::new(Sqlite::open(Path::new(file))?)));
        }
        match Database::open(url).await? {
            Database::Postgres(pool) => Ok(Self::Postgres(pool)),
            Database::Sqlite { .. } => anyhow::bail!("{url} is not understood"),
        }
    }

    /// A customer.
    pub async fn customer(&self, id: i64) -> Result<Option<CustomerRow>> {
        Ok(ask!(self, customer(id)))
    }

    /// A portal user.
    pub async fn portal_user(&self, customer: i64, uuid: Uuid) -> Result<Option<UserRow>> {
        Ok(ask!(self, portal_user(customer, uuid)))
    }

    /// The version of a portal user.
    pub async fn version(&self, customer: i64, uuid: Uuid) -> Result<Option<i64>> {
        Ok(ask!(self, version(customer, uuid)))
    }

    /// How many portal users a customer has.
    pub async fn total(&self, customer: i64) -> Result<i64> {
        Ok(ask!(self, total(customer)))
    }

    /// Portal users of a customer, from the first or after one.
    pub async fn page(&self, customer: i64, after: Option<i64>, limit: i64) -> Result<Vec<UserRow>> {
        Ok(ask!(self, page(customer, after, limit)))
    }

    /// Makes a portal user.
    pub async fn insert(&self, customer: i64, new: NewUser) -> Result<UserRow> {
        let made = Made::of(new);
        Ok(ask!(self, insert(customer, &made)))
    }
}
