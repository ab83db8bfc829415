//! Sessions of people who look at images, and the tokens of their viewers. Both are known by a digest alone.

use sea_orm::Value;
use uuid::Uuid;

use crate::authority::EPOCH;
use crate::listing::{LASTING, Listing, Ownership, RowPage, Table};
use crate::placeholders::placeholders;
use crate::row::{Entity as _, row};
use crate::{CustomerNumber, Number, Result, Scope, ServiceNumber, Tenant, Transaction};

/// The digest of a secret.
pub type Digest = [u8; 32];

/// What somebody shows who wants to see an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// The cookie of a session.
    Cookie(Digest),
    /// A token for a session.
    Token(Digest),
}

row! {
    /// A session of somebody, by which they hold a role. Instants are microseconds since 1970.
    HeldRole {
        /// The digest of its cookie.
        cookie: Vec<u8> = "viewer_session.cookie_hash",
        /// The service that it was begun with.
        service: ServiceNumber = "viewer_session.service_id",
        /// When it ends, unless it is used before.
        expires_at: i64 = "viewer_session.expires_at",
        /// When it ends however often it is used.
        ends_at: i64 = "viewer_session.ends_at",
        /// How many seconds after it was used it ends.
        time_to_live: i64 = "used.time_to_live",
        /// When the last of the sessions of the cookie ends.
        last: i64 =
            "(SELECT max(other.expires_at) FROM viewer_session AS other WHERE other.cookie_hash = viewer_session.cookie_hash)",
    }
}

/// The sessions by which a pass brings one of these roles of a customer: the role is acquired by a service that its session
/// has, or by one nested in that. A service whose role provider is configured gives nothing by itself, also in sessions from
/// before.
///
/// # Errors
/// As [`crate::Error`].
pub async fn held(scope: &Scope<'_>, tenant: Tenant, pass: Pass, roles: &[String], now: i64) -> Result<Vec<HeldRole>> {
    if roles.is_empty() {
        return Ok(Vec::new());
    }
    let (cookie, digest) = match pass {
        Pass::Cookie(digest) => ("$3", digest),
        Pass::Token(digest) => {
            ("(SELECT cookie_hash FROM viewer_token WHERE token_hash = $3 AND expires_at > $2)", digest)
        }
    };
    let mut values: Vec<Value> = vec![tenant.id().into(), now.into(), digest.to_vec().into()];
    let placeholders = placeholders(&mut values, roles.iter().cloned());
    let sql = format!(
        "SELECT DISTINCT {} FROM role JOIN auth_service AS own ON own.id = role.auth_service_id \
         JOIN viewer_session ON viewer_session.service_id IN (own.id, own.parent_id) \
         JOIN auth_service AS used ON used.id = viewer_session.service_id \
         WHERE role.customer_id = $1 AND role.slug IN ({placeholders}) AND own.provider_configuration IS NULL \
         AND used.provider_configuration IS NULL AND viewer_session.customer_id = $1 \
         AND viewer_session.expires_at > $2 AND viewer_session.cookie_hash = {cookie}",
        HeldRole::COLUMNS
    );
    scope.all(scope.statement(&sql, values)).await
}

/// Has a session of a cookie with a service end later, and the tokens of the cookie with it.
///
/// # Errors
/// As [`crate::Error`].
pub async fn extend(transaction: &Transaction, cookie: &[u8], service: ServiceNumber, expires_at: i64) -> Result<()> {
    let sql = "UPDATE viewer_session SET expires_at = $1 \
        WHERE cookie_hash = $2 AND service_id = $3 AND expires_at < $1";
    let values: [Value; 3] = [expires_at.into(), cookie.to_vec().into(), service.into()];
    if transaction.run(transaction.statement(sql, values)).await? == 0 {
        // Somebody logged out, or another request was faster.
        return Ok(());
    }
    let sql = "UPDATE viewer_token SET expires_at = $1 WHERE cookie_hash = $2 AND expires_at < $1";
    transaction.run(transaction.statement(sql, [expires_at.into(), cookie.to_vec().into()])).await?;
    Ok(())
}

/// When the last of a cookie's sessions with a customer's services ends; none where there is none.
///
/// # Errors
/// As [`crate::Error`].
pub async fn end_of(transaction: &Transaction, tenant: Tenant, cookie: Digest, now: i64) -> Result<Option<i64>> {
    let sql = "SELECT max(expires_at) FROM viewer_session \
        WHERE cookie_hash = $1 AND customer_id = $2 AND expires_at > $3";
    let values = [cookie.to_vec().into(), tenant.id().into(), now.into()];
    let row: Option<(Option<i64>,)> = transaction.one(transaction.statement(sql, values)).await?;
    Ok(row.and_then(|(end,)| end))
}

/// When a session ends, in microseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// Unless it is used before.
    pub unused: i64,
    /// However often it is used.
    pub latest: i64,
}

/// Begins a session with a service, or begins it anew, by the name that it had. Clears away those that are over.
///
/// # Errors
/// As [`crate::Error`].
pub async fn begin(
    transaction: &Transaction,
    tenant: Tenant,
    session: Uuid,
    cookie: Digest,
    service: ServiceNumber,
    now: i64,
    end: End,
) -> Result<()> {
    delete_expired(transaction, now).await?;
    let sql = "INSERT INTO viewer_session (id, cookie_hash, service_id, customer_id, created_at, expires_at, ends_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (cookie_hash, service_id) \
        DO UPDATE SET created_at = excluded.created_at, expires_at = excluded.expires_at, ends_at = excluded.ends_at";
    let values: [Value; 7] = [
        session.into(),
        cookie.to_vec().into(),
        service.into(),
        tenant.id().into(),
        now.into(),
        end.unused.into(),
        end.latest.into(),
    ];
    transaction.run(transaction.statement(sql, values)).await?;
    Ok(())
}

/// Clears away sessions that have ended, and tokens.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete_expired(transaction: &Transaction, now: i64) -> Result<()> {
    for sql in ["DELETE FROM viewer_session WHERE expires_at <= $1", "DELETE FROM viewer_token WHERE expires_at <= $1"]
    {
        transaction.run(transaction.statement(sql, [now.into()])).await?;
    }
    Ok(())
}

/// Ends a session with a service.
///
/// # Errors
/// As [`crate::Error`].
pub async fn end(transaction: &Transaction, cookie: Digest, service: ServiceNumber) -> Result<()> {
    let sql = "DELETE FROM viewer_session WHERE cookie_hash = $1 AND service_id = $2";
    transaction.run(transaction.statement(sql, [cookie.to_vec().into(), service.into()])).await?;
    Ok(())
}

/// Keeps a token for a cookie's sessions. Clears away those that are over.
///
/// # Errors
/// As [`crate::Error`].
pub async fn issue(transaction: &Transaction, token: Digest, cookie: Digest, now: i64, expires_at: i64) -> Result<()> {
    delete_expired(transaction, now).await?;
    let sql = "INSERT INTO viewer_token (token_hash, cookie_hash, expires_at) VALUES ($1, $2, $3)";
    let values = [token.to_vec().into(), cookie.to_vec().into(), expires_at.into()];
    transaction.run(transaction.statement(sql, values)).await?;
    Ok(())
}

row! {
    /// A session with a service, as it is told of. Instants are microseconds since 1970.
    ViewerSession {
        /// Its age among sessions; never shown.
        id: Number<Self> = "id",
        /// What it is known by; no secret.
        uuid: Uuid = "uuid",
        /// When it began; none of one that began before that was kept.
        created_at: Option<i64> = "created_at",
        /// When it ends, unless it is used before.
        expires_at: i64 = "expires_at",
        /// When it ends however often it is used.
        ends_at: i64 = "ends_at",
    }
}

/// The sessions with one service; whether there is such a service is known by then.
const TABLE: Table = Table {
    name: "(SELECT number AS id, id AS uuid, service_id, created_at, expires_at, ends_at FROM viewer_session) AS viewer_session",
    ownership: Ownership::In("service_id"),
    condition: "TRUE",
    owner_exists: "TRUE",
    extents: None,
    text: &[],
    has_trigrams: false,
    filters: &[LASTING],
    orders: &[],
};

/// A session with a service, unless it has ended.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, service: ServiceNumber, session: Uuid, now: i64) -> Result<Option<ViewerSession>> {
    let sql = format!(
        "SELECT {}, {EPOCH} FROM {} WHERE uuid = $1 AND service_id = $2 AND expires_at > $3",
        ViewerSession::COLUMNS,
        TABLE.name
    );
    scope.one(scope.statement(&sql, [session.into(), service.into(), now.into()])).await
}

/// The sessions with a service that have not ended.
///
/// # Errors
/// As [`crate::Error`].
pub async fn list(
    scope: &Scope<'_>,
    service: ServiceNumber,
    listing: &Listing,
    now: i64,
) -> Result<Option<RowPage<ViewerSession>>> {
    TABLE.list(scope, Some(service.into()), &listing.lasting(now)).await
}

/// Ends a session. False if it has ended.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete(transaction: &Transaction, session: Uuid) -> Result<bool> {
    Ok(transaction.run(transaction.statement("DELETE FROM viewer_session WHERE id = $1", [session.into()])).await? > 0)
}

row! {
    /// A session with whatever service, and whose service that is.
    OwnedViewerSession {
        /// What it is known by.
        uuid: Uuid = "viewer_session.id",
        /// The name of the customer.
        customer: String = "customer.cid",
        /// The name of the service.
        service: String = "auth_service.name",
        /// When it began.
        created_at: Option<i64> = "viewer_session.created_at",
        /// When it ends, unless it is used before.
        expires_at: i64 = "viewer_session.expires_at",
        /// When it ends however often it is used.
        ends_at: i64 = "viewer_session.ends_at",
    }
}

/// Sessions with the services of a customer that have not ended, the oldest first.
///
/// # Errors
/// As [`crate::Error`].
pub async fn owned(scope: &Scope<'_>, customer: CustomerNumber, now: i64) -> Result<Vec<OwnedViewerSession>> {
    let sql = format!(
        "SELECT {} FROM viewer_session JOIN customer ON customer.id = viewer_session.customer_id \
         JOIN auth_service ON auth_service.id = viewer_session.service_id \
         WHERE viewer_session.customer_id = $1 AND viewer_session.expires_at > $2 ORDER BY viewer_session.number",
        OwnedViewerSession::COLUMNS
    );
    scope.all(scope.statement(&sql, [customer.into(), now.into()])).await
}

/// Ends all sessions with the services of a customer; how many there were.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete_of_customer(transaction: &Transaction, customer: CustomerNumber) -> Result<u64> {
    let sql = "DELETE FROM viewer_session WHERE customer_id = $1";
    transaction.run(transaction.statement(sql, [customer.into()])).await
}
