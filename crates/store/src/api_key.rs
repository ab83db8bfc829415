//! The key that a customer signs requests with. It has to be readable to check a signature, so it is kept encrypted.

use uuid::Uuid;

use crate::authority::EPOCH;
use crate::effective::effective_names;
use crate::row::{Entity as _, row};
use crate::{Birth, CustomerNumber, Result, Scope, Transaction};

row! {
    /// A customer that signs requests.
    Signer {
        /// The number of the customer.
        customer: CustomerNumber = "customer.id",
        /// Its name.
        name: String = "customer.cid",
        /// Whether it administers the service.
        administrator: bool = "customer.administrator",
        /// Whether it is active.
        active: bool = "(customer.lifecycle = 'active')",
        /// The key, encrypted; none where there is none.
        sealed: Option<Vec<u8>> = "customer_api_key.sealed",
        /// What tells it from every other that the customer has had.
        version: Option<i64> = "customer_api_key.version",
        /// The names of all entitlements that have effect for the customer, with commas between them.
        entitlements: Option<String> = effective_names!("customer", "customer_id", "customer.id"),
        /// The epoch at which all of that holds.
        epoch: i64 = "(SELECT epoch FROM authority)",
    }
}

/// The customer with this identity, with its key, and what it may do: one statement, because it is asked with each request
/// that is signed.
///
/// # Errors
/// As [`crate::Error`].
pub async fn signer(scope: &Scope<'_>, customer: Uuid) -> Result<Option<Signer>> {
    let sql = format!(
        "SELECT {}, {EPOCH} FROM customer LEFT JOIN customer_api_key ON customer_api_key.customer_id = customer.id \
         WHERE customer.uuid = $1 AND customer.lifecycle <> 'deleted'",
        Signer::COLUMNS
    );
    scope.one(scope.statement(&sql, [customer.into()])).await
}

row! {
    /// The key of a customer, as it is told of. Instants are microseconds since 1970.
    ApiKey {
        /// When it was made.
        created_at: i64 = "customer_api_key.created_at",
        /// Tells it from every other that the customer has had.
        version: i64 = "customer_api_key.version",
        /// Who made it.
        created_by: Option<String> = "customer_api_key.created_by",
        /// When it was used last, as far as that was written down.
        last_used_at: Option<i64> = "customer_api_key.last_used_at",
    }
}

/// The key of a customer; none where it has none.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, customer: CustomerNumber) -> Result<Option<ApiKey>> {
    let sql = format!("SELECT {}, {EPOCH} FROM customer_api_key WHERE customer_id = $1", ApiKey::COLUMNS);
    scope.one(scope.statement(&sql, [customer.into()])).await
}

row! {
    /// The key of whichever customer, and whose it is.
    OwnedSigningKey {
        /// The name of the customer.
        customer: String = "customer.cid",
        /// When the key was made.
        created_at: i64 = "customer_api_key.created_at",
        /// Who made it.
        created_by: Option<String> = "customer_api_key.created_by",
        /// When it was used last.
        last_used_at: Option<i64> = "customer_api_key.last_used_at",
    }
}

/// The keys that customers have, or that one has, the oldest first.
///
/// # Errors
/// As [`crate::Error`].
pub async fn owned(scope: &Scope<'_>, customer: Option<CustomerNumber>) -> Result<Vec<OwnedSigningKey>> {
    let (condition, value) = match customer {
        Some(customer) => ("customer.id = $1", customer.get()),
        None => ("$1 = 0", 0),
    };
    let sql = format!(
        "SELECT {} FROM customer_api_key JOIN customer ON customer.id = customer_api_key.customer_id \
         WHERE {condition} ORDER BY customer_api_key.created_at, customer.id",
        OwnedSigningKey::COLUMNS
    );
    scope.all(scope.statement(&sql, [value.into()])).await
}

/// Gives a customer a key in the place of the one that it had. Each has a version of its own.
///
/// # Errors
/// As [`crate::Error`].
pub async fn put(
    transaction: &Transaction,
    customer: CustomerNumber,
    sealed: Vec<u8>,
    maker: &str,
    birth: Birth,
) -> Result<ApiKey> {
    let sql = format!(
        "INSERT INTO customer_api_key (customer_id, sealed, created_by, created_at, version) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (customer_id) DO UPDATE SET sealed = excluded.sealed, \
        created_by = excluded.created_by, created_at = excluded.created_at, version = excluded.version, \
        last_used_at = NULL RETURNING {}",
        ApiKey::COLUMNS
    );
    let values = [customer.into(), sealed.into(), maker.into(), birth.at.into(), birth.version.into()];
    let row = transaction.one(transaction.statement(&sql, values)).await?;
    Ok(row.expect("INSERT … RETURNING returns the row"))
}

/// Writes down that this key of a customer was used at an instant, unless it is known to have been used later.
///
/// # Errors
/// As [`crate::Error`].
pub async fn used(transaction: &Transaction, customer: CustomerNumber, version: i64, at: i64) -> Result<()> {
    let sql = "UPDATE customer_api_key SET last_used_at = $1 \
        WHERE customer_id = $2 AND version = $3 AND (last_used_at IS NULL OR last_used_at < $1)";
    transaction.run(transaction.statement(sql, [at.into(), customer.into(), version.into()])).await?;
    Ok(())
}

/// Takes the key of a customer away, if it has one.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete(transaction: &Transaction, customer: CustomerNumber) -> Result<()> {
    let sql = "DELETE FROM customer_api_key WHERE customer_id = $1";
    transaction.run(transaction.statement(sql, [customer.into()])).await?;
    Ok(())
}
