//! Credentials: whoever answers for them lists them, tells them apart, and ends them at once.

use resource::start::operator;
use serde_json::{Value, json};

use crate::support::fixtures::Scene;
use crate::support::people::{PASSWORD, entitle};
use crate::support::{Client, Credentials, Database, Portico, each_database, link};

/// A key of a user, as an operator makes it: what signs in with it, and its public half.
async fn key_of(portico: &Portico, name: &str) -> (Client, String) {
    let identities = portico.identities().await;
    let (_, pair) = operator::create_user_key(&identities, name).await.expect("it is made");
    identities.store().clone().close().await.expect("it closes");
    (portico.client(Credentials::Basic(pair.key.clone(), pair.secret)), pair.key)
}

fn one<'a>(keys: &'a [Value], key: &str) -> &'a Value {
    keys.iter().find(|one| one["key"] == key).unwrap_or_else(|| panic!("{key} is not in {keys:?}"))
}

async fn users(client: &Client) -> String {
    link(&client.walk(&[]).await.json(), "systemUsers").to_owned()
}

each_database!(keys_of_a_user_are_listed_told_apart_and_ended_at_once, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let (first, one_key) = key_of(&portico, "neighbour").await;
    let (second, another_key) = key_of(&portico, "neighbour").await;
    let keys = link(&scene.neighbour, "keys");
    let listed = scene.owner.members(keys).await;
    for key in [&one_key, &another_key] {
        let key = one(&listed, key);
        assert_eq!(key["createdBy"], "the command line");
        assert!(key["lastUsed"].is_null() && !key["created"].is_null(), "{key}");
    }
    let me = link(&scene.neighbour, "@id");
    first.get(me).await.expect(403);
    let listed = scene.owner.members(keys).await;
    assert_eq!(one(&listed, &one_key)["lastUsed"], "2026-01-01T00:00:00Z");
    assert!(one(&listed, &another_key)["lastUsed"].is_null());
    let address = link(one(&listed, &one_key), "@id");
    scene.stranger.delete(address).await.expect(404);
    first.delete(address).await.expect(403);
    scene.owner.delete(address).await.expect(204);
    first.get(me).await.expect(401);
    second.get(me).await.expect(403);
    scene.owner.get(address).await.expect(404);
    scene.owner.delete(address).await.expect(404);
});

each_database!(a_key_of_an_account_that_may_more_is_ended_by_those_who_may_as_much, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let (_, key) = key_of(&portico, "neighbour").await;
    entitle(&portico, "neighbour@example.org", "ADMIN_ALL_CUSTOMERS").await;
    let address = format!("{}/{key}", link(&scene.neighbour, "keys"));
    scene.owner.get(&address).await.expect(200);
    let offered = scene.owner.send(scene.owner.request("OPTIONS", &address)).await.expect(204);
    assert_eq!(offered.header("allow"), Some("GET, HEAD, OPTIONS"));
    scene.owner.delete(&address).await.expect(403);
    scene.admin.delete(&address).await.expect(204);
});

each_database!(a_key_tells_who_made_it_and_when_it_was_used, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let keys = link(&scene.customer, "keys");
    let made = scene.owner.post(keys, &json!({})).await.expect(201).json();
    let address = link(&made, "@id");
    let Credentials::Basic(maker, _) = scene.owner.credentials() else { panic!("it is a key") };
    assert_eq!(made["createdBy"], format!("key {maker}"));
    let unused = scene.owner.get(address).await.expect(200);
    let tag = |answer: &crate::support::Answer| answer.header("etag").expect("it has one").to_owned();
    let itself = portico.client(Credentials::Basic(link(&made, "key").into(), link(&made, "secret").into()));
    portico.world.advance(chrono::Duration::seconds(90));
    itself.get(keys).await.expect(200);
    let used = scene.owner.get(address).await.expect(200);
    assert_eq!(used.json()["lastUsed"], "2026-01-01T00:01:00Z");
    assert_ne!(tag(&unused), tag(&used), "what is shown has changed");
    // It is written down at the end, if not before, so that others tell it, too.
    let twin = portico.twin().await;
    portico.world.advance(chrono::Duration::seconds(60));
    let Credentials::Basic(key, secret) = itself.credentials() else { panic!("it is a key") };
    Client::new(&twin.url, Credentials::Basic(key, secret)).get(&format!("{}/customers", twin.url)).await.expect(200);
    twin.stop().await;
    assert_eq!(scene.owner.get(address).await.json()["lastUsed"], "2026-01-01T00:02:00Z");
    // That somebody used it does not stand in the way of whoever ends it.
    let delete = scene.owner.request("DELETE", address).header("if-match", tag(&unused));
    scene.owner.send(delete).await.expect(204);
    itself.get(keys).await.expect(401);
    let first = scene.admin.members(link(&scene.admin.customer().await, "keys")).await.remove(0);
    assert_eq!(first["createdBy"], "the start");
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_administrators_key_is_any_user_name_of_http_basic() {
    for database in [Database::Sqlite, Database::Postgres] {
        let change = |settings: &mut server::Settings| settings.admin_key = Some("Opérateur de nuit".into());
        let Some(portico) = Portico::start_with(database, change, |_| {}).await else { continue };
        let as_named =
            |name: &str| portico.client(Credentials::Basic(name.into(), crate::support::ADMIN_SECRET.into()));
        let admin = as_named("Opérateur de nuit");
        let keys = link(&admin.customer().await, "keys").to_owned();
        let listed = admin.members(&keys).await;
        assert_eq!(listed[0]["key"], "Opérateur de nuit");
        as_named("opérateur de nuit").get(&keys).await.expect(401);
        let other = admin.post(&keys, &json!({})).await.expect(201).json();
        let other = portico.client(Credentials::Basic(link(&other, "key").into(), link(&other, "secret").into()));
        other.delete(link(&listed[0], "@id")).await.expect(204);
        admin.get(&keys).await.expect(401);
        portico.twin().await.stop().await;
        admin.get(&keys).await.expect(401);
    }
}

each_database!(system_users_are_administered_by_whoever_may_see_every_customer, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let all = users(&scene.admin).await;
    let body = json!({"email": "ops@example.org", "uid": "ops", "password": PASSWORD});
    let ops = scene.admin.post(&all, &body).await.expect(201).json();
    let me = link(&ops, "@id");
    scene.admin.post(&all, &json!({"email": "OPS@example.org"})).await.expect(409);
    scene.admin.post(&all, &json!({"email": "x@example.org", "uid": "OPS"})).await.expect(409);
    for outsider in [&scene.owner, &scene.stranger] {
        outsider.get(&all).await.expect(403);
        outsider.get(me).await.expect(403);
        outsider.patch(me, &json!({"enabled": false})).await.expect(403);
        outsider.get(link(&ops, "keys")).await.expect(403);
    }
    for entitlement in ["ADMIN_ALL_CUSTOMERS", "CUSTOMER_READ", "CUSTOMER_WRITE"] {
        entitle(&portico, "ops@example.org", entitlement).await;
    }
    let (by_key, key) = key_of(&portico, "ops").await;
    let sign_in = async |password: &str| {
        let token = portico.anonymous().sign_in("ops", password).await.expect(200).json();
        portico.client(Credentials::Bearer(link(&token, "access_token").into()))
    };
    let by_session = sign_in(PASSWORD).await;
    // Whoever may see every customer administers those who may do no more than they.
    by_key.get(&all).await.expect(200);
    by_session.patch(link(&scene.system, "@id"), &json!({"mobile": "+442079460009"})).await.expect(205);
    entitle(&portico, "system@example.org", "ADMIN_GRANT_ANY_ENTITLEMENT").await;
    by_key.get(link(&scene.system, "@id")).await.expect(200);
    by_key.patch(link(&scene.system, "@id"), &json!({"enabled": false})).await.expect(403);
    by_key.delete(&scene.user_keys[1].kept).await.expect(403);
    by_key.delete(link(&scene.system, "@id")).await.expect(403);
    let by_session = sign_in(PASSWORD).await;
    scene.admin.patch(me, &json!({"enabled": false})).await.expect(205);
    by_session.get(&all).await.expect(401);
    by_key.get(&all).await.expect(401);
    scene.admin.patch(me, &json!({"enabled": true})).await.expect(205);
    by_session.get(&all).await.expect(401);
    by_key.get(&all).await.expect(200);
    let by_session = sign_in(PASSWORD).await;
    scene.admin.patch(me, &json!({"password": "another horse battery"})).await.expect(205);
    by_session.get(&all).await.expect(401);
    scene.admin.delete(&format!("{}/{key}", link(&ops, "keys"))).await.expect(204);
    by_key.get(&all).await.expect(401);
    scene.admin.delete(me).await.expect(205);
    portico.anonymous().sign_in("ops", "another horse battery").await.expect(400);
});

/// Who signs in with a password, and the address of the session that this begins.
async fn signed_in(portico: &Portico, scene: &Scene, name: &str, user: &Value) -> (Client, String) {
    let token = portico.anonymous().sign_in(name, PASSWORD).await.expect(200).json();
    let sessions = scene.admin.members(link(user, "sessions")).await;
    let session = link(sessions.last().expect("one has begun"), "@id").to_owned();
    (portico.client(Credentials::Bearer(link(&token, "access_token").into())), session)
}

each_database!(sessions_are_listed_told_apart_and_ended_at_once, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    for (name, user, reads) in [("neighbour", &scene.neighbour, &scene.owner), ("system", &scene.system, &scene.admin)]
    {
        let sessions = link(user, "sessions");
        let (first, one_session) = signed_in(&portico, &scene, name, user).await;
        portico.world.advance(chrono::Duration::minutes(5));
        let (second, another_session) = signed_in(&portico, &scene, name, user).await;
        let own = &link(user, "@id");
        first.get(own).await.expect(403);
        let listed = reads.members(sessions).await;
        let at = |address: &str| listed.iter().find(|one| one["@id"] == *address).expect("it is listed");
        let (one, another) = (at(&one_session), at(&another_session));
        assert!(one["created"].as_str() < another["created"].as_str(), "{one} {another}");
        assert!(one["created"].as_str() < one["lastUsed"].as_str() && another["lastUsed"].is_null(), "{one} {another}");
        let (begun, ends) = (one["created"].as_str(), one["expires"].as_str());
        let [begun, ends] = [begun, ends].map(|at| at.and_then(|at| at.parse::<chrono::DateTime<chrono::Utc>>().ok()));
        assert_eq!(ends.zip(begun).map(|(ends, begun)| ends - begun), Some(chrono::Duration::hours(8)));
        // Nothing of a token is told.
        let Credentials::Bearer(token) = first.credentials() else { panic!("it is a token") };
        let told = serde_json::to_string(&listed).expect("JSON");
        assert!(token.split('.').all(|part| !told.contains(part)), "{told}");
        for (outsider, status) in [(&scene.stranger, 404), (&scene.anonymous, 401)] {
            let status = if name == "system" && status == 404 { 403 } else { status };
            for address in [sessions, &one_session] {
                outsider.get(address).await.expect(status);
            }
            outsider.delete(&one_session).await.expect(status);
        }
        // Whoever read it a moment ago ends it, though it was used since.
        let tag = reads.get(&one_session).await.header("etag").expect("it has one").to_owned();
        portico.world.advance(chrono::Duration::minutes(5));
        first.get(own).await.expect(403);
        let end = reads.request("DELETE", &one_session).header("if-match", tag);
        reads.send(end).await.expect(204);
        first.get(own).await.expect(401);
        second.get(own).await.expect(403);
        for gone in [reads.get(&one_session).await, reads.delete(&one_session).await] {
            gone.expect(404);
        }
        // One that has ended by itself is nowhere.
        portico.world.advance(chrono::Duration::hours(8));
        second.get(own).await.expect(401);
        assert_eq!(reads.members(sessions).await, Vec::<Value>::new());
        reads.get(&another_session).await.expect(404);
        reads.delete(&another_session).await.expect(404);
    }
    // Those of one account are not those of another.
    let (_, session) = signed_in(&portico, &scene, "neighbour", &scene.neighbour).await;
    let id = session.rsplit_once('/').expect("an address has parts").1;
    scene.owner.get(&format!("{}/sessions/{id}", link(&scene.user, "@id"))).await.expect(404);
    scene.admin.get(&format!("{}/{id}", link(&scene.system, "sessions"))).await.expect(404);
});

each_database!(a_session_of_an_account_that_may_more_is_ended_by_those_who_may_as_much, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    entitle(&portico, "neighbour@example.org", "ADMIN_ALL_CUSTOMERS").await;
    let (privileged, session) = signed_in(&portico, &scene, "neighbour", &scene.neighbour).await;
    scene.owner.get(&session).await.expect(200);
    let offered = scene.owner.send(scene.owner.request("OPTIONS", &session)).await.expect(204);
    assert_eq!(offered.header("allow"), Some("GET, HEAD, OPTIONS"));
    scene.owner.delete(&session).await.expect(403);
    scene.admin.delete(&session).await.expect(204);
    privileged.get(link(&scene.customer, "@id")).await.expect(401);
});

each_database!(when_a_session_was_used_is_told_by_every_process, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let (somebody, session) = signed_in(&portico, &scene, "neighbour", &scene.neighbour).await;
    let twin = portico.twin().await;
    portico.world.advance(chrono::Duration::seconds(150));
    let Credentials::Bearer(token) = somebody.credentials() else { panic!("it is a token") };
    Client::new(&twin.url, Credentials::Bearer(token)).get(&format!("{}/customers", twin.url)).await.expect(200);
    // It is written down at the end, if not before.
    twin.stop().await;
    assert_eq!(scene.owner.get(&session).await.expect(200).json()["lastUsed"], "2026-01-01T00:02:00Z");
});

each_database!(sessions_of_viewers_are_listed_and_ended_at_once, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let number = link(&scene.customer, "@id").rsplit_once('/').expect("an address has parts").1;
    let auth = format!("{}/auth/{number}", portico.url);
    let enter = async || {
        let page = scene.anonymous.get(&format!("{auth}/clickthrough")).await.expect(200);
        page.header("set-cookie").and_then(|cookie| cookie.split(';').next()).expect("it sets one").to_owned()
    };
    let may_go_on = async |cookie: &str| {
        let request = scene.anonymous.request("GET", &format!("{auth}/token")).header("cookie", cookie);
        scene.anonymous.send(request).await.json()["accessToken"].is_string()
    };
    let services = scene.owner.members(link(&scene.customer, "authServices")).await;
    let through = services.iter().find(|service| service["name"] == "clickthrough").expect("each has one");
    let sessions = link(through, "sessions");
    let before = scene.owner.members(sessions).await.len();
    portico.world.advance(chrono::Duration::seconds(5));
    let one_cookie = enter().await;
    portico.world.advance(chrono::Duration::seconds(5));
    let another_cookie = enter().await;
    let listed = scene.owner.members(sessions).await;
    let [one, another] = &listed[before..] else { panic!("two came: {listed:?}") };
    assert!(one["created"].as_str() < another["created"].as_str(), "{listed:?}");
    let told = serde_json::to_string(&listed).expect("JSON");
    assert!(one_cookie.split_once('=').is_some_and(|(_, secret)| !told.contains(secret)), "{told}");
    let address = link(one, "@id");
    scene.stranger.get(sessions).await.expect(404);
    scene.stranger.delete(address).await.expect(404);
    scene.anonymous.delete(address).await.expect(401);
    assert!(may_go_on(&one_cookie).await);
    scene.owner.delete(address).await.expect(204);
    assert!(!may_go_on(&one_cookie).await && may_go_on(&another_cookie).await);
    scene.owner.get(address).await.expect(404);
    scene.owner.delete(address).await.expect(404);
    // By the name of a session nobody gets in, nor is it that of one with another service.
    let id = link(another, "@id").rsplit_once('/').expect("an address has parts").1;
    let (name, _) = another_cookie.split_once('=').expect("a cookie has a name");
    assert!(!may_go_on(&format!("{name}={id}")).await);
    scene.owner.get(&format!("{}/sessions/{id}", link(&scene.service, "@id"))).await.expect(404);
});
