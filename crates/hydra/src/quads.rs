//! From one of our JSON documents to RDF, over the same tables that its context is written from.
//!
//! This is no JSON-LD processor: it knows the documents that this crate writes and nothing else. That it says what two
//! processors say of every document is a test.

use std::collections::HashMap;

use oxrdf::{BlankNode, Literal, NamedNode, NamedOrBlankNode, Quad, Term as RdfTerm, Triple};
use serde_json::{Map, Value as Json};

use crate::api::Api;
use crate::class::{ClassDef, Datatype, PropertyKind};
use crate::iri::encoded;
use crate::terms::{CONTROLS, Coercion, DOCUMENTATION, NESTING, PREFIXES, PROBLEM, STREAM, Term, iri, shadowed};

/// What the terms of a document mean.
#[derive(Debug)]
pub struct Terms {
    vocab: String,
    terms: HashMap<String, (String, Coercion)>,
    /// What terms mean within controls, where that differs.
    within_controls: HashMap<&'static str, (String, Coercion)>,
}

impl Terms {
    /// The terms of representations of a class and of collections of it.
    pub fn of_class(api: &Api, class: &ClassDef) -> Self {
        let mut terms = Self::of(api, CONTROLS);
        for name in std::iter::once(class.name.to_owned()).chain(api.collections().iter().map(|site| site.name.clone()))
        {
            let meaning = format!("{}{name}", api.vocab());
            terms.terms.insert(name, (meaning, Coercion::Name));
        }
        for property in class.properties {
            let coercion = match property.kind {
                PropertyKind::Value(Datatype::String, _) => Coercion::Plain,
                PropertyKind::Value(Datatype::Json, _) => Coercion::Json,
                PropertyKind::Value(datatype, _) => Coercion::Typed(datatype.iri()),
                PropertyKind::One(_) | PropertyKind::Many(_) => Coercion::Iri,
            };
            let meaning = format!("{}{}/{}", api.vocab(), class.name, property.name);
            terms.terms.insert(property.name.to_owned(), (meaning, coercion));
        }
        let shadowed = shadowed(class).map(|term| (term.name, (iri(term.iri, api.vocab()), term.coercion)));
        terms.within_controls = shadowed.collect();
        for parameter in class.parameters {
            let meaning = format!("{}{}/{}", api.vocab(), class.name, parameter.name);
            terms.terms.insert(parameter.name.to_owned(), (meaning, Coercion::Name));
        }
        terms
    }

    /// The terms of the ApiDocumentation.
    pub fn of_documentation(api: &Api) -> Self {
        let mut terms = Self::of(api, DOCUMENTATION);
        let actions = CONTROLS.iter().filter(|term| term.iri.starts_with("schema:"));
        for term in actions {
            terms.terms.insert(term.name.to_owned(), (iri(term.iri, api.vocab()), term.coercion));
        }
        terms
    }

    /// The terms of problems.
    pub fn of_problem(api: &Api) -> Self {
        Self::of(api, PROBLEM)
    }

    /// The terms of streams of changes.
    pub(crate) fn of_stream(api: &Api) -> Self {
        Self::of(api, STREAM)
    }

    fn of(api: &Api, table: &[Term]) -> Self {
        let vocab = api.vocab().to_owned();
        let terms = table.iter().map(|term| (term.name.to_owned(), (iri(term.iri, &vocab), term.coercion))).collect();
        Self { vocab, terms, within_controls: HashMap::new() }
    }

    /// The IRI of a member of a document, and how its values are read.
    pub fn meaning(&self, name: &str) -> Option<(&str, Coercion)> {
        self.terms.get(name).map(|(meaning, coercion)| (meaning.as_str(), *coercion))
    }

    /// The IRI that a value stands for, where a term may stand for one.
    pub fn expand(&self, name: &str) -> String {
        match self.terms.get(name) {
            Some((meaning, _)) => meaning.clone(),
            None => self.iri(name),
        }
    }

    /// The IRI that a value stands for, where no term may.
    pub fn iri(&self, compact: &str) -> String {
        iri(compact, &self.vocab)
    }
}

/// The triples of a document.
pub fn triples(document: &Json, terms: &Terms) -> Vec<Triple> {
    match document {
        Json::Object(node) => of_node(node, terms),
        _ => Vec::new(),
    }
}

/// The triples of a node, and of what is nested in it.
pub(crate) fn of_node(node: &Map<String, Json>, terms: &Terms) -> Vec<Triple> {
    let mut walk = Walk { terms, triples: Vec::new(), blanks: 0 };
    walk.node(node, false);
    walk.triples
}

struct Walk<'a> {
    terms: &'a Terms,
    triples: Vec<Triple>,
    blanks: usize,
}

impl Walk<'_> {
    /// Within a control, the names of controls mean those, whatever else they mean.
    fn node(&mut self, node: &Map<String, Json>, within_control: bool) -> NamedOrBlankNode {
        let subject: NamedOrBlankNode = if let Some(id) = node.get("@id").and_then(Json::as_str) {
            named(&self.terms.iri(id)).into()
        } else {
            self.blanks += 1;
            BlankNode::new_unchecked(format!("b{}", self.blanks)).into()
        };
        for (name, value) in node {
            let kept = self.terms.within_controls.get(name.as_str()).filter(|_| within_control);
            let meaning = kept.or_else(|| self.terms.terms.get(name));
            let within = within_control || NESTING.contains(&name.as_str());
            let is_json = matches!(meaning, Some((_, Coercion::Json)));
            let several = value.as_array().filter(|_| !is_json);
            let values = several.map_or(std::slice::from_ref(value), Vec::as_slice);
            if name == "@type" {
                for class in values.iter().filter_map(Json::as_str) {
                    let class = named(&self.terms.expand(class));
                    self.triples.push(Triple::new(subject.clone(), oxrdf::vocab::rdf::TYPE, class));
                }
            } else if let Some((predicate, coercion)) = meaning {
                let predicate = named(predicate);
                for value in values {
                    if let Some(object) = self.object(value, *coercion, within) {
                        self.triples.push(Triple::new(subject.clone(), predicate.clone(), object));
                    }
                }
            }
        }
        subject
    }

    fn object(&mut self, value: &Json, coercion: Coercion, within: bool) -> Option<RdfTerm> {
        if coercion == Coercion::Json {
            return Some(typed(canonical(value), Datatype::Json.iri()));
        }
        let text = match value {
            Json::Object(node) => return Some(self.node(node, within).into()),
            Json::Null | Json::Array(_) => return None,
            Json::String(text) => text.clone(),
            Json::Bool(_) | Json::Number(_) => value.to_string(),
        };
        Some(match coercion {
            Coercion::Iri => named(&self.terms.iri(&text)).into(),
            Coercion::Vocab => named(&self.terms.expand(&text)).into(),
            Coercion::Typed(datatype) => typed(text, datatype),
            Coercion::Hydra(datatype) => typed(text, &format!("hydra:{datatype}")),
            Coercion::Plain | Coercion::Name | Coercion::Json => match value {
                Json::Bool(_) => typed(text, "xsd:boolean"),
                Json::Number(_) => typed(text, "xsd:integer"),
                _ => Literal::new_simple_literal(text).into(),
            },
        })
    }
}

/// An IRI as a node. What has letters in it that an IRI cannot have is written with them encoded.
pub(crate) fn named(iri: &str) -> NamedNode {
    NamedNode::new(iri).unwrap_or_else(|_| NamedNode::new_unchecked(encoded(iri)))
}

/// The one text of a JSON value (RFC 8785), which JSON-LD asks for where it becomes RDF.
fn canonical(value: &Json) -> String {
    serde_json_canonicalizer::to_string(value).expect("a JSON value is JSON")
}

fn typed(text: String, datatype: &str) -> RdfTerm {
    Literal::new_typed_literal(text, named(&iri(datatype, ""))).into()
}

/// The triples as Turtle.
pub fn turtle(triples: &[Triple], vocab: &str) -> Vec<u8> {
    let mut serializer = oxttl::TurtleSerializer::new();
    for (prefix, namespace) in PREFIXES.iter().copied().chain([("vocab", vocab)]) {
        serializer = serializer.with_prefix(prefix, namespace).expect("our namespaces are IRIs");
    }
    let mut writer = serializer.for_writer(Vec::new());
    for triple in triples {
        writer.serialize_triple(triple).expect("a Vec takes everything");
    }
    writer.finish().expect("a Vec takes everything")
}

/// Quads as TriG.
pub fn trig(quads: &[Quad], vocab: &str) -> Vec<u8> {
    let mut serializer = oxttl::TriGSerializer::new();
    for (prefix, namespace) in PREFIXES.iter().copied().chain([("vocab", vocab)]) {
        serializer = serializer.with_prefix(prefix, namespace).expect("our namespaces are IRIs");
    }
    let mut writer = serializer.for_writer(Vec::new());
    for quad in quads {
        writer.serialize_quad(quad).expect("a Vec takes everything");
    }
    writer.finish().expect("a Vec takes everything")
}

/// Quads as N-Quads.
pub fn n_quads(quads: &[Quad]) -> Vec<u8> {
    use std::io::Write;
    let mut out = Vec::new();
    for quad in quads {
        writeln!(out, "{quad} .").expect("a Vec takes everything");
    }
    out
}

/// The triples as N-Triples; as N-Quads they are the same text.
pub fn n_triples(triples: &[Triple]) -> Vec<u8> {
    use std::io::Write;
    let mut out = Vec::new();
    for triple in triples {
        writeln!(out, "{triple} .").expect("a Vec takes everything");
    }
    out
}
