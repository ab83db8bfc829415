//! Entitlement groups: names under which several entitlements are granted together.

use std::collections::BTreeMap;

use store::{Transaction, entitlement, entitlement_group as rows, portal_role};
use vocab::value::EntitlementName;
use vocab::{EntitlementGroup, EntitlementGroupKey};

use crate::columns::names;
use crate::error::Defined;
use crate::{Cx, Error, Result};

/// The definition of an entitlement group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The names of the entitlements that it brings, in order. One that is not defined brings nothing.
    pub members: Vec<String>,
    /// Whether core entitlements may be members; such a group is not granted to customers.
    pub allow_core: bool,
    /// Whether it is a portal role, which whoever may write in a customer can give to its portal users.
    pub portal: bool,
    /// Whether it came with the service, and so stays as it is.
    pub built_in: bool,
    /// Rises with each change.
    pub version: i64,
}

impl From<rows::EntitlementGroup> for Group {
    fn from(row: rows::EntitlementGroup) -> Self {
        let rows::EntitlementGroup { name, description, allow_core, portal, built_in, version, members } = row;
        Self { name, description, members: names(members), allow_core, portal, built_in, version }
    }
}

/// The definition of an entitlement group.
///
/// # Errors
/// [`Error::Undefined`] if there is none of this name.
pub async fn find(cx: &Cx<'_>, name: &str) -> Result<Group> {
    let row = rows::find(&cx.scope(), name).await?;
    row.map(Group::from).ok_or(Error::Undefined(Defined::Group))
}

/// All definitions, by name.
///
/// # Errors
/// As [`Error`].
pub async fn all(cx: &Cx<'_>) -> Result<Vec<Group>> {
    let mut all: Vec<Group> = rows::all(&cx.scope()).await?.into_iter().map(Group::from).collect();
    all.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    Ok(all)
}

/// What a group is to be.
#[derive(Debug, Clone, Default)]
pub(crate) struct Definition {
    /// What it is for.
    pub description: String,
    /// The names of its members.
    pub members: Vec<String>,
    /// Whether core entitlements may be members.
    pub allow_core: bool,
}

impl Definition {
    /// What a group is.
    pub fn of(group: &Group) -> Self {
        let Group { description, members, allow_core, .. } = group.clone();
        Self { description, members, allow_core }
    }
}

/// Defines a group. A portal user who does is granted it.
///
/// # Errors
/// [`Error::Invalid`] if members are not defined, or are core and may not be; [`Error::Forbidden`] if the actor has not all of
/// them and may not grant any; [`Error::Conflict`] if there is a group of this name.
pub(crate) async fn define(cx: &Cx<'_>, name: &str, definition: &Definition) -> Result<Group> {
    let transaction = cx.scope().begin().await?;
    let version = cx.birth().version;
    let mut watch = cx.watch(&transaction);
    watch.made::<EntitlementGroup>(&key(name));
    rows::insert(&transaction, name, &definition.description, definition.allow_core, version).await?;
    let group = fill(cx, &transaction, name, definition, &[]).await?;
    if let Some(user) = cx.actor.user {
        portal_role::grant(&transaction, user.id, name, cx.micros()).await?;
    }
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok(group)
}

fn key(name: &str) -> EntitlementGroupKey {
    EntitlementGroupKey { entitlement_group: EntitlementName::trusted(name.to_owned()) }
}

/// Changes a group. None if it has changed or gone meanwhile.
///
/// # Errors
/// As [`define`]; members that stay need not be the actor's.
pub(crate) async fn change(cx: &Cx<'_>, group: &Group, definition: &Definition) -> Result<Option<Group>> {
    let transaction = cx.scope().begin().await?;
    let Definition { description, allow_core, .. } = definition;
    let mut watch = cx.watch(&transaction);
    watch.on::<EntitlementGroup>(&key(&group.name)).await?;
    if !rows::update(&transaction, &group.name, group.version, description, *allow_core).await? {
        return Ok(None);
    }
    let group = fill(cx, &transaction, &group.name, definition, &group.members).await?;
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok(Some(group))
}

/// Gives a group its members.
async fn fill(
    cx: &Cx<'_>,
    transaction: &Transaction,
    name: &str,
    definition: &Definition,
    kept: &[String],
) -> Result<Group> {
    let Definition { members, allow_core, .. } = definition;
    let defined = entitlement::lock_all(transaction).await?;
    let core: BTreeMap<_, _> = defined.iter().map(|row| (row.name.as_str(), row.core)).collect();
    let undefined: Vec<_> = members.iter().filter(|member| !core.contains_key(member.as_str())).cloned().collect();
    if !undefined.is_empty() {
        return Err(Error::invalid("members", format_args!("are not defined: {}", undefined.join(", "))));
    }
    let refused: Vec<_> = members.iter().filter(|member| core[member.as_str()] && !allow_core).cloned().collect();
    if !refused.is_empty() {
        let what = format!("are core, and allowCoreEntitlements is not set: {}", refused.join(", "));
        return Err(Error::invalid("members", what));
    }
    // A group brings what is in it to whoever has its name.
    let theirs = |member: &String| kept.contains(member) || cx.actor.is_entitled(member);
    if !cx.actor.is_entitled("ADMIN_GRANT_ANY_ENTITLEMENT") && !members.iter().all(theirs) {
        return Err(Error::Forbidden);
    }
    rows::set_members(transaction, name, members).await?;
    rows::find_within(transaction, name).await?.map(Group::from).ok_or(Error::NotFound)
}

/// Removes a group. False if it has changed or gone meanwhile.
///
/// # Errors
/// As [`Error`].
pub(crate) async fn remove(cx: &Cx<'_>, group: &Group) -> Result<bool> {
    let transaction = cx.scope().begin().await?;
    if !rows::delete(&transaction, &group.name, group.version).await? {
        return Ok(false);
    }
    transaction.commit(cx.deleted::<EntitlementGroup>(&key(&group.name))).await?;
    Ok(true)
}
