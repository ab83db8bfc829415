//! The logos of customers.

use crate::authority::EPOCH;
use crate::rising::rising;
use crate::row::{Entity as _, row};
use crate::{Result, Scope, Tenant, Transaction};

row! {
    /// A logo.
    Logo {
        /// What it is encoded as.
        media_type: String = "media_type",
        /// The width in pixels.
        width: i64 = "width",
        /// The height in pixels.
        height: i64 = "height",
        /// The picture itself.
        bytes: Vec<u8> = "bytes",
        /// When it was set, in microseconds since 1970.
        updated_at: i64 = "updated_at",
        /// Rises with each change.
        version: i64 = "version",
    }
}

row! {
    /// What is known of a logo without reading it.
    LogoDescription {
        /// What it is encoded as.
        media_type: String = "media_type",
        /// The width in pixels.
        width: i64 = "width",
        /// The height in pixels.
        height: i64 = "height",
        /// When it was set, in microseconds since 1970.
        updated_at: i64 = "updated_at",
        /// Rises with each change.
        version: i64 = "version",
    }
}

/// What is known of the logo of a customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn describe(scope: &Scope<'_>, tenant: Tenant) -> Result<Option<LogoDescription>> {
    let sql = format!("SELECT {}, {EPOCH} FROM customer_logo WHERE customer_id = $1", LogoDescription::COLUMNS);
    scope.one(scope.statement(&sql, [tenant.id().into()])).await
}

/// The logo of a customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, tenant: Tenant) -> Result<Option<Logo>> {
    let sql = format!("SELECT {}, {EPOCH} FROM customer_logo WHERE customer_id = $1", Logo::COLUMNS);
    scope.one(scope.statement(&sql, [tenant.id().into()])).await
}

/// The version of the logo of a customer; none where it has none.
///
/// # Errors
/// As [`crate::Error`].
pub async fn version(transaction: &Transaction, tenant: Tenant) -> Result<Option<i64>> {
    let sql = "SELECT version FROM customer_logo WHERE customer_id = $1";
    let row: Option<(i64,)> = transaction.one(transaction.statement(sql, [tenant.id().into()])).await?;
    Ok(row.map(|(version,)| version))
}

/// Gives a customer a logo, in place of any that it has; where it has none, with the version given.
///
/// # Errors
/// As [`crate::Error`].
pub async fn put(transaction: &Transaction, tenant: Tenant, logo: &Logo) -> Result<()> {
    let sql = concat!(
        "INSERT INTO customer_logo (customer_id, media_type, width, height, bytes, updated_at, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (customer_id) DO UPDATE SET media_type = excluded.media_type, \
         width = excluded.width, height = excluded.height, bytes = excluded.bytes, \
         version = customer_logo.version + 1, ",
        rising!("customer_logo", "updated_at")
    );
    let Logo { media_type, width, height, bytes, updated_at, version } = logo.clone();
    let values = [
        tenant.id().into(),
        media_type.into(),
        width.into(),
        height.into(),
        bytes.into(),
        updated_at.into(),
        version.into(),
    ];
    transaction.run(transaction.statement(sql, values)).await?;
    Ok(())
}

/// Takes the logo of a customer away. False if it has none.
///
/// # Errors
/// As [`crate::Error`].
pub async fn remove(transaction: &Transaction, tenant: Tenant) -> Result<bool> {
    let sql = "DELETE FROM customer_logo WHERE customer_id = $1";
    Ok(transaction.run(transaction.statement(sql, [tenant.id().into()])).await? > 0)
}
