//! What is not there, or not to be seen: 404 before anything is said of what was sent, in the same words for both.

use hydra::{Method, OperationDef, Payload};
use serde_json::Value;

use super::{api, served};
use crate::support::fixtures::{Item, Scene, missing_customer};
use crate::support::{Answer, Client, Portico, each_database};

/// Bodies that are wrong in one way each, with their media type.
fn wrong() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("application/json", b"{}".to_vec()),
        ("application/ld+json", b"{\"name\": ".to_vec()),
        ("application/json", b"{\"name\": 7, \"email\": 7, \"@id\": \"x\"}".to_vec()),
        ("image/x-unheard-of", b"?".to_vec()),
        ("text/turtle", b"<> <> .".to_vec()),
    ]
}

/// The body of an operation on a resource that would be right.
fn right(item: &Item, operation: &OperationDef) -> (&'static str, Vec<u8>) {
    match (operation.method, operation.expects, &item.media) {
        (_, Payload::Media(_), Some((media_type, bytes))) => (media_type, bytes.clone()),
        (Method::Post, ..) => json(&item.submitted),
        _ => json(&item.right),
    }
}

fn json(body: &Value) -> (&'static str, Vec<u8>) {
    ("application/ld+json", body.to_string().into_bytes())
}

async fn send(client: &Client, operation: &OperationDef, url: &str, (media_type, body): (&str, Vec<u8>)) -> Answer {
    client.send(client.request(operation.method.name(), url).header("content-type", media_type).body(body)).await
}

each_database!(what_is_not_there_is_not_there_before_the_body_is_looked_at, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let (here, nowhere) = (scene.customer["@id"].as_str().expect("an address"), missing_customer(&scene.customer));
    let mut places = Vec::new();
    for class in served() {
        let item = scene.of(class.name).await.expect("the fixtures have it");
        // What is only for those who belong to a customer is refused to the administrator.
        for operation in class.operations.iter().filter(|operation| !operation.own) {
            // What makes something at its address needs only something to belong to.
            let right = right(&item, operation);
            places.push((item.url.clone(), operation, right.clone()));
            if matches!(operation.method, Method::Patch | Method::Post) && item.url.starts_with(here) {
                for body in wrong().into_iter().chain([right]) {
                    send(&scene.admin, operation, &item.absent, body).await.expect(404);
                }
            }
        }
    }
    for site in api().collections() {
        let at = scene.collection(site.owner.name, site.property).await;
        for operation in site.operations.iter().filter(|operation| !operation.own) {
            let right = json(&at.body(operation.method));
            places.push((at.url.clone(), operation, right.clone()));
            if let (Some(absent), true) = (&at.absent, operation.method != Method::Get) {
                for body in wrong().into_iter().chain([right]) {
                    send(&scene.admin, operation, absent, body).await.expect(404);
                }
            }
        }
    }
    for (url, operation, right) in places {
        if operation.method == Method::Get || !url.starts_with(here) {
            continue;
        }
        let gone = url.replacen(here, &nowhere, 1);
        for body in wrong().into_iter().chain([right]) {
            let answer = send(&scene.admin, operation, &gone, body.clone()).await.expect(404);
            let unseen = send(&scene.stranger, operation, &url, body).await.expect(404);
            let (answer, unseen) = (answer.of_any_request(), unseen.of_any_request());
            assert_eq!(answer, unseen.replace(&url, &gone), "{} {url}", operation.method.name());
        }
    }
});
