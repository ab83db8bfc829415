//! The queries: what Portico asks, without what it asks beside it.

use serde::Deserialize;
use sqlx::Result;
use uuid::Uuid;

use crate::database::{Database, on};

/// id, name, display name, administrator, created, version, kind, parent.
pub type CustomerRow = (i64, String, String, bool, i64, i64, String, Option<i64>);
/// id, uuid, e-mail, enabled, sign-in name, mobile, created, version.
pub type UserRow = (i64, Uuid, String, bool, Option<String>, Option<String>, i64, i64);

/// A customer.
pub async fn customer(database: &Database, id: i64) -> Result<Option<CustomerRow>> {
    const SQL: &str = "SELECT id, cid, name, administrator, created_at, version, kind, parent_id FROM customer \
        WHERE id = $1 AND lifecycle <> 'deleted'";
    on!(database, reads, pool => sqlx::query_as(SQL).bind(id).fetch_optional(pool).await)
}

/// A portal user.
pub async fn portal_user(database: &Database, customer: i64, uuid: Uuid) -> Result<Option<UserRow>> {
    const SQL: &str = "SELECT id, uuid, email, enabled, uid, mobile, created_at, version FROM portal_user \
        WHERE uuid = $1 AND customer_id = $2";
    on!(database, reads, pool => sqlx::query_as(SQL).bind(uuid).bind(customer).fetch_optional(pool).await)
}

/// The version of a portal user.
pub async fn version(database: &Database, customer: i64, uuid: Uuid) -> Result<Option<i64>> {
    const SQL: &str = "SELECT version FROM portal_user WHERE uuid = $1 AND customer_id = $2";
    on!(database, reads, pool => sqlx::query_scalar(SQL).bind(uuid).bind(customer).fetch_optional(pool).await)
}

/// How many portal users a customer has.
pub async fn count(database: &Database, customer: i64) -> Result<i64> {
    const SQL: &str = "SELECT count(*) FROM portal_user WHERE customer_id = $1";
    on!(database, reads, pool => sqlx::query_scalar(SQL).bind(customer).fetch_one(pool).await)
}

/// Portal users of a customer, from the first or after one.
pub async fn page(database: &Database, customer: i64, after: Option<i64>, limit: i64) -> Result<Vec<UserRow>> {
    const FIRST: &str = "SELECT id, uuid, email, enabled, uid, mobile, created_at, version FROM portal_user \
        WHERE customer_id = $1 ORDER BY id ASC LIMIT $2";
    const NEXT: &str = "SELECT id, uuid, email, enabled, uid, mobile, created_at, version FROM portal_user \
        WHERE customer_id = $1 AND id > $2 ORDER BY id ASC LIMIT $3";
    on!(database, reads, pool => match after {
        None => sqlx::query_as(FIRST).bind(customer).bind(limit).fetch_all(pool).await,
        Some(after) => sqlx::query_as(NEXT).bind(customer).bind(after).bind(limit).fetch_all(pool).await,
    })
}

/// Makes a portal user.
#[expect(clippy::disallowed_methods, reason = "a plain server takes time and identities where it finds them")]
pub async fn insert(database: &Database, customer: i64, new: NewUser) -> Result<UserRow> {
    const SQL: &str = "INSERT INTO portal_user (uuid, customer_id, email, email_key, uid, uid_key, mobile, enabled, \
        created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) \
        RETURNING id, uuid, email, enabled, uid, mobile, created_at, version";
    let now = chrono::Utc::now().timestamp_micros();
    let uuid = uuid::Builder::from_random_bytes(rand::random()).into_uuid();
    let email_key = new.email.to_lowercase();
    let uid_key = new.uid.as_deref().map(str::to_lowercase);
    on!(database, writes, pool => {
        let query = sqlx::query_as(SQL).bind(uuid).bind(customer).bind(new.email).bind(email_key);
        let query = query.bind(new.uid).bind(uid_key).bind(new.mobile).bind(new.enabled.unwrap_or(true)).bind(now);
        query.fetch_one(pool).await
    })
}

/// What a body gives.
#[derive(Debug, Deserialize)]
pub struct NewUser {
    email: String,
    uid: Option<String>,
    mobile: Option<String>,
    enabled: Option<bool>,
}
