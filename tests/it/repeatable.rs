//! A POST with an `Idempotency-Key` is carried out once, however often it is sent.

use std::collections::BTreeSet;

use chrono::Duration;
use futures_util::future::join_all;
use hydra::Method;
use serde_json::{Value, json};

use crate::conformance::{api, served};
use crate::support::fixtures::{Scene, unique};
use crate::support::{Answer, Client, Portico, each_database, link, sql};

/// POST with a key.
async fn post(client: &Client, url: &str, key: &str, body: &Value) -> Answer {
    client.send(client.request("POST", url).header("idempotency-key", key).body(body.to_string())).await
}

/// That two answers are one.
fn check_same(one: &Answer, other: &Answer) {
    assert_eq!((one.status, &one.body), (other.status, &other.body), "{one} {other}");
    for header in ["content-type", "location", "content-location", "etag", "cache-control", "preference-applied"] {
        assert_eq!(one.header(header), other.header(header), "{header}: {one} {other}");
    }
}

each_database!(whatever_takes_post_is_done_once, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let mut done = BTreeSet::new();
    let mut acts = Vec::new();
    for class in served() {
        for operation in class.operations.iter().filter(|operation| operation.method == Method::Post) {
            let item = scene.of(class.name).await.expect("the fixtures have it");
            let name = format!("{}/{}", class.name, operation.name);
            acts.push((name, scene.whoever_may(operation).clone(), item.url, item.submitted));
        }
    }
    for site in api().collections() {
        for operation in site.operations.iter().filter(|operation| operation.method == Method::Post) {
            let collected = scene.collection(site.owner.name, site.property).await;
            let name = format!("{}.{}", site.owner.name, site.property);
            acts.push((name, scene.whoever_may(operation).clone(), collected.url, collected.right));
        }
    }
    for (name, client, url, body) in acts {
        let key = unique("once");
        let first = post(&client, &url, &key, &body).await;
        let rows = sql::count(&portico.database(), "SELECT CAST(count(*) AS BIGINT) FROM repeatable").await;
        let second = post(&client, &url, &key, &body).await;
        if !(200..300).contains(&first.status) {
            println!("{name} was not done: {first}");
            continue;
        }
        check_same(&first, &second);
        let after = sql::count(&portico.database(), "SELECT CAST(count(*) AS BIGINT) FROM repeatable").await;
        assert_eq!(rows, after, "{name}");
        // Said otherwise it is another request.
        let other = post(&client, &url, &key, &json!({"other": true})).await.expect(422);
        assert!(link(&other.json(), "detail").contains("Idempotency-Key"), "{other}");
        done.insert(name);
    }
    println!("done once: {done:?}");
    assert!(done.len() > 25, "{done:?}");
});

each_database!(of_many_that_are_the_same_one_is_made, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let users = link(&scene.customer, "portalUsers");
    let before = scene.owner.members(users).await.len();
    for round in 0..4 {
        let (key, body) = (unique("many"), json!({"email": format!("many-{round}@example.org")}));
        let all = join_all((0..8).map(|_| post(&scene.owner, users, &key, &body))).await;
        let made: Vec<_> = all.iter().filter(|answer| answer.status == 201).collect();
        assert!(!made.is_empty());
        made.iter().for_each(|answer| check_same(made[0], answer));
        assert!(all.iter().all(|answer| [201, 409].contains(&answer.status)), "{all:?}");
        check_same(made[0], &post(&scene.owner, users, &key, &body).await);
        assert_eq!(scene.owner.members(users).await.len(), before + round + 1);
    }
});

each_database!(a_key_is_its_senders_and_lasts_a_day, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let keys = link(&scene.customer, "keys");
    // What is told once is told again, and lies nowhere as it is.
    let made = post(&scene.owner, keys, "\"one\"", &json!({})).await.expect(201);
    let secret = link(&made.json(), "secret").to_owned();
    check_same(&made, &post(&scene.owner, keys, "one", &json!({})).await);
    let hex = if portico.database().starts_with("sqlite") { "hex(answer)" } else { "upper(encode(answer, 'hex'))" };
    let kept = sql::texts(&portico.database(), &format!("SELECT {hex} FROM repeatable")).await;
    let in_hex: String = secret.bytes().map(|byte| format!("{byte:02X}")).collect();
    assert!(!kept.is_empty() && kept.iter().all(|answer| answer.len() > 100 && !answer.contains(&in_hex)), "{kept:?}");
    // Another may use the same, for something else.
    let theirs = post(&scene.stranger, link(&scene.other, "keys"), "one", &json!({})).await.expect(201);
    assert_ne!(link(&theirs.json(), "secret"), secret);
    // Who may not do it any more is told nothing.
    let key = scene.admin.post(keys, &json!({})).await.expect(201).json();
    let leaving = portico
        .client(crate::support::Credentials::Basic(link(&key, "key").to_owned(), link(&key, "secret").to_owned()));
    let users = link(&scene.customer, "portalUsers");
    let body = json!({"email": "once@example.org"});
    post(&leaving, users, "two", &body).await.expect(201);
    scene.admin.delete(link(&key, "@id")).await.expect(204);
    post(&leaving, users, "two", &body).await.expect(401);
    // What was refused was not done.
    post(&scene.owner, users, "three", &json!({"email": "nobody"})).await.expect(400);
    post(&scene.owner, users, "three", &json!({"email": "right@example.org"})).await.expect(201);
    for wrong in ["", "\"\"", "a b", "ä", &"k".repeat(256)] {
        let sent = scene.owner.request("POST", users).header("idempotency-key", wrong);
        scene.owner.send(sent.body(body.to_string())).await.expect(400).problem();
    }
    let twice = scene.owner.request("POST", users).header("idempotency-key", "a").header("idempotency-key", "b");
    scene.owner.send(twice.body(body.to_string())).await.expect(400).problem();
    // Its process ended before it was answered.
    let lost = json!({"email": "lost@example.org"});
    post(&scene.owner, users, "four", &lost).await.expect(201);
    sql::execute(&portico.database(), "UPDATE repeatable SET answer = NULL WHERE key = 'four'").await;
    let before = scene.owner.members(users).await.len();
    let unanswered = post(&scene.owner, users, "four", &lost).await.expect(409);
    assert_eq!(unanswered.header("retry-after"), Some("1"));
    assert_eq!(scene.owner.members(users).await.len(), before);
    // What does not say that it may be sent again is not held against it.
    scene.owner.post(users, &json!({"email": "right@example.org"})).await.expect(409);
    portico.world.advance(Duration::hours(25));
    portico.worker(&[]).await;
    assert_ne!(link(&post(&scene.owner, keys, "one", &json!({})).await.expect(201).json(), "secret"), secret);
});
