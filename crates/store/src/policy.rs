//! Policies, the same for all customers. There are few of each.

use crate::authority::EPOCH;
use crate::row::{Entity, row};
use crate::{Result, Scope, Tenant, Transaction};

row! {
    /// Limits on what a customer stores.
    StoragePolicy {
        /// Its name.
        name: String = "name",
        /// How many images may be stored.
        maximum_images: i64 = "maximum_images",
        /// How many bytes they may take.
        maximum_bytes: i64 = "maximum_bytes",
        /// Rises with each change.
        version: i64 = "version",
    }
}

row! {
    /// A set of sizes of thumbnails.
    ThumbnailPolicy {
        /// Its name.
        name: String = "name",
        /// The sizes, as a JSON array.
        sizes: String = "sizes",
    }
}

row! {
    /// A way of preparing images.
    ImageOptimisationPolicy {
        /// Its name.
        name: String = "name",
        /// What it does.
        technical_details: String = "technical_details",
    }
}

/// A kind of policy.
pub trait Policy: Entity {
    /// The table.
    const TABLE: &'static str;
}

impl Policy for StoragePolicy {
    const TABLE: &'static str = "storage_policy";
}

impl Policy for ThumbnailPolicy {
    const TABLE: &'static str = "thumbnail_policy";
}

impl Policy for ImageOptimisationPolicy {
    const TABLE: &'static str = "image_optimisation_policy";
}

/// A policy.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find<P: Policy>(scope: &Scope<'_>, name: &str) -> Result<Option<P>> {
    let sql = format!("SELECT {}, {EPOCH} FROM {} WHERE name = $1", P::COLUMNS, P::TABLE);
    scope.one(scope.statement(&sql, [name.into()])).await
}

/// All policies of a kind.
///
/// # Errors
/// As [`crate::Error`].
pub async fn all<P: Policy>(scope: &Scope<'_>) -> Result<Vec<P>> {
    scope.few(&format!("{} ORDER BY name", P::TABLE)).await
}

row! {
    /// A storage policy, and who has it.
    StoragePolicyInUse {
        /// Its name.
        name: String = "name",
        /// How many images may be stored.
        maximum_images: i64 = "maximum_images",
        /// How many bytes they may take.
        maximum_bytes: i64 = "maximum_bytes",
        /// How many customers have it.
        customers: i64 = "(SELECT count(*) FROM customer WHERE customer.storage_policy = storage_policy.name \
            AND lifecycle <> 'deleted')",
    }
}

/// The storage policies with how many customers have each, by name.
///
/// # Errors
/// As [`crate::Error`].
pub async fn storage_in_use(scope: &Scope<'_>) -> Result<Vec<StoragePolicyInUse>> {
    scope.few("storage_policy ORDER BY name").await
}

/// The storage policies, among writes.
///
/// # Errors
/// As [`crate::Error`].
pub async fn storage(transaction: &Transaction) -> Result<Vec<StoragePolicy>> {
    let sql = format!("SELECT {} FROM storage_policy ORDER BY name", StoragePolicy::COLUMNS);
    transaction.all(transaction.statement(&sql, [])).await
}

/// Makes a storage policy of all that a row says, or writes it over the one of that name.
///
/// # Errors
/// As [`crate::Error`].
pub async fn put_storage(transaction: &Transaction, row: &StoragePolicy) -> Result<()> {
    let sql = "INSERT INTO storage_policy (name, maximum_images, maximum_bytes, version) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (name) DO UPDATE SET maximum_images = excluded.maximum_images, \
               maximum_bytes = excluded.maximum_bytes, version = excluded.version";
    let StoragePolicy { name, maximum_images, maximum_bytes, version } = row;
    let values = [name.into(), (*maximum_images).into(), (*maximum_bytes).into(), (*version).into()];
    transaction.run(transaction.statement(sql, values)).await?;
    Ok(())
}

/// How many customers have a storage policy, other than that of new customers.
///
/// # Errors
/// As [`crate::Error`].
pub async fn customers_with(transaction: &Transaction, name: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM customer WHERE storage_policy = $1 AND storage_policy <> 'default' \
               AND lifecycle <> 'deleted'";
    let row: Option<(i64,)> = transaction.one(transaction.statement(sql, [name.into()])).await?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Deletes a storage policy.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete_storage(transaction: &Transaction, name: &str) -> Result<()> {
    let sql = "DELETE FROM storage_policy WHERE name = $1";
    transaction.run(transaction.statement(sql, [name.into()])).await?;
    Ok(())
}

/// Has what a customer stores limited by a policy.
///
/// # Errors
/// As [`crate::Error`].
pub async fn assign_storage(transaction: &Transaction, tenant: Tenant, name: &str) -> Result<()> {
    let sql = "UPDATE customer SET storage_policy = $1 WHERE id = $2";
    transaction.run(transaction.statement(sql, [name.into(), tenant.id().into()])).await?;
    Ok(())
}
