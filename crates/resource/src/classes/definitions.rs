//! The classes of what is defined: entitlements, and the groups that they come in.

use hydra::query::Query;
use hydra::{Found, Given, Page, Reference, Set};
use store::{entitlement as rows, entitlement_group as group_rows};
use vocab::value::{Description, EntitlementName};
use vocab::{
    Entitlement, EntitlementGrantKey, EntitlementGroup, EntitlementGroupInput, EntitlementGroupKey, EntitlementInput,
    EntitlementKey, EntryPoint, EntryPointKey, GroupGrantKey,
};

use crate::columns;
use crate::rights::entitlement;
use crate::rights::entitlement_group;
use crate::rights::entitlement_group::{Definition, Group};
use crate::{Created, Cx, Error, IfMatch, Members, New, Resource, Result, paging};

/// A description as its class: there is none where nothing was said.
fn described(text: String) -> Option<Description> {
    (!text.is_empty()).then(|| Description::trusted(text))
}

/// What a body makes of a description.
fn description(given: Given<Description>, kept: String) -> String {
    columns::text(given, Some(kept)).unwrap_or_default()
}

/// The name in a body, if there is one, must be that in the address.
fn check_name(given: &Given<EntitlementName>, name: &EntitlementName) -> Result<()> {
    match given {
        Given::Value(given) if given != name => {
            Err(Error::invalid("name", "is fixed: it is the last part of the address"))
        }
        _ => Ok(()),
    }
}

/// An entitlement as its class. What is not defined has a name and nothing else.
pub(crate) fn entitlement_found(
    name: String,
    row: Option<rows::Entitlement>,
    grant: Option<EntitlementGrantKey>,
) -> Found<Entitlement> {
    let name = EntitlementName::trusted(name);
    Found {
        key: EntitlementKey { entitlement: name.clone() },
        version: row.as_ref().map_or(0, |row| row.version),
        value: Entitlement {
            name,
            core: row.as_ref().is_some_and(|row| row.core),
            built_in: row.as_ref().is_some_and(|row| row.built_in),
            description: row.and_then(|row| described(row.description)),
            grant: grant.map(Reference),
        },
    }
}

fn found(row: rows::Entitlement) -> Found<Entitlement> {
    entitlement_found(row.name.clone(), Some(row), None)
}

/// An entitlement that clients may change.
async fn writable(cx: &Cx<'_>, key: &EntitlementKey, on: &IfMatch) -> Result<Option<rows::Entitlement>> {
    let Some(row) = rows::find(&cx.scope(), key.entitlement.as_str()).await? else {
        return Ok(None);
    };
    if row.built_in {
        return Err(Error::Forbidden);
    }
    on.check(row.version)?;
    Ok(Some(row))
}

impl Resource for Entitlement {
    async fn fetch(cx: &Cx<'_>, key: &EntitlementKey) -> Result<Found<Self>> {
        rows::find(&cx.scope(), key.entitlement.as_str()).await?.map(found).ok_or(Error::NotFound)
    }

    async fn replace(cx: &Cx<'_>, key: &EntitlementKey, new: EntitlementInput, on: &IfMatch) -> Result<Created<Self>> {
        check_name(&new.name, &key.entitlement)?;
        let (description, core) = (description(new.description, String::new()), new.core.value().unwrap_or(false));
        loop {
            let Some(row) = writable(cx, key, on).await? else {
                on.check_absent()?;
                let row = entitlement::define(cx, key.entitlement.as_str(), &description, core).await?;
                return Ok(Created { found: found(row), new: true });
            };
            if let Some(row) = entitlement::change(cx, &row, &description, core).await? {
                return Ok(Created { found: found(row), new: false });
            }
        }
    }

    async fn update(cx: &Cx<'_>, key: &EntitlementKey, change: EntitlementInput, on: &IfMatch) -> Result<Found<Self>> {
        check_name(&change.name, &key.entitlement)?;
        loop {
            let row = writable(cx, key, on).await?.ok_or(Error::NotFound)?;
            let description = description(change.description.clone(), row.description.clone());
            let core = change.core.clone().value().unwrap_or(row.core);
            if let Some(row) = entitlement::change(cx, &row, &description, core).await? {
                return Ok(found(row));
            }
        }
    }

    async fn remove(cx: &Cx<'_>, key: &EntitlementKey, on: &IfMatch) -> Result<()> {
        loop {
            let row = writable(cx, key, on).await?.ok_or(Error::NotFound)?;
            if entitlement::remove(cx, &row).await? {
                return Ok(());
            }
        }
    }
}

/// All entitlements.
#[derive(Debug)]
pub struct Entitlements;

impl Members for Entitlements {
    type Owner = EntryPoint;
    type Member = Entitlement;
    const LINK: &'static str = "entitlements";

    async fn list(cx: &Cx<'_>, _: &EntryPointKey, query: &Query) -> Result<Page<Entitlement>> {
        paging::slice(query, entitlement::all(cx).await?, |row| row.name.clone(), found)
    }

    async fn create(cx: &Cx<'_>, _: &EntryPointKey, new: New<Entitlement>) -> Result<Created<Entitlement>> {
        let EntitlementInput { name, description: given, core, .. } = new.input;
        let name = columns::required(name.value(), "name")?;
        let description = description(given, String::new());
        let row = entitlement::define(cx, name.as_str(), &description, core.value().unwrap_or(false)).await?;
        Ok(Created { found: found(row), new: true })
    }
}

/// A group as its class. What is not defined has a name and nothing else.
pub(crate) fn group_found(name: String, group: Option<Group>, grant: Option<GroupGrantKey>) -> Found<EntitlementGroup> {
    let name = EntitlementName::trusted(name);
    let group = group.unwrap_or_default();
    Found {
        key: EntitlementGroupKey { entitlement_group: name.clone() },
        version: group.version,
        value: EntitlementGroup {
            name,
            description: described(group.description),
            members: Set(group.members.into_iter().map(EntitlementName::trusted).collect()),
            allow_core_entitlements: group.allow_core,
            grant: grant.map(Reference),
            built_in: group.built_in,
        },
    }
}

fn group(group: Group) -> Found<EntitlementGroup> {
    group_found(group.name.clone(), Some(group), None)
}

/// A group that clients may change.
async fn writable_group(cx: &Cx<'_>, key: &EntitlementGroupKey, on: &IfMatch) -> Result<Option<Group>> {
    let Some(row) = group_rows::find(&cx.scope(), key.entitlement_group.as_str()).await? else {
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
        let row = group_rows::find(&cx.scope(), key.entitlement_group.as_str()).await?;
        row.map(|row| group(row.into())).ok_or(Error::NotFound)
    }

    async fn replace(
        cx: &Cx<'_>,
        key: &EntitlementGroupKey,
        new: EntitlementGroupInput,
        on: &IfMatch,
    ) -> Result<Created<Self>> {
        check_name(&new.name, &key.entitlement_group)?;
        let definition = definition(new, Definition::default());
        loop {
            let Some(old) = writable_group(cx, key, on).await? else {
                on.check_absent()?;
                let made = entitlement_group::define(cx, key.entitlement_group.as_str(), &definition).await?;
                return Ok(Created { found: group(made), new: true });
            };
            if let Some(changed) = entitlement_group::change(cx, &old, &definition).await? {
                return Ok(Created { found: group(changed), new: false });
            }
        }
    }

    async fn update(
        cx: &Cx<'_>,
        key: &EntitlementGroupKey,
        change: EntitlementGroupInput,
        on: &IfMatch,
    ) -> Result<Found<Self>> {
        check_name(&change.name, &key.entitlement_group)?;
        loop {
            let old = writable_group(cx, key, on).await?.ok_or(Error::NotFound)?;
            let definition = definition(change.clone(), Definition::of(&old));
            if let Some(changed) = entitlement_group::change(cx, &old, &definition).await? {
                return Ok(group(changed));
            }
        }
    }

    async fn remove(cx: &Cx<'_>, key: &EntitlementGroupKey, on: &IfMatch) -> Result<()> {
        loop {
            let old = writable_group(cx, key, on).await?.ok_or(Error::NotFound)?;
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
        paging::slice(query, entitlement_group::all(cx).await?, |group| group.name.clone(), group)
    }

    async fn create(cx: &Cx<'_>, _: &EntryPointKey, new: New<EntitlementGroup>) -> Result<Created<EntitlementGroup>> {
        let name = columns::required(new.input.name.clone().value(), "name")?;
        let definition = definition(new.input, Definition::default());
        let made = entitlement_group::define(cx, name.as_str(), &definition).await?;
        Ok(Created { found: group(made), new: true })
    }
}
