//! What is said of an operation and of the members of a collection, wherever they appear.

use serde_json::{Map, Value as Json, json};

use crate::class::{ClassDef, OperationDef, Payload};
use crate::view::core::MEDIA;

/// What holds of every member of a collection.
pub fn assertion(member: &ClassDef) -> Json {
    json!({"property": "rdfType", "object": format!("vocab:{}", member.name)})
}

/// What identifies an operation, the same wherever it appears.
pub fn operation(owner: &str, class: &ClassDef, operation: &OperationDef) -> Map<String, Json> {
    let payload = |payload| match payload {
        Payload::Nothing => "owl:Nothing".to_owned(),
        Payload::Itself => format!("vocab:{}", class.name),
        Payload::Collection => format!("vocab:{owner}"),
        Payload::Class(name) => format!("vocab:{name}"),
        Payload::Members(name) => format!("vocab:{name}Collection"),
        Payload::Media(_) => MEDIA.to_owned(),
    };
    let mut node = Map::new();
    node.insert("@id".into(), json!(format!("vocab:{owner}/{}", operation.name)));
    node.insert("@type".into(), json!(["Operation", operation.method.action()]));
    node.insert("method".into(), json!(operation.method.name()));
    node.insert("title".into(), json!(OperationDef::text(operation.label, class)));
    node.insert("expects".into(), json!(payload(operation.expects)));
    node.insert("returns".into(), json!(payload(operation.returns)));
    node
}
