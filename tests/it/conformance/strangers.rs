//! Whoever has not signed in gets 401; whoever has no business here gets 404, the same bytes as for nothing at all.

use hydra::{ClassDef, Method};
use serde_json::json;

use super::{api, served};
use crate::support::fixtures::Scene;
use crate::support::{Answer, Client, Portico, each_database};

each_database!(a_stranger_gets_404_and_an_anonymous_401, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let owned = |class: &ClassDef| class.path.starts_with("/customers/{customer}");
    for class in served() {
        let item = scene.of(class.name).await.expect("the fixtures have it");
        for operation in class.operations {
            check(&scene, operation.method, &item.url, &item.absent, owned(class), class.public).await;
        }
    }
    for site in api().collections() {
        let at = scene.collection(site.owner.name, site.property).await;
        for operation in site.operations {
            let absent = at.absent.clone().unwrap_or_default();
            check(&scene, operation.method, &at.url, &absent, owned(site.owner), false).await;
        }
    }
});

async fn invoke(client: &Client, method: Method, url: &str) -> Answer {
    client.with(method.name(), url, &json!({"email": "x@example.org", "name": "x", "displayName": "x"})).await
}

async fn check(scene: &Scene, method: Method, url: &str, absent: &str, owned: bool, public: bool) {
    if public {
        invoke(&scene.anonymous, method, url).await.expect(200);
        return;
    }
    let anonymous = invoke(&scene.anonymous, method, url).await.expect(401);
    anonymous.problem();
    let challenges: Vec<_> = anonymous.headers.get_all("www-authenticate").iter().collect();
    assert_eq!(challenges.len(), 2, "{anonymous}");
    if !owned {
        return;
    }
    // Neither its existence nor anything else is told: the same bytes, but for the address that was asked.
    let theirs = invoke(&scene.stranger, method, url).await.expect(404);
    let nothing = invoke(&scene.stranger, method, absent).await.expect(404);
    let mut problems = [theirs.problem(), nothing.problem()];
    for problem in &mut problems {
        problem.as_object_mut().expect("a problem is an object").remove("instance");
    }
    assert_eq!(problems[0], problems[1]);
    // Nor does a body that is not understood, or a precondition, tell more.
    let garbage =
        scene.stranger.request(method.name(), url).header("content-type", "image/png").header("if-match", "\"0-x\"");
    scene.stranger.send(garbage.body("{")).await.expect(404);
}
