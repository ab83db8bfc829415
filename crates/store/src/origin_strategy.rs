//! Origin strategies: what there is, and what a customer chose for which origins.

use crate::authority::EPOCH;
use crate::kept::{Counted, KeptTable, StoredRow};
use crate::row::{Entity as _, row};
use crate::{Result, Scope, Tenant, Transaction};

row! {
    /// A way of fetching.
    OriginStrategy {
        /// Its name.
        name: String = "name",
        /// Whether it needs credentials.
        requires_credentials: bool = "requires_credentials",
    }
}

/// All ways of fetching. There are few.
///
/// # Errors
/// As [`crate::Error`].
pub async fn all(scope: &Scope<'_>) -> Result<Vec<OriginStrategy>> {
    scope.few("origin_strategy ORDER BY name").await
}

/// A way of fetching.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, name: &str) -> Result<Option<OriginStrategy>> {
    let sql = format!("SELECT {}, {EPOCH} FROM origin_strategy WHERE name = $1", OriginStrategy::COLUMNS);
    scope.one(scope.statement(&sql, [name.into()])).await
}

/// The same, among writes.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find_within(transaction: &Transaction, name: &str) -> Result<Option<OriginStrategy>> {
    let sql = format!("SELECT {} FROM origin_strategy WHERE name = $1", OriginStrategy::COLUMNS);
    transaction.one(transaction.statement(&sql, [name.into()])).await
}

/// A customer's choices, in the order in which they are tried.
///
/// # Errors
/// As [`crate::Error`].
pub async fn in_order<R: Counted>(table: &KeptTable, scope: &Scope<'_>, tenant: Tenant) -> Result<Vec<StoredRow<R>>> {
    table.all(scope, "customer_id = $1 ORDER BY precedence, id", [tenant.id().into()]).await
}
