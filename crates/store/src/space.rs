//! Spaces, numbered within their customer.

use crate::{Result, SpaceNumber, Tenant, Transaction};

/// The number for a new space: the one asked for, or the one after the greatest that was ever given. The customer's row
/// stays as it is until the transaction ends, so that no two spaces get one number. None if there is no such customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn number(
    transaction: &Transaction,
    tenant: Tenant,
    wanted: Option<SpaceNumber>,
) -> Result<Option<SpaceNumber>> {
    let sql = "UPDATE customer SET last_space = CASE WHEN $2 IS NULL THEN last_space + 1 \
        WHEN $2 > last_space THEN $2 ELSE last_space END \
        WHERE id = $1 AND lifecycle <> 'deleted' RETURNING last_space";
    let values = [tenant.id().into(), wanted.into()];
    let row: Option<(SpaceNumber,)> = transaction.one(transaction.statement(sql, values)).await?;
    Ok(row.map(|(last,)| wanted.unwrap_or(last)))
}

/// The number of a space that gives a role to its images.
///
/// # Errors
/// As [`crate::Error`].
pub async fn giving(transaction: &Transaction, tenant: Tenant, role: &str) -> Result<Option<SpaceNumber>> {
    let sql = "SELECT number FROM space WHERE customer_id = $1 AND default_roles LIKE $2 ESCAPE '\\' LIMIT 1";
    let pattern = format!("%\"{}\"%", role.replace('_', "\\_"));
    let row: Option<(SpaceNumber,)> =
        transaction.one(transaction.statement(sql, [tenant.id().into(), pattern.into()])).await?;
    Ok(row.map(|(number,)| number))
}
