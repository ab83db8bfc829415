//! From JSON-LD to statements.

use ld::Processor;
use serde_json::{Map, Value as Json};

use super::said::Refusal;
use super::statement::{Graph, Literal, Object, Type};
use crate::addressee::Addressee;

/// The context of Hydra itself. It is never fetched: what a body needs of it is in every context of ours, and so it stands for
/// the one that is implied.
pub(super) const CORE: [&str; 2] =
    ["http://www.w3.org/ns/hydra/context.jsonld", "https://www.w3.org/ns/hydra/context.jsonld"];

/// Stands for null while a document is expanded: expansion drops what is null, and then nobody knows of what it was. It is an
/// IRI, so that it stays what it is under every definition of a term.
const NULL: &str = "urn:uuid:0b7f2d5c-93d4-4f0e-8a61-2d9c5e1b7a34";

/// What a JSON-LD document says. A node without a context is read in the one that is implied; what has a context of its own
/// means what that says, and nothing else.
pub(super) fn read(ld: &Processor, mut json: Json, implied: &str, addressee: &Addressee) -> Result<Graph, Refusal> {
    match &mut json {
        Json::Array(nodes) => nodes.iter_mut().for_each(|node| imply(node, implied)),
        node => imply(node, implied),
    }
    mark(&mut json);
    let expanded = ld.expand_body(&json, addressee.document(), implied, &CORE)?;
    let mut walk = Walk { graph: Graph::default(), addressee, blanks: 0 };
    if let Json::Array(nodes) = expanded {
        nodes.into_iter().for_each(|node| drop(walk.object(node)));
    }
    Ok(walk.graph)
}

/// Gives a node that has no context the implied one.
pub(super) fn imply(node: &mut Json, implied: &str) {
    if let Json::Object(node) = node
        && !node.contains_key("@context")
    {
        node.insert("@context".into(), implied.into());
    }
}

/// Puts [`NULL`] where a property is null.
fn mark(json: &mut Json) {
    match json {
        Json::Array(values) => values.iter_mut().for_each(mark),
        Json::Object(members) => {
            for (name, value) in members.iter_mut().filter(|(name, _)| *name != "@context") {
                match value {
                    Json::Null if !name.starts_with('@') || name == "@value" => *value = NULL.into(),
                    value => mark(value),
                }
            }
        }
        _ => {}
    }
}

/// Takes [`NULL`] out of a JSON literal again.
fn unmark(json: &mut Json) {
    match json {
        Json::String(text) if text == NULL => *json = Json::Null,
        Json::Array(values) => values.iter_mut().for_each(unmark),
        Json::Object(members) => members.values_mut().for_each(unmark),
        _ => {}
    }
}

struct Walk<'a> {
    graph: Graph,
    addressee: &'a Addressee,
    blanks: usize,
}

impl Walk<'_> {
    /// What a value of an expanded document is.
    fn object(&mut self, value: Json) -> Object {
        let Json::Object(mut value) = value else { return Object::Literal(Literal::native(value)) };
        if let Some(literal) = value.remove("@value") {
            return read_literal(literal, &value);
        }
        match value.remove("@list") {
            Some(Json::Array(members)) => Object::List(members.into_iter().map(|member| self.object(member)).collect()),
            Some(member) => Object::List(vec![self.object(member)]),
            None if value.len() == 1 && value.get("@id").is_some_and(|id| id == NULL) => Object::Null,
            None => Object::Node(self.node(value)),
        }
    }

    /// Reads a node; the answer is what it is called.
    fn node(&mut self, mut node: Map<String, Json>) -> String {
        let id = match node.remove("@id") {
            Some(Json::String(id)) if id.starts_with("_:") => id,
            Some(Json::String(id)) if id != NULL => self.addressee.canonical(&id),
            // No label in a body has a space in it.
            _ => {
                self.blanks += 1;
                format!("_: {}", self.blanks)
            }
        };
        self.graph.mention(&id);
        for (name, value) in node {
            match name.as_str() {
                "@type" => {
                    let classes = in_array(value).into_iter();
                    for class in classes.filter_map(|class| class.as_str().map(String::from)) {
                        self.graph.say_type(&id, &class);
                    }
                }
                // The processor writes it without its last letters.
                "@include" | "@included" => in_array(value).into_iter().for_each(|node| drop(self.object(node))),
                "@reverse" => {
                    let Json::Object(reverse) = value else { continue };
                    for (property, subjects) in reverse {
                        for subject in in_array(subjects) {
                            if let Object::Node(subject) = self.object(subject) {
                                self.graph.say(&subject, &property, Object::Node(id.clone()));
                            }
                        }
                    }
                }
                // What else is a keyword says nothing here; what is within a graph of its own is said there.
                name if name.starts_with('@') => {}
                name => {
                    let values = in_array(value);
                    if values.is_empty() {
                        self.graph.say(&id, name, Object::List(Vec::new()));
                    }
                    for value in values {
                        let object = self.object(value);
                        self.graph.say(&id, name, object);
                    }
                }
            }
        }
        id
    }
}

fn in_array(value: Json) -> Vec<Json> {
    match value {
        Json::Array(values) => values,
        value => vec![value],
    }
}

/// A value object (JSON-LD 1.1 §9.5).
fn read_literal(mut value: Json, object: &Map<String, Json>) -> Object {
    let datatype = object.get("@type").and_then(Json::as_str);
    if datatype == Some("@json") {
        unmark(&mut value);
    }
    if value.is_null() || value == NULL {
        return Object::Null;
    }
    let of = match datatype {
        Some("@json") => Type::Json,
        Some(iri) => Type::of(iri),
        None if object.contains_key("@language") || object.contains_key("@direction") => Type::Language,
        None => return Object::Literal(Literal::native(value)),
    };
    Object::Literal(match (of, value) {
        (Type::Json, Json::String(text)) if datatype != Some("@json") => from_text(text),
        (of, value) => Literal { value, of },
    })
}

/// A literal of `rdf:JSON` whose text is not JSON is of no type that we know.
pub(super) fn from_text(text: String) -> Literal {
    match serde_json::from_str(&text) {
        Ok(value) => Literal { value, of: Type::Json },
        Err(_) => Literal { value: text.into(), of: Type::Other("rdf:JSON that is not JSON".into()) },
    }
}
