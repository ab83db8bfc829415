//! The roles that images ask for.

use crate::{Result, ServiceNumber, Tenant, Transaction};

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
