//! Changes, as a class: whoever may look at a resource may look at what has happened to it.

use std::collections::BTreeSet;
use std::marker::PhantomData;

use hydra::query::{Literal, Query};
use hydra::{
    AnyReference, Class as _, ClassDef, Datatype, Found, JsonLiteral, Method, Page, PathKey as _, PropertyKind,
    Reference, Set, expand,
};
use serde_json::Value as Json;
use store::RowPage;
use store::change::{self as rows, WhichChanges};
use vocab::value::{ActorKind, ChangeId, ChangeKind, CustomerId};
use vocab::{Change, ChangeFields, ChangeKey, Customer, CustomerKey, CustomerProperty, EntryPoint, EntryPointKey};

use crate::changes::{State, parsed};
use crate::columns::from_json;
use crate::instant::instant;
use crate::number::{Named as _, Numbered as _};
use crate::rights::policy::allowed;
use crate::{Cx, Error, Members, Resource, Result, paging};

/// A change, and what its resource was.
type ReadChange = (rows::Change, Option<State>);

fn read(mut row: rows::Change) -> Result<ReadChange> {
    let state = row.state.take().map(|state| parsed(&state)).transpose()?;
    Ok((row, state))
}

/// The members of a class that are links.
fn links(class: &str) -> impl Iterator<Item = &'static str> {
    let class = vocab::CLASSES.iter().find(|known| known.name == class);
    let properties = class.into_iter().flat_map(|class| class.properties);
    properties.filter(|property| matches!(property.kind, PropertyKind::One(_))).map(|property| property.name)
}

/// The paths that a change leads to.
fn paths((row, state): &ReadChange) -> impl Iterator<Item = &str> {
    let linked = state.iter().flat_map(|state| links(&row.class).filter_map(|name| state.get(name)));
    let linked = linked.flat_map(|value| match value {
        Json::Array(values) => values.iter().filter_map(Json::as_str).collect(),
        value => value.as_str().into_iter().collect::<Vec<_>>(),
    });
    linked.chain(row.actor.as_deref())
}

/// What a resource was, without links to what the actor may not look at: it has none of those itself.
fn shown(cx: &Cx<'_>, class: &str, mut state: State) -> State {
    let leads_on = |value: &Json| value.as_str().is_none_or(|path| leads(cx, path));
    for name in links(class) {
        match state.get_mut(name) {
            Some(Json::Array(values)) => values.retain(leads_on),
            Some(value) if !leads_on(value) => drop(state.remove(name)),
            _ => {}
        }
    }
    state
}

/// Has it looked up what the actor sees of all that changes lead to, and of some customers.
async fn look_at(cx: &Cx<'_>, changes: &[ReadChange], customers: Option<CustomerId>) -> Result<()> {
    let found = changes.iter().flat_map(paths).filter_map(|path| class_at(path)?.1);
    cx.look_at(found.chain(customers).collect::<BTreeSet<_>>()).await
}

/// A change, with whoever made it as a link where that leads somewhere for the actor.
fn found(cx: &Cx<'_>, (row, state): ReadChange) -> Result<Found<Change>> {
    let state = state.map(|state| shown(cx, &row.class, state));
    let customer = row.customer.map(|customer| customer.identity());
    let customer = customer.filter(|customer| may_look(cx, Customer::CLASS, Some(*customer)));
    let fault = |error: String| Error::Internal(format!("change {}: {error}", row.number));
    Ok(Found {
        key: ChangeKey { change: ChangeId(row.number) },
        // It stays as it is, but that its state may be taken away.
        version: if state.is_some() { 2 } else { 1 },
        value: Change::from(ChangeFields {
            number: row.number,
            made: instant(row.made_at),
            kind: row.kind.parse::<ChangeKind>().map_err(fault)?,
            class: row.class,
            resource: AnyReference(row.path),
            customer: customer.map(|customer| Reference(CustomerKey { customer })),
            actor: row.actor.filter(|path| leads(cx, path)).map(AnyReference),
            actor_name: row.actor_name,
            actor_kind: row.actor_kind.parse::<ActorKind>().map_err(fault)?,
            face: row.face,
            request: row.request,
            version: row.version.map(|version| version.to_string()),
            changed: Set(row.members.map_or(Ok(Vec::new()), |names| from_json(&names))?),
            state: state.map(|state| JsonLiteral(Json::Object(state))),
        }),
    })
}

/// The class whose resources have paths like this.
fn class_at(path: &str) -> Option<(&'static ClassDef, Option<CustomerId>)> {
    vocab::CLASSES.iter().find_map(|class| {
        let variables = hydra::variables(class.path, path)?;
        let customer = variables.iter().find(|(name, _)| *name == "customer");
        Some((*class, customer.and_then(|(_, number)| number.parse().ok())))
    })
}

/// Whether an actor may look at what is at a path, as far as it has been looked up what they see.
fn leads(cx: &Cx<'_>, path: &str) -> bool {
    class_at(path).is_some_and(|(class, customer)| may_look(cx, class, customer))
}

/// Whether an actor may look at resources of a class that belong to a customer, or to none.
fn may_look(cx: &Cx<'_>, class: &ClassDef, customer: Option<CustomerId>) -> bool {
    class.operation(Method::Get).is_some_and(|look| allowed(cx.actor, look, customer))
}

/// Whether they may look at all of them then. A property says by itself who may read it.
fn may_look_at_all(cx: &Cx<'_>, class: &ClassDef) -> bool {
    class.name != CustomerProperty::NAME || cx.actor.everything
}

/// The classes whose changes an actor may look at, of a customer or of everybody.
fn classes(cx: &Cx<'_>, customer: Option<CustomerId>) -> Vec<&'static str> {
    let logged = vocab::CLASSES.iter().filter(|class| class.logged);
    let seen = logged.filter(|class| may_look(cx, class, customer) && may_look_at_all(cx, class));
    seen.map(|class| class.name).collect()
}

/// An instant that a parameter gives; none where it was not sent.
fn asked(query: &Query, name: &str) -> Result<Option<i64>> {
    let Some((_, value)) = query.others.iter().rfind(|(other, _)| other == name) else { return Ok(None) };
    match Literal::parse(Datatype::DateTime, value) {
        Ok(Literal::Instant(instant)) => Ok(Some(instant.timestamp_micros())),
        _ => Err(Error::invalid(name, "must be an instant, as 2026-01-31T12:00:00Z is one")),
    }
}

/// A page of changes, the latest first unless another order is asked for.
async fn list(cx: &Cx<'_>, which: WhichChanges, query: &Query) -> Result<Page<Change>> {
    let order = query.order.map_or(("number", true), |order| (order.property, order.descending));
    let listing = paging::listing_in::<Change>(query, vec![order])?;
    let which = WhichChanges { since: asked(query, "since")?, until: asked(query, "until")?, ..which };
    cx.number_changes().await?;
    let rows = rows::list(&cx.scope(), &which, &listing).await?;
    let RowPage { rows, total, next } = rows;
    let rows: Vec<_> = rows.into_iter().map(read).collect::<Result<_>>()?;
    look_at(cx, &rows, None).await?;
    paging::page(&listing, RowPage { rows, total, next }, |change| found(cx, change))
}

impl Resource for Change {
    async fn fetch(cx: &Cx<'_>, key: &ChangeKey) -> Result<Found<Self>> {
        cx.number_changes().await?;
        let row = rows::find(&cx.scope(), key.change.0).await?.ok_or(Error::NotFound)?;
        let customer = row.customer.map(|customer| customer.identity());
        let change = [read(row)?];
        look_at(cx, &change, customer).await?;
        let [(row, state)] = change;
        let class = vocab::CLASSES.iter().find(|class| class.name == row.class).ok_or(Error::NotFound)?;
        if !may_look(cx, class, customer) {
            return Err(Error::NotFound);
        }
        if !may_look_at_all(cx, class) {
            let property = hydra::parse_path(class.path, &row.path).ok_or(Error::NotFound)?;
            CustomerProperty::fetch(cx, &property).await?;
        }
        found(cx, (row, state))
    }
}

/// What has happened to one resource of a class.
#[derive(Debug)]
pub struct ChangesOf<C>(PhantomData<C>);

impl<C: Resource> Members for ChangesOf<C> {
    type Owner = C;
    type Member = Change;
    const LINK: &'static str = "changes";

    async fn list(cx: &Cx<'_>, owner: &C::Key, query: &Query) -> Result<Page<Change>> {
        let customer = owner.customer().map(CustomerId);
        let path = expand(C::CLASS.path, owner);
        let there = match C::fetch(cx, owner).await {
            Ok(_) => true,
            // What is gone has its history yet, for those who may look at all that there is of its class.
            Err(Error::NotFound) => false,
            Err(error) => return Err(error),
        };
        if !may_look(cx, C::CLASS, customer) {
            return Err(Error::Forbidden);
        }
        if !there && !may_look_at_all(cx, C::CLASS) {
            return Err(Error::NotFound);
        }
        let which = WhichChanges { customer: None, path: Some(path), classes: vec![C::NAME], since: None, until: None };
        let page = list(cx, which, query).await?;
        if there || page.total.is_none_or(|total| total > 0) { Ok(page) } else { Err(Error::NotFound) }
    }
}

/// What has happened to a customer and all that belongs to it.
#[derive(Debug)]
pub struct CustomerChanges;

impl Members for CustomerChanges {
    type Owner = Customer;
    type Member = Change;
    const LINK: &'static str = "changes";

    async fn list(cx: &Cx<'_>, owner: &CustomerKey, query: &Query) -> Result<Page<Change>> {
        cx.customer(owner.customer).await?;
        let classes = classes(cx, Some(owner.customer));
        let customer = Some(owner.customer.number());
        list(cx, WhichChanges { customer, path: None, classes, since: None, until: None }, query).await
    }
}

/// What has happened to everything.
#[derive(Debug)]
pub struct AllChanges;

impl Members for AllChanges {
    type Owner = EntryPoint;
    type Member = Change;
    const LINK: &'static str = "changes";

    async fn list(cx: &Cx<'_>, _: &EntryPointKey, query: &Query) -> Result<Page<Change>> {
        let classes = classes(cx, None);
        list(cx, WhichChanges { customer: None, path: None, classes, since: None, until: None }, query).await
    }
}
