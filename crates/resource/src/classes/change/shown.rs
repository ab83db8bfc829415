//! Changes as somebody sees them: without links to what they may not look at.

use std::collections::BTreeSet;

use hydra::{AnyReference, Class as _, ClassDef, Found, JsonLiteral, Method, PropertyKind, Reference, Set};
use serde_json::Value as Json;
use store::change as rows;
use vocab::value::{ActorKind, ChangeId, ChangeKind, CustomerId};
use vocab::{Change, ChangeFields, ChangeKey, Customer, CustomerKey, CustomerProperty};

use crate::changes::{State, parsed};
use crate::columns::from_json;
use crate::instant::instant;
use crate::number::Numbered as _;
use crate::rights::policy::allowed;
use crate::{Cx, Error, Result};

/// A change, and what its resource was.
pub(super) type ReadChange = (rows::Change, Option<State>);

pub(super) fn read(mut row: rows::Change) -> Result<ReadChange> {
    let state = row.state.take().map(|state| parsed(&state)).transpose()?;
    Ok((row, state))
}

/// The members of a class that are links.
pub(super) fn links(class: &str) -> impl Iterator<Item = &'static str> {
    let class = vocab::CLASSES.iter().find(|known| known.name == class);
    let properties = class.into_iter().flat_map(|class| class.properties);
    properties.filter(|property| matches!(property.kind, PropertyKind::One(_))).map(|property| property.name)
}

/// The paths that a change leads to.
pub(super) fn paths((row, state): &ReadChange) -> impl Iterator<Item = &str> {
    let linked = state.iter().flat_map(|state| links(&row.class).filter_map(|name| state.get(name)));
    let linked = linked.flat_map(|value| match value {
        Json::Array(values) => values.iter().filter_map(Json::as_str).collect(),
        value => value.as_str().into_iter().collect::<Vec<_>>(),
    });
    linked.chain(row.actor.as_deref())
}

/// What a resource was, without links to what the actor may not look at: it has none of those itself.
pub(super) fn shown(cx: &Cx<'_>, class: &str, mut state: State) -> State {
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
pub(super) async fn look_at(cx: &Cx<'_>, changes: &[ReadChange], customers: Option<CustomerId>) -> Result<()> {
    let found = changes.iter().flat_map(paths).filter_map(|path| class_at(path)?.1);
    cx.look_at(found.chain(customers).collect::<BTreeSet<_>>()).await
}

/// A change, with whoever made it as a link where that leads somewhere for the actor.
pub(super) fn found(cx: &Cx<'_>, (row, state): ReadChange) -> Result<Found<Change>> {
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
pub(super) fn class_at(path: &str) -> Option<(&'static ClassDef, Option<CustomerId>)> {
    vocab::CLASSES.iter().find_map(|class| {
        let variables = hydra::variables(class.path, path)?;
        let customer = variables.iter().find(|(name, _)| *name == "customer");
        Some((*class, customer.and_then(|(_, number)| number.parse().ok())))
    })
}

/// Whether an actor may look at what is at a path, as far as it has been looked up what they see.
pub(super) fn leads(cx: &Cx<'_>, path: &str) -> bool {
    class_at(path).is_some_and(|(class, customer)| may_look(cx, class, customer))
}

/// Whether an actor may look at resources of a class that belong to a customer, or to none.
pub(super) fn may_look(cx: &Cx<'_>, class: &ClassDef, customer: Option<CustomerId>) -> bool {
    class.operation(Method::Get).is_some_and(|look| allowed(cx.actor, look, customer))
}

/// Whether they may look at all of them then. A property says by itself who may read it.
pub(super) fn may_look_at_all(cx: &Cx<'_>, class: &ClassDef) -> bool {
    class.name != CustomerProperty::NAME || cx.actor.everything
}

/// The classes whose changes an actor may look at, of a customer or of everybody.
pub(super) fn classes(cx: &Cx<'_>, customer: Option<CustomerId>) -> Vec<&'static str> {
    let logged = vocab::CLASSES.iter().filter(|class| class.logged);
    let seen = logged.filter(|class| may_look(cx, class, customer) && may_look_at_all(cx, class));
    seen.map(|class| class.name).collect()
}
