//! The picture of a resource, where it has one.

use hydra::{ClassDef, Payload};
use serde_json::Value as Json;

use super::address::web;

/// A picture of a resource: the value of the property that depicts it or, of what takes the bytes of a picture itself, what is at its own
/// address for whoever asks for a picture. There is none as long as there is nothing to show.
pub fn picture(class: &ClassDef, document: &Json) -> Option<String> {
    let depiction = class.properties.iter().find(|property| property.depiction);
    if let Some(depiction) = depiction {
        return web(document[depiction.name].as_str()?).map(String::from);
    }
    let is_one = class.operations.iter().any(|operation| matches!(operation.expects, Payload::Media(_)));
    let is_there = document["mediaType"].is_string();
    if is_one && is_there { web(document["@id"].as_str()?).map(String::from) } else { None }
}

/// Where information is to be had on a picture that can be looked at in depth, what shows the most first; separated by blanks.
pub fn zoom(class: &ClassDef, document: &Json) -> Option<String> {
    let places = class.properties.iter().filter(|property| property.zoom);
    let places: Vec<_> = places.filter_map(|property| web(document[property.name].as_str()?)).collect();
    (!places.is_empty()).then(|| places.join(" "))
}
