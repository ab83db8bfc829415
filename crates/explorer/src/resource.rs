//! The page of a resource.

use askama::Template;
use hydra::view::words::words;
use hydra::{ClassDef, PropertyDef, PropertyKind};
use serde_json::Value as Json;

use super::address::{last_segment, short};
use super::form::{Control, OperationForm, operations};
use super::frame::PageFrame;
use super::holes;
use super::name::heading;
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
    properties: Vec<Property>,
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
                value: show(source.api, property, value),
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
            properties: properties.collect(),
            variables: variables(source.document, class, &[]),
            operations: operations(source),
            frame,
            heading,
            iri,
            class,
        })
    }
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
