//! The short cut: where names alone tell what a body means. It says what expansion says of the same body; what it does not
//! know for certain it leaves to that.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::said::{Body, Refusal};
use super::statement::{Literal, Object, Type};
use super::value;
use crate::addressee::Addressee;
use crate::api::Api;
use crate::class::{ClassDef, Datatype, PropertyKind};
use crate::terms::PREFIXES;

/// What a short cut needs to know of where it is taken.
#[derive(Clone, Copy)]
pub(super) struct ShortCut<'a> {
    pub api: &'a Api,
    pub class: &'a ClassDef,
    pub addressee: &'a Addressee,
}

impl ShortCut<'_> {
    /// Whether names alone tell what a node means: a context in which names have the meaning that is implied, or none, and
    /// nothing that a processor has to look at.
    pub(super) fn tell(self, node: &Map<String, Json>, is_ours: impl Fn(&Json) -> bool) -> bool {
        let own = node.get("@id").and_then(Json::as_str);
        node.iter().all(|(name, value)| match name.as_str() {
            "@context" => is_ours(value),
            "@id" => value.as_str().is_some_and(is_reference),
            "@type" => match value {
                Json::Array(names) => !names.is_empty() && names.iter().all(|name| self.is_class(name)),
                name => self.is_class(name),
            },
            name if name.starts_with('@') || name.contains(':') => false,
            name => match self.class.property(name).filter(|property| property.writable) {
                Some(property) => fits(&property.kind, value),
                None => self.says_nothing_here(value, own),
            },
        })
    }

    /// Whether a value of `@type` is a class by its name, or by its IRI in one of the forms in which we write it.
    fn is_class(self, name: &Json) -> bool {
        name.as_str().is_some_and(|name| {
            let name = name.strip_prefix(self.api.vocab()).or_else(|| name.strip_prefix("vocab:")).unwrap_or(name);
            let name = name.strip_prefix("hydra:").unwrap_or(name);
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
    }

    /// Whether a value that is left aside says nothing of the node that it is a value of, nor of what the body was sent to:
    /// whatever is within it is said of others.
    pub(super) fn says_nothing_here(self, value: &Json, own: Option<&str>) -> bool {
        match value {
            Json::Array(values) => values.iter().all(|value| self.says_nothing_here(value, own)),
            Json::Object(members) => members.iter().all(|(name, value)| match name.as_str() {
                "@id" => value.as_str().is_some_and(|id| {
                    let is_another = self.addressee.is_another(id) || id.starts_with("vocab:");
                    is_another && Some(id) != own
                }),
                "@type" => match value {
                    Json::Array(names) => names.iter().all(Json::is_string),
                    name => name.is_string(),
                },
                name => !name.starts_with('@') && self.says_nothing_here(value, own),
            }),
            _ => true,
        }
    }

    /// Reads a node of which names tell everything.
    ///
    /// # Errors
    /// `@type` is no text.
    pub(super) fn read(self, mut node: Map<String, Json>) -> Result<Body, Refusal> {
        node.remove("@context");
        let id = match node.remove("@id") {
            Some(Json::String(id)) => self.addressee.identity(&id),
            _ => None,
        };
        let types = match node.remove("@type") {
            Some(Json::Array(names)) => names,
            Some(name) => vec![name],
            None => Vec::new(),
        };
        let types = types.iter().filter_map(Json::as_str).map(|name| class_name(self.api, name)).collect();
        let mut members = BTreeMap::new();
        for (name, json) in node {
            let member = match self.class.property(&name).filter(|property| property.writable) {
                Some(property) => value::read(property, self.objects(&property.kind, json)),
                None => Ok(Json::Bool(true)),
            };
            members.insert(name, member);
        }
        Ok(Body { id, types, members, addressee: self.addressee.clone() })
    }

    /// The values of a property, of the datatype that our context gives them.
    fn objects(self, kind: &PropertyKind, json: Json) -> Vec<Object> {
        let one = |json: Json| match (kind, json) {
            (_, Json::Null) => Object::Null,
            (PropertyKind::Value(Datatype::String, _), value) => Object::Literal(Literal::native(value)),
            (PropertyKind::Value(datatype, _), value) => Object::Literal(Literal { value, of: Type::from(*datatype) }),
            (PropertyKind::One(_) | PropertyKind::Many(_), Json::String(id)) if id.starts_with("_:") => {
                Object::Node(id)
            }
            (PropertyKind::One(_) | PropertyKind::Many(_), Json::String(iri)) => {
                Object::Node(self.addressee.canonical(&iri))
            }
            (PropertyKind::One(_) | PropertyKind::Many(_), value) => Object::Literal(Literal::native(value)),
        };
        match json {
            Json::Array(values) if !matches!(kind, PropertyKind::Value(Datatype::Json, _)) => {
                values.into_iter().map(one).collect()
            }
            json => vec![one(json)],
        }
    }
}

/// Whether `@id`, or a link, is a reference and no compact IRI, nor something that looks like a keyword.
fn is_reference(text: &str) -> bool {
    let is_prefix = |name: &str| name == "vocab" || PREFIXES.iter().any(|(prefix, _)| *prefix == name);
    !text.starts_with('@') && text.split_once(':').is_none_or(|(scheme, _)| !is_prefix(scheme))
}

/// Whether what is given for a property can be read as it stands: all that is no object, and no list in a list.
fn fits(kind: &PropertyKind, value: &Json) -> bool {
    let is_link = matches!(kind, PropertyKind::One(_) | PropertyKind::Many(_));
    let is_simple = |value: &Json| match value {
        Json::Null | Json::Array(_) | Json::Object(_) => false,
        Json::String(text) => !is_link || is_reference(text),
        Json::Bool(_) | Json::Number(_) => true,
    };
    match value {
        _ if matches!(kind, PropertyKind::Value(Datatype::Json, _)) => true,
        Json::Null => true,
        Json::Array(values) => values.iter().all(is_simple),
        value => is_simple(value),
    }
}

/// `vocab:PortalUser`, `PortalUser` and the whole IRI are one class.
pub(super) fn class_name(api: &Api, name: &str) -> String {
    name.strip_prefix(api.vocab()).or_else(|| name.strip_prefix("vocab:")).unwrap_or(name).to_owned()
}
