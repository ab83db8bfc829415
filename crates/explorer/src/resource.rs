//! The page of a resource.

use askama::Template;
use hydra::view::words::words;
use hydra::{Api, ClassDef, PropertyDef, PropertyKind};
use serde_json::Value as Json;

use super::address::{last_segment, short};
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
use super::source::{PageSource, class_of};
use super::value::{ShownValue, show};

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
    /// Where that is to be found which has a link to it.
    mentions: Vec<Mention>,
    /// Whether it is where one comes in, and is told what is going on.
    is_first: bool,
    /// What it has, and what it leads to.
    properties: [(&'static str, Vec<Property>); 2],
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
        let properties = class.properties.iter().filter(|property| property.readable).filter_map(|property| {
            let value = source.document.get(property.name)?;
            Some(Property {
                label: words(property.name),
                name: property.name,
                description: property.description,
                link: !matches!(property.kind, PropertyKind::Value(..)),
                parts: value.as_str().filter(|_| property.parts).map(|iri| short(source.api, iri).to_owned()),
                once: property.once,
                value: leading(source.api, class, &iri, property, show(source.api, property, value)),
            })
        });
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
            mentions: mentions(source.api, class, &iri),
            is_first: class.path == "/",
            properties: {
                let (links, own) = properties.partition(|property| property.link);
                [("Properties", own), ("Links", links)]
            },
            variables: variables(source.document, class, &[]),
            operations: operations(source),
            frame,
            heading,
            iri,
            class,
        })
    }
}

/// A value of a property; a link to where something can be done to what is named there leads there with this resource.
fn leading(api: &Api, class: &ClassDef, iri: &str, property: &PropertyDef, value: ShownValue) -> ShownValue {
    match (value, &property.kind) {
        (ShownValue::Link { href, text }, PropertyKind::One(link)) => {
            let href = naming(api, class, iri, link.class, &href).unwrap_or(href);
            ShownValue::Link { href, text }
        }
        (value, _) => value,
    }
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
