//! Customers.

use std::sync::LazyLock;

use crate::authority::EPOCH;
use crate::folding::key;
use crate::listing::{Listing, Ownership, RowPage, Table};
use crate::order::OrderBy;
use crate::record::WhichCustomer;
use crate::row::{Entity as _, row};
use crate::{CustomerNumber, Result, Scope, Tenant, Transaction, UserNumber};

row! {
    /// A customer. Instants are microseconds since 1970.
    Customer {
        /// The number in addresses.
        id: CustomerNumber = "id",
        /// The name in addresses.
        name: String = "cid",
        /// The name for people.
        display_name: String = "name",
        /// Whether it administers the service.
        administrator: bool = "administrator",
        /// `leaf` or `group`.
        kind: String = "kind",
        /// Whether it is disabled.
        disabled: bool = "(lifecycle = 'disabled')",
        /// The customer that it lies below.
        parent: Option<CustomerNumber> = "parent_id",
        /// When it came to be.
        created_at: i64 = "created_at",
        /// Rises with each change.
        version: i64 = "version",
    }
}

/// All of them: somebody who sees everything sees what is disabled.
const TABLE: Table = Table {
    name: "customer",
    ownership: Ownership::Nobody,
    condition: "lifecycle <> 'deleted'",
    owner_exists: "TRUE",
    extents: Some("customer"),
    text: &["cid_key", "name_key"],
    has_trigrams: true,
    filters: &[("name", "cid_key", true), ("displayName", "name_key", true), ("kind", "kind", false)],
    orders: &[
        ("name", OrderBy::Text("cid_key")),
        ("displayName", OrderBy::Text("name_key")),
        ("created", OrderBy::Whole("created_at")),
    ],
};

/// The same table, where a customer and what lies below it is visible; what is disabled is from above alone.
const BELOW_CUSTOMER: Table = Table {
    condition: "lifecycle <> 'deleted' \
        AND id IN (SELECT descendant_id FROM customer_closure WHERE ancestor_id = $1) \
        AND (lifecycle <> 'disabled' OR id <> $1)",
    ownership: Ownership::AsCondition,
    extents: None,
    ..TABLE
};

/// The same table, where what a portal user belongs to and can switch to is visible, with what lies below.
const BELOW_USER: Table = Table {
    condition: "lifecycle <> 'deleted' \
        AND id IN (SELECT descendant_id FROM customer_closure WHERE ancestor_id IN \
        (SELECT customer_id FROM portal_user WHERE id = $1 \
        UNION SELECT customer_id FROM portal_user_customer WHERE user_id = $1)) \
        AND (lifecycle <> 'disabled' OR id IN (SELECT descendant_id FROM customer_closure WHERE depth > 0 \
        AND ancestor_id IN (SELECT customer_id FROM portal_user WHERE id = $1 \
        UNION SELECT customer_id FROM portal_user_customer WHERE user_id = $1)))",
    ..BELOW_CUSTOMER
};

/// The customers that lie directly below one, disabled ones among them.
const CHILDREN: Table = Table {
    ownership: Ownership::In("parent_id"),
    extents: Some("child"),
    owner_exists: "EXISTS (SELECT 1 FROM customer WHERE id = $1 AND lifecycle <> 'deleted')",
    ..TABLE
};

/// The customers that lie directly below one, disabled ones among them; none where there is no such customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn children(scope: &Scope<'_>, tenant: Tenant, listing: &Listing) -> Result<Option<RowPage<Customer>>> {
    CHILDREN.list(scope, Some(tenant.id().into()), listing).await
}

/// Who looks at customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eyes {
    /// Somebody who sees all.
    All,
    /// A key of this customer.
    Customer(CustomerNumber),
    /// The portal user with this number.
    User(UserNumber),
}

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

/// Whether there is a customer with this number that is not deleted.
///
/// # Errors
/// As [`crate::Error`].
pub async fn is_there(scope: &Scope<'_>, customer: CustomerNumber) -> Result<bool> {
    let sql = format!("SELECT id, {EPOCH} FROM customer WHERE id = $1 AND lifecycle <> 'deleted'");
    let found: Option<(i64,)> = scope.one(scope.statement(&sql, [customer.into()])).await?;
    Ok(found.is_some())
}

/// The customers that can be seen, disabled ones among them.
///
/// # Errors
/// As [`crate::Error`].
pub async fn list(scope: &Scope<'_>, eyes: Eyes, listing: &Listing) -> Result<RowPage<Customer>> {
    let (table, whose) = match eyes {
        Eyes::All => (&TABLE, None),
        Eyes::Customer(customer) => (&BELOW_CUSTOMER, Some(customer.into())),
        Eyes::User(user) => (&BELOW_USER, Some(user.into())),
    };
    let page = table.list(scope, whose, listing).await?;
    Ok(page.unwrap_or(RowPage { rows: Vec::new(), total: Some(0), next: None }))
}

/// Notes that something of a customer has been changed. The answer is a JSON array of the addresses of those who administer
/// it; none if there is no such customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn touch(
    transaction: &Transaction,
    customer: CustomerNumber,
    now: i64,
    by: Option<String>,
) -> Result<Option<String>> {
    let sql = "UPDATE customer SET updated_at = $2, updated_by = $3, version = version + 1 \
        WHERE id = $1 AND lifecycle <> 'deleted' RETURNING admin_emails";
    let row: Option<(String,)> =
        transaction.one(transaction.statement(sql, [customer.into(), now.into(), by.into()])).await?;
    Ok(row.map(|(emails,)| emails))
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

/// The number of a customer that is not deleted.
///
/// # Errors
/// As [`crate::Error`].
pub async fn number_of(scope: &Scope<'_>, identity: &WhichCustomer) -> Result<Option<CustomerNumber>> {
    let (condition, value) = identity.condition();
    let sql = format!("SELECT id, {EPOCH} FROM customer WHERE {condition} AND lifecycle <> 'deleted'");
    let row: Option<(CustomerNumber,)> = scope.one(scope.statement(&sql, [value])).await?;
    Ok(row.map(|(number,)| number))
}

/// The numbers and names of customers whose names begin with no letter, or are unusual otherwise.
///
/// # Errors
/// As [`crate::Error`].
pub async fn unusually_named(scope: &Scope<'_>) -> Result<Vec<(CustomerNumber, String)>> {
    // All names are looked through, once at a start; the keys of those that are deleted begin with a colon.
    let sql = "SELECT id, cid FROM customer WHERE (cid_key < 'a' OR cid_key = 'search' OR cid_key LIKE '%~%') \
        AND lifecycle <> 'deleted' ORDER BY id";
    scope.all(scope.statement(sql, [])).await
}

/// Whether the images of a customer are delivered: it is there, and active.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delivers(scope: &Scope<'_>, number: CustomerNumber) -> Result<bool> {
    let sql = format!("SELECT id, {EPOCH} FROM customer WHERE id = $1 AND lifecycle = 'active'");
    let row: Option<(i64,)> = scope.one(scope.statement(&sql, [number.into()])).await?;
    Ok(row.is_some())
}

/// The customer of this name, whatever the case of its letters.
///
/// # Errors
/// As [`crate::Error`].
pub async fn by_name(transaction: &Transaction, name: &str) -> Result<Option<Customer>> {
    let sql = format!("SELECT {} FROM customer WHERE cid_key = $1 AND lifecycle <> 'deleted'", Customer::COLUMNS);
    transaction.one(transaction.statement(&sql, [key("cid_key", name).into()])).await
}

row! {
    /// A number of rows.
    Count {
        /// How many.
        count: i64 = "count(*)",
    }
}
