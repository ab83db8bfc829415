//! The tree of customers: what is seen from where, what a move may do, and that it stays a tree whoever writes at once.

use std::collections::BTreeSet;

use proptest::prelude::RngExt as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::support::sql;
use crate::support::{Client, Credentials, Portico, each_database, link};

async fn child(admin: &Client, parent: &Value, name: &str, kind: &str) -> Value {
    let body = json!({"name": name, "displayName": name, "kind": kind});
    admin.post(link(parent, "children"), &body).await.expect(201).json()
}

async fn key_of(portico: &Portico, admin: &Client, customer: &Value) -> Client {
    let key = admin.post(link(customer, "keys"), &json!({})).await.expect(201).json();
    portico.client(Credentials::Basic(link(&key, "key").into(), link(&key, "secret").into()))
}

/// A portal user who may look at their customer and all below it.
async fn reader(portico: &Portico, admin: &Client, home: &Value, name: &str) -> Client {
    let email = format!("{name}@example.org");
    let body = json!({"email": email, "password": "correct horse battery"});
    let user = admin.post(link(home, "portalUsers"), &body).await.expect(201).json();
    admin.post(link(&user, "roles"), &json!({"name": "readonly"})).await.expect(201);
    let token = portico.anonymous().sign_in(&email, "correct horse battery").await.expect(200).json();
    portico.client(Credentials::Bearer(link(&token, "access_token").into()))
}

/// The addresses of all customers that somebody finds.
async fn visible(client: &Client) -> BTreeSet<String> {
    let customers = link(&client.walk(&[]).await.json(), "customers").to_owned();
    let page = client.get(&format!("{customers}?pageSize=500")).await.expect(200).json();
    page["member"].as_array().expect("members").iter().map(|member| link(member, "@id").to_owned()).collect()
}

fn iri(customer: &Value) -> &str {
    link(customer, "@id")
}

each_database!(a_customer_is_seen_from_itself_and_from_above, async |portico: Portico| {
    let admin = portico.admin();
    let root = admin.customer().await;
    let group = child(&admin, &root, "group", "group").await;
    let (inner, beside) =
        (child(&admin, &group, "inner", "group").await, child(&admin, &group, "beside", "leaf").await);
    let leaf = child(&admin, &inner, "leaf", "leaf").await;
    let of_group = key_of(&portico, &admin, &group).await;
    let of_inner = reader(&portico, &admin, &inner, "of-inner").await;
    assert_eq!(visible(&of_group).await, [&group, &inner, &beside, &leaf].map(|c| iri(c).to_owned()).into());
    assert_eq!(visible(&of_inner).await, [&inner, &leaf].map(|c| iri(c).to_owned()).into());
    of_group.patch(iri(&leaf), &json!({"displayName": "Renamed from above"})).await.expect(205);
    let seen = of_inner.get(iri(&leaf)).await.expect(200).json();
    assert_eq!((&seen["parent"], &seen["displayName"]), (&inner["@id"], &json!("Renamed from above")));
    let home = of_inner.get(iri(&inner)).await.expect(200).json();
    assert_eq!(home.get("parent"), None, "what it lies below is not theirs to see");
    for elsewhere in [&group, &beside, &root] {
        of_inner.get(iri(elsewhere)).await.expect(404);
    }
    for hidden in ["administration", "move", "disable"] {
        assert_eq!(home.get(hidden), None, "{hidden} is not shown to who may not use it");
        assert!(admin.get(iri(&inner)).await.json().get(hidden).is_some(), "{hidden} is shown to who may");
    }
    // A disabled customer is there for those alone who see what it lies below.
    let of_leaf = key_of(&portico, &admin, &leaf).await;
    of_leaf.get(iri(&leaf)).await.expect(200);
    let away = admin.post(link(&admin.get(iri(&leaf)).await.json(), "disable"), &json!({})).await.expect(200).json();
    assert_eq!(away.get("disable"), None);
    of_leaf.get(iri(&leaf)).await.expect(401);
    of_inner.get(iri(&leaf)).await.expect(200);
    assert!(!visible(&of_inner).await.contains(iri(&leaf)), "it is in no list");
    let below = of_inner.get(link(&home, "children")).await.expect(200).json();
    assert_eq!(below["member"][0]["@id"], leaf["@id"], "but in that of its parent");
    admin.post(link(&away, "reenable"), &json!({})).await.expect(200);
    of_leaf.get(iri(&leaf)).await.expect(200);
});

each_database!(a_move_goes_only_where_nobody_gains, async |portico: Portico| {
    let admin = portico.admin();
    let root = admin.customer().await;
    let [from, to, watched] = ["from", "to", "watched"].map(|name| (name, "group"));
    let from = child(&admin, &root, from.0, from.1).await;
    let to = child(&admin, &root, to.0, to.1).await;
    let watched = child(&admin, &root, watched.0, watched.1).await;
    let group = child(&admin, &from, "moving", "group").await;
    let leaf = child(&admin, &group, "leaf", "leaf").await;
    reader(&portico, &admin, &watched, "watcher").await;
    let place = |customer: &Value| format!("{}/move", iri(customer));
    let go =
        async |customer: &Value, parent: &Value| admin.post(&place(customer), &json!({"parent": parent["@id"]})).await;
    assert_eq!(go(&group, &to).await.expect(200).json()["parent"], to["@id"]);
    assert_eq!(go(&group, &to).await.expect(200).json()["parent"], to["@id"], "where it is it may stay");
    assert_eq!(admin.get(iri(&leaf)).await.json()["parent"], group["@id"], "what lies below comes along");
    let refused = go(&group, &watched).await.expect(409).problem();
    assert_eq!(refused["violations"][0]["propertyPath"], "parent");
    assert!(!refused.to_string().contains("watcher"), "nobody is named");
    for (customer, parent) in [(&group, &group), (&to, &group), (&group, &leaf), (&root, &to)] {
        let refused = go(customer, parent).await.expect(400).problem();
        assert_eq!(refused["violations"][0]["propertyPath"], "parent");
    }
    // A key is somebody, too.
    key_of(&portico, &admin, &from).await;
    go(&group, &from).await.expect(409);
    admin.post(&format!("{}/disable", iri(&to)), &json!({})).await.expect(200);
    go(&leaf, &to).await.expect(400);
});

each_database!(who_belongs_to_what_moves_gains_by_what_it_comes_below, async |portico: Portico| {
    let admin = portico.admin();
    let root = admin.customer().await;
    let above = child(&admin, &root, "above", "group").await;
    let leaf = child(&admin, &root, "moving", "leaf").await;
    let person = reader(&portico, &admin, &leaf, "person").await;
    let user = admin.members(link(&leaf, "portalUsers")).await.remove(0);
    let listed = admin.post(link(&user, "customers"), &json!({"switchable": above["@id"]})).await.expect(201);
    let place = json!({"parent": above["@id"]});
    // From above it would be seen while it is disabled, and could be disabled.
    admin.post(link(&leaf, "move"), &place).await.expect(409).problem();
    admin.post(link(&leaf, "disable"), &json!({})).await.expect(200);
    person.get(iri(&leaf)).await.expect(401);
    admin.post(link(&leaf, "move"), &place).await.expect(409).problem();
    let gone = admin.delete(listed.header("location").expect("where it is")).await;
    assert!([204, 205].contains(&gone.status), "{gone}");
    admin.post(link(&leaf, "move"), &place).await.expect(200);
});

each_database!(a_deleted_customer_leaves_its_names_and_what_lies_below, async |portico: Portico| {
    let admin = portico.admin();
    let root = admin.customer().await;
    let group = child(&admin, &root, "short-lived", "group").await;
    let leaf = child(&admin, &group, "survivor", "leaf").await;
    let key = key_of(&portico, &admin, &group).await;
    let person = reader(&portico, &admin, &group, "person").await;
    admin.delete(iri(&group)).await.expect(205);
    admin.get(iri(&group)).await.expect(404);
    admin.delete(iri(&group)).await.expect(404);
    key.get(iri(&leaf)).await.expect(401);
    person.get(iri(&leaf)).await.expect(401);
    assert_eq!(admin.get(iri(&leaf)).await.expect(200).json()["parent"], root["@id"]);
    let again = child(&admin, &root, "Short-Lived", "leaf").await;
    assert_ne!(again["@id"], group["@id"], "the name is free, the number is not");
    admin.delete(iri(&root)).await.expect(409);
    assert_eq!(misplaced(&portico).await, 0);
});

/// How many rows of the closure are missing or too many, as the parents say.
async fn misplaced(portico: &Portico) -> i64 {
    let query = "WITH RECURSIVE up (descendant, ancestor, depth) AS (\
        SELECT id, id, CAST(0 AS BIGINT) FROM customer WHERE lifecycle <> 'deleted' UNION ALL \
        SELECT descendant, parent_id, depth + 1 FROM up JOIN customer ON customer.id = ancestor \
        WHERE parent_id IS NOT NULL AND depth < 100), \
        known AS (SELECT descendant_id, ancestor_id, depth FROM customer_closure) \
        SELECT CAST((SELECT count(*) FROM (SELECT * FROM up EXCEPT SELECT * FROM known) AS missing) \
        + (SELECT count(*) FROM (SELECT * FROM known EXCEPT SELECT * FROM up) AS surplus) AS BIGINT)";
    sql::count(&portico.database(), query).await
}

each_database!(whoever_writes_at_once_it_stays_a_tree, async |portico: Portico| {
    let admin = portico.admin();
    let root = admin.customer().await;
    let twin = portico.twin().await;
    let mut places = vec![iri(&root).to_owned()];
    for number in 0..6 {
        places.push(iri(&child(&admin, &root, &format!("g{number}"), "group").await).to_owned());
    }
    let writers = (0..6_u64).map(|writer| {
        let (admin, places) = (admin.clone(), places.clone());
        let there = if writer % 2 == 0 { portico.url.clone() } else { twin.url.clone() };
        let here = portico.url.clone();
        async move {
            let mut rng = TestRunner::deterministic().new_rng();
            // Each begins elsewhere in the same row of numbers.
            let _skipped = (0..writer * 100).fold(0_u64, |_, _| rng.random());
            for step in 0..12 {
                let [one, other] = [0, 1].map(|_| places[rng.random_range(0..places.len())].clone());
                let at = one.replacen(&here, &there, 1);
                let answer = match rng.random_range(0..6) {
                    0..4 => admin.post(&format!("{at}/move"), &json!({"parent": other})).await,
                    4 => {
                        let body = json!({"name": format!("w{writer}-{step}"), "displayName": "New", "kind": "group"});
                        admin.post(&format!("{at}/children"), &body).await
                    }
                    _ => {
                        let turn = if step % 2 == 0 { "disable" } else { "reenable" };
                        admin.post(&format!("{at}/{turn}"), &json!({})).await
                    }
                };
                assert!(matches!(answer.status, 200 | 201 | 400 | 409), "{answer}");
            }
        }
    });
    futures_util::future::join_all(writers).await;
    twin.stop().await;
    assert_eq!(misplaced(&portico).await, 0, "the closure is what the parents say, and there is no cycle");
    let moved = "SELECT count(*) FROM customer WHERE parent_id > 1";
    assert!(sql::count(&portico.database(), moved).await > 0, "something was moved");
});

each_database!(no_move_shows_anybody_more, async |portico: Portico| {
    let admin = portico.admin();
    let root = admin.customer().await;
    let mut rng = TestRunner::deterministic().new_rng();
    let mut places = vec![root.clone()];
    for number in 0..8 {
        let parent = places[rng.random_range(0..places.len())].clone();
        places.push(child(&admin, &parent, &format!("p{number}"), "group").await);
    }
    let mut people = Vec::new();
    for number in 0..3 {
        let home = &places[rng.random_range(1..places.len())];
        people.push(reader(&portico, &admin, home, &format!("person-{number}")).await);
        people.push(key_of(&portico, &admin, &places[rng.random_range(1..places.len())]).await);
    }
    let (mut done, mut refused) = (0, 0);
    for _ in 0..25 {
        let [one, other] = [0, 1].map(|_| &places[rng.random_range(1..places.len())]);
        let mut before = Vec::new();
        for person in &people {
            before.push(visible(person).await);
        }
        let answer = admin.post(&format!("{}/move", iri(one)), &json!({"parent": other["@id"]})).await;
        match answer.status {
            200 => done += 1,
            400 | 409 => refused += 1,
            _ => panic!("{answer}"),
        }
        for (person, before) in people.iter().zip(before) {
            let after = visible(person).await;
            assert!(after.is_subset(&before), "{person:?} came to see more by {answer}");
        }
    }
    assert!(done > 0 && refused > 0, "{done} moves were done and {refused} refused");
});
