//! What has happened to a resource, as its page tells it, and how it is made again what it was.

use hydra::Method;
use serde_json::{Value, json};

use crate::conformance::served;
use crate::support::fixtures::Scene;
use crate::support::page::{page, send};
use crate::support::{Client, Portico, each_database, link};

/// The latest change of something.
async fn latest_of(client: &Client, url: &str) -> Option<Value> {
    // Of a customer there is more to be told than what happened to itself.
    let all = client.members(&format!("{url}/changes?pageSize=500")).await;
    all.into_iter().find(|change| change["resource"] == url)
}

async fn latest(client: &Client, url: &str) -> Value {
    latest_of(client, url).await.expect("it has changed")
}

each_database!(a_page_tells_what_has_happened, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let space =
        scene.owner.post(link(&scene.customer, "spaces"), &json!({"name": "<i>One</i>"})).await.expect(201).id();
    let first = latest(&scene.owner, &space).await;
    scene.owner.patch(&space, &json!({"name": "Two", "defaultTags": ["a", "b"]})).await.expect(205);
    let second = latest(&scene.owner, &space).await;
    let told = page(&scene.owner, &space).await;
    assert!(told.0.contains("data-events=") && !told.0.contains("<i>One"), "{}", told.0);
    for expected in ["What has happened", "<i>One</i>", "created", "updated", "Default tags", "As it was then"] {
        assert!(told.text().contains(expected), "{expected}: {}", told.text());
    }
    let links = told.links();
    for change in [&first, &second] {
        assert!(links.contains(&format!("{}/state", link(change, "@id"))), "{links:?}");
    }
    let back = |change: &Value| format!("{space}?as={}#operations", change["number"]);
    assert!(links.contains(&back(&first)) && !links.contains(&back(&second)), "{links:?}");
    let was = page(&scene.owner, &format!("{}/state", link(&first, "@id"))).await;
    assert!(was.text().contains("This is what it was at"), "{}", was.text());
    assert!(!was.0.contains("id=\"timeline\""), "what came after is none of what it was");
    // The customer's page tells of it, too, by name.
    let customer = page(&scene.owner, link(&scene.customer, "@id")).await;
    assert!(customer.links().contains(&space) && customer.text().contains("Two"), "{}", customer.text());
    // Whoever may not look at what has happened is shown nothing of it.
    let entry = page(&scene.owner, &format!("{}/", portico.url)).await;
    assert!(!entry.0.contains("id=\"timeline\""));
});

each_database!(what_was_is_put_back_by_the_form_of_the_page, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let mut put_back = Vec::new();
    for class in served().filter(|class| class.logged) {
        let method = [Method::Patch, Method::Put].into_iter().find_map(|method| class.operation(method));
        let Some(operation) = method.filter(|operation| !operation.own) else { continue };
        let item = scene.of(class.name).await.expect("the fixtures have it");
        let client = scene.whoever_may(operation);
        // A secret that goes with the rest has to be typed again.
        if item.media.is_some() || class.properties.iter().any(|property| property.writable && !property.readable) {
            continue;
        }
        let Some(before) = latest_of(&scene.admin, &item.url).await else { continue };
        let method = operation.method.name();
        client.with(method, &item.url, &item.right).await;
        let after = latest(&scene.admin, &item.url).await;
        let differs = |name: &str| before["state"][name] != after["state"][name];
        let written = class.properties.iter().filter(|property| property.writable && !property.fixed && !property.once);
        let names: Vec<_> = written.map(|property| property.name).filter(|name| differs(name)).collect();
        if names.is_empty() {
            continue;
        }
        let form = page(client, &format!("{}?as={}", item.url, before["number"])).await;
        let fields = form.form(&format!("data-method=\"{method}\"")).expect("a form");
        send(client, &item.url, &fields).await.expect(303);
        let again = latest(&scene.admin, &item.url).await;
        for name in &names {
            assert_eq!(again["state"][*name], before["state"][*name], "{}.{name}", class.name);
        }
        put_back.push((class.name, names.len()));
    }
    assert!(put_back.len() >= 8, "{put_back:?}");
});

each_database!(nothing_is_put_back_that_was_another, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let make = async |name: &str| {
        scene.owner.post(link(&scene.customer, "spaces"), &json!({"name": name})).await.expect(201).id()
    };
    let (one, other) = (make("One").await, make("Other").await);
    let theirs = latest(&scene.admin, link(&scene.their_space, "@id")).await;
    for number in [latest(&scene.owner, &other).await["number"].clone(), theirs["number"].clone(), json!(1), json!("x")]
    {
        let number = number.to_string().replace('"', "");
        let form = page(&scene.owner, &format!("{one}?as={number}")).await;
        let fields = form.form("data-method=\"PATCH\"").expect("a form");
        assert!(fields.contains(&("name".to_owned(), "One".to_owned())), "{fields:?}");
        assert!(!form.0.contains("<details class=\"operation\" open>"));
    }
    // Somebody else has changed it since it was looked at: it is not put back unseen.
    let first = latest(&scene.owner, &one).await;
    scene.owner.patch(&one, &json!({"name": "Two"})).await.expect(205);
    let form = page(&scene.owner, &format!("{one}?as={}", first["number"])).await;
    let fields = form.form("data-method=\"PATCH\"").expect("a form");
    scene.owner.patch(&one, &json!({"name": "Three"})).await.expect(205);
    send(&scene.owner, &one, &fields).await.expect(412);
    assert_eq!(scene.owner.get(&one).await.json()["name"], "Three");
});
