//! Bodies: whatever shape of JSON-LD or Turtle comes in, the same members come out.

use std::collections::{BTreeMap, BTreeSet};

use oxrdf::{NamedOrBlankNode, Term as RdfTerm};
use serde_json::{Map, Value as Json};

use crate::api::Api;
use crate::class::{ClassDef, Datatype, Kind, PropertyDef};
use crate::input::Place;
use crate::ld::Processor;
use crate::terms::iri;

mod members;

pub use members::parse_members;

/// A body, keyed by the names of the properties.
#[derive(Debug, Default)]
pub struct Body {
    /// The `@id`, absolute.
    pub id: Option<String>,
    /// The names of the classes of ours that it claims.
    pub types: Vec<String>,
    /// The members.
    pub members: Map<String, Json>,
    /// Where it was sent.
    pub place: Place,
}

/// The syntaxes that are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// JSON-LD in any form; plain JSON is JSON-LD under our context.
    JsonLd,
    /// JSON under our context and no other (RFC 7396).
    MergePatch,
    /// Turtle; N-Triples is a part of it.
    Turtle,
}

/// How many statements a body may make in Turtle; a resource takes some ten.
const MAX_TRIPLES: usize = 10_000;

/// Why a body is not understood, a sentence that says what to do.
pub type Refusal = String;

/// Reads a body that is to be of a class; `target` is the IRI it is sent to.
///
/// # Errors
/// The body is not of its syntax, names a context that is not ours, or does not say which of its nodes is meant.
pub fn parse(
    api: &Api,
    ld: &Processor,
    class: &ClassDef,
    bytes: &[u8],
    syntax: Syntax,
    target: &str,
) -> Result<Body, Refusal> {
    if is_empty(bytes) {
        return Ok(Body::default());
    }
    let text = as_text(bytes)?;
    if syntax == Syntax::Turtle {
        let nodes = from_turtle(text, target)?;
        return Ok(read_node(api, class, pick(api, class, nodes, target)?, target));
    }
    let ours = |context: &Json| context.as_str().is_some_and(|iri| is_context_of(ld, class.name, iri));
    let known =
        |context: &Json| ours(context) || context.as_array().is_some_and(|list| list.len() == 1 && ours(&list[0]));
    let json = as_json(text)?;
    match json {
        Json::Object(object) if syntax == Syntax::MergePatch || is_plain(class, &object, known) => {
            plain(api, object, target)
        }
        Json::Object(_) | Json::Array(_) if syntax == Syntax::JsonLd => {
            check_contexts(ld, &json)?;
            let implied = api.context_iri(class.name);
            let expanded =
                ld.expand(&json, target, Some(&implied)).map_err(|why| format!("the body is not JSON-LD: {why}"))?;
            let mut nodes = Nodes::default();
            collect(&expanded, &mut nodes);
            Ok(read_node(api, class, pick(api, class, nodes, target)?, target))
        }
        _ => Err("the body must be a JSON object".into()),
    }
}

fn is_empty(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_whitespace)
}

fn as_text(bytes: &[u8]) -> Result<&str, Refusal> {
    std::str::from_utf8(bytes).map_err(|error| format!("the body is not UTF-8 at byte {}", error.valid_up_to()))
}

fn as_json(text: &str) -> Result<Json, Refusal> {
    serde_json::from_str(text).map_err(|error| format!("the body is not JSON: {error}"))
}

/// Whether an IRI names the context of ours that is called so, at whatever address of ours.
fn is_context_of(ld: &Processor, name: &str, iri: &str) -> bool {
    ld.knows(iri)
        && iri.strip_suffix(".jsonld").and_then(|iri| iri.strip_suffix(name)).is_some_and(|iri| iri.ends_with('/'))
}

/// Whether names alone tell what a body means: a context that is known or none, and no JSON-LD machinery inside.
fn is_plain(class: &ClassDef, object: &Map<String, Json>, known: impl Fn(&Json) -> bool) -> bool {
    object.iter().all(|(name, value)| match name.as_str() {
        "@context" => known(value),
        "@id" => value.is_string(),
        "@type" => value.is_string() || value.is_array(),
        // An object is only understood as JSON-LD where it stands for a value of ours; elsewhere it is left aside unread.
        _ => {
            let is_read =
                |property: &PropertyDef| property.writable && !matches!(property.kind, Kind::Value(Datatype::Json, _));
            let known = class.property(name).is_some_and(is_read);
            !(name.starts_with('@') || name.contains(':') || known && has_keyword(value))
        }
    })
}

fn has_keyword(value: &Json) -> bool {
    match value {
        Json::Object(object) => object.keys().any(|key| key.starts_with('@')),
        Json::Array(values) => values.iter().any(has_keyword),
        _ => false,
    }
}

fn plain(api: &Api, mut object: Map<String, Json>, target: &str) -> Result<Body, Refusal> {
    object.remove("@context");
    let id = match object.remove("@id") {
        None | Some(Json::Null) => None,
        Some(Json::String(id)) => identity(&id, target),
        Some(_) => return Err("@id must be a text, an IRI".into()),
    };
    let types = match object.remove("@type") {
        None | Some(Json::Null) => Vec::new(),
        Some(Json::String(one)) => vec![one],
        Some(Json::Array(many)) if many.iter().all(Json::is_string) => {
            many.iter().filter_map(Json::as_str).map(String::from).collect()
        }
        Some(_) => return Err("@type must be a text or a list of texts".into()),
    };
    let types = types.iter().map(|name| class_name(api, name)).collect();
    Ok(Body { id, types, members: object, place: Place::new(api, target) })
}

/// The identity that an `@id` gives: blank nodes give none, relative IRIs are resolved.
fn identity(id: &str, target: &str) -> Option<String> {
    if id.starts_with("_:") {
        return None;
    }
    let Ok(base) = iref::IriBuf::new(target.to_owned()) else {
        return Some(id.to_owned());
    };
    let Ok(reference) = iref::IriRefBuf::new(id.to_owned()) else {
        return Some(id.to_owned());
    };
    Some(reference.resolved(base.as_iri()).to_string())
}

/// `vocab:PortalUser`, `PortalUser` and the whole IRI are one class.
fn class_name(api: &Api, name: &str) -> String {
    name.strip_prefix(api.vocab()).or_else(|| name.strip_prefix("vocab:")).unwrap_or(name).to_owned()
}

/// Every context that a body names must be one of ours: none is ever fetched.
fn check_contexts(ld: &Processor, value: &Json) -> Result<(), Refusal> {
    match value {
        Json::Array(values) => values.iter().try_for_each(|value| check_contexts(ld, value)),
        Json::Object(object) => object.iter().try_for_each(|(name, value)| {
            if name == "@context" || name == "@import" {
                let named = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                if let Some(foreign) = named.iter().filter_map(Json::as_str).find(|iri| !ld.knows(iri)) {
                    return Err(format!(
                        "the context {foreign} is not one of this server's, and contexts are never fetched; put its terms into the body, or leave @context out"
                    ));
                }
            }
            check_contexts(ld, value)
        }),
        _ => Ok(()),
    }
}

/// Nodes by their identity, whatever syntax they came in.
#[derive(Debug, Default)]
struct Nodes {
    nodes: BTreeMap<String, Node>,
    referenced: BTreeSet<String>,
    blanks: usize,
}

#[derive(Debug, Default)]
struct Node {
    types: Vec<String>,
    values: Vec<(String, Value)>,
}

#[derive(Debug)]
enum Value {
    Iri(String),
    /// A value of JSON's own, or the text of a literal together with whether it was typed or a plain string.
    Json(Json),
}

impl Nodes {
    fn blank(&mut self) -> String {
        self.blanks += 1;
        format!("_:node{}", self.blanks)
    }
}

/// Collects the nodes of an expanded document; returns the identity of each node that is a value.
fn collect(value: &Json, nodes: &mut Nodes) -> Option<String> {
    match value {
        Json::Array(values) => {
            for value in values {
                collect(value, nodes);
            }
            None
        }
        Json::Object(object) => {
            let id = object.get("@id").and_then(Json::as_str).map_or_else(|| nodes.blank(), String::from);
            nodes.nodes.entry(id.clone()).or_default();
            for (name, value) in object {
                let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                match name.as_str() {
                    "@id" => {}
                    "@type" => {
                        let types = values.iter().filter_map(Json::as_str).map(String::from);
                        nodes.nodes.entry(id.clone()).or_default().types.extend(types);
                    }
                    "@graph" | "@include" | "@included" => drop(collect(value, nodes)),
                    _ => {
                        for value in in_lists(name, values) {
                            let value = object_value(value, nodes);
                            nodes
                                .nodes
                                .entry(id.clone())
                                .or_default()
                                .values
                                .extend(value.map(|value| (name.clone(), value)));
                        }
                    }
                }
            }
            Some(id)
        }
        _ => None,
    }
}

/// The values of a property. Those of `hydra:member` may come in a list, which says no more than their order.
fn in_lists<'a>(name: &str, values: &'a [Json]) -> impl Iterator<Item = &'a Json> {
    let lists = name == members::MEMBER;
    values.iter().flat_map(move |value| match value.get("@list") {
        Some(Json::Array(values)) if lists => values.as_slice(),
        _ => std::slice::from_ref(value),
    })
}

fn object_value(value: &Json, nodes: &mut Nodes) -> Option<Value> {
    if let Some(literal) = value.get("@value") {
        return Some(Value::Json(literal.clone()));
    }
    if let Some(list) = value.get("@list") {
        collect(list, nodes);
        return None;
    }
    let id = collect(value, nodes)?;
    nodes.referenced.insert(id.clone());
    Some(Value::Iri(id))
}

fn from_turtle(text: &str, target: &str) -> Result<Nodes, Refusal> {
    let parser = oxttl::TurtleParser::new().with_base_iri(target).map_err(|_| format!("{target} is not an IRI"))?;
    let mut nodes = Nodes::default();
    for (count, triple) in parser.for_slice(text).enumerate() {
        if count == MAX_TRIPLES {
            return Err(format!("the body has more than {MAX_TRIPLES} triples"));
        }
        let triple = triple.map_err(|error| format!("the body is not Turtle: {error}"))?;
        let name = |node: &NamedOrBlankNode| match node {
            NamedOrBlankNode::NamedNode(node) => node.as_str().to_owned(),
            NamedOrBlankNode::BlankNode(node) => format!("_:{}", node.as_str()),
        };
        let value = match triple.object {
            RdfTerm::NamedNode(node) => Value::Iri(node.into_string()),
            RdfTerm::BlankNode(node) => Value::Iri(format!("_:{}", node.as_str())),
            RdfTerm::Literal(literal) if literal.datatype().as_str() == iri(Datatype::Json.iri(), "") => {
                let json = serde_json::from_str(literal.value());
                Value::Json(
                    json.map_err(|error| format!("the body has a literal of rdf:JSON that is not JSON: {error}"))?,
                )
            }
            RdfTerm::Literal(literal) => Value::Json(Json::String(literal.value().to_owned())),
        };
        let predicate = triple.predicate.as_str();
        let node = nodes.nodes.entry(name(&triple.subject)).or_default();
        match value {
            Value::Iri(class) if predicate == oxrdf::vocab::rdf::TYPE.as_str() => node.types.push(class),
            value => {
                if let Value::Iri(id) = &value {
                    nodes.referenced.insert(id.clone());
                }
                node.values.push((predicate.to_owned(), value));
            }
        }
    }
    Ok(nodes)
}

/// The node that is meant: the target, else the only one of the class, else the only one that no other refers to.
fn pick(api: &Api, class: &ClassDef, mut nodes: Nodes, target: &str) -> Result<(String, Node), Refusal> {
    if let Some(node) = nodes.nodes.remove(target) {
        return Ok((target.to_owned(), node));
    }
    let class_iri = format!("{}{}", api.vocab(), class.name);
    nodes.nodes.retain(|_, node| !(node.types.is_empty() && node.values.is_empty()));
    let typed: Vec<_> =
        nodes.nodes.iter().filter(|(_, node)| node.types.contains(&class_iri)).map(|(id, _)| id).collect();
    let free: Vec<_> = nodes.nodes.keys().filter(|id| !nodes.referenced.contains(*id)).collect();
    let chosen = match (typed.as_slice(), free.as_slice()) {
        ([only], _) | ([], [only]) => (*only).clone(),
        ([], []) => {
            return Err("the body says nothing in terms of this API; check its @context".into());
        }
        _ => {
            return Err(format!("the body holds several nodes; give the one that is meant the @id {target}"));
        }
    };
    let node = nodes.nodes.remove(&chosen).expect("it was just found");
    Ok((chosen, node))
}

fn read_node(api: &Api, class: &ClassDef, (id, node): (String, Node), target: &str) -> Body {
    let own = format!("{}{}/", api.vocab(), class.name);
    let mut members = Map::new();
    for (iri, value) in node.values {
        let name = iri.strip_prefix(&own).unwrap_or(&iri).to_owned();
        let kind = class.property(&name).map(|property| &property.kind);
        let value = match (value, kind) {
            (Value::Json(Json::String(text)), Some(Kind::Value(datatype, _))) => coerce(*datatype, text),
            (Value::Json(json), _) => json,
            (Value::Iri(iri), _) => Json::String(iri),
        };
        match members.entry(name) {
            serde_json::map::Entry::Vacant(entry) => drop(entry.insert(value)),
            serde_json::map::Entry::Occupied(mut entry) => match entry.get_mut() {
                Json::Array(values) => values.push(value),
                first => *first = Json::Array(vec![first.take(), value]),
            },
        }
    }
    let types = node.types.iter().map(|iri| class_name(api, iri)).collect();
    Body { id: (!id.starts_with("_:")).then_some(id), types, members, place: Place::new(api, target) }
}

/// RDF has lexical forms where JSON has values.
fn coerce(datatype: Datatype, text: String) -> Json {
    match (datatype, text.as_str()) {
        (Datatype::Boolean, "true" | "1") => Json::Bool(true),
        (Datatype::Boolean, "false" | "0") => Json::Bool(false),
        (Datatype::Integer | Datatype::NonNegativeInteger, digits) => {
            digits.parse::<i64>().map_or(Json::String(text), Json::from)
        }
        _ => Json::String(text),
    }
}
