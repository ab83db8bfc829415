//! What is asked of either database, and what comes of it.

use serde::Deserialize;
use uuid::Uuid;

/// id, name, display name, administrator, created, version, kind, parent.
pub type CustomerRow = (i64, String, String, bool, i64, i64, String, Option<i64>);
/// id, uuid, e-mail, enabled, sign-in name, mobile, created, version.
pub type UserRow = (i64, Uuid, String, bool, Option<String>, Option<String>, i64, i64);

pub const CUSTOMER: &str = "SELECT id, cid, name, administrator, created_at, version, kind, parent_id FROM customer \
    WHERE id = $1 AND lifecycle <> 'deleted'";
pub const PORTAL_USER: &str = "SELECT id, uuid, email, enabled, uid, mobile, created_at, version FROM portal_user \
    WHERE uuid = $1 AND customer_id = $2";
pub const VERSION: &str = "SELECT version FROM portal_user WHERE uuid = $1 AND customer_id = $2";
pub const TOTAL: &str = "SELECT count(*) FROM portal_user WHERE customer_id = $1";
pub const FIRST: &str = "SELECT id, uuid, email, enabled, uid, mobile, created_at, version FROM portal_user \
    WHERE customer_id = $1 ORDER BY id ASC LIMIT $2";
pub const NEXT: &str = "SELECT id, uuid, email, enabled, uid, mobile, created_at, version FROM portal_user \
    WHERE customer_id = $1 AND id > $2 ORDER BY id ASC LIMIT $3";
pub const INSERT: &str = "INSERT INTO portal_user (uuid, customer_id, email, email_key, uid, uid_key, mobile, enabled, \
    created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) \
    RETURNING id, uuid, email, enabled, uid, mobile, created_at, version";

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
    pub uuid: Uuid,
    pub email: String,
    pub email_key: String,
    pub uid: Option<String>,
    pub uid_key: Option<String>,
    pub mobile: Option<String>,
    pub enabled: bool,
    pub at: i64,
}

impl Made {
    #[expect(clippy::disallowed_methods, reason = "a plain server takes time and identities where it finds them")]
    /// A new one, from now on.
    pub fn of(new: NewUser) -> Self {
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
