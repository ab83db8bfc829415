//! What is stored in all; kept by triggers on the images.

use crate::authority::EPOCH;
use crate::row::{Entity, row};
use crate::{Number, Result, Scope, Tenant, Transaction, of};

row! {
    /// What images take. Sizes are bytes.
    Storage {
        /// How many images are registered.
        images: i64 = "CAST(coalesce(sum(images), 0) AS BIGINT)",
        /// How many of them are stored.
        stored: i64 = "CAST(coalesce(sum(stored), 0) AS BIGINT)",
        /// Of what was fetched.
        size: i64 = "CAST(coalesce(sum(size), 0) AS BIGINT)",
        /// Of all thumbnails.
        thumbnail_size: i64 = "CAST(coalesce(sum(thumbnail_size), 0) AS BIGINT)",
    }
}

/// What the images of a customer take.
///
/// # Errors
/// As [`crate::Error`].
pub async fn of_customer(scope: &Scope<'_>, tenant: Tenant) -> Result<Storage> {
    let sql = format!("SELECT {}, {EPOCH} FROM storage WHERE customer_id = $1", Storage::COLUMNS);
    scope.facts(scope.statement(&sql, [tenant.id().into()])).await
}

/// What the images of a space take.
///
/// # Errors
/// As [`crate::Error`].
pub async fn of_space(scope: &Scope<'_>, tenant: Tenant, space_id: Number<of::Space>) -> Result<Storage> {
    let sql = format!("SELECT {}, {EPOCH} FROM storage WHERE customer_id = $1 AND space_id = $2", Storage::COLUMNS);
    scope.facts(scope.statement(&sql, [tenant.id().into(), space_id.into()])).await
}

/// What the images of a customer take, and the name of the policy that limits it. Nobody else adds images of this customer
/// until the transaction ends. None if there is no such customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn lock(transaction: &Transaction, tenant: Tenant) -> Result<Option<(Storage, Policy)>> {
    let sql = format!(
        "SELECT {} FROM storage_policy WHERE name = \
         (SELECT storage_policy FROM customer WHERE id = $1 AND lifecycle <> 'deleted')",
        Policy::COLUMNS
    );
    let lock = format!("SELECT id FROM customer WHERE id = $1{}", transaction.for_no_key_update());
    let _: Option<(i64,)> = transaction.one(transaction.statement(&lock, [tenant.id().into()])).await?;
    let policy: Option<Policy> = transaction.one(transaction.statement(&sql, [tenant.id().into()])).await?;
    let Some(policy) = policy else { return Ok(None) };
    let sql = format!("SELECT {} FROM storage WHERE customer_id = $1", Storage::COLUMNS);
    let storage: Option<Storage> = transaction.one(transaction.statement(&sql, [tenant.id().into()])).await?;
    Ok(storage.map(|storage| (storage, policy)))
}

pub use crate::policy::StoragePolicy as Policy;

/// The bytes that a customer may still store; less than none where the policy was changed.
///
/// # Errors
/// As [`crate::Error`].
pub async fn left(scope: &Scope<'_>, tenant: Tenant) -> Result<i64> {
    let sql = format!(
        "SELECT maximum_bytes - (SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM storage WHERE customer_id = $1), \
         {EPOCH} FROM storage_policy WHERE name = (SELECT storage_policy FROM customer WHERE id = $1)"
    );
    let row: Option<(i64,)> = scope.one(scope.statement(&sql, [tenant.id().into()])).await?;
    Ok(row.map_or(0, |(left,)| left))
}

/// The name of a customer's storage policy.
///
/// # Errors
/// As [`crate::Error`].
pub async fn policy_of(scope: &Scope<'_>, tenant: Tenant) -> Result<Option<String>> {
    let sql = format!("SELECT storage_policy, {EPOCH} FROM customer WHERE id = $1 AND lifecycle <> 'deleted'");
    let row: Option<(String,)> = scope.one(scope.statement(&sql, [tenant.id().into()])).await?;
    Ok(row.map(|(name,)| name))
}
