//! Entitlements, which are defined, and granted to customers.

use std::collections::BTreeMap;

use hydra::query::Query;
use hydra::{Found, Page, Reference};
use store::entitlement as rows;
use vocab::value::{CustomerId, EntitlementName};
use vocab::{
    Customer, CustomerKey, Entitlement, EntitlementFields, EntitlementGrant, EntitlementGrantFields,
    EntitlementGrantKey, EntitlementInput, EntitlementKey, EntryPoint, EntryPointKey,
};

use super::definition::{defined, described, description, known, named};
use crate::columns::{self, check_fixed};
use crate::rights::{entitlement, grants};
use crate::{Created, Cx, Error, IfMatch, Members, New, Resource, Result, paging};

/// An entitlement as its class. What is not defined has a name and nothing else.
fn found_with(name: String, row: Option<rows::Entitlement>, grant: Option<EntitlementGrantKey>) -> Found<Entitlement> {
    let name = EntitlementName::trusted(name);
    Found {
        key: EntitlementKey { entitlement: name.clone() },
        version: row.as_ref().map_or(0, |row| row.version),
        value: Entitlement::from(EntitlementFields {
            name,
            core: row.as_ref().is_some_and(|row| row.core),
            built_in: row.as_ref().is_some_and(|row| row.built_in),
            description: row.and_then(|row| described(row.description)),
            grant: grant.map(Reference),
        }),
    }
}

fn found(row: rows::Entitlement) -> Found<Entitlement> {
    found_with(row.name.clone(), Some(row), None)
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
        check_fixed(&new.name, &key.entitlement, "name")?;
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
        check_fixed(&change.name, &key.entitlement, "name")?;
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

async fn named_so(
    cx: &Cx<'_>,
    query: &Query,
    names: impl IntoIterator<Item = String>,
    grant: impl Fn(&str) -> Option<EntitlementGrantKey>,
) -> Result<Page<Entitlement>> {
    let all = entitlement::all(cx).await?;
    let mut all: BTreeMap<_, _> = all.into_iter().map(|row| (row.name.clone(), row)).collect();
    paging::slice(query, names.into_iter().collect(), String::clone, |name| {
        let (row, grant) = (all.remove(&name), grant(&name));
        found_with(name, row, grant)
    })
}

fn grant_key(customer: CustomerId, name: &str) -> EntitlementGrantKey {
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
        named_so(cx, query, owned, |name| Some(grant_key(owner.customer, name))).await
    }

    async fn create(cx: &Cx<'_>, owner: &CustomerKey, new: New<Entitlement>) -> Result<Created<Entitlement>> {
        known(cx, owner.customer).await?;
        let key = |key: EntitlementKey| key.entitlement;
        let name = named::<Entitlement>(new.id.as_ref(), new.input.name.value(), key)?;
        let owned = grants::own_entitlements(cx, owner.customer).await?;
        let granted = grants::grant_entitlement(cx, owner.customer, name.as_str()).await;
        defined(&name, "/entitlements", granted)?;
        // It is there even if its definition has gone meanwhile.
        let row = rows::find(&cx.public_scope(), name.as_str()).await?;
        let grant = grant_key(owner.customer, name.as_str());
        let is_new = owned.iter().all(|owned| owned != name.as_str());
        Ok(Created { found: found_with(name.into(), row, Some(grant)), new: is_new })
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
        named_so(cx, query, effective, |_| None).await
    }
}

impl Resource for EntitlementGrant {
    async fn fetch(cx: &Cx<'_>, key: &EntitlementGrantKey) -> Result<Found<Self>> {
        known(cx, key.customer).await?;
        let owned = grants::own_entitlements(cx, key.customer).await?;
        let name = owned.into_iter().find(|name| name == key.entitlement.as_str());
        let row = rows::find(&cx.scope(), &name.ok_or(Error::NotFound)?).await?;
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
