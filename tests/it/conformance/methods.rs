//! What is not documented is not there: 405, with `Allow`. What is documented is what OPTIONS says.

use hydra::{Method, OperationDef};

use super::{api, served};
use crate::support::fixtures::Scene;
use crate::support::{Client, Portico, each_database};

each_database!(an_undocumented_method_is_405_and_allow_lists_the_documented_ones, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    for class in served() {
        let item = scene.of(class.name).await.expect("the fixtures have it");
        check(&scene, &item.url, class.operations).await;
    }
    for site in api().collections() {
        let collected = scene.collection(site.owner.name, site.property).await;
        check(&scene, &collected.url, site.operations).await;
    }
});

fn allow(operations: &[OperationDef]) -> String {
    let documented = |method: &Method| operations.iter().any(|operation| operation.method == *method);
    let mut names: Vec<_> =
        Method::ALL.iter().filter(|method| documented(method)).map(|method| method.name()).collect();
    if names.first() == Some(&"GET") {
        names.insert(1, "HEAD");
    }
    names.push("OPTIONS");
    names.join(", ")
}

async fn check(scene: &Scene, url: &str, operations: &[OperationDef]) {
    let expected = allow(operations);
    for method in Method::ALL.map(Method::name).into_iter().chain(["TRACE", "PROPFIND"]) {
        if expected.split(", ").any(|name| name == method) {
            continue;
        }
        let answer = scene.admin.send(scene.admin.request(method, url)).await.expect(405);
        answer.problem();
        assert_eq!(answer.header("allow"), Some(expected.as_str()), "{answer}");
    }
    let options = scene.anonymous.send(scene.anonymous.request("OPTIONS", url)).await.expect(204);
    assert_eq!(options.header("allow"), Some(expected.as_str()), "{options}");
    assert_eq!(options.header("accept-post").is_some(), expected.contains("POST"), "{options}");
    assert_eq!(options.header("accept-patch").is_some(), expected.contains("PATCH"), "{options}");
    head_is_get(&scene.admin, url).await;
    trailing_slash(&scene.admin, url).await;
}

async fn head_is_get(client: &Client, url: &str) {
    let get = client.get(url).await.expect(200);
    let head = client.send(client.request("HEAD", url)).await.expect(200);
    assert!(head.body.is_empty(), "{head}");
    for name in ["content-length", "content-type", "etag", "link", "vary"] {
        assert_eq!(get.header(name), head.header(name), "{name} of {head}");
    }
}

async fn trailing_slash(client: &Client, url: &str) {
    let with = client.get(&format!("{}/", url.trim_end_matches('/'))).await.expect(200);
    assert_eq!(with.id(), url, "the canonical address has no slash but at the entry point");
}
