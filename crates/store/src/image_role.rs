//! The roles that images ask for.

use uuid::Uuid;

use crate::listing::{OrderBy, Table};
use crate::owned::{CUSTOMER_EXISTS, owned, state};
use crate::row::row;
use crate::{Number, Result, ServiceNumber, Tenant, Transaction};

row! {
    /// A role.
    Role {
        /// Its age among all roles; never shown.
        id: Number<Self> = "id",
        /// The last part of its address.
        slug: String = "slug",
        /// Its name.
        name: String = "name",
        /// What people call it.
        label: Option<String> = "label",
        /// Other names for it, as a JSON array.
        aliases: String = "aliases",
        /// The service by which a person acquires it.
        auth_service: Option<Uuid> = "(SELECT uuid FROM auth_service WHERE auth_service.id = role.auth_service_id)",
        /// Rises with each change.
        version: i64 = "version",
    }
}

state! {
    /// All that is kept of a role and can change.
    State {
        /// Its name.
        name: String = "name", folded "name_key";
        /// What people call it.
        label: Option<String> = "label";
        /// Other names for it, as a JSON array.
        aliases: String = "aliases";
        /// The service by which a person acquires it, by number.
        auth_service: Option<ServiceNumber> = "auth_service_id";
    }
}

owned!(
    Role,
    State,
    String = "slug",
    Table {
        name: "role",
        condition: "customer_id = $1",
        owned: true,
        owner_exists: CUSTOMER_EXISTS,
        total: None,
        text: &["name_key"],
        filters: &[("name", "name_key", true)],
        orders: &[("name", OrderBy::Text("name_key"))],
    }
);

/// How many roles are acquired by a service, or by one nested in it.
///
/// # Errors
/// As [`crate::Error`].
pub async fn acquired_by(transaction: &Transaction, service: ServiceNumber) -> Result<i64> {
    let sql = "SELECT count(*) FROM role WHERE auth_service_id = $1 \
        OR auth_service_id IN (SELECT id FROM auth_service WHERE parent_id = $1)";
    let row: Option<(i64,)> = transaction.one(transaction.statement(sql, [service.into()])).await?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Those of these roles that a customer has.
///
/// # Errors
/// As [`crate::Error`].
pub async fn known(transaction: &Transaction, tenant: Tenant, slugs: &[String]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for slug in slugs {
        let sql = "SELECT slug FROM role WHERE customer_id = $1 AND slug = $2";
        let values = [tenant.id().into(), slug.clone().into()];
        let row: Option<(String,)> = transaction.one(transaction.statement(sql, values)).await?;
        found.extend(row.map(|(slug,)| slug));
    }
    Ok(found)
}
