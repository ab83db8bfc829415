//! Definitions of entitlements: what there is to grant.

use crate::authority::EPOCH;
use crate::row::{Entity as _, row};
use crate::{Result, Scope, Transaction};

row! {
    /// An entitlement.
    Entitlement {
        /// Its name.
        name: String = "name",
        /// What it permits.
        description: String = "description",
        /// Whether it is neither granted nor revoked by itself.
        core: bool = "core",
        /// Whether it came with the schema.
        built_in: bool = "built_in",
        /// Rises with each change.
        version: i64 = "version",
    }
}

/// An entitlement.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, name: &str) -> Result<Option<Entitlement>> {
    let sql = format!("SELECT {}, {EPOCH} FROM entitlement WHERE name = $1", Entitlement::COLUMNS);
    scope.one(scope.statement(&sql, [name.into()])).await
}

/// The same among writes: a transaction must not wait for a second connection.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find_within(transaction: &Transaction, name: &str) -> Result<Option<Entitlement>> {
    let sql = format!("SELECT {} FROM entitlement WHERE name = $1", Entitlement::COLUMNS);
    transaction.one(transaction.statement(&sql, [name.into()])).await
}

/// All entitlements, in no order. There are few.
///
/// # Errors
/// As [`crate::Error`].
pub async fn all(scope: &Scope<'_>) -> Result<Vec<Entitlement>> {
    scope.few("entitlement").await
}

/// All entitlements, among writes. Nobody else changes them until the transaction ends.
///
/// # Errors
/// As [`crate::Error`].
pub async fn lock_all(transaction: &Transaction) -> Result<Vec<Entitlement>> {
    let sql =
        format!("SELECT {} FROM entitlement ORDER BY name{}", Entitlement::COLUMNS, transaction.for_no_key_update());
    transaction.all(transaction.statement(&sql, [])).await
}

/// Defines an entitlement, which begins with this version.
///
/// # Errors
/// [`crate::Error::Taken`] if the name is.
pub async fn insert(
    transaction: &Transaction,
    name: &str,
    description: &str,
    core: bool,
    version: i64,
) -> Result<Entitlement> {
    let sql = format!(
        "INSERT INTO entitlement (name, description, core, version) VALUES ($1, $2, $3, $4) RETURNING {}",
        Entitlement::COLUMNS
    );
    let values = [name.into(), description.into(), core.into(), version.into()];
    let row = transaction.one(transaction.statement(&sql, values)).await?;
    Ok(row.expect("INSERT … RETURNING returns the row"))
}

/// Changes a definition that still has the version of the row given. None if it has changed or gone.
///
/// # Errors
/// As [`crate::Error`].
pub async fn update(
    transaction: &Transaction,
    row: &Entitlement,
    description: &str,
    core: bool,
) -> Result<Option<Entitlement>> {
    let sql = format!(
        "UPDATE entitlement SET description = $3, core = $4, version = version + 1 WHERE name = $1 AND version = $2 \
         RETURNING {}",
        Entitlement::COLUMNS
    );
    let values = [row.name.clone().into(), row.version.into(), description.into(), core.into()];
    transaction.one(transaction.statement(&sql, values)).await
}

/// Removes a definition that still has the version of the row given; whoever was granted the name keeps it, without
/// effect. False if it has changed or gone.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete(transaction: &Transaction, row: &Entitlement) -> Result<bool> {
    let sql = "DELETE FROM entitlement WHERE name = $1 AND version = $2";
    let statement = transaction.statement(sql, [row.name.clone().into(), row.version.into()]);
    Ok(transaction.run(statement).await? > 0)
}
