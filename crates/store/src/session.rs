//! Sessions: the rows that tokens are bound to, so that deleting one ends its token at once.

use sea_orm::Value;
use uuid::Uuid;

use crate::authority::EPOCH;
use crate::effective::effective_names;
use crate::folding::key;
use crate::row::{Entity as _, row};
use crate::{CustomerNumber, Result, Scope, Tenant, Transaction, UserNumber};

row! {
    /// Who somebody is, and what they may do.
    Identity {
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

/// Whose a session is, if it has not ended.
///
/// # Errors
/// As [`crate::Error`].
pub async fn holder(scope: &Scope<'_>, session: Uuid, now: i64) -> Result<Option<Identity>> {
    let sql = format!(
        "SELECT {}, {EPOCH} FROM session JOIN {FROM_USER} WHERE session.id = $1 AND session.expires_at > $2",
        Identity::COLUMNS,
        FROM_USER = format_args!(
            "portal_user ON portal_user.id = session.user_id LEFT JOIN customer ON customer.id = portal_user.customer_id"
        ),
    );
    scope.one(scope.statement(&sql, [session.into(), now.into()])).await
}

/// The portal user that an issuer of tokens calls by this identity or sign-in name.
///
/// # Errors
/// As [`crate::Error`].
pub async fn identity(scope: &Scope<'_>, uuid: Option<Uuid>, uid: &str) -> Result<Option<Identity>> {
    let sql = format!(
        "SELECT {}, {EPOCH} FROM {FROM} WHERE {}",
        Identity::COLUMNS,
        // A sign-in name never has the form of an identity, so a subject is one or the other.
        if uuid.is_some() { "portal_user.uuid = $1" } else { "portal_user.uid_key = $1" },
    );
    let value: Value = uuid.map_or_else(|| key("uid_key", uid).into(), Value::from);
    scope.one(scope.statement(&sql, [value])).await
}

/// Begins a session, and clears away a few that are over.
///
/// # Errors
/// As [`crate::Error`].
pub async fn insert(
    transaction: &Transaction,
    session: Uuid,
    user: UserNumber,
    now: i64,
    expires_at: i64,
) -> Result<()> {
    let sql = "INSERT INTO session (id, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)";
    transaction.run(transaction.statement(sql, [session.into(), user.into(), now.into(), expires_at.into()])).await?;
    Ok(())
}

/// Ends the sessions of a portal user.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete_of(transaction: &Transaction, user: UserNumber) -> Result<u64> {
    transaction.run(transaction.statement("DELETE FROM session WHERE user_id = $1", [user.into()])).await
}

/// Ends the sessions of everybody who belongs to a customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete_of_customer(transaction: &Transaction, tenant: Tenant) -> Result<u64> {
    let sql = "DELETE FROM session WHERE user_id IN (SELECT id FROM portal_user WHERE customer_id = $1)";
    transaction.run(transaction.statement(sql, [tenant.id().into()])).await
}

/// Ends a session. False if it has ended.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete(transaction: &Transaction, session: Uuid) -> Result<bool> {
    Ok(transaction.run(transaction.statement("DELETE FROM session WHERE id = $1", [session.into()])).await? > 0)
}

/// Clears away sessions that ended before an instant.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete_expired(transaction: &Transaction, before: i64) -> Result<u64> {
    transaction.run(transaction.statement("DELETE FROM session WHERE expires_at < $1", [before.into()])).await
}
