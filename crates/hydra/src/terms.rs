//! The terms of our JSON-LD, from Hydra and a few old vocabularies: one table that contexts are written from and that
//! our own way from JSON to RDF reads, so that the two cannot part.

use crate::class::ClassDef;

/// How the values of a term are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coercion {
    /// A class or an individual: the term is used as a value.
    Name,
    /// Plain text or a nested node.
    Plain,
    /// A literal of this datatype.
    Typed(&'static str),
    /// A literal of a datatype of Hydra's.
    Hydra(&'static str),
    /// A JSON value, whatever it is.
    Json,
    /// An IRI.
    Iri,
    /// An IRI that may be written as a term.
    Vocab,
}

/// A term of a context.
#[derive(Debug, Clone, Copy)]
pub struct Term {
    /// As it is written in JSON.
    pub name: &'static str,
    /// As a compact IRI over [`PREFIXES`].
    pub iri: &'static str,
    /// How its values are read.
    pub coercion: Coercion,
    /// Whether its values always come as an array.
    pub set: bool,
}

/// Prefixes with fixed namespaces; `vocab` follows the public address.
pub const PREFIXES: &[(&str, &str)] = &[
    ("hydra", "http://www.w3.org/ns/hydra/core#"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("schema", "http://schema.org/"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

const fn term(name: &'static str, iri: &'static str, coercion: Coercion) -> Term {
    Term { name, iri, coercion, set: false }
}

const fn set(name: &'static str, iri: &'static str, coercion: Coercion) -> Term {
    Term { name, iri, coercion, set: true }
}

/// The terms in the context of every class, beside the class's own.
pub const CONTROLS: &[Term] = &[
    term("Collection", "hydra:Collection", Coercion::Name),
    term("PartialCollectionView", "hydra:PartialCollectionView", Coercion::Name),
    term("IriTemplate", "hydra:IriTemplate", Coercion::Name),
    term("IriTemplateMapping", "hydra:IriTemplateMapping", Coercion::Name),
    term("BasicRepresentation", "hydra:BasicRepresentation", Coercion::Name),
    term("Operation", "hydra:Operation", Coercion::Name),
    term("FindAction", "schema:FindAction", Coercion::Name),
    term("CreateAction", "schema:CreateAction", Coercion::Name),
    term("ReplaceAction", "schema:ReplaceAction", Coercion::Name),
    term("UpdateAction", "schema:UpdateAction", Coercion::Name),
    term("DeleteAction", "schema:DeleteAction", Coercion::Name),
    term("freetextQuery", "hydra:freetextQuery", Coercion::Name),
    term("pageIndex", "hydra:pageIndex", Coercion::Name),
    term("limit", "hydra:limit", Coercion::Name),
    term("orderBy", "vocab:orderBy", Coercion::Name),
    term("orderByDescending", "vocab:orderByDescending", Coercion::Name),
    term("rdfType", "rdf:type", Coercion::Name),
    term("totalItems", "hydra:totalItems", Coercion::Typed("xsd:integer")),
    set("member", "hydra:member", Coercion::Iri),
    term("view", "hydra:view", Coercion::Iri),
    term("first", "hydra:first", Coercion::Iri),
    term("next", "hydra:next", Coercion::Iri),
    term("previous", "hydra:previous", Coercion::Iri),
    term("last", "hydra:last", Coercion::Iri),
    term("page", "vocab:page", Coercion::Typed("xsd:integer")),
    term("pageSize", "vocab:pageSize", Coercion::Typed("xsd:integer")),
    term("totalPages", "vocab:totalPages", Coercion::Typed("xsd:integer")),
    term("search", "hydra:search", Coercion::Iri),
    term("template", "hydra:template", Coercion::Hydra("Rfc6570Template")),
    term("variableRepresentation", "hydra:variableRepresentation", Coercion::Vocab),
    set("mapping", "hydra:mapping", Coercion::Iri),
    term("variable", "hydra:variable", Coercion::Plain),
    term("property", "hydra:property", Coercion::Vocab),
    term("required", "hydra:required", Coercion::Typed("xsd:boolean")),
    term("comment", "rdfs:comment", Coercion::Plain),
    set("collection", "hydra:collection", Coercion::Iri),
    term("manages", "hydra:manages", Coercion::Iri),
    set("memberAssertion", "hydra:memberAssertion", Coercion::Iri),
    term("object", "hydra:object", Coercion::Vocab),
    set("operation", "hydra:operation", Coercion::Iri),
    term("method", "hydra:method", Coercion::Plain),
    term("title", "hydra:title", Coercion::Plain),
    term("expects", "hydra:expects", Coercion::Iri),
    term("returns", "hydra:returns", Coercion::Iri),
];

/// The controls within which there are others.
pub const NESTING: &[&str] = &["view", "search", "collection", "manages", "memberAssertion", "operation"];

/// The controls that a class has a property of the same name as.
pub fn shadowed(class: &ClassDef) -> impl Iterator<Item = &'static Term> {
    CONTROLS.iter().filter(|term| class.property(term.name).is_some())
}

/// The terms of the error context: those of RFC 9457, each with a meaning in Hydra or RDF Schema.
pub const PROBLEM: &[Term] = &[
    term("Error", "hydra:Error", Coercion::Name),
    term("type", "vocab:problemType", Coercion::Iri),
    term("title", "rdfs:label", Coercion::Plain),
    term("status", "hydra:statusCode", Coercion::Typed("xsd:integer")),
    term("detail", "rdfs:comment", Coercion::Plain),
    term("description", "hydra:description", Coercion::Plain),
    term("instance", "vocab:problemInstance", Coercion::Iri),
    set("violations", "vocab:violations", Coercion::Plain),
    term("propertyPath", "vocab:propertyPath", Coercion::Plain),
    term("message", "vocab:message", Coercion::Plain),
    set("accepts", "vocab:accepts", Coercion::Plain),
    term("error", "vocab:oauthError", Coercion::Plain),
    term("error_description", "vocab:oauthErrorDescription", Coercion::Plain),
];

/// The terms of streams of changes (LDES, TREE).
pub const STREAM: &[Term] = &[
    term("EventStream", "https://w3id.org/ldes#EventStream", Coercion::Name),
    term("timestampPath", "https://w3id.org/ldes#timestampPath", Coercion::Iri),
    term("versionOfPath", "https://w3id.org/ldes#versionOfPath", Coercion::Iri),
    term("versionCreateObject", "https://w3id.org/ldes#versionCreateObject", Coercion::Iri),
    term("versionUpdateObject", "https://w3id.org/ldes#versionUpdateObject", Coercion::Iri),
    term("versionDeleteObject", "https://w3id.org/ldes#versionDeleteObject", Coercion::Iri),
    term("TreeNode", "https://w3id.org/tree#Node", Coercion::Name),
    term("GreaterThanOrEqualToRelation", "https://w3id.org/tree#GreaterThanOrEqualToRelation", Coercion::Name),
    term("view", "https://w3id.org/tree#view", Coercion::Iri),
    set("member", "https://w3id.org/tree#member", Coercion::Iri),
    set("relation", "https://w3id.org/tree#relation", Coercion::Plain),
    term("node", "https://w3id.org/tree#node", Coercion::Iri),
    term("path", "https://w3id.org/tree#path", Coercion::Iri),
    term("value", "https://w3id.org/tree#value", Coercion::Typed("xsd:dateTime")),
];

/// The terms of the ApiDocumentation, written into its own inline context.
pub const DOCUMENTATION: &[Term] = &[
    term("ApiDocumentation", "hydra:ApiDocumentation", Coercion::Name),
    term("Class", "hydra:Class", Coercion::Name),
    term("SupportedProperty", "hydra:SupportedProperty", Coercion::Name),
    term("Link", "hydra:Link", Coercion::Name),
    term("Status", "hydra:Status", Coercion::Name),
    term("Restriction", "owl:Restriction", Coercion::Name),
    term("Operation", "hydra:Operation", Coercion::Name),
    term("rdfType", "rdf:type", Coercion::Name),
    term("title", "hydra:title", Coercion::Plain),
    term("description", "hydra:description", Coercion::Plain),
    term("label", "rdfs:label", Coercion::Plain),
    term("comment", "rdfs:comment", Coercion::Plain),
    term("entrypoint", "hydra:entrypoint", Coercion::Iri),
    set("supportedClass", "hydra:supportedClass", Coercion::Iri),
    set("supportedProperty", "hydra:supportedProperty", Coercion::Iri),
    set("supportedOperation", "hydra:supportedOperation", Coercion::Iri),
    set("possibleStatus", "hydra:possibleStatus", Coercion::Iri),
    set("seeAlso", "rdfs:seeAlso", Coercion::Iri),
    term("subClassOf", "rdfs:subClassOf", Coercion::Iri),
    term("equivalentClass", "owl:equivalentClass", Coercion::Iri),
    term("onProperty", "owl:onProperty", Coercion::Iri),
    term("allValuesFrom", "owl:allValuesFrom", Coercion::Iri),
    term("maxCardinality", "owl:maxCardinality", Coercion::Typed("xsd:nonNegativeInteger")),
    term("domain", "rdfs:domain", Coercion::Iri),
    term("range", "rdfs:range", Coercion::Iri),
    term("property", "hydra:property", Coercion::Vocab),
    term("object", "hydra:object", Coercion::Vocab),
    term("manages", "hydra:manages", Coercion::Iri),
    set("memberAssertion", "hydra:memberAssertion", Coercion::Iri),
    term("required", "hydra:required", Coercion::Typed("xsd:boolean")),
    term("readable", "hydra:readable", Coercion::Typed("xsd:boolean")),
    term("writable", "hydra:writable", Coercion::Typed("xsd:boolean")),
    term("writeable", "hydra:writeable", Coercion::Typed("xsd:boolean")),
    term("readonly", "hydra:readonly", Coercion::Typed("xsd:boolean")),
    term("writeonly", "hydra:writeonly", Coercion::Typed("xsd:boolean")),
    term("minLength", "vocab:minLength", Coercion::Typed("xsd:nonNegativeInteger")),
    term("maxLength", "vocab:maxLength", Coercion::Typed("xsd:nonNegativeInteger")),
    term("example", "vocab:example", Coercion::Plain),
    term("method", "hydra:method", Coercion::Plain),
    term("expects", "hydra:expects", Coercion::Iri),
    term("returns", "hydra:returns", Coercion::Iri),
    set("expectsHeader", "hydra:expectsHeader", Coercion::Plain),
    set("returnsHeader", "hydra:returnsHeader", Coercion::Plain),
    term("statusCode", "hydra:statusCode", Coercion::Typed("xsd:integer")),
];

/// The IRI of a compact IRI such as `hydra:member`; `vocab` is the namespace of our own terms.
pub fn iri(compact: &str, vocab: &str) -> String {
    let Some((prefix, rest)) = compact.split_once(':') else {
        return compact.to_owned();
    };
    if prefix == "vocab" {
        return format!("{vocab}{rest}");
    }
    PREFIXES
        .iter()
        .find(|(name, _)| *name == prefix)
        .map_or_else(|| compact.to_owned(), |(_, namespace)| format!("{namespace}{rest}"))
}
