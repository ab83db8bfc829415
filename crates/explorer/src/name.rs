//! What resources are called.

use hydra::{ClassDef, Datatype, PropertyKind};
use serde_json::Value as Json;

use super::address::last_segment;

/// What a resource is called: its first text.
pub fn heading<'a>(class: &ClassDef, document: &'a Json) -> Option<&'a str> {
    document[name_of(class)?].as_str()
}

/// What it is called, or else the last part of its address.
pub fn called(class: &ClassDef, document: &Json, iri: &str) -> String {
    heading(class, document).map_or_else(|| last_segment(iri), String::from)
}

/// The property that tells resources of a class apart to people: the first one that is a text.
pub fn name_of(class: &ClassDef) -> Option<&'static str> {
    let text = |kind: &PropertyKind| matches!(kind, PropertyKind::Value(Datatype::String, _));
    class.properties.iter().find(|property| property.readable && text(&property.kind)).map(|property| property.name)
}
