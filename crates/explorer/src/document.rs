//! What a document says of itself.

use hydra::{Api, ClassDef};
use serde_json::Value as Json;

/// What a document lists under a name; nothing if it has no list there.
pub fn listed<'a>(document: &'a Json, name: &str) -> &'a [Json] {
    document[name].as_array().map_or(&[], Vec::as_slice)
}

/// The methods of the operations that a document offers.
pub fn offered(document: &Json) -> impl Iterator<Item = &str> {
    listed(document, "operation").iter().filter_map(|operation| operation["method"].as_str())
}

/// The names of the classes of a document, without prefix.
pub fn types(document: &Json) -> Vec<&str> {
    let types = &document["@type"];
    let types = types.as_array().map_or(std::slice::from_ref(types), Vec::as_slice);
    types.iter().filter_map(Json::as_str).map(|name| name.strip_prefix("vocab:").unwrap_or(name)).collect()
}

/// The class of the resource that a document is of.
pub fn class_of(api: &Api, document: &Json) -> Option<&'static ClassDef> {
    let types = types(document);
    api.classes().iter().copied().find(|class| types.first() == Some(&class.name))
}

/// Whether a document tells something that will not be told again, such as the secret of a key.
pub fn once(api: &Api, document: &Json) -> bool {
    class_of(api, document).is_some_and(|class| {
        class.properties.iter().any(|property| property.once && document.get(property.name).is_some())
    })
}
