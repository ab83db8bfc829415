//! Grants: who has been given which entitlements and groups, and what that comes to.
//!
//! A grant is a name that outlives the definition of what it names. What is effective follows from grants and definitions
//! alone, each time anew. The caller of these functions has asked whether the actor may grant or revoke at all, and whether
//! they see the customer; whether they may grant *this* is asked here.

use std::collections::BTreeSet;

use store::grant::{GrantKind, HeldEntitlements, Holder, OwnEntitlements};
use store::{Transaction, UserNumber, customer, grant, portal_role};
use vocab::value::CustomerId;

use crate::changes::Watch;
use crate::columns::from_json;
use crate::columns::names;
use crate::number::Named;
use crate::rights::entitlement;
use crate::rights::entitlement_group;
use crate::rights::entitlement_group::Group;
use crate::{Cx, Error, Result};

/// What has effect.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effective {
    /// Entitlements that are defined, and were granted or are members of a defined group that was.
    pub entitlements: BTreeSet<String>,
    /// Groups that are defined, and were granted or whose members, of which there are some, all have effect.
    pub groups: BTreeSet<String>,
}

/// What was granted, in order, whether it is defined or not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnGrants {
    /// Entitlements.
    pub entitlements: Vec<String>,
    /// Groups.
    pub groups: Vec<String>,
}

/// What a customer has been granted, and what has effect of it.
///
/// # Errors
/// As [`Error`]. A customer that does not exist has nothing.
pub async fn of_customer(cx: &Cx<'_>, customer: CustomerId) -> Result<(OwnGrants, Effective)> {
    held(cx, Holder::Customer(customer.number())).await
}

/// The entitlements that a customer was granted by themselves, in order, whether they are defined or not.
///
/// # Errors
/// As [`of_customer`].
pub async fn own_entitlements(cx: &Cx<'_>, customer: CustomerId) -> Result<Vec<String>> {
    let found: OwnEntitlements = grant::entitlements(&cx.scope(), customer.number()).await?;
    Ok(names(found.own))
}

/// The same, and those that have effect for it, in order. It is cheaper than [`of_customer`], which has the groups, too.
///
/// # Errors
/// As [`of_customer`].
pub async fn entitlements(cx: &Cx<'_>, customer: CustomerId) -> Result<(Vec<String>, Vec<String>)> {
    let found: HeldEntitlements = grant::entitlements(&cx.scope(), customer.number()).await?;
    Ok((names(found.own), names(found.effective)))
}

/// What the portal user with this row number has been granted, and what has effect of it.
///
/// # Errors
/// As [`Error`]. A portal user that does not exist has nothing.
pub async fn of_user(cx: &Cx<'_>, user: UserNumber) -> Result<(OwnGrants, Effective)> {
    held(cx, Holder::User(user)).await
}

async fn held(cx: &Cx<'_>, holder: Holder) -> Result<(OwnGrants, Effective)> {
    let held = grant::held(&cx.scope(), holder).await?;
    let owned = OwnGrants { entitlements: names(held.entitlements), groups: names(held.groups) };
    let effective = Effective {
        entitlements: names(held.effective_entitlements).into_iter().collect(),
        groups: names(held.effective_groups).into_iter().collect(),
    };
    Ok((owned, effective))
}

/// Grants an entitlement to a customer and to those who administer it: portal users, of whichever customer, with one of the
/// addresses that it names. Where several have the same address, it is those who have to do with the customer. What they
/// have already they keep.
///
/// # Errors
/// [`Error::Undefined`] if there is no such entitlement; [`Error::Forbidden`] if the actor neither has it nor may grant any;
/// [`Error::CoreNotAllowed`] if it is core; [`Error::NotFound`] if there is no such customer.
pub async fn grant_entitlement(cx: &Cx<'_>, customer: CustomerId, name: &str) -> Result<()> {
    let definition = entitlement::find(cx, name).await?;
    own_entitlement(cx, name, "ADMIN_GRANT_ANY_ENTITLEMENT")?;
    if definition.core {
        return Err(Error::CoreNotAllowed);
    }
    give(cx, customer, GrantKind::Entitlement, name).await
}

/// Revokes an entitlement of a customer and of each of its portal users, whether they had it or not.
///
/// # Errors
/// As [`grant_entitlement`].
pub async fn revoke_entitlement(cx: &Cx<'_>, customer: CustomerId, name: &str) -> Result<()> {
    let definition = entitlement::find(cx, name).await?;
    may_revoke_entitlement(cx, name)?;
    if definition.core {
        return Err(Error::CoreNotAllowed);
    }
    take(cx, customer, GrantKind::Entitlement, name).await
}

/// Grants a group to a customer, and to those who administer it, as [`grant_entitlement`].
///
/// # Errors
/// As [`grant_entitlement`], where a group that allows core entitlements is as if it were core. Who has all members of a
/// group, of which there are some, has the group.
pub async fn grant_group(cx: &Cx<'_>, customer: CustomerId, name: &str) -> Result<()> {
    let definition = entitlement_group::find(cx, name).await?;
    own_group(cx, &definition, "ADMIN_GRANT_ANY_ENTITLEMENT_GROUP").await?;
    if definition.allow_core {
        return Err(Error::CoreNotAllowed);
    }
    give(cx, customer, GrantKind::Group, name).await
}

/// Revokes a group of a customer and of each of its portal users. Members of the group that were granted by themselves, or
/// by another group, stay.
///
/// # Errors
/// As [`grant_group`], but a group that allows core entitlements can be revoked.
pub async fn revoke_group(cx: &Cx<'_>, customer: CustomerId, name: &str) -> Result<()> {
    let definition = entitlement_group::find(cx, name).await?;
    may_revoke_group(cx, &definition).await?;
    take(cx, customer, GrantKind::Group, name).await
}

/// Whether the actor has an entitlement, or may revoke any: [`Error::Forbidden`] if not.
pub(crate) fn may_revoke_entitlement(cx: &Cx<'_>, name: &str) -> Result<()> {
    own_entitlement(cx, name, "ADMIN_REVOKE_ANY_ENTITLEMENT")
}

/// Whether the actor has a group or all that is in it, or may revoke any: [`Error::Forbidden`] if not.
pub(crate) async fn may_revoke_group(cx: &Cx<'_>, group: &Group) -> Result<()> {
    own_group(cx, group, "ADMIN_REVOKE_ANY_ENTITLEMENT_GROUP").await
}

fn own_entitlement(cx: &Cx<'_>, name: &str, or: &str) -> Result<()> {
    if cx.actor.is_entitled(or) || cx.actor.is_entitled(name) { Ok(()) } else { Err(Error::Forbidden) }
}

async fn own_group(cx: &Cx<'_>, group: &Group, or: &str) -> Result<()> {
    let by_members = !group.members.is_empty() && group.members.iter().all(|member| cx.actor.is_entitled(member));
    if by_members || cx.actor.is_entitled(or) {
        return Ok(());
    }
    match cx.actor.user {
        Some(user) if of_user(cx, user.id).await?.1.groups.contains(&group.name) => Ok(()),
        _ => Err(Error::Forbidden),
    }
}

async fn give(cx: &Cx<'_>, customer: CustomerId, kind: GrantKind, name: &str) -> Result<()> {
    let transaction = cx.scope().begin().await?;
    let emails = from_json(&touch(cx, &transaction, customer).await?)?;
    let mut watch = cx.watch(&transaction);
    watch.grant(customer, kind, name).await?;
    grant::to_customer(&transaction, customer.number(), kind, name).await?;
    for user in grant::to_users(&transaction, customer.number(), &emails, kind, name, cx.micros()).await? {
        watch.role_made(user, kind, name).await?;
    }
    let changes = watch.finish().await?;
    Ok(transaction.commit(changes).await?)
}

async fn take(cx: &Cx<'_>, customer: CustomerId, kind: GrantKind, name: &str) -> Result<()> {
    let transaction = cx.scope().begin().await?;
    touch(cx, &transaction, customer).await?;
    let mut watch = cx.watch(&transaction);
    watch.grant(customer, kind, name).await?;
    let is_role = kind == GrantKind::Group && portal_role::portal(&transaction, name).await? == Some(true);
    for user in grant::revoke(&transaction, customer.number(), kind, name).await? {
        if is_role {
            watch.role_gone(user, name).await?;
        }
    }
    let changes = watch.finish().await?;
    Ok(transaction.commit(changes).await?)
}

/// Notes that something of a customer changes, and by whom. The answer is what is kept of who administers it.
pub(crate) async fn touch(cx: &Cx<'_>, transaction: &Transaction, customer: CustomerId) -> Result<String> {
    customer::touch(transaction, customer.number(), cx.micros(), cx.actor.writer()).await?.ok_or(Error::NotFound)
}

/// Gives a new customer what every customer has.
///
/// # Errors
/// The database refused.
pub(crate) async fn furnish(transaction: &Transaction, customer: CustomerId, watch: &mut Watch<'_>) -> Result<()> {
    let (kind, name) = (GrantKind::Entitlement, "CUSTOMER_GET_ITSELF");
    watch.grant(customer, kind, name).await?;
    Ok(grant::to_customer(transaction, customer.number(), kind, name).await?)
}
