//! Named queries: a customer's own, and those of others that are shared with all.

use uuid::Uuid;

use crate::authority::EPOCH;
use crate::folding::key;
use crate::listing::{Listing, OrderBy, Page, Table};
use crate::owned::{CUSTOMER_EXISTS, owned, state};
use crate::row::{Entity as _, row};
use crate::{CustomerNumber, Number, Result, Scope, Tenant};

row! {
    /// A named query. Instants are microseconds since 1970.
    NamedQuery {
        /// Its age among all queries; never shown.
        id: Number<Self> = "id",
        /// The identity in addresses.
        uuid: Uuid = "uuid",
        /// Whose it is.
        customer: CustomerNumber = "customer_id",
        /// The name in addresses.
        name: String = "name",
        /// Whether all customers can use it.
        shared: bool = "shared",
        /// Which images match.
        template: String = "template",
        /// When it was made.
        created_at: i64 = "created_at",
        /// Rises with each change.
        version: i64 = "version",
    }
}

state! {
    /// All that is kept of a named query and can change.
    State {
        /// The name in addresses.
        name: String = "name", folded "name_key";
        /// Whether all customers can use it.
        shared: bool = "shared";
        /// Which images match.
        template: String = "template";
    }
}

owned!(
    NamedQuery,
    State,
    Uuid = "uuid",
    Table {
        name: "named_query",
        condition: "(customer_id = $1 OR shared)",
        owned: true,
        owner_exists: CUSTOMER_EXISTS,
        total: None,
        text: &["name_key"],
        filters: &[("name", "name_key", true), ("global", "shared", false)],
        orders: &[("name", OrderBy::Text("name_key")), ("created", OrderBy::Whole("created_at"))],
    }
);

/// A named query that a customer can use.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, tenant: Tenant, uuid: Uuid) -> Result<Option<NamedQuery>> {
    let sql = format!(
        "SELECT {}, {EPOCH} FROM named_query WHERE uuid = $1 AND (customer_id = $2 OR shared)",
        NamedQuery::COLUMNS
    );
    scope.one(scope.statement(&sql, [uuid.into(), tenant.id().into()])).await
}

/// The named query that a customer means by a name, whatever the case of its letters: its own, or else the oldest of this name
/// that is shared with all.
///
/// # Errors
/// As [`crate::Error`].
pub async fn by_name(scope: &Scope<'_>, tenant: Tenant, name: &str) -> Result<Option<NamedQuery>> {
    let sql = format!(
        "SELECT {}, {EPOCH} FROM named_query WHERE name_key = $1 AND (customer_id = $2 OR shared) \
         ORDER BY CASE WHEN customer_id = $2 THEN 0 ELSE 1 END, id LIMIT 1",
        NamedQuery::COLUMNS
    );
    scope.one(scope.statement(&sql, [key("name_key", name).into(), tenant.id().into()])).await
}

/// The named queries that a customer can use; none where there is no such customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn list(scope: &Scope<'_>, tenant: Tenant, listing: &Listing) -> Result<Option<Page<NamedQuery>>> {
    crate::owned::list(scope, tenant, listing).await
}
