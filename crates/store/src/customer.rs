//! Customers.

use std::sync::LazyLock;

use crate::authority::EPOCH;
use crate::listing::{Listing, Page, Table};
use crate::row::{Entity as _, row};
use crate::{Result, Scope, Tenant, Transaction};

row! {
    /// A customer. Instants are microseconds since 1970.
    Customer {
        /// The number in addresses.
        id: i64 = "id",
        /// The name in addresses.
        name: String = "cid",
        /// The name for people.
        display_name: String = "name",
        /// Whether it administers the service.
        administrator: bool = "administrator",
        /// When it came to be.
        created_at: i64 = "created_at",
        /// Rises with each change.
        version: i64 = "version",
    }
}

const TABLE: Table = Table {
    name: "customer",
    condition: "lifecycle <> 'deleted'",
    owned: false,
    owner_exists: "TRUE",
    total: None,
    text: &["cid_key", "name_key"],
    filters: &[("name", "cid_key", true), ("displayName", "name_key", true)],
    orders: &[("name", "cid_key"), ("displayName", "name_key"), ("created", "created_at")],
};

/// The same table, where only one customer is visible.
const VISIBLE: Table = Table { condition: "lifecycle <> 'deleted' AND id = $1", owned: true, ..TABLE };

/// A customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, tenant: Tenant) -> Result<Option<Customer>> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        format!("SELECT {}, {EPOCH} FROM customer WHERE id = $1 AND lifecycle <> 'deleted'", Customer::COLUMNS)
    });
    scope.one(scope.statement(&SQL, [tenant.id().into()])).await
}

/// The customers that can be seen: all, or one.
///
/// # Errors
/// As [`crate::Error`].
pub async fn list(scope: &Scope<'_>, only: Option<i64>, listing: &Listing) -> Result<Page<Customer>> {
    let table = if only.is_some() { &VISIBLE } else { &TABLE };
    let page = table.list(scope, only, listing).await?;
    Ok(page.unwrap_or(Page { rows: Vec::new(), total: 0, more: false }))
}

/// What a new customer is made of.
#[derive(Debug, Clone)]
pub struct New {
    /// A random identity.
    pub uuid: uuid::Uuid,
    /// The name in addresses.
    pub name: String,
    /// The name for people.
    pub display_name: String,
    /// Whether it administers the service.
    pub administrator: bool,
    /// Now, in microseconds.
    pub now: i64,
}

/// Makes a customer.
///
/// # Errors
/// [`crate::Error::Taken`] if the name is.
pub async fn insert(transaction: &Transaction, new: New) -> Result<Customer> {
    let sql = format!(
        "INSERT INTO customer (uuid, cid, cid_key, name, name_key, administrator, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING {}",
        Customer::COLUMNS
    );
    let New { uuid, name, display_name, administrator, now } = new;
    let (key, name_key) = (name.to_lowercase(), display_name.to_lowercase());
    let values =
        [uuid.into(), name.into(), key.into(), display_name.into(), name_key.into(), administrator.into(), now.into()];
    let row = transaction.one(transaction.statement(&sql, values)).await?;
    Ok(row.expect("INSERT … RETURNING returns the row"))
}

/// Changes a customer that still has the version of the row given.
///
/// # Errors
/// As [`crate::Error`]. None if the row has changed or gone.
pub async fn update(transaction: &Transaction, row: &Customer, now: i64) -> Result<Option<Customer>> {
    let sql = format!(
        "UPDATE customer SET name = $1, name_key = $2, updated_at = $3, version = version + 1 \
         WHERE id = $4 AND version = $5 RETURNING {}",
        Customer::COLUMNS
    );
    let name_key = row.display_name.to_lowercase();
    let values = [row.display_name.clone().into(), name_key.into(), now.into(), row.id.into(), row.version.into()];
    transaction.one(transaction.statement(&sql, values)).await
}

/// Whether anybody administers the service.
///
/// # Errors
/// As [`crate::Error`].
pub async fn has_administrator(transaction: &Transaction) -> Result<bool> {
    let sql = "SELECT count(*) FROM customer WHERE administrator AND lifecycle <> 'deleted'";
    let row: Option<Count> = transaction.one(transaction.statement(sql, [])).await?;
    Ok(row.is_some_and(|row| row.count > 0))
}

/// The number of the customer whose number or, failing that, whose name this is, whatever the case of its letters.
///
/// # Errors
/// As [`crate::Error`].
pub async fn number_of(scope: &Scope<'_>, number: Option<i64>, name: &str) -> Result<Option<i64>> {
    let sql = format!(
        "SELECT id, {EPOCH} FROM customer WHERE (id = $1 OR cid_key = $2) AND lifecycle <> 'deleted' \
         ORDER BY CASE WHEN id = $1 THEN 0 ELSE 1 END LIMIT 1"
    );
    let row: Option<(i64,)> = scope.one(scope.statement(&sql, [number.into(), name.to_lowercase().into()])).await?;
    Ok(row.map(|(number,)| number))
}

/// The customer of this name, whatever the case of its letters.
///
/// # Errors
/// As [`crate::Error`].
pub async fn by_name(transaction: &Transaction, name: &str) -> Result<Option<Customer>> {
    let sql = format!("SELECT {} FROM customer WHERE cid_key = $1 AND lifecycle <> 'deleted'", Customer::COLUMNS);
    transaction.one(transaction.statement(&sql, [name.to_lowercase().into()])).await
}

row! {
    /// A number of rows.
    Count {
        /// How many.
        count: i64 = "count(*)",
    }
}
