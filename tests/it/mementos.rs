//! Resources as they were: found by instants, listed, and read as each class is; also those that are gone, and nothing that was erased.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use hydra::{Method, PropertyKind};
use serde_json::{Value, json};

use crate::conformance::served;
use crate::jsonld::{contexts, json_ld_quads, oxjsonld_quads, quads};
use crate::support::fixtures::{Scene, unique};
use crate::support::{Answer, Client, Portico, each_database, link};

/// What follows a name in the links of an answer, all lines together.
fn linked(answer: &Answer, relation: &str) -> Option<String> {
    let lines = answer.headers.get_all("link").iter().filter_map(|line| line.to_str().ok());
    let links: Vec<_> =
        lines.flat_map(|line| line.split(", <")).map(|link| link.trim_start_matches('<').to_owned()).collect();
    let found = links.iter().find(|link| {
        let relations = link.split("rel=\"").nth(1).and_then(|rest| rest.split('"').next());
        relations.is_some_and(|relations| relations.split(' ').any(|other| other == relation))
    });
    found.and_then(|link| link.split('>').next()).map(String::from)
}

/// Where a resource says that it is told what it was.
async fn timegate(client: &Client, url: &str) -> String {
    linked(&client.get(url).await, "timegate").unwrap_or_else(|| panic!("{url} has no TimeGate"))
}

/// The changes of something, the oldest first.
async fn changes(client: &Client, url: &str) -> Vec<Value> {
    client.members(&format!("{url}/changes?orderBy=number&pageSize=500")).await
}

each_database!(a_resource_is_what_it_was, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let made = scene.owner.post(link(&scene.customer, "spaces"), &json!({"name": "One"})).await.expect(201);
    let url = made.id();
    for name in ["Two", "Three"] {
        portico.world.advance(chrono::Duration::milliseconds(1_500));
        scene.owner.patch(&url, &json!({"name": name})).await.expect(205);
    }
    let gate = timegate(&scene.owner, &url).await;
    portico.world.advance(chrono::Duration::milliseconds(200));
    scene.owner.delete(&url).await.expect(205);
    // What is gone says so, and where it is told what it was.
    assert_eq!(timegate(&scene.owner, &url).await, gate);
    let told = changes(&scene.owner, &url).await;
    let looking = scene.owner.clone().following_nothing();
    for (index, expected) in ["One", "Two", "Three"].into_iter().enumerate() {
        let at = link(&told[index], "made");
        for gate in [gate.clone(), format!("{}/timegate/{url}", portico.url)] {
            let found = looking.get(&format!("{gate}?at={at}")).await.expect(302);
            assert!(found.header("vary").is_some_and(|vary| vary.contains("Accept-Datetime")), "{found}");
            let memento = found.header("location").expect("it leads on").to_owned();
            assert_eq!(memento, format!("{}/state", link(&told[index], "@id")));
            let was = scene.owner.get(&memento).await.expect(200);
            assert_eq!((&was.json()["name"], &was.json()["@id"]), (&json!(expected), &json!(url)));
            for (name, value) in told[index]["state"].as_object().expect("it has one") {
                assert_eq!(&was.json()[name], value, "{name}");
            }
            let instant: DateTime<Utc> = at.parse().expect("it is an instant");
            let date = instant.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
            assert_eq!(was.header("memento-datetime"), Some(date.as_str()));
            assert_eq!(linked(&was, "original").as_deref(), Some(url.as_str()));
            assert_eq!(linked(&was, "first"), linked(&found, "first"));
            // By a date of HTTP's, which has whole seconds, the last of that second is meant.
            let request = looking.request("GET", &gate).header("accept-datetime", &date);
            let last = told.iter().rfind(|other| link(other, "made")[..19] == at[..19]).expect("there is one");
            let found = looking.send(request).await.expect(302);
            assert_eq!(found.header("location"), Some(format!("{}/state", link(last, "@id")).as_str()));
        }
    }
    // Before it was, the first of all is the closest; since it is gone, that it is.
    let early = looking.request("GET", &gate).header("accept-datetime", "Sat, 01 Jan 1600 00:00:00 GMT");
    for found in [looking.get(&format!("{gate}?at=1999-01-01T00:00:00Z")).await, looking.send(early).await] {
        assert_eq!(found.status, 302, "{found}");
        assert_eq!(found.header("location"), Some(format!("{}/state", link(&told[0], "@id")).as_str()));
    }
    let gone = scene.owner.get(&gate).await.expect(404);
    assert!(gone.header("memento-datetime").is_some(), "{gone}");
    let map =
        String::from_utf8(scene.owner.get(&gate.replace("timegate", "timemap")).await.expect(200).body).expect("UTF-8");
    assert_eq!(map.matches("rel=\"memento\"").count(), 4, "{map}");
    for change in &told {
        assert!(map.contains(&format!("<{}/state>", link(change, "@id"))), "{map}");
    }
    for wrong in ["at=yesterday", "at=2026"] {
        scene.owner.get(&format!("{gate}?{wrong}")).await.expect(400);
    }
    let request = scene.owner.request("GET", &gate).header("accept-datetime", "yesterday");
    scene.owner.send(request).await.expect(400);
    for nowhere in
        ["timegate/http://elsewhere.example/customers/2", "timegate/vocab", "timemap/customers/2/spaces/98765"]
    {
        scene.admin.get(&format!("{}/{nowhere}", portico.url)).await.expect(404);
    }
});

each_database!(every_class_that_is_logged_is_what_it_was, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let contexts = contexts(&scene.anonymous, &portico.url).await;
    let all = scene.admin.members(&format!("{}/changes?pageSize=500", portico.url)).await;
    let mut seen = BTreeSet::new();
    for change in all.iter().filter(|change| change["state"].is_object()) {
        let class = served().find(|class| change["class"] == class.name).expect("it is a class");
        if !seen.insert(class.name) {
            continue;
        }
        let url = format!("{}/state", link(change, "@id"));
        let was = scene.admin.get(&url).await.expect(200);
        // All of it, by the names of the class; and links lead where they led.
        let json = was.json();
        for (name, value) in change["state"].as_object().expect("it is one") {
            let property = class.property(name).unwrap_or_else(|| panic!("{} has no {name}", class.name));
            match property.kind {
                PropertyKind::Value(..) => assert_eq!(&json[name], value, "{}.{name}", class.name),
                _ if *value == json!([]) => assert_eq!(&json[name], value),
                _ => assert!(json[name].to_string().contains(&portico.url), "{}.{name}: {}", class.name, json[name]),
            }
        }
        let expected: BTreeSet<_> = json_ld_quads(&json, &url, &contexts).iter().map(ToString::to_string).collect();
        let other = oxjsonld_quads(&was.body, &url, &contexts).iter().map(ToString::to_string).collect();
        assert_eq!(expected, other, "{}", class.name);
        let ours = quads(&scene.admin.get_as(&url, "application/n-quads").await.expect(200).body);
        assert_eq!(ours.iter().map(ToString::to_string).collect::<BTreeSet<_>>(), expected, "{}", class.name);
        let page = scene.admin.get_as(&url, "text/html").await.expect(200);
        assert!(!page.body.is_empty());
        let tag = was.header("etag").expect("it has one");
        let known = scene.admin.request("GET", &url).header("if-none-match", tag);
        let known = scene.admin.send(known).await.expect(304);
        assert_eq!(known.header("memento-datetime"), was.header("memento-datetime"));
        // Whoever may look at the change may look at what it made, and nobody else.
        scene.anonymous.get(&url).await.expect(401);
        for client in [&scene.owner, &scene.stranger] {
            let change = client.get(link(change, "@id")).await.status;
            client.get(&url).await.expect(change);
        }
    }
    assert!(seen.len() > 20, "{seen:?}");
    // Each says of itself where it is told what it was, and what is not logged does not.
    for class in served() {
        let item = scene.of(class.name).await.expect("the fixtures have it");
        let Some(operation) = class.operation(Method::Get) else { continue };
        let answer = scene.whoever_may(operation).get(&item.url).await;
        let is_data = answer.header("content-type").is_some_and(|given| given.starts_with("application/ld+json"));
        if is_data {
            assert_eq!(linked(&answer, "timegate").is_some(), class.logged, "{}", class.name);
        }
    }
});

each_database!(what_was_erased_is_no_memento, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let email = unique("erased@example.org");
    let user = scene.owner.post(link(&scene.customer, "portalUsers"), &json!({"email": email})).await.expect(201).id();
    let gate = timegate(&scene.owner, &user).await;
    let first = scene.owner.get(&gate).await.expect(200);
    assert_eq!(first.json()["email"], email.as_str());
    scene.owner.delete(&user).await.expect(205);
    let told = changes(&scene.owner, &user).await;
    let erased = scene.owner.get(&format!("{}/state", link(&told[0], "@id"))).await.expect(410);
    assert!(!String::from_utf8_lossy(&erased.body).contains(&email));
    scene.owner.get(&format!("{}/state", link(&told[1], "@id"))).await.expect(404);
});
