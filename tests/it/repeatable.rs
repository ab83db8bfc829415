//! A POST with an `Idempotency-Key` is carried out once, however often it is sent.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration;
use futures_util::future::join_all;
use hydra::Method;
use serde_json::{Value, json};

use crate::conformance::{api, served};
use crate::support::fixtures::{Scene, unique};
use crate::support::{Answer, Client, Credentials, Portico, each_database, link, sql};

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
    // The page of an answer is finished for whoever looks at it, each time.
    let shown = async || {
        let request =
            scene.owner.request("POST", users).header("accept", "text/html").header("idempotency-key", "page");
        scene.owner.send(request.body(json!({"email": "page@example.org"}).to_string())).await.expect(201)
    };
    let (one, other) = (shown().await, shown().await);
    assert_eq!(one.headers.len(), other.headers.len(), "{one} {other}");
    for header in ["cache-control", "referrer-policy", "content-security-policy", "location"] {
        assert_eq!(one.header(header), other.header(header), "{header}");
    }
    assert_eq!(one.of_any_request(), other.of_any_request());
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

each_database!(who_hangs_up_is_told_the_answer_when_they_ask_again, async |portico: Portico| {
    use tokio::io::AsyncWriteExt;
    let scene = Scene::set(&portico).await;
    let users = link(&scene.customer, "portalUsers");
    let (host, path) = users.trim_start_matches("http://").split_once('/').expect("it has a path");
    let Credentials::Basic(key, secret) = scene.owner.credentials() else { panic!("it has a key") };
    let authorization = STANDARD.encode(format!("{key}:{secret}"));
    let mut made = 0;
    for round in 0..40_u32 {
        let body = json!({"email": format!("hung-up-{round}@example.org")});
        let text = body.to_string();
        let mut stream = tokio::net::TcpStream::connect(host).await.expect("it listens");
        let head = format!(
            "POST /{path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Basic {authorization}\r\n\
             content-type: application/json\r\nidempotency-key: cut-{round}\r\ncontent-length: {}\r\n\r\n{text}",
            text.len()
        );
        stream.write_all(head.as_bytes()).await.expect("it is sent");
        tokio::time::sleep(std::time::Duration::from_micros(u64::from(round) * 150)).await;
        // Cut, so that nobody can be told anything.
        stream.set_zero_linger().expect("it can be set");
        drop(stream);
        tokio::time::sleep(std::time::Duration::from_millis(40)).await;
        let listed = scene.owner.get(&format!("{users}?email=hung-up-{round}%40example.org")).await.expect(200).json();
        made += u32::from(listed["totalItems"] == 1);
        post(&scene.owner, users, &format!("cut-{round}"), &body).await.expect(201);
    }
    println!("made although cut: {made}");
});
