//! What has happened to a resource, or to what belongs to a customer, as its page tells it: who, when, what it was before and after; where
//! it is shown as it was then, and the form that puts it back.

use std::collections::BTreeSet;

use askama::Template;
use hydra::view::words::words;
use hydra::{Api, ClassDef, Method, PropertyDef, past};
use serde_json::{Map, Value as Json};

use super::address::{last_segment, short};
use super::document::listed;
use super::name::heading;
use super::value::{ShownValue, show};

/// The number of the change after which a form is filled in, in the address of what it changes.
pub const BACK: &str = "as";
/// How much is shown of a value.
const SHOWN: usize = 300;

/// What has happened.
#[derive(Debug, Template)]
#[template(path = "timeline.html")]
struct Timeline<'a> {
    /// Where all of it is.
    list: &'a str,
    /// Where what happens from now on is told.
    events: String,
    told: Vec<Told<'a>>,
    /// Whether there is more than is shown.
    more: bool,
}

/// A change.
#[derive(Debug)]
struct Told<'a> {
    number: &'a Json,
    href: &'a str,
    /// What happened, in a word.
    kind: &'a str,
    made: ShownValue,
    /// Whoever did it, and where they are.
    actor: (&'a str, Option<&'a str>),
    face: &'a str,
    /// What it happened to, where that is not what the page is about: its class, what it is called, and where it is.
    resource: Option<(&'a str, String, &'a str)>,
    differences: Vec<Difference>,
    /// Whether it is known what it was then.
    is_known: bool,
    /// Where the form is filled in that makes it again what it was then.
    back: Option<String>,
}

/// What a property was before, and afterwards.
#[derive(Debug)]
struct Difference {
    label: String,
    before: Option<ShownValue>,
    after: Option<ShownValue>,
}

/// What has happened to the resource at an address, by the first page of its changes, the latest first, as it stands in a page; of one more
/// than are shown it is seen what was before. Nothing where nothing has happened.
pub fn timeline(api: &Api, iri: &str, page: &Json, shown: usize) -> String {
    let changes = listed(page, "member");
    let told: Vec<_> =
        changes.iter().take(shown).enumerate().map(|(index, change)| told(api, iri, changes, index, change)).collect();
    if told.is_empty() {
        return String::new();
    }
    let list = page["@id"].as_str().unwrap_or_default();
    // From the last on that is shown: nothing that happens before somebody listens is missed.
    let last = &changes[0]["number"];
    let events = format!("{}{}?afterNumber={last}", api.prefix(), short(api, list));
    Timeline { list, events, told, more: changes.len() > shown }.render().unwrap_or_default()
}

fn told<'a>(api: &Api, iri: &str, changes: &'a [Json], index: usize, change: &'a Json) -> Told<'a> {
    let text = |name: &str| change[name].as_str().unwrap_or_default();
    let class = api.classes().iter().copied().find(|class| class.name == text("class"));
    let resource = text("resource");
    let of_it = |other: &&Json| other["resource"] == resource;
    let before = changes[index + 1..].iter().find(of_it);
    let latest = changes.iter().find(of_it).filter(|latest| latest["number"] != change["number"]);
    let node = |change: &Json| {
        let state = change["state"].as_object();
        class.zip(state).map(|(class, state)| past(api, class, short(api, resource), state))
    };
    let (now, was) = (node(change), before.and_then(node));
    let differences =
        class.map(|class| differences(api, class, change, was.as_ref(), now.as_ref())).unwrap_or_default();
    let named = now.as_ref().or(was.as_ref()).cloned().map(Json::Object);
    let named = class.zip(named).and_then(|(class, node)| heading(class, &node).map(String::from));
    Told {
        number: &change["number"],
        href: text("@id"),
        kind: text("kind"),
        made: ShownValue::time(text("made")),
        actor: (text("actorName"), change["actor"].as_str()),
        face: text("face"),
        resource: (resource != iri).then(|| {
            let label = class.map_or(text("class"), |class| class.label);
            (label, named.unwrap_or_else(|| last_segment(resource)), resource)
        }),
        differences,
        is_known: now.is_some(),
        back: class.and_then(|class| back(class, change, now.as_ref()?, node(latest?).as_ref()?)),
    }
}

/// What of a resource is another than before, as far as it is known what it was.
fn differences(
    api: &Api,
    class: &ClassDef,
    change: &Json,
    was: Option<&Map<String, Json>>,
    now: Option<&Map<String, Json>>,
) -> Vec<Difference> {
    if change["kind"] != "updated" {
        return Vec::new();
    }
    let names: BTreeSet<_> = listed(change, "changed").iter().filter_map(Json::as_str).collect();
    let value = |node: Option<&Map<String, Json>>, property: &PropertyDef| {
        Some(brief(show(api, property, node?.get(property.name)?)))
    };
    let properties = class.properties.iter().filter(|property| names.contains(property.name));
    let difference = |property: &'static PropertyDef| Difference {
        label: words(property.name),
        before: value(was, property),
        after: value(now, property),
    };
    properties.map(difference).collect()
}

/// A value, as much of it as is worth a place in a table.
fn brief(value: ShownValue) -> ShownValue {
    match value {
        ShownValue::Text(text) if text.chars().count() > SHOWN => {
            ShownValue::Text(text.chars().take(SHOWN).chain("…".chars()).collect())
        }
        value => value,
    }
}

/// The address of a resource at which its form is filled in with what it was after a change, where that is something else than now.
fn back(class: &ClassDef, change: &Json, was: &Map<String, Json>, now: &Map<String, Json>) -> Option<String> {
    class.operation(Method::Patch).or_else(|| class.operation(Method::Put))?;
    let mut written = class.properties.iter().filter(|property| property.writable && !property.fixed && !property.once);
    let differs = written.any(|property| was.get(property.name) != now.get(property.name));
    differs
        .then(|| format!("{}?{BACK}={}#operations", change["resource"].as_str().unwrap_or_default(), change["number"]))
}
