//! What is kept encrypted, whatever it is of.

use crate::authority::EPOCH;
use crate::{Result, Scope};

/// One of what is kept encrypted; none where nothing is.
///
/// # Errors
/// As [`crate::Error`].
pub async fn any(scope: &Scope<'_>) -> Result<Option<Vec<u8>>> {
    let sql = format!(
        "SELECT sealed, {EPOCH} FROM (SELECT sealed FROM customer_api_key \
         UNION ALL SELECT credentials FROM customer_origin_strategy WHERE credentials IS NOT NULL \
         UNION ALL SELECT provider_credentials FROM auth_service WHERE provider_credentials IS NOT NULL) kept LIMIT 1"
    );
    let row: Option<(Vec<u8>,)> = scope.one(scope.statement(&sql, [])).await?;
    Ok(row.map(|(sealed,)| sealed))
}
