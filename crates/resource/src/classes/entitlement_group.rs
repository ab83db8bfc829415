//! Groups of entitlements, which are defined, and granted to customers.

use std::collections::BTreeMap;

use hydra::query::Query;
use hydra::{Found, Page, Reference, Set};
use store::entitlement_group as rows;
use vocab::value::{CustomerId, EntitlementName};
use vocab::{
    Customer, CustomerKey, EntitlementGroup, EntitlementGroupFields, EntitlementGroupInput, EntitlementGroupKey,
    EntryPoint, EntryPointKey, GroupGrant, GroupGrantFields, GroupGrantKey,
};

use super::definition::{defined, described, description, known, named};
use crate::columns::{self, check_fixed};
use crate::rights::entitlement_group::{self, Definition, Group};
use crate::rights::grants;
use crate::{Created, Cx, Error, IfMatch, Members, New, Resource, Result, paging};

/// A group as its class. What is not defined has a name and nothing else.
fn found_with(name: String, group: Option<Group>, grant: Option<GroupGrantKey>) -> Found<EntitlementGroup> {
    let name = EntitlementName::trusted(name);
    let group = group.unwrap_or_default();
    Found {
        key: EntitlementGroupKey { entitlement_group: name.clone() },
        version: group.version,
        value: EntitlementGroup::from(EntitlementGroupFields {
            name,
            description: described(group.description),
            members: Set(group.members.into_iter().map(EntitlementName::trusted).collect()),
            allow_core_entitlements: group.allow_core,
            grant: grant.map(Reference),
            built_in: group.built_in,
        }),
    }
}

fn found(group: Group) -> Found<EntitlementGroup> {
    found_with(group.name.clone(), Some(group), None)
}

/// A group that clients may change.
async fn writable(cx: &Cx<'_>, key: &EntitlementGroupKey, on: &IfMatch) -> Result<Option<Group>> {
    let Some(row) = rows::find(&cx.scope(), key.entitlement_group.as_str()).await? else {
        return Ok(None);
    };
    if row.built_in {
        return Err(Error::Forbidden);
    }
    on.check(row.version)?;
    Ok(Some(row.into()))
}

/// What a body makes of a group.
fn definition(input: EntitlementGroupInput, kept: Definition) -> Definition {
    let members = input.members.value().map(|Set(names)| names.into_iter().map(String::from).collect());
    Definition {
        description: description(input.description, kept.description),
        members: members.unwrap_or(kept.members),
        allow_core: input.allow_core_entitlements.value().unwrap_or(kept.allow_core),
    }
}

impl Resource for EntitlementGroup {
    async fn fetch(cx: &Cx<'_>, key: &EntitlementGroupKey) -> Result<Found<Self>> {
        let row = rows::find(&cx.scope(), key.entitlement_group.as_str()).await?;
        row.map(|row| found(row.into())).ok_or(Error::NotFound)
    }

    async fn replace(
        cx: &Cx<'_>,
        key: &EntitlementGroupKey,
        new: EntitlementGroupInput,
        on: &IfMatch,
    ) -> Result<Created<Self>> {
        check_fixed(&new.name, &key.entitlement_group, "name")?;
        let definition = definition(new, Definition::default());
        loop {
            let Some(old) = writable(cx, key, on).await? else {
                on.check_absent()?;
                let made = entitlement_group::define(cx, key.entitlement_group.as_str(), &definition).await?;
                return Ok(Created { found: found(made), new: true });
            };
            if let Some(changed) = entitlement_group::change(cx, &old, &definition).await? {
                return Ok(Created { found: found(changed), new: false });
            }
        }
    }

    async fn update(
        cx: &Cx<'_>,
        key: &EntitlementGroupKey,
        change: EntitlementGroupInput,
        on: &IfMatch,
    ) -> Result<Found<Self>> {
        check_fixed(&change.name, &key.entitlement_group, "name")?;
        loop {
            let old = writable(cx, key, on).await?.ok_or(Error::NotFound)?;
            let definition = definition(change.clone(), Definition::of(&old));
            if let Some(changed) = entitlement_group::change(cx, &old, &definition).await? {
                return Ok(found(changed));
            }
        }
    }

    async fn remove(cx: &Cx<'_>, key: &EntitlementGroupKey, on: &IfMatch) -> Result<()> {
        loop {
            let old = writable(cx, key, on).await?.ok_or(Error::NotFound)?;
            if entitlement_group::remove(cx, &old).await? {
                return Ok(());
            }
        }
    }
}

/// All entitlement groups.
#[derive(Debug)]
pub struct EntitlementGroups;

impl Members for EntitlementGroups {
    type Owner = EntryPoint;
    type Member = EntitlementGroup;
    const LINK: &'static str = "entitlementGroups";

    async fn list(cx: &Cx<'_>, _: &EntryPointKey, query: &Query) -> Result<Page<EntitlementGroup>> {
        paging::slice(query, entitlement_group::all(cx).await?, |group| group.name.clone(), found)
    }

    async fn create(cx: &Cx<'_>, _: &EntryPointKey, new: New<EntitlementGroup>) -> Result<Created<EntitlementGroup>> {
        let name = columns::required(new.input.name.clone().value(), "name")?;
        let definition = definition(new.input, Definition::default());
        let made = entitlement_group::define(cx, name.as_str(), &definition).await?;
        Ok(Created { found: found(made), new: true })
    }
}

async fn named_so(
    cx: &Cx<'_>,
    query: &Query,
    names: impl IntoIterator<Item = String>,
    grant: impl Fn(&str) -> Option<GroupGrantKey>,
) -> Result<Page<EntitlementGroup>> {
    let all = entitlement_group::all(cx).await?;
    let mut all: BTreeMap<_, _> = all.into_iter().map(|group| (group.name.clone(), group)).collect();
    paging::slice(query, names.into_iter().collect(), String::clone, |name| {
        let (group, grant) = (all.remove(&name), grant(&name));
        found_with(name, group, grant)
    })
}

fn grant_key(customer: CustomerId, name: &str) -> GroupGrantKey {
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
        named_so(cx, query, owned.groups, |name| Some(grant_key(owner.customer, name))).await
    }

    async fn create(cx: &Cx<'_>, owner: &CustomerKey, new: New<EntitlementGroup>) -> Result<Created<EntitlementGroup>> {
        known(cx, owner.customer).await?;
        let key = |key: EntitlementGroupKey| key.entitlement_group;
        let name = named::<EntitlementGroup>(new.id.as_ref(), new.input.name.value(), key)?;
        let (owned, _) = grants::of_customer(cx, owner.customer).await?;
        let granted = grants::grant_group(cx, owner.customer, name.as_str()).await;
        defined(&name, "/entitlementGroups", granted)?;
        let row = rows::find(&cx.public_scope(), name.as_str()).await?;
        let grant = grant_key(owner.customer, name.as_str());
        let is_new = owned.groups.iter().all(|owned| owned != name.as_str());
        Ok(Created { found: found_with(name.into(), row.map(Into::into), Some(grant)), new: is_new })
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
        named_so(cx, query, effective.groups, |_| None).await
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
