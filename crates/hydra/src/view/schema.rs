//! JSON Schemas (2020-12) of classes: of what is read, and of what a body gives to create, to replace and to change.

use serde_json::{Map, Value as Json, json};

use crate::class::{ClassDef, Datatype, Limits, PropertyDef, PropertyKind};
use crate::value::MOST_EXACT;

/// What a schema is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaPurpose {
    /// What is answered.
    Read,
    /// What a body gives for what is new.
    Create,
    /// What a body puts in the place of what is there.
    Replace,
    /// What a body changes.
    Change,
}

impl SchemaPurpose {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Read, Self::Create, Self::Replace, Self::Change];

    /// The name of the schema of a class.
    pub fn name(self, class: &ClassDef) -> String {
        let suffix = match self {
            Self::Read => "",
            Self::Create => "Create",
            Self::Replace => "Replace",
            Self::Change => "Change",
        };
        format!("{}{suffix}", class.name)
    }
}

/// The schema of a class for a purpose.
pub fn schema(class: &ClassDef, purpose: SchemaPurpose) -> Json {
    let mut properties = Map::new();
    let mut required = Vec::new();
    if purpose == SchemaPurpose::Read {
        properties.insert("@context".into(), json!({"description": "What the names mean, in JSON-LD."}));
        properties.insert("@id".into(), json!({"type": "string", "format": "uri", "description": "The address."}));
        let types = json!({"description": "The class.", "type": ["string", "array"], "items": {"type": "string"}});
        properties.insert("@type".into(), types);
        required.extend(["@id", "@type"]);
    }
    for property in class.properties.iter().filter(|property| has(property, purpose)) {
        if property.required && matches!(purpose, SchemaPurpose::Create | SchemaPurpose::Replace) && !property.fixed {
            required.push(property.name);
        }
        properties.insert(property.name.to_owned(), of_property(property, purpose));
    }
    let mut schema = json!({"type": "object", "description": class.description, "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn has(property: &PropertyDef, purpose: SchemaPurpose) -> bool {
    match purpose {
        SchemaPurpose::Read => property.readable || property.once,
        _ => property.writable && !matches!(property.kind, PropertyKind::Many(_)),
    }
}

fn of_property(property: &PropertyDef, purpose: SchemaPurpose) -> Json {
    let mut schema = match &property.kind {
        PropertyKind::Value(datatype, limits) => literal(*datatype, limits),
        PropertyKind::One(link) if link.many => {
            json!({"type": "array", "items": {"type": "string", "format": "uri-reference"}})
        }
        PropertyKind::One(_) | PropertyKind::Many(_) => json!({"type": "string", "format": "uri-reference"}),
    };
    // Null clears what can be cleared.
    let is_cleared = property.clearable && purpose == SchemaPurpose::Change;
    if is_cleared && let Some(kind) = schema.get("type").cloned() {
        schema["type"] = json!([kind, "null"]);
        if let Some(Json::Array(texts)) = schema.get_mut("enum") {
            texts.push(Json::Null);
        }
    }
    // What was kept before a rule was there is read all the same.
    if purpose == SchemaPurpose::Read {
        forget_pattern(&mut schema);
    }
    schema["description"] = property.description.into();
    if let Some(example) = property.example {
        schema["examples"] = json!([example.json()]);
    }
    if purpose == SchemaPurpose::Read && !property.writable {
        schema["readOnly"] = true.into();
    }
    schema
}

fn forget_pattern(schema: &mut Json) {
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("pattern");
        schema.get_mut("items").into_iter().for_each(forget_pattern);
    }
}

fn literal(datatype: Datatype, limits: &Limits) -> Json {
    let one = single(datatype, limits);
    match limits.max_items {
        Some(most) => json!({"type": "array", "items": one, "maxItems": most}),
        None => one,
    }
}

/// What no text that is sent has: control characters.
const PLAIN: &str = r"^[^\u0000-\u001f\u007f-\u009f]*$";

/// A value of a datatype, as it is sent.
pub(crate) fn single(datatype: Datatype, limits: &Limits) -> Json {
    match datatype {
        Datatype::String => {
            let mut text = json!({"type": "string"});
            if !limits.one_of.is_empty() {
                text["enum"] = json!(limits.one_of);
            }
            if limits.min_length > 0 {
                text["minLength"] = limits.min_length.into();
            }
            if limits.max_length < usize::MAX {
                text["maxLength"] = limits.max_length.into();
            }
            if limits.one_of.is_empty() {
                text["pattern"] = PLAIN.into();
            }
            text
        }
        Datatype::Boolean => json!({"type": "boolean"}),
        Datatype::DateTime => json!({"type": "string", "format": "date-time"}),
        Datatype::Integer => json!({"type": "integer", "minimum": -MOST_EXACT.cast_signed(), "maximum": MOST_EXACT}),
        Datatype::NonNegativeInteger => json!({"type": "integer", "minimum": 0, "maximum": MOST_EXACT}),
        Datatype::Json => json!({}),
    }
}
