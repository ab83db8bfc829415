//! The classes of Hydra that responses are made of, as the documentation has them.

use serde_json::{Value as Json, json};

use crate::class::Datatype;
use crate::view::words::words;

/// What an operation expects that takes a file.
pub(super) const MEDIA: &str = "schema:MediaObject";

/// The classes of Hydra that responses are made of.
pub(super) fn core_classes() -> Vec<Json> {
    let property = |class: &str, name: &str, iri: &str, range: &str, description: &str| {
        json!({
            "@type": "SupportedProperty",
            "title": name,
            "description": description,
            "property": {
                "@id": iri,
                "@type": if range.starts_with("xsd:") { "rdf:Property" } else { "Link" },
                "label": words(name),
                "comment": description,
                "domain": class,
                "range": range,
            },
            "required": false, "readable": true, "writable": false, "writeable": false, "readonly": true, "writeonly": false,
        })
    };
    let class = |id: &str, title: &str, description: &str, properties: Vec<Json>| {
        json!({
            "@id": id, "@type": "Class", "title": title, "label": title, "description": description,
            "supportedProperty": properties, "supportedOperation": [],
        })
    };
    let collection = "hydra:Collection";
    let error = "hydra:Error";
    vec![
        class(
            collection,
            "Collection",
            "A set of resources, a page at a time.",
            vec![
                property(
                    collection,
                    "totalItems",
                    "hydra:totalItems",
                    Datatype::Integer.iri(),
                    "How many members there are on all pages.",
                ),
                property(collection, "member", "hydra:member", "hydra:Resource", "The members on this page."),
                property(
                    collection,
                    "view",
                    "hydra:view",
                    "hydra:PartialCollectionView",
                    "This page, and the way to the others.",
                ),
                property(
                    collection,
                    "search",
                    "hydra:search",
                    "hydra:IriTemplate",
                    "How to narrow, order and page the collection.",
                ),
            ],
        ),
        class(
            error,
            "Error",
            "Why a request was not carried out, as a problem document (RFC 9457).",
            vec![
                property(error, "title", "rdfs:label", Datatype::String.iri(), "The kind of problem."),
                property(error, "status", "hydra:statusCode", Datatype::Integer.iri(), "The HTTP status."),
                property(
                    error,
                    "detail",
                    "rdfs:comment",
                    Datatype::String.iri(),
                    "What went wrong this time, and what to do.",
                ),
                property(
                    error,
                    "description",
                    "hydra:description",
                    Datatype::String.iri(),
                    "The same as detail, under Hydra's name.",
                ),
                property(
                    error,
                    "type",
                    "vocab:problemType",
                    "hydra:Status",
                    "The status that this problem is an instance of.",
                ),
                property(error, "instance", "vocab:problemInstance", "hydra:Resource", "What the request was sent to."),
            ],
        ),
        class("owl:Nothing", "Nothing", "No body at all.", vec![]),
        class(
            Datatype::Json.iri(),
            "JSON",
            "A JSON value of any kind: an object, an array, a text, a number, true, false or null. What is in it is no JSON-LD.",
            vec![],
        ),
        class(MEDIA, "Media object", "A file, as its bytes: Content-Type says of which kind.", vec![]),
    ]
}
