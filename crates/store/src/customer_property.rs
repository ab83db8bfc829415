//! The values that customers have of properties, where they are not those of the descriptors.

use crate::placeholders::placeholders;
use crate::rising::rising;
use crate::row::{Entity as _, row};
use crate::{CustomerNumber, DescriptorNumber, Result, Scope, Tenant, Transaction};

row! {
    /// A value of a customer's own.
    CustomerProperty {
        /// The number of the descriptor.
        descriptor: DescriptorNumber = "descriptor_id",
        /// The value, as JSON.
        value: String = "value",
        /// When it was set, in microseconds since 1970.
        updated_at: i64 = "updated_at",
        /// Who set it.
        updated_by: Option<String> = "updated_by",
        /// Rises with each change.
        version: i64 = "version",
    }
}

/// The values that a customer has of its own.
///
/// # Errors
/// As [`crate::Error`].
pub async fn of(scope: &Scope<'_>, tenant: Tenant) -> Result<Vec<CustomerProperty>> {
    scope.check().await?;
    let sql = format!("SELECT {} FROM customer_property WHERE customer_id = $1", CustomerProperty::COLUMNS);
    scope.all(scope.statement(&sql, [tenant.id().into()])).await
}

/// The version of the value that a customer has of its own; none where it has none.
///
/// # Errors
/// As [`crate::Error`].
pub async fn version(transaction: &Transaction, tenant: Tenant, descriptor: DescriptorNumber) -> Result<Option<i64>> {
    let sql = "SELECT version FROM customer_property WHERE customer_id = $1 AND descriptor_id = $2";
    let row: Option<(i64,)> =
        transaction.one(transaction.statement(sql, [tenant.id().into(), descriptor.into()])).await?;
    Ok(row.map(|(version,)| version))
}

/// Sets a value; where there is none yet, it begins with the version given. False if there is no such customer or descriptor any more.
///
/// # Errors
/// As [`crate::Error`].
pub async fn set(transaction: &Transaction, tenant: Tenant, property: &CustomerProperty) -> Result<bool> {
    let sql = concat!(
        "INSERT INTO customer_property (customer_id, descriptor_id, value, updated_at, updated_by, version) \
         SELECT id, $2, $3, $4, $5, $6 FROM customer WHERE id = $1 AND lifecycle <> 'deleted' \
         AND EXISTS (SELECT 1 FROM property_descriptor WHERE id = $2) \
         ON CONFLICT (customer_id, descriptor_id) DO UPDATE SET value = excluded.value, \
         updated_by = excluded.updated_by, version = customer_property.version + 1, ",
        rising!("customer_property", "updated_at")
    );
    let CustomerProperty { descriptor, value, updated_at, updated_by, version } = property.clone();
    let values =
        [tenant.id().into(), descriptor.into(), value.into(), updated_at.into(), updated_by.into(), version.into()];
    Ok(transaction.run(transaction.statement(sql, values)).await? > 0)
}

/// Takes values away, so that those of the descriptors show again.
///
/// # Errors
/// As [`crate::Error`].
pub async fn reset(transaction: &Transaction, tenant: Tenant, descriptors: &[DescriptorNumber]) -> Result<()> {
    if descriptors.is_empty() {
        return Ok(());
    }
    let mut values = vec![tenant.id().into()];
    let placeholders = placeholders(&mut values, descriptors.iter().copied());
    let sql = format!("DELETE FROM customer_property WHERE customer_id = $1 AND descriptor_id IN ({placeholders})");
    transaction.run(transaction.statement(&sql, values)).await?;
    Ok(())
}

/// The customers that have a value of their own of a property.
///
/// # Errors
/// As [`crate::Error`].
pub async fn customers(transaction: &Transaction, descriptor: DescriptorNumber) -> Result<Vec<CustomerNumber>> {
    let sql = "SELECT customer_id FROM customer_property WHERE descriptor_id = $1 ORDER BY customer_id";
    let rows: Vec<(CustomerNumber,)> = transaction.all(transaction.statement(sql, [descriptor.into()])).await?;
    Ok(rows.into_iter().map(|(customer,)| customer).collect())
}

/// How many customers have a value of their own of a property; of one value only, where one is given.
///
/// # Errors
/// As [`crate::Error`].
pub async fn holders(transaction: &Transaction, descriptor: DescriptorNumber, value: Option<&str>) -> Result<i64> {
    let sql = "SELECT CAST(count(*) AS BIGINT) FROM customer_property \
        WHERE descriptor_id = $1 AND ($2 IS NULL OR value = $2)";
    let values = [descriptor.into(), value.map(str::to_owned).into()];
    let row: Option<(i64,)> = transaction.one(transaction.statement(sql, values)).await?;
    Ok(row.map_or(0, |(count,)| count))
}
