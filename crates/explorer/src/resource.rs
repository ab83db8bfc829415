//! The page of a resource.

use askama::Template;
use hydra::view::words::words;
use hydra::{Api, ClassDef, PropertyDef, PropertyKind};
use serde_json::Value as Json;

use super::address::{last_segment, short};
use super::document::class_of;
use super::field::Control;
use super::form::{OperationForm, operations};
use super::frame::PageFrame;
use super::holes;
use super::name::heading;
use super::neighbours::{Mention, mentions, naming};
use super::picture::{picture, zoom};
use super::progress::ShownProgress;
use super::prose::Prose;
use super::raw::Piece;
use super::search::{Variable, variables};
use super::source::PageSource;
use super::value::{ShownValue, is_link, show};

/// The heading of what a resource has, and of what it leads to, where these have none of their own.
const PROPERTIES: &str = "Properties";
const LINKS: &str = "Links";

/// A resource.
#[derive(Debug, Template)]
#[template(path = "resource.html")]
pub struct ResourcePage {
    frame: PageFrame,
    heading: String,
    iri: String,
    class: &'static ClassDef,
    /// What does not work as one would expect.
    alerts: Vec<&'static str>,
    picture: Option<String>,
    /// Where it can be looked at in depth.
    zoom: Option<String>,
    progress: Option<ShownProgress>,
    /// Where it lies in its tree is put in here.
    tree: Option<String>,
    /// The pictures of what it has are put in here.
    strip: Option<String>,
    /// What has happened to it is put in here.
    timeline: Option<String>,
    /// When it was what is shown, where that is not now.
    was: Option<ShownValue>,
    /// Where that is to be found which has a link to it.
    mentions: Vec<Mention>,
    /// Whether it is where one comes in, and is told what is going on.
    is_first: bool,
    /// What it has and what it leads to, under headings.
    groups: Vec<(&'static str, Vec<Property>)>,
    variables: Vec<Variable>,
    operations: Vec<OperationForm>,
}

/// A property that the resource has.
#[derive(Debug)]
struct Property {
    label: String,
    name: &'static str,
    description: &'static str,
    link: bool,
    /// The path of the collection that it leads to, if it does.
    list: Option<String>,
    /// The path that values follow, if they do.
    parts: Option<String>,
    /// Whether it is told here and nowhere else.
    once: bool,
    value: ShownValue,
}

impl ResourcePage {
    /// The page of a document.
    ///
    /// # Errors
    /// The document is of no class of ours.
    pub fn new(source: PageSource<'_>) -> Result<Self, String> {
        let class = class_of(source.api, source.document)
            .ok_or_else(|| format!("there is no page for {:?}", source.types()))?;
        let iri = source.text("@id").to_owned();
        let named = heading(class, source.document).map(String::from);
        // What has no name of its own is told apart by what its address ends with.
        let heading = named.clone().unwrap_or_else(|| match class.path.ends_with('}') {
            true => format!("{} {}", class.label, last_segment(&iri)),
            false => class.label.to_owned(),
        });
        let title = if heading == class.label { heading.clone() } else { format!("{heading} · {}", class.label) };
        let shown = |property: &'static PropertyDef| {
            let value = source.document.get(property.name)?;
            let is_list = matches!(property.kind, PropertyKind::Many(_));
            Some(Property {
                label: words(property.name),
                name: property.name,
                description: property.description,
                link: is_link(property),
                list: value.as_str().filter(|_| is_list).map(|iri| short(source.api, iri).to_owned()),
                parts: value.as_str().filter(|_| property.parts).map(|iri| short(source.api, iri).to_owned()),
                once: property.once,
                value: leading(source.api, class, &iri, property, show(source.api, property, value)),
            })
        };
        let mut frame = PageFrame::new(source, title, &iri, Some(&iri), class.public);
        if let (Some(name), Some(here)) = (named, frame.crumbs.last_mut()) {
            here.label = name;
        }
        Ok(Self {
            alerts: alerts(class, source.document),
            picture: picture(class, source.document),
            zoom: zoom(class, source.document),
            progress: ShownProgress::of(class, source.document),
            tree: class.tree.map(|_| holes::tree_of(short(source.api, &iri))),
            strip: pictured(source.api, class)
                .map(|list| holes::strip_of(&format!("{}/{list}", short(source.api, &iri)))),
            // What it was then knows nothing of what came after.
            timeline: (class.logged && source.was.is_none()).then(|| holes::timeline_of(short(source.api, &iri))),
            was: source.was.map(ShownValue::time),
            mentions: mentions(source.api, class, &iri),
            is_first: class.path == "/",
            groups: grouped(class, shown),
            variables: variables(source.document, class, &[]),
            operations: operations(source),
            frame,
            heading,
            iri,
            class,
        })
    }
}

/// What is shown of a class, under its headings: first the values that have none, last the links that have none.
fn grouped(
    class: &ClassDef,
    shown: impl Fn(&'static PropertyDef) -> Option<Property>,
) -> Vec<(&'static str, Vec<Property>)> {
    let heading = |property: &PropertyDef| match property.group {
        Some(group) => group,
        None if is_link(property) => LINKS,
        None => PROPERTIES,
    };
    let mut headings = vec![PROPERTIES];
    for group in class.properties.iter().filter_map(|property| property.group) {
        if !headings.contains(&group) {
            headings.push(group);
        }
    }
    headings.push(LINKS);
    let below = |wanted| class.properties.iter().filter(move |one| one.readable && heading(one) == wanted);
    let group = |heading| (heading, below(heading).filter_map(&shown).collect());
    headings.into_iter().map(group).filter(|(_, shown): &(_, Vec<_>)| !shown.is_empty()).collect()
}

/// A value of a property; a link to where something can be done to what is named there leads there with this resource, unless that is a part
/// of it, and so what is named there another.
fn leading(api: &Api, class: &ClassDef, iri: &str, property: &PropertyDef, value: ShownValue) -> ShownValue {
    match (value, &property.kind) {
        (ShownValue::Link { href, text }, PropertyKind::One(link)) if !is_below(iri, &href) => {
            let href = naming(api, class, iri, link.class, &href).unwrap_or(href);
            ShownValue::Link { href, text }
        }
        (value, _) => value,
    }
}

/// Whether an address is that of a part of a resource.
fn is_below(iri: &str, href: &str) -> bool {
    href.strip_prefix(iri).is_some_and(|rest| rest.starts_with('/'))
}

/// The list of what a resource has that has pictures.
fn pictured(api: &Api, class: &'static ClassDef) -> Option<&'static str> {
    let has_picture = |name: &str| {
        let class = api.classes().iter().find(|class| class.name == name);
        class.is_some_and(|class| class.properties.iter().any(|property| property.depiction))
    };
    class.collections().find(|(_, link)| has_picture(link.class)).map(|(property, _)| property.name)
}

/// What a resource says of itself before all else.
fn alerts(class: &ClassDef, document: &Json) -> Vec<&'static str> {
    let says = |property: &&PropertyDef| match &document[property.name] {
        Json::Null => false,
        Json::Bool(flag) => !flag,
        _ => true,
    };
    let alerting = class.properties.iter().filter(|property| property.alert.is_some());
    alerting.filter(says).filter_map(|property| property.alert).collect()
}
