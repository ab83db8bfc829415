//! What resources are called.

use hydra::{ClassDef, Datatype, PropertyKind};
use serde_json::Value as Json;

/// What a resource is called: its first text.
pub fn heading<'a>(class: &ClassDef, document: &'a Json) -> Option<&'a str> {
    document[name_of(class)?].as_str()
}

/// The property that tells resources of a class apart to people: the first one that is a text.
pub fn name_of(class: &ClassDef) -> Option<&'static str> {
    let text = |kind: &PropertyKind| matches!(kind, PropertyKind::Value(Datatype::String, _));
    class.properties.iter().find(|property| property.readable && text(&property.kind)).map(|property| property.name)
}
