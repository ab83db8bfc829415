//! Authorisations that can be used once: those that have been.

use uuid::Uuid;

use crate::{Result, Transaction};

/// Marks an authorisation as used. False if it has been used before.
///
/// # Errors
/// As [`crate::Error`].
pub async fn spend(transaction: &Transaction, id: Uuid, expires_at: i64) -> Result<bool> {
    let sql = "INSERT INTO used_authorisation (id, expires_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
    Ok(transaction.run(transaction.statement(sql, [id.into(), expires_at.into()])).await? > 0)
}

/// Forgets those that ended before an instant, and so are refused in any case.
///
/// # Errors
/// As [`crate::Error`].
pub async fn forget(transaction: &Transaction, before: i64) -> Result<()> {
    transaction
        .run(transaction.statement("DELETE FROM used_authorisation WHERE expires_at < $1", [before.into()]))
        .await?;
    Ok(())
}
