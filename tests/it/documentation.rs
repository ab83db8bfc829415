//! Names: whatever a document, a context or the documentation calls something, its IRI leads to where that is told of, for
//! programs and for people.

use std::collections::{BTreeMap, BTreeSet};

use oxrdf::{NamedOrBlankNode, Term, Triple};
use serde_json::Value;

use crate::conformance::{api, served};
use crate::jsonld::{contexts, n_quads};
use crate::pages::vocabulary;
use crate::support::fixtures::Scene;
use crate::support::{Client, Database, Portico};

/// What says something about a thing to whoever reads it.
const TELLS: [&str; 4] = [
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://www.w3.org/2000/01/rdf-schema#comment",
    "http://www.w3.org/ns/hydra/core#title",
    "http://www.w3.org/ns/hydra/core#description",
];

async fn graph(client: &Client, url: &str) -> Vec<Triple> {
    n_quads(&client.get_as(url, "application/n-triples").await.expect(200).body)
}

/// Every IRI of a graph.
fn iris(triples: &[Triple]) -> BTreeSet<String> {
    let of_triple = |triple: &Triple| {
        let subject = match &triple.subject {
            NamedOrBlankNode::NamedNode(node) => Some(node.as_str().to_owned()),
            NamedOrBlankNode::BlankNode(_) => None,
        };
        let object = match &triple.object {
            Term::NamedNode(node) => Some(node.as_str().to_owned()),
            _ => None,
        };
        [subject, Some(triple.predicate.as_str().to_owned()), object]
    };
    triples.iter().flat_map(of_triple).flatten().collect()
}

/// The IRIs that the terms of a context stand for.
fn terms(context: &Value, vocab: &str, found: &mut BTreeSet<String>) {
    match context {
        Value::String(text) => found.extend(text.strip_prefix("vocab:").map(|name| format!("{vocab}{name}"))),
        Value::Array(several) => several.iter().for_each(|one| terms(one, vocab, found)),
        Value::Object(object) => object.values().for_each(|one| terms(one, vocab, found)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_name_leads_to_where_it_is_told_of() {
    let portico = Portico::start(Database::Sqlite).await.expect("it starts");
    let scene = Scene::set(&portico).await;
    let (address, vocab) = (format!("{}/vocab", portico.url), format!("{}/vocab#", portico.url));
    // Of each name, where it was met.
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let documentation = graph(&scene.anonymous, &address).await;
    names.extend(iris(&documentation).into_iter().map(|iri| (iri, address.clone())));
    for (url, context) in contexts(&scene.anonymous, &portico.url).await {
        let mut found = BTreeSet::new();
        terms(&context, &vocab, &mut found);
        // Streams have no words of ours.
        assert_eq!(found.is_empty(), url.ends_with("/EventStream.jsonld"), "{url}");
        names.extend(found.into_iter().map(|iri| (iri, url.clone())));
    }
    let mut urls = Vec::new();
    for class in served() {
        urls.push(scene.of(class.name).await.expect("the fixtures have it").url);
    }
    for site in api().collections() {
        urls.push(scene.collection(site.owner.name, site.property).await.url);
    }
    let classes = urls.len();
    for url in urls {
        let answer = scene.admin.get(&url).await;
        if answer.status == 200 {
            names.extend(iris(&graph(&scene.admin, &url).await).into_iter().map(|iri| (iri, url.clone())));
        }
    }
    let told: BTreeSet<_> = documentation
        .iter()
        .filter(|triple| TELLS.contains(&triple.predicate.as_str()) && matches!(triple.object, Term::Literal(_)))
        .filter_map(|triple| match &triple.subject {
            NamedOrBlankNode::NamedNode(node) => Some(node.as_str().to_owned()),
            NamedOrBlankNode::BlankNode(_) => None,
        })
        .collect();
    let pages = vocabulary(&scene.anonymous, &portico.url).await;
    let anchors: BTreeSet<_> =
        pages.values().flat_map(|page| page.all("id")).map(|id| format!("{vocab}{id}")).collect();
    let mut untold = BTreeMap::new();
    for (name, met) in names.iter().filter(|(name, _)| name.starts_with(&vocab)) {
        if !told.contains(name) || !anchors.contains(name) {
            untold.insert(name, (told.contains(name), anchors.contains(name), met));
        }
    }
    assert!(untold.is_empty(), "told to programs, to people, and where it was met: {untold:#?}");
    assert!(told.len() > 500 && classes > 80, "{} names, {classes} documents", told.len());
    // Whatever else the documentation leads to here is there for everybody.
    for (name, _) in names.iter().filter(|(name, met)| **met == address && name.starts_with(&portico.url)) {
        scene.anonymous.get(name.split('#').next().expect("it begins")).await.expect(200);
    }
}

#[test]
fn every_class_has_a_page_of_reference_that_tells_of_all_it_has() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference");
    for class in served() {
        let page = std::fs::read_to_string(folder.join(format!("{}.md", class.name))).expect("there is one");
        for property in class.properties {
            let heading = page.lines().any(|line| line.split(' ').take(2).eq(["###", property.name]));
            assert!(heading && page.contains(property.description), "{}.{}", class.name, property.name);
        }
        for operation in class.operations {
            let label = hydra::OperationDef::text(operation.label, class);
            assert!(page.contains(&format!("|{}|{label}|", operation.method.name())), "{}: {label}", class.name);
        }
    }
}
