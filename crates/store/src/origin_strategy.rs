//! Origin strategies: what there is, and what a customer chose for which origins.

use uuid::Uuid;

use crate::authority::EPOCH;
use crate::listing::{OrderBy, Table};
use crate::owned::{CUSTOMER_EXISTS, owned, state};
use crate::row::{Entity as _, row};
use crate::{Number, Result, Scope, Tenant, Transaction};

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

row! {
    /// A customer's choice. Instants are microseconds since 1970.
    CustomerOriginStrategy {
        /// Its age among all choices; never shown.
        id: Number<Self> = "id",
        /// The identity in addresses.
        uuid: Uuid = "uuid",
        /// Which origins it is for.
        regex: String = "regex",
        /// The name of the strategy.
        strategy: String = "strategy",
        /// What the strategy signs in with, encrypted.
        credentials: Option<Vec<u8>> = "credentials",
        /// Whether originals are served from where they are.
        optimised: bool = "optimised",
        /// The lower, the earlier it is tried.
        precedence: i64 = "precedence",
        /// Rises with each change.
        version: i64 = "version",
    }
}

state! {
    /// All that is kept of a choice and can change.
    State {
        /// Which origins it is for.
        regex: String = "regex";
        /// The name of the strategy.
        strategy: String = "strategy";
        /// What the strategy signs in with, encrypted.
        credentials: Option<Vec<u8>> = "credentials";
        /// Whether originals are served from where they are.
        optimised: bool = "optimised";
        /// The lower, the earlier it is tried.
        precedence: i64 = "precedence";
    }
}

owned!(
    CustomerOriginStrategy,
    State,
    Uuid = "uuid",
    Table {
        name: "customer_origin_strategy",
        condition: "customer_id = $1",
        owned: true,
        owner_exists: CUSTOMER_EXISTS,
        total: None,
        text: &[],
        filters: &[("regex", "regex", false)],
        orders: &[("order", OrderBy::Whole("precedence"))],
    }
);

/// A customer's choices, in the order in which they are tried.
///
/// # Errors
/// As [`crate::Error`].
pub async fn in_order(scope: &Scope<'_>, tenant: Tenant) -> Result<Vec<CustomerOriginStrategy>> {
    let sql = format!(
        "SELECT {} FROM customer_origin_strategy WHERE customer_id = $1 ORDER BY precedence, id",
        CustomerOriginStrategy::COLUMNS
    );
    scope.all(scope.statement(&sql, [tenant.id().into()])).await
}
