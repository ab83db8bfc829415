//! Entitlements: what there is to grant, by name.

use store::{Transaction, entitlement as rows, entitlement_group};
use vocab::EntitlementKey;
use vocab::value::EntitlementName;

pub use store::entitlement::Entitlement;

use crate::error::Defined;
use crate::{Cx, Error, Result};

/// The definition of an entitlement.
///
/// # Errors
/// [`Error::Undefined`] if there is none of this name.
pub async fn find(cx: &Cx<'_>, name: &str) -> Result<Entitlement> {
    rows::find(&cx.scope(), name).await?.ok_or(Error::Undefined(Defined::Entitlement))
}

/// All definitions, by name.
///
/// # Errors
/// As [`Error`].
pub async fn all(cx: &Cx<'_>) -> Result<Vec<Entitlement>> {
    let mut all = rows::all(&cx.scope()).await?;
    all.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    Ok(all)
}

/// Defines an entitlement.
///
/// # Errors
/// [`Error::Conflict`] if there is one of this name, or if a group has it that allows no core entitlements.
pub(crate) async fn define(cx: &Cx<'_>, name: &str, description: &str, core: bool) -> Result<Entitlement> {
    let transaction = cx.scope().begin().await?;
    let row = rows::insert(&transaction, name, description, core, cx.birth().version).await?;
    check_core(&transaction, name, core).await?;
    let mut watch = cx.watch(&transaction);
    watch.made::<vocab::Entitlement>(&key(name));
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok(row)
}

fn key(name: &str) -> EntitlementKey {
    EntitlementKey { entitlement: EntitlementName::trusted(name.to_owned()) }
}

/// Changes a definition. None if it has changed or gone meanwhile.
///
/// # Errors
/// [`Error::Conflict`] as for [`define`].
pub(crate) async fn change(
    cx: &Cx<'_>,
    row: &Entitlement,
    description: &str,
    core: bool,
) -> Result<Option<Entitlement>> {
    let transaction = cx.scope().begin().await?;
    let mut watch = cx.watch(&transaction);
    watch.on::<vocab::Entitlement>(&key(&row.name)).await?;
    let Some(row) = rows::update(&transaction, row, description, core).await? else {
        return Ok(None);
    };
    check_core(&transaction, &row.name, core).await?;
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok(Some(row))
}

/// Whether no group forbids that a definition, which is locked, is core.
async fn check_core(transaction: &Transaction, name: &str, core: bool) -> Result<()> {
    let against = if core { entitlement_group::without_core(transaction, name).await? } else { Vec::new() };
    if against.is_empty() {
        return Ok(());
    }
    let what = format!("is a member of groups that allow no core entitlements: {}", against.join(", "));
    Err(Error::conflict("core", what))
}

/// Removes a definition. False if it has changed or gone meanwhile.
///
/// # Errors
/// As [`Error`].
pub(crate) async fn remove(cx: &Cx<'_>, row: &Entitlement) -> Result<bool> {
    let transaction = cx.scope().begin().await?;
    if !rows::delete(&transaction, row).await? {
        return Ok(false);
    }
    transaction.commit(cx.deleted::<vocab::Entitlement>(&key(&row.name))).await?;
    Ok(true)
}
