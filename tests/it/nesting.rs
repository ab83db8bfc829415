//! However deeply a body is nested, wherever it is sent: an answer that is clear, a service that goes on, and what was kept of it
//! can be read in every form. Readers recurse, and a stack that ends takes the whole process with it.

use hydra::{ClassDef, Method, Payload};
use serde_json::json;

use crate::conformance::{api, served};
use crate::http::FORMATS;
use crate::support::fixtures::Scene;
use crate::support::nesting::{a_third, nest, values};
use crate::support::{Answer, Client, Portico, each_database, link, whatever_database};

const LD: &str = "application/ld+json";
const MERGE: &str = "application/merge-patch+json";
const TURTLE: &str = "text/turtle";

async fn send(client: &Client, method: Method, url: &str, media_type: &str, body: String) -> Answer {
    let start: String = body.chars().take(100).collect();
    let answer = client.send(client.request(method.name(), url).header("content-type", media_type).body(body)).await;
    assert!(answer.status < 500, "{media_type} {start}: {answer}");
    if answer.status >= 400 {
        let problem = answer.problem();
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{start}: {answer}");
    }
    answer
}

/// Bodies in each media type whose nests are in what JSON-LD and Turtle are made of.
fn nodes() -> impl Iterator<Item = (&'static str, String)> {
    let documents = [40, 120].into_iter().flat_map(|levels| {
        [
            format!(r#""a":{}"#, nest(levels, r#"{"a":"#, "1", "}")),
            format!(r#""a":{}"#, nest(levels / 2, r#"[{"@list":"#, "1", "}]")),
            format!(r#""a":{}"#, nest(levels / 2, r#"[{"@set":"#, "1", "}]")),
            format!(r#""@graph":{}"#, nest(levels / 2, r#"[{"@graph":"#, "[]", "}]")),
            format!(r#""@included":{}"#, nest(levels / 2, r#"[{"@included":"#, "[]", "}]")),
            format!(r#""@reverse":{}"#, nest(levels / 2, r#"{"a":{"@reverse":"#, "{}", "}}")),
            format!(
                r#""@context":{}"#,
                nest(levels / 2, r#"{"t":{"@id":"http://x.example/t","@context":"#, "{}", "}}")
            ),
        ]
    });
    let documents = documents.map(|nodes| match nodes.starts_with("\"@context\"") {
        true => format!("{{{nodes}}}"),
        false => format!(r#"{{"@context":{{"@vocab":"http://x.example/"}},{nodes}}}"#),
    });
    let graphs = [120, 5_000].into_iter().flat_map(|levels| {
        [
            format!("<> <http://x.example/a> {} .", nest(levels, "[ <http://x.example/b> ", "1", " ]")),
            format!("<> <http://x.example/a> {} .", nest(levels, "(", "1", ")")),
        ]
    });
    documents.map(|body| (LD, body)).chain(graphs.map(|body| (TURTLE, body)))
}

/// Bodies in each media type whose nests are the values of what a class has.
fn members(class: &ClassDef, base: &str) -> impl Iterator<Item = (&'static str, String)> {
    class.properties.iter().filter(|property| property.writable).flat_map(move |property| {
        let iri = format!("{base}/vocab#{}/{}", class.name, property.name);
        let value = move |value| format!(r#"{{"{}":{value}}}"#, property.name);
        let graph = format!("<> <{iri}> {} .", nest(120, "(", "1", ")"));
        let json = values().flat_map(move |nested| [(LD, value(nested.clone())), (MERGE, value(nested))]);
        json.chain([(TURTLE, graph)])
    })
}

whatever_database!(a_body_is_answered_however_deeply_it_is_nested, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let mut targets = Vec::new();
    for class in served() {
        let item = scene.of(class.name).await.expect("the fixtures have it");
        targets.extend(class.operations.iter().map(|operation| (operation, class, item.url.clone())));
    }
    for site in api().collections() {
        let at = scene.collection(site.owner.name, site.property).await;
        targets.extend(site.operations.iter().map(|operation| (operation, site.member, at.url.clone())));
    }
    let takes = |payload| !matches!(payload, Payload::Nothing | Payload::Media(_));
    let mut sent = 0;
    let targets = targets.iter().filter(|(operation, ..)| takes(operation.expects));
    for (turn, (operation, class, url)) in targets.enumerate() {
        let understood = |&(media_type, _): &_| media_type != MERGE || operation.method == Method::Patch;
        let bodies = nodes().chain(members(class, &portico.url)).filter(understood);
        for (media_type, body) in a_third(turn, bodies) {
            send(&scene.admin, operation.method, url, media_type, body).await;
            sent += 1;
        }
        for format in FORMATS {
            scene.admin.get_as(url, format).await.expect(200);
        }
    }
    assert!(sent > 1_000, "{sent}");
});

each_database!(json_that_is_kept_is_read_in_every_form_however_deep, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let descriptors = scene.admin.walk(&["propertyDescriptors"]).await.id();
    let descriptor =
        json!({"key": "deep", "valueType": "jsonType", "section": "s", "descriptions": {"english": "Deep"}});
    scene.admin.post(&descriptors, &descriptor).await.expect(201);
    let properties = link(&scene.customer, "properties");
    let at = format!("{properties}/deep");
    let iri = format!("{}/vocab#CustomerProperty/value", portico.url);
    let literal = format!("<> <{iri}> \"{{}}\"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON> .");
    let edges = (31..34).chain(120..130).map(|levels| nest(levels, "[", "1", "]"));
    let mut kept = 0;
    for value in values().chain(edges) {
        for (media_type, body) in [
            (LD, format!(r#"{{"value":{value}}}"#)),
            (LD, format!(r#"[{{"{iri}":[{{"@type":"@json","@value":{value}}}]}}]"#)),
            (TURTLE, literal.replace("{}", &value.replace('"', "\\\""))),
        ] {
            if send(&scene.admin, Method::Put, &at, media_type, body).await.status >= 300 {
                continue;
            }
            kept += 1;
            for url in [at.as_str(), properties] {
                for format in FORMATS {
                    scene.admin.get_as(url, format).await.expect(200);
                }
            }
        }
    }
    // Four of thirty levels, and of the edges 31 and 32; in three ways.
    assert_eq!(kept, 18);
});
