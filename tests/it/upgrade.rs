//! Upgrades: what was in a database when the release before wrote it is there afterwards, and is what it ought to be.

use image::ImageFormat;
use serde_json::{Value, json};
use server::Counts;

use crate::support::fixtures::Scene;
use crate::support::origin::{Origin, Reply, picture};
use crate::support::people::PASSWORD;
use crate::support::{Client, Credentials, Portico, each_database, extents, link, sql};

/// What makes the schema that of the release before, so that rows that were made through the API are rows of that time.
const BACK: &str = "
ALTER TABLE customer_api_key DROP COLUMN version;
ALTER TABLE customer_api_key DROP COLUMN created_by;
ALTER TABLE customer_api_key DROP COLUMN last_used_at;
DROP TABLE portal_user_entitlement_through;
DROP TABLE portal_user_group_through;
DROP INDEX job_line;
DROP INDEX job_line_of_customer;
DROP INDEX job_waiting;
DROP INDEX job_written;
DROP INDEX job_held;
UPDATE job SET due_at = 1767225600000000 + id WHERE due_at = 0;
ALTER TABLE job DROP COLUMN turn;
ALTER TABLE job DROP COLUMN delay;
ALTER TABLE job DROP COLUMN patience;
ALTER TABLE job DROP COLUMN traceparent;
ALTER TABLE storage_policy DROP COLUMN version;
DROP INDEX customer_storage_policy;
CREATE INDEX job_due ON job (urgency, due_at, id);
DROP INDEX image_failed;
DROP INDEX image_failed_at;
DROP INDEX batch_finished;
DROP INDEX image_object;
ALTER TABLE image DROP COLUMN error_kind;
ALTER TABLE image DROP COLUMN gray;
DROP TABLE sweep;
ALTER TABLE viewer_session DROP COLUMN ends_at;
DROP INDEX viewer_token_cookie;
ALTER TABLE api_key DROP COLUMN name;
ALTER TABLE api_key DROP COLUMN created_by;
ALTER TABLE api_key DROP COLUMN last_used_at;
DROP TABLE made_once;
DROP TABLE repeatable;
DROP TABLE change;
DROP TABLE change_unnumbered;
DROP TABLE change_number;
DROP INDEX named_query_created;
DROP INDEX customer_child;
DROP TABLE readers;
DELETE FROM seaql_migrations WHERE version > 'm0007'";

/// Brings the schema back, does to the rows what is to be done to them, and upgrades.
async fn upgrade(portico: &Portico, rows: &[String]) {
    let database = portico.database();
    extents::forget(&database).await;
    for (table, what) in [
        ("customer_api_key", "delete"),
        ("customer_api_key", "sealed"),
        ("customer_entitlement", "insert"),
        ("customer_entitlement", "delete"),
        ("customer_group", "insert"),
        ("customer_group", "delete"),
    ] {
        let on = if database.starts_with("postgres") { format!(" ON {table}") } else { String::new() };
        sql::execute(&database, &format!("DROP TRIGGER authority_{table}_{what}{on}")).await;
    }
    sql::execute(&database, BACK).await;
    assert_eq!(sql::count(&database, "SELECT CAST(count(*) AS BIGINT) FROM seaql_migrations").await, 6);
    for statement in rows {
        sql::execute(&database, statement).await;
    }
    let identities = portico.identities().await;
    identities.store().migrate().await.expect("it migrates");
    identities.store().clone().close().await.expect("it closes");
}

async fn again(client: &Client, document: &Value) -> Value {
    client.get(link(document, "@id")).await.expect(200).json()
}

each_database!(keys_and_sessions_go_on, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let administrator = scene.admin.customer().await;
    let signing = link(&administrator, "apiKey").to_owned();
    scene.admin.put(&signing, &json!({})).await.expect(200);
    let before = scene.admin.get(&signing).await.expect(200);
    let number = link(&scene.customer, "@id").rsplit_once('/').expect("an address has parts").1;
    let clickthrough = format!("{}/auth/{number}/clickthrough", portico.url);
    let page = scene.anonymous.get(&clickthrough).await.expect(200);
    let cookie = page.header("set-cookie").and_then(|cookie| cookie.split(';').next()).expect("it sets one").to_owned();
    let token = scene.anonymous.sign_in("neighbour", PASSWORD).await.expect(200).json();
    let by_session = portico.client(Credentials::Bearer(link(&token, "access_token").into()));
    by_session.get(link(&scene.neighbour, "@id")).await.expect(403);
    let keys = async || scene.admin.members(link(&scene.customer, "keys")).await;
    let made = keys().await;
    upgrade(&portico, &[]).await;
    let after = scene.admin.get(&signing).await.expect(200);
    assert_eq!(after.json()["present"], before.json()["present"], "{after}");
    // It can be told from the one that comes after it.
    let tag = after.header("etag").expect("it has one").to_owned();
    let make = || scene.admin.send(scene.admin.request("PUT", &signing).header("if-match", &tag));
    make().await.expect(200);
    make().await.expect(412);
    let ids = |keys: &[Value]| keys.iter().map(|key| link(key, "@id").to_owned()).collect::<Vec<_>>();
    assert_eq!(ids(&keys().await), ids(&made));
    again(&scene.owner, &scene.key).await;
    // Whoever was let in still is, and no longer than others.
    let token_service = clickthrough.replace("clickthrough", "token");
    let request = scene.anonymous.request("GET", &token_service).header("cookie", &cookie);
    assert!(scene.anonymous.send(request).await.expect(200).json()["accessToken"].is_string());
    let lasting = "SELECT CAST(count(*) AS BIGINT) FROM viewer_session WHERE ends_at = expires_at + 28800000000";
    assert_eq!(sql::count(&portico.database(), lasting).await, 2);
    // So is whoever signed in, and can be kept from going on.
    by_session.get(link(&scene.neighbour, "@id")).await.expect(403);
    let sessions = scene.owner.members(link(&scene.neighbour, "sessions")).await;
    let services = scene.owner.members(link(&scene.customer, "authServices")).await;
    let through = services.iter().find(|service| service["name"] == "clickthrough").expect("each has one");
    let viewers = scene.owner.members(link(through, "sessions")).await;
    assert_eq!((sessions.len(), viewers.len()), (2, 2), "one of each is the scene's");
    assert!(viewers.iter().all(|viewer| viewer["created"].is_null() && viewer["ends"].is_string()), "{viewers:?}");
    for session in sessions.iter().chain(&viewers) {
        scene.owner.delete(link(session, "@id")).await.expect(204);
    }
    by_session.get(link(&scene.neighbour, "@id")).await.expect(401);
    let request = scene.anonymous.request("GET", &token_service).header("cookie", &cookie);
    assert!(scene.anonymous.send(request).await.json()["accessToken"].is_null());
    // The next start makes nothing that was there.
    let count = "SELECT CAST(count(*) AS BIGINT) FROM api_key";
    let there = sql::count(&portico.database(), count).await;
    portico.twin().await.stop().await;
    assert_eq!(sql::count(&portico.database(), count).await, there);
});

/// What the release before said of images that failed, and of what kind that is.
const FAILURES: [(&str, &str); 19] = [
    ("The image has 250 megapixels; at most 200 are taken.", "picture"),
    ("The image is not a picture that is understood (JPEG, PNG, WebP, TIFF, GIF are).", "picture"),
    ("No thumbnails could be made of the image: the picture could not be scaled.", "picture"),
    ("The image could not be decoded: the decoder failed on it in an unexpected way.", "service"),
    ("The image could not be ingested: the process that worked on it ended 5 times.", "service"),
    ("The image could not be stored, after 5 attempts.", "service"),
    ("The image has 10 bytes; there is room for 3 more within the storage policy.", "storage"),
    ("Which origin strategy applies could not be found out: it takes too long.", "strategy"),
    ("The pattern of an origin strategy cannot be used: it is none.", "strategy"),
    ("The credentials of the origin strategy could not be read; they have to be entered again.", "strategy"),
    ("The origin strategy s3-ambient is not for https origins.", "strategy"),
    ("Origins may not be files here: no folder is configured for them.", "strategy"),
    ("Origins may not lie in S3 here: no buckets are configured for them.", "strategy"),
    ("The bucket scans is not one of those that may be read.", "strategy"),
    ("The bucket scans does not let this service read.", "origin"),
    ("The address of a.example (10.0.0.1) is private; origins may not lie there.", "origin"),
    ("The origin redirected to where it may not: it is no address.", "origin"),
    ("The origin answered 500 Internal Server Error, after 5 attempts.", "origin"),
    ("There is no such file.", "origin"),
];

each_database!(what_waited_is_done_and_what_failed_is_found, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let content = picture(20, 10, ImageFormat::Png);
    let origin = Origin::serve(move |_| Reply::content(content.clone()));
    let member =
        |space: &Value, id: &str| json!({"id": id, "space": space["id"], "origin": format!("{}/{id}", origin.url)});
    let ids: Vec<String> = (0..FAILURES.len()).map(|number| format!("failed-{number}")).collect();
    let failed: Value = ids.iter().map(|id| member(&scene.space, id)).collect();
    scene.owner.post(link(&scene.customer, "queue"), &failed).await.expect(201);
    let waiting: Value = ["one", "two", "held"].iter().map(|id| member(&scene.space, id)).collect();
    scene.owner.post(link(&scene.customer, "queue"), &waiting).await.expect(201);
    let theirs = json!([member(&scene.their_space, "theirs")]);
    scene.stranger.post(link(&scene.other, "queue"), &theirs).await.expect(201);
    let lease = if portico.database().starts_with("postgres:") { "gen_random_uuid()" } else { "randomblob(16)" };
    let mut rows: Vec<_> = FAILURES
        .iter()
        .zip(&ids)
        .map(|((error, _), id)| {
            format!(
                "UPDATE image SET error = '{error}', ingesting = FALSE, finished_at = queued_at WHERE name = '{id}'"
            )
        })
        .collect();
    rows.extend([
        "DELETE FROM job WHERE image_id IN (SELECT id FROM image WHERE error IS NOT NULL OR name LIKE 'page-%')"
            .to_owned(),
        "UPDATE batch_image SET state = 'error', finished_at = 1767225600000000 \
         WHERE image_id IN (SELECT id FROM image WHERE error IS NOT NULL)"
            .to_owned(),
        // A process of the release before works on this one, for five minutes at first.
        format!(
            "UPDATE job SET lease = {lease}, attempts = 1, due_at = 1767225600000000 + 300000000 \
             WHERE image_id = (SELECT id FROM image WHERE name = 'held')"
        ),
    ]);
    upgrade(&portico, &rows).await;
    let images = link(&scene.space, "images");
    for ((error, kind), id) in FAILURES.iter().zip(&ids) {
        let image = scene.owner.get(&format!("{images}/{id}")).await.expect(200).json();
        assert_eq!((&image["error"], &image["errorKind"]), (&json!(error), &json!(kind)));
    }
    // They are found by their kind, and tried again.
    let strategy = FAILURES.iter().filter(|(_, kind)| *kind == "strategy").count();
    let asked = json!({"errorKind": "strategy"});
    let tried = scene.owner.post(link(&scene.customer, "retryImages"), &asked).await.expect(200).json();
    assert_eq!((&tried["retried"], &tried["failed"]), (&json!(strategy), &json!(FAILURES.len() - strategy)));
    // Nobody waits for longer than it was for, or behind all that is another customer's.
    let last = "SELECT turn FROM job WHERE image_id = (SELECT id FROM image WHERE name = 'theirs')";
    assert_eq!(sql::count(&portico.database(), last).await, 1);
    let worked = portico.worker(&["127.0.0.0/8"]).await;
    let done = u64::try_from(strategy).expect("it is small") + 3;
    assert_eq!(Counts { bytes: 0, ..worked }, Counts { done, ..Counts::default() });
    let state = async |url: String| scene.admin.get(&url).await.expect(200).json();
    let theirs = format!("{}/theirs", link(&scene.their_space, "images"));
    assert_eq!(state(theirs).await["width"], 20);
    assert_eq!(state(format!("{images}/two")).await["width"], 20);
    assert_eq!(state(format!("{images}/held")).await["ingesting"], true);
    // What the other process does not finish is taken from it in time.
    portico.world.advance(chrono::Duration::minutes(10));
    portico.worker(&["127.0.0.0/8"]).await;
    assert_eq!(state(format!("{images}/held")).await["width"], 20);
});

each_database!(batches_wait_for_what_they_have, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let submit = async |ids: &[&str]| {
        let member =
            |id: &&str| json!({"id": id, "space": scene.space["id"], "origin": "https://images.example/1.jpg"});
        let members: Value = ids.iter().map(member).collect();
        scene.owner.post(link(&scene.customer, "queue"), &members).await.expect(201).json()
    };
    let moved = submit(&["a", "b"]).await;
    let later = submit(&["a", "b"]).await;
    let gone = submit(&["c"]).await;
    scene.owner.delete(&format!("{}/c", link(&scene.space, "images"))).await.expect(205);
    let parted = submit(&["d", "e"]).await;
    submit(&["d"]).await;
    // When no batch noticed that its images had left.
    upgrade(&portico, &["UPDATE batch SET finished_at = NULL, superseded = FALSE".to_owned()]).await;
    for (batch, is_finished) in [(&moved, true), (&later, false), (&gone, true), (&parted, false)] {
        let found = again(&scene.owner, batch).await;
        assert_eq!(found["finished"].is_string(), is_finished, "{found}");
    }
    // A test of a batch finds the rest.
    let test = scene.owner.post(link(&moved, "test"), &json!({})).await.expect(200).json();
    assert_eq!(test["success"], true, "{test}");
    assert_eq!(again(&scene.owner, &moved).await["superseded"], true);
});

each_database!(who_has_letters_beyond_ascii_had_it_through_a_customer, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let reached = "SELECT CAST(count(*) AS BIGINT) FROM portal_user_entitlement WHERE entitlement_name = 'FIXTURE'";
    let there = sql::count(&portico.database(), reached).await;
    for home in [&scene.customer, &scene.other] {
        scene.admin.post(link(home, "portalUsers"), &json!({"email": "ärztin@example.org"})).await.expect(201);
    }
    let address = json!({"adminEmails": ["ÄRZTIN@example.org"]});
    scene.admin.patch(link(&scene.customer, "administration"), &address).await.expect(205);
    // As it went then, to whoever has the address.
    let give = "INSERT INTO portal_user_entitlement (user_id, entitlement_name) \
        SELECT id, 'FIXTURE' FROM portal_user WHERE email = 'ärztin@example.org'";
    upgrade(&portico, &[give.to_owned()]).await;
    assert_eq!(sql::count(&portico.database(), reached).await, there + 1, "a namesake has nothing to do with it");
    let grants = scene.admin.members(link(&scene.customer, "entitlements")).await;
    let grant = grants.iter().find(|grant| grant["name"] == "FIXTURE").expect("it is granted");
    scene.admin.delete(link(grant, "grant")).await.expect(204);
    assert_eq!(sql::count(&portico.database(), reached).await, 0, "it is taken from whom it reached");
});

each_database!(texts_are_compared_as_they_are_today, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let (one, other) = ("Café", "Cafe\u{301}");
    let (customers, spaces) = (format!("{}/customers", portico.url), link(&scene.customer, "spaces"));
    let roles = link(&scene.customer, "roles");
    let make = async |at: &str, body: Value| scene.admin.post(at, &body).await.expect(201).json();
    make(spaces, json!({"name": "alone"})).await;
    make(spaces, json!({"name": "first of two"})).await;
    make(spaces, json!({"name": "last of two"})).await;
    make(roles, json!({"name": "role"})).await;
    for (user, password) in [("first", PASSWORD), ("last", "another horse battery")] {
        let system = json!({"email": format!("{user}@x.example"), "password": password});
        make(&format!("{}/systemUsers", portico.url), system).await;
    }
    let set = |table: &str, (text, key): (&str, &str), value: &str, condition: &str| {
        format!("UPDATE {table} SET {text} = '{value}', {key} = '{}' WHERE {condition}", value.to_lowercase())
    };
    let name = ("name", "name_key");
    let rows = [
        set("space", name, &format!("{other} alone"), "name = 'alone'"),
        set("space", name, other, "name = 'first of two'"),
        set("space", name, one, "name = 'last of two'"),
        set("role", name, other, "name = 'role'"),
        set("customer", name, other, "cid = 'second'"),
        set("customer", ("alias", "alias_key"), &format!("{other}  two  blanks"), "cid = 'second'"),
        set("portal_user", ("email", "email_key"), &format!("{other}@x.example"), "email = 'first@x.example'"),
        set("portal_user", ("email", "email_key"), &format!("{one}@x.example"), "email = 'last@x.example'"),
    ];
    upgrade(&portico, &rows).await;
    let found = async |at: &str, name: &str, value: &str| {
        let url = reqwest::Url::parse_with_params(at, [(name, value)]).expect("it is an address");
        scene.admin.members(url.as_str()).await.len()
    };
    assert_eq!(found(spaces, "name", "CAFÉ ALONE").await, 1);
    scene.admin.post(spaces, &json!({"name": "Café Alone"})).await.expect(409);
    assert_eq!((found(spaces, "name", one).await, found(spaces, "q", "caf").await), (1, 3), "of two both are there");
    assert_eq!(found(roles, "name", one).await, 1);
    assert_eq!(found(&customers, "displayName", "CAFÉ").await, 1);
    let alias = json!({"alias": "café two blanks"});
    scene.admin.patch(link(&scene.customer, "administration"), &alias).await.expect(409);
    // System users with one name today are two, each with a password of its own.
    let people = format!("{}/systemUsers", portico.url);
    assert_eq!(found(&people, "q", "@x.example").await, 2);
    assert_eq!(found(&people, "email", &format!("{one}@x.example")).await, 1);
    for password in [PASSWORD, "another horse battery"] {
        portico.anonymous().sign_in(&format!("{other}@x.example"), password).await.expect(200);
    }
});
