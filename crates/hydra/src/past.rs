//! Resources as they were, from what a log has of them.

use serde_json::{Map, Value as Json};

use crate::api::Api;
use crate::class::{ClassDef, PropertyKind};

/// A resource as it was, as a node without a context: the state that [`logged_state`](crate::logged_state) wrote, with the links that
/// are relative there as addresses.
pub fn past(api: &Api, class: &ClassDef, path: &str, state: &Map<String, Json>) -> Map<String, Json> {
    let address = |value: &Json| match value {
        Json::String(path) if path.starts_with('/') => Json::String([api.base(), path].concat()),
        other => other.clone(),
    };
    let is_link =
        |name: &str| class.property(name).is_some_and(|property| matches!(property.kind, PropertyKind::One(_)));
    let mut node = Map::new();
    node.insert("@id".to_owned(), Json::String([api.base(), path].concat()));
    node.insert("@type".to_owned(), Json::String(format!("vocab:{}", class.name)));
    for (name, value) in state {
        let value = match value {
            Json::Array(values) if is_link(name) => Json::Array(values.iter().map(address).collect()),
            value if is_link(name) => address(value),
            value => value.clone(),
        };
        node.insert(name.clone(), value);
    }
    node
}
