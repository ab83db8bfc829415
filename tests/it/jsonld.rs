//! Two processors that know nothing of each other or of us, and our own way to RDF: all three say the same of every
//! representation, and no key is lost. And the way back: the same statements in any form do the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::FutureExt;
use iref::IriBuf;
use json_ld::{JsonLdProcessor, Options, RemoteDocument};
use oxrdf::{NamedOrBlankNode, Quad, Term, Triple};
use rdf_types::RdfDisplay;
use serde_json::{Value, json};

use crate::support::fixtures::Scene;
use crate::support::{Client, Portico, each_database, link, whatever_database};

whatever_database!(two_processors_read_what_the_model_says, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let mut urls = vec![format!("{}/", portico.url), format!("{}/vocab", portico.url)];
    for class in crate::conformance::served() {
        urls.push(scene.of(class.name).await.expect("the fixtures have it").url);
    }
    for site in crate::conformance::api().collections() {
        urls.push(scene.collection(site.owner.name, site.property).await.url);
    }
    urls.push(format!("{}?pageSize=1", link(&scene.customer, "portalUsers")));
    let contexts = contexts(&scene.anonymous, &portico.url).await;
    for url in urls {
        let answer = scene.admin.get(&url).await.expect(200);
        no_key_is_lost(&answer.json(), &contexts);
        let ours = n_quads(&scene.admin.get_as(&url, "application/n-quads").await.expect(200).body);
        let by_json_ld = json_ld_triples(&answer.json(), &url, &contexts);
        let by_oxjsonld = oxjsonld_triples(&answer.body, &url, &contexts);
        assert!(ours.len() > 3, "{url}");
        assert_eq!(grounded(&by_json_ld), grounded(&by_oxjsonld), "the two processors on {url}");
        assert_eq!(grounded(&ours), grounded(&by_json_ld), "the model on {url}");
        // Whatever the properties of a class are called, its controls mean what they mean elsewhere.
        let is_template = |triple: &&Triple| triple.predicate.as_str() == "http://www.w3.org/ns/hydra/core#template";
        let templates = usize::from(answer.json()["search"].is_object());
        assert_eq!(ours.iter().filter(is_template).count(), templates, "{url}");
        for format in ["text/turtle", "application/n-triples"] {
            let body = scene.admin.get_as(&url, format).await.expect(200).body;
            let triples: Vec<Triple> =
                oxttl::TurtleParser::new().for_slice(&body).map(|triple| triple.expect("it is Turtle")).collect();
            assert_eq!(grounded(&triples), grounded(&ours), "{format} of {url}");
        }
        for profile in ["expanded", "flattened"] {
            let accept = format!("application/ld+json;profile=\"http://www.w3.org/ns/json-ld#{profile}\"");
            let answer = scene.admin.get_as(&url, &accept).await.expect(200);
            assert!(answer.header("content-type").is_some_and(|given| given.contains(profile)), "{answer}");
            let triples = oxjsonld_triples(&answer.body, &url, &contexts);
            assert_eq!(grounded(&triples), grounded(&ours), "{profile} of {url}");
        }
    }
});

whatever_database!(what_can_be_written_is_in_the_contexts, async |portico: Portico| {
    let contexts = contexts(&portico.anonymous(), &portico.url).await;
    let mut found = 0;
    for class in vocab::CLASSES {
        let writable: Vec<_> = class.properties.iter().filter(|property| property.writable).collect();
        let values = writable.iter().map(|property| {
            let value = match property.kind {
                hydra::PropertyKind::Value(hydra::Datatype::Json, _) => json!({"a": 1}),
                hydra::PropertyKind::Value(..) => json!("1"),
                hydra::PropertyKind::One(_) | hydra::PropertyKind::Many(_) => json!("/x"),
            };
            (property.name.to_owned(), value)
        });
        let names = [class.name.to_owned(), format!("{}Collection", class.name)];
        for name in names.iter().map(|name| format!("{}/contexts/{name}.jsonld", portico.url)) {
            if !contexts.contains_key(&name) {
                continue;
            }
            let mut body = Value::Object(values.clone().collect());
            body["@context"] = json!(name);
            let target = format!("{}/target", portico.url);
            body["@id"] = json!(target);
            for triples in [
                json_ld_triples(&body, &target, &contexts),
                oxjsonld_triples(body.to_string().as_bytes(), &target, &contexts),
            ] {
                for property in &writable {
                    let iri = format!("{}/vocab#{}/{}", portico.url, class.name, property.name);
                    assert!(triples.iter().any(|triple| triple.predicate.as_str() == iri), "{iri} is not in {name}");
                    found += 1;
                }
            }
        }
    }
    assert!(found > 200, "{found}");
});

each_database!(a_problem_is_rdf_too, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let contexts = contexts(&scene.anonymous, &portico.url).await;
    let url = link(&scene.user, "@id");
    let problem = scene.owner.patch(url, &json!({"email": 1, "enabled": "x"})).await.expect(400);
    no_key_is_lost(&problem.json(), &contexts);
    let triples = oxjsonld_triples(&problem.body, url, &contexts);
    assert_eq!(grounded(&triples), grounded(&json_ld_triples(&problem.json(), url, &contexts)));
    let objects: BTreeSet<_> = triples.iter().map(|triple| triple.object.to_string()).collect();
    assert!(objects.contains("<http://www.w3.org/ns/hydra/core#Error>"));
    let violations = triples.iter().filter(|triple| triple.predicate.as_str().ends_with("#propertyPath")).count();
    assert_eq!(violations, 2);
});

each_database!(the_same_statements_in_any_form_do_the_same, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let url = link(&scene.user, "@id");
    let vocab = format!("{}/vocab#", portico.url);
    let mobile = format!("{vocab}PortalUser/mobile");
    let enabled = format!("{vocab}PortalUser/enabled");
    let ours = format!("{}/contexts/PortalUser.jsonld", portico.url);
    let xsd = "http://www.w3.org/2001/XMLSchema#boolean";
    let forms: Vec<(&str, &str, String)> = vec![
        ("plain", "application/json", json!({"mobile": "+441", "enabled": false}).to_string()),
        ("merge patch", "application/merge-patch+json", json!({"mobile": "+441", "enabled": false}).to_string()),
        ("own context", "application/ld+json", json!({"@context": ours, "@id": url, "mobile": "+441", "enabled": false}).to_string()),
        ("own context, relative", "application/ld+json", json!({"@context": [portico.reference(&ours)], "mobile": "+441", "enabled": false}).to_string()),
        ("inline context", "application/ld+json", json!({"@context": {"m": mobile, "e": {"@id": enabled, "@type": xsd}}, "m": "+441", "e": false}).to_string()),
        ("inline context, texts", "application/ld+json", json!({"@context": {"m": mobile, "e": enabled}, "m": "+441", "e": "false"}).to_string()),
        ("two contexts", "application/ld+json", json!({"@context": [ours, {"tel": mobile}], "tel": "+441", "enabled": false}).to_string()),
        ("property IRIs", "application/ld+json", json!({mobile.as_str(): "+441", enabled.as_str(): false}).to_string()),
        ("compact IRIs", "application/ld+json", json!({"vocab:PortalUser/mobile": "+441", "vocab:PortalUser/enabled": false}).to_string()),
        ("expanded", "application/ld+json", json!([{"@id": url, "@type": [format!("{vocab}PortalUser")], mobile.as_str(): [{"@value": "+441"}], enabled.as_str(): [{"@value": false}]}]).to_string()),
        ("typed values", "application/ld+json", json!([{mobile.as_str(): [{"@value": "+441"}], enabled.as_str(): [{"@value": "false", "@type": xsd}]}]).to_string()),
        ("value objects", "application/ld+json", json!({"mobile": {"@value": "+441"}, "enabled": {"@value": false}}).to_string()),
        ("graph", "application/ld+json", json!({"@context": ours, "@graph": [{"@id": url, "mobile": "+441", "enabled": false}, {"@id": "http://x.example/", "mobile": "+442"}]}).to_string()),
        ("aliases", "application/ld+json", json!({"@context": {"id": "@id", "is": "@type", "m": mobile, "e": enabled}, "id": url, "is": format!("{vocab}PortalUser"), "m": "+441", "e": false}).to_string()),
        ("blank root", "application/ld+json", json!({"@context": {"m": mobile, "e": enabled}, "@id": "_:b0", "m": "+441", "e": false}).to_string()),
        ("turtle", "text/turtle", format!("@prefix p: <{vocab}PortalUser/> . <{url}> p:mobile \"+441\" ; p:enabled false .")),
        ("turtle, blank", "text/turtle", format!("[] a <{vocab}PortalUser> ; <{mobile}> \"+441\" ; <{enabled}> \"false\"^^<{xsd}> .")),
        ("turtle, relative", "text/turtle", format!("<> <{mobile}> \"+441\" ; <{enabled}> false .")),
        ("n-triples", "application/n-triples", format!("<{url}> <{mobile}> \"+441\" .\n<{url}> <{enabled}> \"false\"^^<{xsd}> .\n")),
    ];
    for (what, media_type, body) in forms {
        scene.owner.patch(url, &json!({"mobile": null, "enabled": true})).await.expect(205);
        let request = scene.owner.request("PATCH", url).header("content-type", media_type).body(body);
        let answer = scene.owner.send(request).await;
        assert_eq!(answer.status, 205, "{what}: {answer}");
        let user = scene.owner.get(url).await.expect(200).json();
        assert_eq!((&user["mobile"], &user["enabled"]), (&json!("+441"), &json!(false)), "{what}");
    }
    // No Content-Type at all is JSON.
    let request = scene.owner.request("PATCH", url).body(json!({"enabled": true}).to_string());
    scene.owner.send(request).await.expect(205);
    // What was got goes back in every representation that is taken.
    for (accept, media_type) in [
        ("application/ld+json", "application/ld+json"),
        ("text/turtle", "text/turtle"),
        ("application/n-triples", "application/n-triples"),
        ("application/ld+json;profile=\"http://www.w3.org/ns/json-ld#expanded\"", "application/ld+json"),
        ("application/ld+json;profile=\"http://www.w3.org/ns/json-ld#flattened\"", "application/ld+json"),
    ] {
        let before = scene.owner.get(url).await.json();
        let body = scene.owner.get_as(url, accept).await.expect(200).body;
        let request = scene.owner.request("PUT", url).header("content-type", media_type).body(body);
        scene.owner.send(request).await.expect(200);
        assert_eq!(scene.owner.get(url).await.json(), before, "{accept}");
    }
});

/// Every context of the service, as a processor would load it: without credentials.
pub async fn contexts(client: &Client, base: &str) -> HashMap<String, Value> {
    let mut contexts = HashMap::new();
    for (name, _) in crate::conformance::api().contexts() {
        let url = format!("{base}/contexts/{name}.jsonld");
        let document = client.get(&url).await.expect(200);
        assert_eq!(document.header("content-type"), Some("application/ld+json"));
        let json = document.json();
        let terms = json["@context"].as_object().expect("a context is an object");
        assert!(!terms.contains_key("@vocab") && terms["@protected"] == true, "{url}");
        contexts.insert(url, json);
    }
    contexts
}

fn no_key_is_lost(document: &Value, contexts: &HashMap<String, Value>) {
    let terms = match &document["@context"] {
        Value::String(url) => &contexts[url]["@context"],
        inline => inline,
    };
    fn visit(value: &Value, terms: &Value) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| visit(value, terms)),
            Value::Object(object) => {
                for (name, value) in object.iter().filter(|(name, _)| *name != "@context") {
                    assert!(name.starts_with('@') || !terms[name].is_null(), "{name} is no term of the context");
                    // What is JSON and nothing else has keys of its own.
                    if terms[name]["@type"] != "@json" {
                        visit(value, terms);
                    }
                }
            }
            _ => {}
        }
    }
    visit(document, terms);
}

pub fn n_quads(bytes: &[u8]) -> Vec<Triple> {
    triples(quads(bytes))
}

/// The quads of N-Quads.
pub fn quads(bytes: &[u8]) -> Vec<Quad> {
    oxttl::NQuadsParser::new().for_slice(bytes).map(|quad| quad.expect("it is N-Quads")).collect()
}

fn triples(quads: Vec<Quad>) -> Vec<Triple> {
    quads.into_iter().map(|quad| Triple::new(quad.subject, quad.predicate, quad.object)).collect()
}

fn json_ld_triples(document: &Value, url: &str, contexts: &HashMap<String, Value>) -> Vec<Triple> {
    triples(json_ld_quads(document, url, contexts))
}

/// What one processor makes of a document.
pub fn json_ld_quads(document: &Value, url: &str, contexts: &HashMap<String, Value>) -> Vec<Quad> {
    let iri = |text: &str| IriBuf::new(text.to_owned()).expect("it is an IRI");
    let loader: HashMap<IriBuf, RemoteDocument> = contexts
        .iter()
        .map(|(url, json)| {
            let document = json_syntax::Value::from_serde_json(json.clone());
            (iri(url), RemoteDocument::new(Some(iri(url)), None, document))
        })
        .collect();
    let document = RemoteDocument::new(Some(iri(url)), None, json_syntax::Value::from_serde_json(document.clone()));
    let generator = rdf_types::generator::Blank::new_with_prefix("j".to_string());
    let rdf = document.to_rdf_using(generator, &loader, Options::default()).now_or_never();
    let mut rdf = rdf.expect("every context is there").unwrap_or_else(|error| panic!("{url}: {error}"));
    let text: String = rdf.cloned_quads().map(|quad| format!("{} .\n", quad.rdf_display())).collect();
    quads(text.as_bytes())
}

fn oxjsonld_triples(bytes: &[u8], url: &str, contexts: &HashMap<String, Value>) -> Vec<Triple> {
    triples(oxjsonld_quads(bytes, url, contexts))
}

/// What another makes of it.
pub fn oxjsonld_quads(bytes: &[u8], url: &str, contexts: &HashMap<String, Value>) -> Vec<Quad> {
    let contexts: BTreeMap<String, Vec<u8>> =
        contexts.iter().map(|(url, json)| (url.clone(), json.to_string().into_bytes())).collect();
    let parser = oxjsonld::JsonLdParser::new().with_base_iri(url).expect("it is an IRI");
    let quads = parser.for_slice(bytes).with_load_document_callback(move |url, _| {
        let document = contexts.get(url).cloned().ok_or_else(|| format!("{url} is not one of ours"))?;
        Ok(oxjsonld::JsonLdRemoteDocument { document, document_url: url.to_owned() })
    });
    quads.map(|quad| quad.unwrap_or_else(|error| panic!("{url}: {error}"))).collect()
}

/// A graph in a form that does not depend on the names of blank nodes. Ours form trees: each is the object of one triple,
/// so it can be written out in its place.
fn grounded(triples: &[Triple]) -> BTreeSet<String> {
    let mut by_subject: BTreeMap<String, Vec<&Triple>> = BTreeMap::new();
    for triple in triples {
        by_subject.entry(triple.subject.to_string()).or_default().push(triple);
    }
    fn write(term: &Term, by_subject: &BTreeMap<String, Vec<&Triple>>, depth: usize) -> String {
        let Term::BlankNode(node) = term else { return term.to_string() };
        assert!(depth < 20, "blank nodes form trees");
        let inside = by_subject.get(&node.to_string()).cloned().unwrap_or_default();
        let mut parts: Vec<_> = inside
            .iter()
            .map(|triple| format!("{} {}", triple.predicate, write(&triple.object, by_subject, depth + 1)))
            .collect();
        parts.sort();
        format!("[{}]", parts.join("; "))
    }
    triples
        .iter()
        .filter(|triple| matches!(triple.subject, NamedOrBlankNode::NamedNode(_)))
        .map(|triple| format!("{} {} {}", triple.subject, triple.predicate, write(&triple.object, &by_subject, 0)))
        .collect()
}
