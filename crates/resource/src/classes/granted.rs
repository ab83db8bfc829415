//! The classes of what a customer was granted: a definition is granted by POST of it, and revoked by DELETE of the grant.

use std::collections::BTreeMap;

use hydra::query::Query;
use hydra::{Class, Found, Identifier, Page};
use vocab::value::{CustomerId, EntitlementName};
use vocab::{
    Customer, CustomerKey, Entitlement, EntitlementGrant, EntitlementGrantFields, EntitlementGrantKey,
    EntitlementGroup, EntitlementGroupKey, EntitlementKey, GroupGrant, GroupGrantFields, GroupGrantKey,
};

use crate::classes::definitions::{entitlement_found, group_found};
use crate::rights::entitlement;
use crate::rights::entitlement_group;
use crate::rights::grants;
use crate::{Created, Cx, Error, IfMatch, Members, New, Resource, Result, paging};

/// Whether there is a customer of this number for the actor.
async fn known(cx: &Cx<'_>, customer: CustomerId) -> Result<()> {
    cx.customer(customer).await.map(drop)
}

/// The definition that a body means: by `@id`, by `name`, or by both if they agree.
fn named<C: Class>(
    id: Option<&Identifier>,
    by_name: Option<EntitlementName>,
    name: impl Fn(C::Key) -> EntitlementName,
) -> Result<EntitlementName> {
    let place = C::CLASS.path.split_once("/{").map_or(C::CLASS.path, |(place, _)| place);
    let by_id = match id {
        None => None,
        Some(id) => {
            let key = id.key::<C>().ok_or_else(|| Error::invalid("@id", format_args!("{id} is not one of {place}")))?;
            Some(name(key))
        }
    };
    match (by_id, by_name) {
        (Some(id), Some(name)) if id != name => Err(Error::invalid("name", "does not name the same as @id")),
        (Some(name), _) | (None, Some(name)) => Ok(name),
        (None, None) => Err(Error::invalid("name", format_args!("is required, or @id of one of {place}"))),
    }
}

/// What a body names and is not defined is a fault of the body.
fn defined(name: &EntitlementName, place: &str, granted: Result<()>) -> Result<()> {
    match granted {
        Err(Error::Undefined(_)) => {
            Err(Error::invalid("name", format_args!("'{name}' is not defined; {place} lists what is")))
        }
        granted => granted,
    }
}

async fn entitlements(
    cx: &Cx<'_>,
    query: &Query,
    names: impl IntoIterator<Item = String>,
    grant: impl Fn(&str) -> Option<EntitlementGrantKey>,
) -> Result<Page<Entitlement>> {
    let all = entitlement::all(cx).await?;
    let mut all: BTreeMap<_, _> = all.into_iter().map(|row| (row.name.clone(), row)).collect();
    paging::slice(query, names.into_iter().collect(), String::clone, |name| {
        let (row, grant) = (all.remove(&name), grant(&name));
        entitlement_found(name, row, grant)
    })
}

fn entitlement_key(customer: CustomerId, name: &str) -> EntitlementGrantKey {
    EntitlementGrantKey { customer, entitlement: EntitlementName::trusted(name.to_owned()) }
}

/// The entitlements that a customer was granted.
#[derive(Debug)]
pub struct CustomerEntitlements;

impl Members for CustomerEntitlements {
    type Owner = Customer;
    type Member = Entitlement;
    const LINK: &'static str = "entitlements";
    const REFERS: bool = true;

    async fn list(cx: &Cx<'_>, owner: &CustomerKey, query: &Query) -> Result<Page<Entitlement>> {
        known(cx, owner.customer).await?;
        let owned = grants::own_entitlements(cx, owner.customer).await?;
        entitlements(cx, query, owned, |name| Some(entitlement_key(owner.customer, name))).await
    }

    async fn create(cx: &Cx<'_>, owner: &CustomerKey, new: New<Entitlement>) -> Result<Created<Entitlement>> {
        known(cx, owner.customer).await?;
        let key = |key: EntitlementKey| key.entitlement;
        let name = named::<Entitlement>(new.id.as_ref(), new.input.name.value(), key)?;
        let owned = grants::own_entitlements(cx, owner.customer).await?;
        let granted = grants::grant_entitlement(cx, owner.customer, name.as_str()).await;
        defined(&name, "/entitlements", granted)?;
        // It is there even if its definition has gone meanwhile.
        let row = store::entitlement::find(&cx.public_scope(), name.as_str()).await?;
        let grant = entitlement_key(owner.customer, name.as_str());
        let is_new = owned.iter().all(|owned| owned != name.as_str());
        Ok(Created { found: entitlement_found(name.into(), row, Some(grant)), new: is_new })
    }
}

/// The entitlements that have effect for a customer.
#[derive(Debug)]
pub struct EffectiveEntitlements;

impl Members for EffectiveEntitlements {
    type Owner = Customer;
    type Member = Entitlement;
    const LINK: &'static str = "effectiveEntitlements";

    async fn list(cx: &Cx<'_>, owner: &CustomerKey, query: &Query) -> Result<Page<Entitlement>> {
        known(cx, owner.customer).await?;
        let (_, effective) = grants::entitlements(cx, owner.customer).await?;
        entitlements(cx, query, effective, |_| None).await
    }
}

impl Resource for EntitlementGrant {
    async fn fetch(cx: &Cx<'_>, key: &EntitlementGrantKey) -> Result<Found<Self>> {
        known(cx, key.customer).await?;
        let owned = grants::own_entitlements(cx, key.customer).await?;
        let name = owned.into_iter().find(|name| name == key.entitlement.as_str());
        let row = store::entitlement::find(&cx.scope(), &name.ok_or(Error::NotFound)?).await?;
        let revocable = row.is_some_and(|row| !row.core && grants::may_revoke_entitlement(cx, &row.name).is_ok());
        let value = Self::from(EntitlementGrantFields { revocable });
        Ok(Found { key: key.clone(), value, version: 1 })
    }

    async fn remove(cx: &Cx<'_>, key: &EntitlementGrantKey, on: &IfMatch) -> Result<()> {
        let found = Self::fetch(cx, key).await?;
        grants::may_revoke_entitlement(cx, key.entitlement.as_str())?;
        on.check(found.version)?;
        grants::revoke_entitlement(cx, key.customer, key.entitlement.as_str()).await
    }
}

async fn groups(
    cx: &Cx<'_>,
    query: &Query,
    names: impl IntoIterator<Item = String>,
    grant: impl Fn(&str) -> Option<GroupGrantKey>,
) -> Result<Page<EntitlementGroup>> {
    let all = entitlement_group::all(cx).await?;
    let mut all: BTreeMap<_, _> = all.into_iter().map(|group| (group.name.clone(), group)).collect();
    paging::slice(query, names.into_iter().collect(), String::clone, |name| {
        let (group, grant) = (all.remove(&name), grant(&name));
        group_found(name, group, grant)
    })
}

fn group_key(customer: CustomerId, name: &str) -> GroupGrantKey {
    GroupGrantKey { customer, entitlement_group: EntitlementName::trusted(name.to_owned()) }
}

/// The entitlement groups that a customer was granted.
#[derive(Debug)]
pub struct CustomerGroups;

impl Members for CustomerGroups {
    type Owner = Customer;
    type Member = EntitlementGroup;
    const LINK: &'static str = "entitlementGroups";
    const REFERS: bool = true;

    async fn list(cx: &Cx<'_>, owner: &CustomerKey, query: &Query) -> Result<Page<EntitlementGroup>> {
        known(cx, owner.customer).await?;
        let (owned, _) = grants::of_customer(cx, owner.customer).await?;
        groups(cx, query, owned.groups, |name| Some(group_key(owner.customer, name))).await
    }

    async fn create(cx: &Cx<'_>, owner: &CustomerKey, new: New<EntitlementGroup>) -> Result<Created<EntitlementGroup>> {
        known(cx, owner.customer).await?;
        let key = |key: EntitlementGroupKey| key.entitlement_group;
        let name = named::<EntitlementGroup>(new.id.as_ref(), new.input.name.value(), key)?;
        let (owned, _) = grants::of_customer(cx, owner.customer).await?;
        let granted = grants::grant_group(cx, owner.customer, name.as_str()).await;
        defined(&name, "/entitlementGroups", granted)?;
        let row = store::entitlement_group::find(&cx.public_scope(), name.as_str()).await?;
        let grant = group_key(owner.customer, name.as_str());
        let is_new = owned.groups.iter().all(|owned| owned != name.as_str());
        Ok(Created { found: group_found(name.into(), row.map(Into::into), Some(grant)), new: is_new })
    }
}

/// The entitlement groups that have effect for a customer.
#[derive(Debug)]
pub struct EffectiveGroups;

impl Members for EffectiveGroups {
    type Owner = Customer;
    type Member = EntitlementGroup;
    const LINK: &'static str = "effectiveEntitlementGroups";

    async fn list(cx: &Cx<'_>, owner: &CustomerKey, query: &Query) -> Result<Page<EntitlementGroup>> {
        known(cx, owner.customer).await?;
        let (_, effective) = grants::of_customer(cx, owner.customer).await?;
        groups(cx, query, effective.groups, |_| None).await
    }
}

impl Resource for GroupGrant {
    async fn fetch(cx: &Cx<'_>, key: &GroupGrantKey) -> Result<Found<Self>> {
        known(cx, key.customer).await?;
        let (owned, _) = grants::of_customer(cx, key.customer).await?;
        let name = owned.groups.into_iter().find(|name| name == key.entitlement_group.as_str());
        let revocable = match entitlement_group::find(cx, &name.ok_or(Error::NotFound)?).await {
            Ok(group) => grants::may_revoke_group(cx, &group).await.map(|()| true),
            Err(error) => Err(error),
        };
        let revocable = match revocable {
            Err(Error::Forbidden | Error::Undefined(_)) => false,
            other => other?,
        };
        let value = Self::from(GroupGrantFields { revocable });
        Ok(Found { key: key.clone(), value, version: 1 })
    }

    async fn remove(cx: &Cx<'_>, key: &GroupGrantKey, on: &IfMatch) -> Result<()> {
        let found = Self::fetch(cx, key).await?;
        if found.value.revocable {
            on.check(found.version)?;
        }
        grants::revoke_group(cx, key.customer, key.entitlement_group.as_str()).await
    }
}
