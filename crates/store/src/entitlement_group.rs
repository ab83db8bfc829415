//! Definitions of entitlement groups: names under which several entitlements are granted together.

use sea_orm::Value;

use crate::authority::EPOCH;
use crate::placeholders::placeholders;
use crate::row::{Entity as _, row};
use crate::{Result, Scope, Transaction};

row! {
    /// An entitlement group.
    EntitlementGroup {
        /// Its name.
        name: String = "name",
        /// What it is for.
        description: String = "description",
        /// Whether core entitlements may be members.
        allow_core: bool = "allow_core_entitlements",
        /// Whether it is a portal role.
        portal: bool = "portal",
        /// Whether it came with the schema.
        built_in: bool = "built_in",
        /// Rises with each change.
        version: i64 = "version",
        /// The names of its members, with commas between them.
        members: Option<String> = "(SELECT string_agg(entitlement_name, ',') FROM entitlement_group_member \
            WHERE group_name = entitlement_group.name)",
    }
}

/// A group.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, name: &str) -> Result<Option<EntitlementGroup>> {
    let sql = format!("SELECT {}, {EPOCH} FROM entitlement_group WHERE name = $1", EntitlementGroup::COLUMNS);
    scope.one(scope.statement(&sql, [name.into()])).await
}

/// A group, among writes.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find_within(transaction: &Transaction, name: &str) -> Result<Option<EntitlementGroup>> {
    let sql = format!("SELECT {} FROM entitlement_group WHERE name = $1", EntitlementGroup::COLUMNS);
    transaction.one(transaction.statement(&sql, [name.into()])).await
}

/// All groups, in no order. There are few.
///
/// # Errors
/// As [`crate::Error`].
pub async fn all(scope: &Scope<'_>) -> Result<Vec<EntitlementGroup>> {
    scope.few("entitlement_group").await
}

/// The names of the groups that an entitlement is a member of although they allow no core entitlements.
///
/// # Errors
/// As [`crate::Error`].
pub async fn without_core(transaction: &Transaction, entitlement: &str) -> Result<Vec<String>> {
    let sql = "SELECT name FROM entitlement_group JOIN entitlement_group_member ON group_name = name \
        WHERE entitlement_name = $1 AND NOT allow_core_entitlements ORDER BY name";
    let rows: Vec<(String,)> = transaction.all(transaction.statement(sql, [entitlement.into()])).await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// Defines a group, which has no members yet and begins with this version.
///
/// # Errors
/// [`crate::Error::Taken`] if the name is.
pub async fn insert(
    transaction: &Transaction,
    name: &str,
    description: &str,
    allow_core: bool,
    version: i64,
) -> Result<()> {
    let sql =
        "INSERT INTO entitlement_group (name, description, allow_core_entitlements, version) VALUES ($1, $2, $3, $4)";
    let values = [name.into(), description.into(), allow_core.into(), version.into()];
    transaction.run(transaction.statement(sql, values)).await?;
    Ok(())
}

/// Changes a group that still has this version; its members stay. False if it has changed or gone.
///
/// # Errors
/// As [`crate::Error`].
pub async fn update(
    transaction: &Transaction,
    name: &str,
    version: i64,
    description: &str,
    allow_core: bool,
) -> Result<bool> {
    let sql = "UPDATE entitlement_group SET description = $3, allow_core_entitlements = $4, version = version + 1 \
        WHERE name = $1 AND version = $2";
    let values = [name.into(), version.into(), description.into(), allow_core.into()];
    Ok(transaction.run(transaction.statement(sql, values)).await? > 0)
}

/// Makes these the members of a group; those that stay are left as they are.
///
/// # Errors
/// As [`crate::Error`].
pub async fn set_members(transaction: &Transaction, name: &str, members: &[String]) -> Result<()> {
    let mut values: Vec<Value> = vec![name.into()];
    let mut sql = "DELETE FROM entitlement_group_member WHERE group_name = $1".to_owned();
    if !members.is_empty() {
        sql += &format!(" AND entitlement_name NOT IN ({})", placeholders(&mut values, members.iter().cloned()));
    }
    transaction.run(transaction.statement(&sql, values)).await?;
    let sql = "INSERT INTO entitlement_group_member (group_name, entitlement_name) VALUES ($1, $2) \
        ON CONFLICT (group_name, entitlement_name) DO NOTHING";
    for member in members {
        transaction.run(transaction.statement(sql, [name.into(), member.clone().into()])).await?;
    }
    Ok(())
}

/// Removes a group that still has this version, with its members; whoever was granted the name keeps it,
/// without effect. False if it has changed or gone.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete(transaction: &Transaction, name: &str, version: i64) -> Result<bool> {
    let sql = "DELETE FROM entitlement_group WHERE name = $1 AND version = $2";
    let statement = transaction.statement(sql, [name.into(), version.into()]);
    Ok(transaction.run(statement).await? > 0)
}
