//! Bodies: whatever shape of JSON-LD or Turtle comes in, the same members come out.
//!
//! Every syntax is read into one list of statements (`statement.rs`), and members are read from those by one rule a datatype
//! (`value.rs`). Plain JSON takes a short cut (`names.rs`) that says the same.

use std::collections::BTreeMap;

use ld::Processor;
use serde_json::Value as Json;

use crate::addressee::Addressee;
use crate::api::Api;
use crate::class::ClassDef;
use crate::terms::CONTROLS;

mod document;
mod members;
mod names;
mod said;
mod statement;
mod turtle;
mod value;

#[cfg(test)]
mod tests;

pub use members::parse_members;
pub use said::{Body, Refusal};

use names::{ShortCut, class_name};
use statement::{Graph, Node, Object};

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

/// Reads a body that is to be of a class.
///
/// # Errors
/// The body is not of its syntax, names a context that is not ours, or does not say which of its nodes is meant.
pub fn parse(
    api: &Api,
    ld: &Processor,
    class: &ClassDef,
    bytes: &[u8],
    syntax: Syntax,
    addressee: &Addressee,
) -> Result<Body, Refusal> {
    let text = as_text(bytes)?;
    if is_empty(text) {
        return Ok(Body::default());
    }
    let reader = Reader { api, ld, class, addressee };
    if syntax == Syntax::Turtle {
        let mut graph = turtle::read(text, addressee)?;
        let (id, node) = reader.pick(&mut graph)?;
        return Ok(reader.body(id, node, &graph, true));
    }
    let mut json = as_json(text)?;
    match &mut json {
        Json::Object(object) => {
            if syntax == Syntax::MergePatch {
                object.remove("@context");
            }
            let names = reader.names();
            if names.tell(object, |context| reader.is_implied(context)) {
                return names.read(std::mem::take(object));
            }
        }
        Json::Array(_) if syntax == Syntax::JsonLd => {}
        _ => return Err("the body must be a JSON object".into()),
    }
    let is_ours = json.get("@context").is_none_or(|context| reader.is_ours(context));
    let nameless = reader.unmapped(&json);
    let mut graph = reader.graph(json)?;
    let (id, node) = reader.pick(&mut graph)?;
    let mut body = reader.body(id, node, &graph, is_ours);
    body.members.extend(nameless.into_iter().map(|name| (name, Ok(Json::Bool(true)))));
    Ok(body)
}

fn is_empty(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_whitespace())
}

/// A text without the byte order mark that some programs put before it; it says nothing (RFC 8259 §8.1).
pub fn unmarked(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

fn as_text(bytes: &[u8]) -> Result<&str, Refusal> {
    let text = std::str::from_utf8(unmarked(bytes));
    text.map_err(|error| format!("the body is not UTF-8 at byte {}", error.valid_up_to()))
}

fn as_json(text: &str) -> Result<Json, Refusal> {
    serde_json::from_str(text).map_err(|error| format!("the body is not JSON: {error}"))
}

/// What a body is read for.
#[derive(Clone, Copy)]
struct Reader<'a> {
    api: &'a Api,
    ld: &'a Processor,
    class: &'a ClassDef,
    addressee: &'a Addressee,
}

impl<'a> Reader<'a> {
    fn names(self) -> ShortCut<'a> {
        ShortCut { api: self.api, class: self.class, addressee: self.addressee }
    }

    /// The context that is implied where a body has none.
    fn implied(self) -> &'a str {
        &self.api.class(self.class.name).context
    }

    /// What the IRIs of the properties of the class begin with.
    fn own(self) -> String {
        format!("{}{}/", self.api.vocab(), self.class.name)
    }

    fn graph(self, json: Json) -> Result<Graph, Refusal> {
        document::read(self.ld, json, self.implied(), self.addressee)
    }

    /// Whether a context is the implied one, so that names mean what they mean without any.
    fn is_implied(self, context: &Json) -> bool {
        match context {
            Json::Array(contexts) => contexts.len() == 1 && self.is_implied(&contexts[0]),
            Json::String(iri) => {
                iri == self.implied()
                    || document::CORE.contains(&iri.as_str())
                    || self.ld.resolved(iri, self.addressee.document()).is_some_and(|iri| iri == self.implied())
            }
            _ => false,
        }
    }

    /// Whether our contexts are among those that a body has, so that names mean what they mean to us.
    fn is_ours(self, context: &Json) -> bool {
        match context {
            Json::Array(contexts) => contexts.iter().any(|context| self.is_ours(context)),
            Json::String(iri) => {
                document::CORE.contains(&iri.as_str()) || self.ld.resolved(iri, self.addressee.document()).is_some()
            }
            _ => false,
        }
    }

    /// The names in a document under the implied context that it has no term for. Expansion leaves them out, and whoever asks for
    /// strictness wants to hear of them.
    fn unmapped(self, json: &Json) -> Vec<String> {
        let is_implied = json.get("@context").is_none_or(|context| self.is_implied(context));
        let members = json.as_object().filter(|_| is_implied).into_iter().flatten();
        let names = members.map(|(name, _)| name).filter(|name| {
            let is_control = CONTROLS.iter().any(|term| term.name == *name);
            !(name.starts_with('@') || name.contains(':') || is_control || self.class.property(name).is_some())
        });
        names.cloned().collect()
    }

    /// The node that is meant: what the empty reference names, else the only one of the class, else the only one that no
    /// other refers to.
    fn pick(self, graph: &mut Graph) -> Result<(String, Node), Refusal> {
        let meant = self.addressee.document();
        let target = self.addressee.target();
        let several = || format!("the body holds several nodes; give the one that is meant the @id {target}");
        // A link may lead to the target in a body that says nothing of it by its name.
        if graph.nodes().any(|(id, _)| id == meant) {
            let node = graph.take(meant).unwrap_or_default();
            // What has no name and says something of the class may have been meant, too.
            let own = self.own();
            let is_meant = |(id, node): (&String, &Node)| {
                id.starts_with("_:")
                    && !graph.is_referenced(id)
                    && node.values.iter().any(|(name, _)| name.starts_with(&own))
            };
            return if graph.nodes().any(is_meant) { Err(several()) } else { Ok((meant.to_owned(), node)) };
        }
        let class = format!("{}{}", self.api.vocab(), self.class.name);
        let typed: Vec<_> =
            graph.nodes().filter(|(_, node)| node.types.contains(&class)).map(|(id, _)| id.clone()).collect();
        let free: Vec<_> = graph.nodes().map(|(id, _)| id).filter(|id| !graph.is_referenced(id)).cloned().collect();
        let all: Vec<_> = graph.nodes().map(|(id, _)| id.clone()).collect();
        let chosen = match (typed.as_slice(), free.as_slice(), all.as_slice()) {
            ([only], ..) | ([], [only], _) | ([], [], [only]) => only,
            ([], [], []) => return Err("the body says nothing in terms of this API; check its @context".into()),
            _ => return Err(several()),
        };
        Ok((chosen.clone(), graph.take(chosen).unwrap_or_default()))
    }

    /// What a node says as a body. Under other contexts than ours null is what it is to JSON-LD, no value: it clears what can
    /// be cleared, and asks nothing of what cannot.
    fn body(self, id: String, node: Node, graph: &Graph, is_ours: bool) -> Body {
        let own = self.own();
        let mut given: BTreeMap<String, Vec<Object>> = BTreeMap::new();
        for (iri, object) in node.values {
            given.entry(iri).or_default().push(object);
        }
        let mut members = BTreeMap::new();
        for (iri, objects) in given {
            let name = iri.strip_prefix(&own).unwrap_or(&iri);
            let property = self.class.property(name).filter(|property| property.writable && name != iri);
            let member = match property {
                Some(property) => graph.spread(objects).and_then(|objects| value::read(property, objects)),
                None => Ok(Json::Bool(true)),
            };
            let is_nothing = |property: &crate::PropertyDef| !property.clearable && member == Ok(Json::Null);
            if is_ours || !property.is_some_and(is_nothing) {
                members.insert(name.to_owned(), member);
            }
        }
        let types = node.types.iter().map(|iri| class_name(self.api, iri)).collect();
        Body { id: self.addressee.identity(&id), types, members, addressee: self.addressee.clone() }
    }
}
