//! Portal roles, which are entitlement groups that the portal shows, and who has which.

use crate::authority::EPOCH;
use crate::grant::{GrantKind, own_now};
use crate::row::{Entity as _, row};
use crate::{Result, Scope, Transaction, UserNumber};

row! {
    /// A portal role.
    PortalRole {
        /// Its name.
        name: String = "name",
    }
}

row! {
    /// A portal role that somebody has.
    RoleGrant {
        /// The name of the role.
        role: String = "group_name",
        /// Since when, in microseconds.
        granted_at: i64 = "granted_at",
    }
}

/// A portal role.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, name: &str) -> Result<Option<PortalRole>> {
    let sql = format!("SELECT {}, {EPOCH} FROM entitlement_group WHERE name = $1 AND portal", PortalRole::COLUMNS);
    scope.one(scope.statement(&sql, [name.into()])).await
}

/// All portal roles. There are few.
///
/// # Errors
/// As [`crate::Error`].
pub async fn all(scope: &Scope<'_>) -> Result<Vec<PortalRole>> {
    scope.check().await?;
    let sql = format!("SELECT {} FROM entitlement_group WHERE portal ORDER BY name", PortalRole::COLUMNS);
    scope.all(scope.statement(&sql, [])).await
}

/// The roles that somebody has, by the number of the portal user.
///
/// # Errors
/// As [`crate::Error`].
pub async fn grants(scope: &Scope<'_>, user: UserNumber) -> Result<Vec<RoleGrant>> {
    scope.check().await?;
    let sql = format!(
        "SELECT {} FROM portal_user_group JOIN entitlement_group ON name = group_name \
         WHERE user_id = $1 AND portal ORDER BY group_name",
        RoleGrant::COLUMNS
    );
    scope.all(scope.statement(&sql, [user.into()])).await
}

/// Gives a role, as their own. False if the portal user had it already.
///
/// # Errors
/// As [`crate::Error`].
pub async fn grant(transaction: &Transaction, user: UserNumber, role: &str, now: i64) -> Result<bool> {
    let sql = "INSERT INTO portal_user_group (user_id, group_name, granted_at) VALUES ($1, $2, $3) \
        ON CONFLICT (user_id, group_name) DO NOTHING";
    let is_new = transaction.run(transaction.statement(sql, [user.into(), role.into(), now.into()])).await? > 0;
    own_now(transaction, user, GrantKind::Group, role).await?;
    Ok(is_new)
}

/// Takes a role back. False if the portal user did not have it.
///
/// # Errors
/// As [`crate::Error`].
pub async fn revoke(transaction: &Transaction, user: UserNumber, role: &str) -> Result<bool> {
    let sql = "DELETE FROM portal_user_group WHERE user_id = $1 AND group_name = $2";
    Ok(transaction.run(transaction.statement(sql, [user.into(), role.into()])).await? > 0)
}

row! {
    /// Whether a group is a portal role.
    Portal {
        /// It is.
        portal: bool = "portal",
    }
}

/// Whether an entitlement group is a portal role; none where there is no such group.
///
/// # Errors
/// As [`crate::Error`].
pub async fn portal(transaction: &Transaction, name: &str) -> Result<Option<bool>> {
    let sql = "SELECT portal FROM entitlement_group WHERE name = $1";
    let row: Option<Portal> = transaction.one(transaction.statement(sql, [name.into()])).await?;
    Ok(row.map(|row| row.portal))
}
