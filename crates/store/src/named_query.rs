//! Named queries: a customer's own, and those of others that are shared with all.

use crate::folding::key;
use crate::kept::{Counted, KeptTable, StoredRow};
use crate::{Result, Scope, Tenant};

/// Which named queries a customer, `$1`, can use. Each of the two has an index; beside `OR`, SQLite would look at all.
pub const SEEN: &str =
    "id IN (SELECT id FROM named_query WHERE customer_id = $1 UNION ALL SELECT id FROM named_query WHERE shared)";

/// The named query that a customer means by a name, whatever the case of its letters: its own, or else the oldest of this name
/// that is shared with all.
///
/// # Errors
/// As [`crate::Error`].
pub async fn by_name<R: Counted>(
    table: &KeptTable,
    scope: &Scope<'_>,
    tenant: Tenant,
    name: &str,
) -> Result<Option<StoredRow<R>>> {
    let condition = format!("{SEEN} AND name_key = $2 ORDER BY CASE WHEN customer_id = $1 THEN 0 ELSE 1 END, id");
    table.first(scope, &condition, [tenant.id().into(), key("name_key", name).into()]).await
}
