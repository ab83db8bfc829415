//! The queries: what Portico asks, without what it asks beside it, in the fastest way that each database has.

mod postgres;
mod sqlite;

use std::path::Path;

use anyhow::Result;
use serde::Deserialize;
use uuid::Uuid;

use crate::database::Database;
use sqlite::Sqlite;

/// id, name, display name, administrator, created, version, kind, parent.
pub type CustomerRow = (i64, String, String, bool, i64, i64, String, Option<i64>);
/// id, uuid, e-mail, enabled, sign-in name, mobile, created, version.
pub type UserRow = (i64, Uuid, String, bool, Option<String>, Option<String>, i64, i64);

const CUSTOMER: &str = "SELECT id, cid, name, administrator, created_at, version, kind, parent_id FROM customer \
    WHERE id = $1 AND lifecycle <> 'deleted'";
const PORTAL_USER: &str = "SELECT id, uuid, email, enabled, uid, mobile, created_at, version FROM portal_user \
    WHERE uuid = $1 AND customer_id = $2";
const VERSION: &str = "SELECT version FROM portal_user WHERE uuid = $1 AND customer_id = $2";
const TOTAL: &str = "SELECT count(*) FROM portal_user WHERE customer_id = $1";
const FIRST: &str = "SELECT id, uuid, email, enabled, uid, mobile, created_at, version FROM portal_user \
    WHERE customer_id = $1 ORDER BY id ASC LIMIT $2";
const NEXT: &str = "SELECT id, uuid, email, enabled, uid, mobile, created_at, version FROM portal_user \
    WHERE customer_id = $1 AND id > $2 ORDER BY id ASC LIMIT $3";
const INSERT: &str = "INSERT INTO portal_user (uuid, customer_id, email, email_key, uid, uid_key, mobile, enabled, \
    created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) \
    RETURNING id, uuid, email, enabled, uid, mobile, created_at, version";

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

/// What a body gives.
#[derive(Debug, Deserialize)]
pub struct NewUser {
    email: String,
    uid: Option<String>,
    mobile: Option<String>,
    enabled: Option<bool>,
}

/// What becomes of it.
pub struct Made {
    uuid: Uuid,
    email: String,
    email_key: String,
    uid: Option<String>,
    uid_key: Option<String>,
    mobile: Option<String>,
    enabled: bool,
    at: i64,
}

impl Made {
    #[expect(clippy::disallowed_methods, reason = "a plain server takes time and identities where it finds them")]
    fn of(new: NewUser) -> Self {
        Self {
            uuid: uuid::Builder::from_random_bytes(rand::random()).into_uuid(),
            email_key: new.email.to_lowercase(),
            email: new.email,
            uid_key: new.uid.as_deref().map(str::to_lowercase),
            uid: new.uid,
            mobile: new.mobile,
            enabled: new.enabled.unwrap_or(true),
            at: chrono::Utc::now().timestamp_micros(),
        }
    }
}
