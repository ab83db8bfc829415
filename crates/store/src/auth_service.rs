//! Auth services, some nested in others, each with what is kept of its role provider.

use sea_orm::Value;
use uuid::Uuid;

use crate::folding::key;
use crate::kept::{Counted, KeptTable, StoredRow};
use crate::placeholders::placeholders;
use crate::{Listing, Result, RowPage, Scope, ServiceNumber, Tenant, Transaction, of};

/// What is nested in a service; none where it has gone.
///
/// # Errors
/// As [`crate::Error`].
pub async fn nested<R: Counted<Of = of::Service>>(
    table: &KeptTable,
    scope: &Scope<'_>,
    parent: &StoredRow<R>,
    listing: &Listing,
) -> Result<Option<RowPage<StoredRow<R>>>> {
    let exists = "EXISTS (SELECT 1 FROM auth_service WHERE id = $1)";
    table.list_below(scope, parent.number().into(), "parent_id = $1", exists, listing).await
}

/// A service of a customer by its name, unless it is nested in another.
///
/// # Errors
/// As [`crate::Error`].
pub async fn by_name<R: Counted>(
    table: &KeptTable,
    scope: &Scope<'_>,
    tenant: Tenant,
    name: &str,
) -> Result<Option<StoredRow<R>>> {
    let condition = "customer_id = $1 AND name_key = $2 AND name = $3 AND parent_id IS NULL";
    table.first(scope, condition, [tenant.id().into(), key("name_key", name).into(), name.into()]).await
}

/// The service for signing out that is nested in a service.
///
/// # Errors
/// As [`crate::Error`].
pub async fn sign_out<R: Counted>(
    table: &KeptTable,
    scope: &Scope<'_>,
    parent: ServiceNumber,
) -> Result<Option<StoredRow<R>>> {
    table.first(scope, "parent_id = $1 AND profile LIKE '%/logout' ORDER BY id", [parent.into()]).await
}

/// The services by which people acquire any of these roles of a customer; for a nested one, the one that it is nested in.
/// One whose role provider is configured lets nobody in, and is left out.
///
/// # Errors
/// As [`crate::Error`].
pub async fn of_roles<R: Counted>(
    table: &KeptTable,
    scope: &Scope<'_>,
    tenant: Tenant,
    roles: &[String],
) -> Result<Vec<StoredRow<R>>> {
    if roles.is_empty() {
        return Ok(Vec::new());
    }
    let mut values: Vec<Value> = vec![tenant.id().into()];
    let placeholders = placeholders(&mut values, roles.iter().cloned());
    let condition = format!(
        "id IN (SELECT coalesce(own.parent_id, own.id) FROM role \
         JOIN auth_service AS own ON own.id = role.auth_service_id \
         WHERE role.customer_id = $1 AND role.slug IN ({placeholders}) AND own.provider_configuration IS NULL) \
         AND provider_configuration IS NULL ORDER BY id"
    );
    table.all(scope, &condition, values).await
}

/// The identities of the services that are nested in a service.
///
/// # Errors
/// As [`crate::Error`].
pub async fn nested_identities(transaction: &Transaction, parent: ServiceNumber) -> Result<Vec<Uuid>> {
    let sql = "SELECT uuid FROM auth_service WHERE parent_id = $1 ORDER BY id";
    let rows: Vec<(Uuid,)> = transaction.all(transaction.statement(sql, [parent.into()])).await?;
    Ok(rows.into_iter().map(|(uuid,)| uuid).collect())
}
