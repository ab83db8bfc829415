//! What starts have made, by name: what was made once and is not there any more was taken away, and is not made again.

use crate::{Result, Transaction};

/// Notes that something is there or is about to be made. False if that was noted before.
///
/// # Errors
/// As [`crate::Error`].
pub async fn note(transaction: &Transaction, what: &str, now: i64) -> Result<bool> {
    let sql = "INSERT INTO made_once (what, made_at) VALUES ($1, $2) ON CONFLICT (what) DO NOTHING";
    Ok(transaction.run(transaction.statement(sql, [what.into(), now.into()])).await? > 0)
}
