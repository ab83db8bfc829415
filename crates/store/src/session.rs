//! Sessions: the rows that tokens are bound to, so that deleting one ends its token at once.

use sea_orm::Value;
use uuid::Uuid;

use crate::authority::EPOCH;
use crate::effective::effective_names;
use crate::folding::key;
use crate::listing::{LASTING, Listing, Ownership, RowPage, Table};
use crate::row::{Entity as _, row};
use crate::{CustomerNumber, Number, Result, Scope, Tenant, Transaction, UserNumber};

row! {
    /// Who somebody is, and what they may do.
    SessionHolder {
        /// The number that other tables refer to.
        id: UserNumber = "portal_user.id",
        /// The identity in addresses.
        uuid: Uuid = "portal_user.uuid",
        /// The customer the person belongs to; none for a system user.
        customer: Option<CustomerNumber> = "portal_user.customer_id",
        /// Whether that customer administers the service.
        administrator: bool = "COALESCE(customer.administrator, FALSE)",
        /// Whether account and customer are such that the person may be signed in.
        active: bool = "(portal_user.enabled AND COALESCE(customer.lifecycle = 'active', TRUE))",
        /// The names of all entitlements that have effect for the person, with commas between them.
        entitlements: Option<String> = effective_names!("portal_user", "user_id", "portal_user.id"),
        /// The numbers of all customers that the person could switch to, with commas between them.
        listed: Option<String> = "(SELECT string_agg(CAST(customer_id AS TEXT), ',') FROM portal_user_customer \
            WHERE user_id = portal_user.id)",
    }
}

const FROM: &str = "portal_user LEFT JOIN customer ON customer.id = portal_user.customer_id";

/// Whose a session is.
const FROM_USER: &str =
    "portal_user ON portal_user.id = session.user_id LEFT JOIN customer ON customer.id = portal_user.customer_id";

/// Whose a session is that somebody began with a password, if it has not ended.
///
/// # Errors
/// As [`crate::Error`].
pub async fn holder(scope: &Scope<'_>, session: Uuid, now: i64) -> Result<Option<SessionHolder>> {
    let sql = format!(
        "SELECT {}, {EPOCH} FROM session JOIN {FROM_USER} WHERE session.id = $1 AND session.expires_at > $2",
        SessionHolder::COLUMNS,
    );
    scope.one(scope.statement(&sql, [session.into(), now.into()])).await
}

/// The key that a session was begun with, by what it is known by, if it has not ended.
///
/// # Errors
/// As [`crate::Error`].
pub async fn key_of(scope: &Scope<'_>, session: Uuid, now: i64) -> Result<Option<Uuid>> {
    let sql = format!(
        "SELECT api_key.key, {EPOCH} FROM session JOIN api_key ON api_key.id = session.key_id \
         WHERE session.id = $1 AND session.expires_at > $2"
    );
    let found: Option<(Uuid,)> = scope.one(scope.statement(&sql, [session.into(), now.into()])).await?;
    Ok(found.map(|(key,)| key))
}

row! {
    /// A session. Instants are microseconds since 1970.
    Session {
        /// Its age among sessions; never shown.
        id: Number<Self> = "id",
        /// What a token names it by. Without the server's key no token can be made of it, so it is no secret.
        uuid: Uuid = "uuid",
        /// When somebody signed in.
        created_at: i64 = "created_at",
        /// When it ends by itself.
        expires_at: i64 = "expires_at",
        /// When it was used last, as far as that was written down.
        last_used_at: Option<i64> = "last_used_at",
    }
}

/// The sessions of one user; whether there is such a user is known by then.
const TABLE: Table = Table {
    name: "(SELECT number AS id, id AS uuid, user_id, created_at, expires_at, last_used_at FROM session) AS session",
    ownership: Ownership::In("user_id"),
    condition: "TRUE",
    owner_exists: "TRUE",
    extents: None,
    text: &[],
    has_trigrams: false,
    filters: &[LASTING],
    orders: &[],
};

/// A session of a user, by the number of the user, unless it has ended.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, user: UserNumber, session: Uuid, now: i64) -> Result<Option<Session>> {
    let sql = format!(
        "SELECT {}, {EPOCH} FROM {} WHERE uuid = $1 AND user_id = $2 AND expires_at > $3",
        Session::COLUMNS,
        TABLE.name
    );
    scope.one(scope.statement(&sql, [session.into(), user.into(), now.into()])).await
}

/// The sessions of a user that have not ended, by the number of the user.
///
/// # Errors
/// As [`crate::Error`].
pub async fn list(
    scope: &Scope<'_>,
    user: UserNumber,
    listing: &Listing,
    now: i64,
) -> Result<Option<RowPage<Session>>> {
    TABLE.list(scope, Some(user.into()), &listing.lasting(now)).await
}

row! {
    /// A session of whomever, and whose it is.
    OwnedSession {
        /// What it is known by.
        uuid: Uuid = "session.id",
        /// The identity of the user; none where it was begun with a key.
        user: Option<Uuid> = "portal_user.uuid",
        /// The address of the user.
        email: Option<String> = "portal_user.email",
        /// The key that it was begun with.
        key: Option<Uuid> = "api_key.key",
        /// The name of the customer of either; none of a system user's.
        customer: Option<String> = "customer.cid",
        /// When somebody signed in.
        created_at: i64 = "session.created_at",
        /// When it ends by itself.
        expires_at: i64 = "session.expires_at",
        /// When it was used last.
        last_used_at: Option<i64> = "session.last_used_at",
    }
}

/// Whose sessions an operator means.
#[derive(Debug, Clone, Copy)]
pub enum WhoseSessions {
    /// Everybody's.
    All,
    /// Those of the users and keys of a customer.
    Customer(CustomerNumber),
    /// Those of one user.
    User(UserNumber),
}

/// The query for the numbers of the sessions of those who belong to a customer, and of its keys, where its number is in a place.
fn of_customer(place: &str) -> String {
    format!(
        "SELECT number FROM portal_user JOIN session ON user_id = portal_user.id WHERE customer_id = {place} UNION ALL \
         SELECT number FROM api_key JOIN session ON key_id = api_key.id WHERE customer_id = {place}"
    )
}

/// Sessions of whomever that have not ended, the oldest first.
///
/// # Errors
/// As [`crate::Error`].
pub async fn owned(scope: &Scope<'_>, whose: WhoseSessions, now: i64) -> Result<Vec<OwnedSession>> {
    let (condition, value): (_, Value) = match whose {
        WhoseSessions::All => ("$2 = 0".to_owned(), 0_i64.into()),
        WhoseSessions::Customer(id) => (format!("session.number IN ({})", of_customer("$2")), id.into()),
        WhoseSessions::User(id) => ("session.user_id = $2".to_owned(), id.into()),
    };
    let sql = format!(
        "SELECT {} FROM session LEFT JOIN portal_user ON portal_user.id = session.user_id \
         LEFT JOIN api_key ON api_key.id = session.key_id \
         LEFT JOIN customer ON customer.id = coalesce(portal_user.customer_id, api_key.customer_id) \
         WHERE session.expires_at > $1 AND {condition} ORDER BY session.number",
        OwnedSession::COLUMNS
    );
    scope.all(scope.statement(&sql, [now.into(), value])).await
}

/// Writes down that a session was used at an instant, unless it is known to have been used later.
///
/// # Errors
/// As [`crate::Error`].
pub async fn used(transaction: &Transaction, session: Uuid, at: i64) -> Result<()> {
    let sql = "UPDATE session SET last_used_at = $1 WHERE id = $2 AND (last_used_at IS NULL OR last_used_at < $1)";
    transaction.run(transaction.statement(sql, [at.into(), session.into()])).await?;
    Ok(())
}

/// The portal user that an issuer of tokens calls by this identity or sign-in name.
///
/// # Errors
/// As [`crate::Error`].
pub async fn identity(scope: &Scope<'_>, uuid: Option<Uuid>, uid: &str) -> Result<Option<SessionHolder>> {
    let sql = format!(
        "SELECT {}, {EPOCH} FROM {FROM} WHERE {}",
        SessionHolder::COLUMNS,
        // A sign-in name never has the form of an identity, so a subject is one or the other.
        if uuid.is_some() { "portal_user.uuid = $1" } else { "portal_user.uid_key = $1" },
    );
    let value: Value = uuid.map_or_else(|| key("uid_key", uid).into(), Value::from);
    scope.one(scope.statement(&sql, [value])).await
}

/// What a session begins with.
#[derive(Debug, Clone, Copy)]
pub enum Beginner {
    /// The password of the user with this number.
    User(UserNumber),
    /// The secret of the key that is known by this.
    Key(Uuid),
}

/// Begins a session. What it would begin with may be gone meanwhile; then there is none.
///
/// # Errors
/// As [`crate::Error`].
pub async fn insert(
    transaction: &Transaction,
    session: Uuid,
    beginner: Beginner,
    now: i64,
    expires_at: i64,
) -> Result<()> {
    let (column, from, value): (_, _, Value) = match beginner {
        Beginner::User(user) => ("user_id", "portal_user WHERE id = $2", user.into()),
        Beginner::Key(key) => ("key_id", "api_key WHERE key = $2", key.into()),
    };
    let sql = format!("INSERT INTO session (id, {column}, created_at, expires_at) SELECT $1, id, $3, $4 FROM {from}");
    transaction.run(transaction.statement(&sql, [session.into(), value, now.into(), expires_at.into()])).await?;
    Ok(())
}

/// Ends the sessions of a portal user.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete_of(transaction: &Transaction, user: UserNumber) -> Result<u64> {
    transaction.run(transaction.statement("DELETE FROM session WHERE user_id = $1", [user.into()])).await
}

/// Ends the sessions of everybody who belongs to a customer, and those that were begun with its keys.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete_of_customer(transaction: &Transaction, tenant: Tenant) -> Result<u64> {
    let sql = format!("DELETE FROM session WHERE number IN ({})", of_customer("$1"));
    transaction.run(transaction.statement(&sql, [tenant.id().into()])).await
}

/// Ends a session. False if it has ended.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete(transaction: &Transaction, session: Uuid) -> Result<bool> {
    Ok(transaction.run(transaction.statement("DELETE FROM session WHERE id = $1", [session.into()])).await? > 0)
}

row! {
    /// How many sessions there are.
    Open {
        /// That many.
        count: i64 = "count(*)",
    }
}

/// How many sessions have not ended.
///
/// # Errors
/// As [`crate::Error`].
pub async fn open(scope: &Scope<'_>, now: i64) -> Result<i64> {
    let sql = format!("SELECT {} FROM session WHERE expires_at > $1", Open::COLUMNS);
    let rows: Vec<Open> = scope.all(scope.statement(&sql, [now.into()])).await?;
    Ok(rows.first().map_or(0, |open| open.count))
}

/// Clears away sessions that ended before an instant.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete_expired(transaction: &Transaction, before: i64) -> Result<u64> {
    transaction.run(transaction.statement("DELETE FROM session WHERE expires_at < $1", [before.into()])).await
}
