//! From Turtle to statements.

use oxrdf::{NamedOrBlankNode, Term};
use serde_json::Value as Json;

use super::Refusal;
use super::document::from_text;
use super::statement::{Graph, Literal, Object, Type};
use crate::addressee::Addressee;

/// How many statements a body may make; a resource takes some ten.
const MOST: usize = 10_000;

/// What a body says in Turtle, of which N-Triples is a part.
pub(super) fn read(text: &str, addressee: &Addressee) -> Result<Graph, Refusal> {
    let document = addressee.document();
    let parser = oxttl::TurtleParser::new().with_base_iri(document).map_err(|_| format!("{document} is not an IRI"))?;
    let mut graph = Graph::default();
    for (count, triple) in parser.for_slice(text).enumerate() {
        if count == MOST {
            return Err(format!("the body has more than {MOST} triples"));
        }
        let triple = triple.map_err(|error| format!("the body is not Turtle: {error}"))?;
        let subject = match triple.subject {
            NamedOrBlankNode::NamedNode(node) => addressee.canonical(node.as_str()),
            NamedOrBlankNode::BlankNode(node) => format!("_:{}", node.as_str()),
        };
        let object = match triple.object {
            Term::NamedNode(node) => Object::Node(addressee.canonical(node.as_str())),
            Term::BlankNode(node) => Object::Node(format!("_:{}", node.as_str())),
            Term::Literal(literal) => Object::Literal(match Type::of(literal.datatype().as_str()) {
                Type::Json => from_text(literal.value().to_owned()),
                of => Literal { value: Json::String(literal.value().to_owned()), of },
            }),
        };
        graph.say(&subject, triple.predicate.as_str(), object);
    }
    Ok(graph)
}
