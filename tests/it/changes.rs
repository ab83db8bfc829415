//! The log of changes: who did what through which face, in order, and for nobody's eyes but theirs who may look. That it says what there is,
//! every other test ends with.

use std::collections::BTreeSet;
use std::time::Duration;

use hydra::{Method, PropertyDef, PropertyKind};
use serde_json::{Value, json};

use crate::conformance::served;
use crate::support::binary::{Place, stdout};
use crate::support::fixtures::{Scene, unique};
use crate::support::people::{self, PASSWORD};
use crate::support::{Client, Database, Portico, each_database, link, sql};

/// The changes of something, the oldest first.
async fn changes(client: &Client, resource: &str) -> Vec<Value> {
    client.members(&format!("{resource}/changes?orderBy=number&pageSize=500")).await
}

each_database!(who_did_what_is_told, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let spaces = link(&scene.customer, "spaces");
    let made = scene.owner.post(spaces, &json!({"name": "Told"})).await.expect(201);
    let (space, request) = (made.id(), made.header("x-request-id").expect("each has one").to_owned());
    scene.owner.patch(&space, &json!({"name": "Told again", "defaultTags": ["a"]})).await.expect(205);
    scene.owner.delete(&space).await.expect(205);
    let all = changes(&scene.owner, &space).await;
    let told = |name: &str| all.iter().map(|change| change[name].clone()).collect::<Vec<_>>();
    assert_eq!(told("kind"), ["created", "updated", "deleted"]);
    assert_eq!(told("class"), ["Space"; 3]);
    assert_eq!(told("face"), ["hydra"; 3]);
    assert_eq!(told("resource"), [json!(space), json!(space), json!(space)]);
    assert_eq!(told("customer"), vec![scene.customer["@id"].clone(); 3]);
    assert_eq!(all[0]["request"], request.as_str());
    assert_eq!(told("changed"), [json!([]), json!(["defaultTags", "name"]), json!([])]);
    assert_eq!(all[1]["state"]["name"], "Told again");
    assert_eq!(all[2]["state"], Value::Null);
    // Whoever it was can be looked at.
    let actor = scene.admin.get(link(&all[0], "actor")).await.expect(200).json();
    assert!(actor["email"].is_string() || actor["key"].is_string(), "{actor}");
    for change in &all {
        let alone = scene.owner.get(link(change, "@id")).await.expect(200).json();
        assert_eq!((&alone["number"], &alone["state"]), (&change["number"], &change["state"]));
    }
    // That the password was set is told, and never which.
    let user = link(&scene.user, "@id");
    scene.owner.patch(user, &json!({"password": "another horse battery"})).await.expect(205);
    let last = changes(&scene.owner, user).await.pop().expect("there are some");
    assert_eq!(last["changed"], json!(["password"]));
});

each_database!(whoever_writes_is_told_of_through_whichever_class, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let mut written = BTreeSet::new();
    for class in served().filter(|class| class.logged) {
        for method in [Method::Patch, Method::Put, Method::Delete] {
            // What is for those alone who belong to the customer is told there.
            let Some(operation) = class.operation(method).filter(|operation| !operation.own) else { continue };
            let item = scene.of(class.name).await.expect("the fixtures have it");
            let client = scene.whoever_may(operation);
            let url = if method == Method::Delete { item.removable.clone() } else { Some(item.url.clone()) };
            let Some(url) = url else { continue };
            let number = "SELECT CAST(coalesce(max(id), 0) AS BIGINT) FROM change";
            scene.admin.get(&format!("{}/changes?pageSize=1", portico.url)).await.expect(200);
            let before = sql::count(&portico.database(), number).await;
            let request = client.request(method.name(), &url);
            let request = match &item.media {
                Some((media_type, bytes)) if method == Method::Put => {
                    request.header("content-type", *media_type).body(bytes.clone())
                }
                _ if method == Method::Delete => request,
                _ => request.json(&item.right),
            };
            let answer = client.send(request).await;
            if answer.status >= 300 {
                println!("{} {url}: {}", method.name(), answer.status);
                continue;
            }
            // A service without a provider of roles has none taken away.
            if (class.name, method) == ("RoleProvider", Method::Delete) {
                continue;
            }
            let since = scene.admin.members(&format!("{}/changes?orderBy=number&pageSize=500", portico.url)).await;
            let new: Vec<_> = since.iter().filter(|change| change["number"].as_i64() > Some(before)).collect();
            let own = new.iter().find(|change| change["class"] == class.name || class.name == "CustomerAdministration");
            let own = own.unwrap_or_else(|| panic!("{} of {url} is not told: {new:?}", method.name()));
            assert_ne!(own["actorKind"], "service", "{own}");
            written.insert((class.name, method));
        }
    }
    assert!(written.len() > 40, "{written:?}");
});

each_database!(nobody_sees_what_is_not_theirs, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let ours = changes(&scene.admin, link(&scene.other, "@id")).await;
    assert!(ours.len() > 5, "something has happened there");
    for change in &ours {
        scene.owner.get(link(change, "@id")).await.expect(404);
        scene.anonymous.get(link(change, "@id")).await.expect(401);
    }
    scene.owner.get(&format!("{}/changes", link(&scene.other, "@id"))).await.expect(404);
    scene.owner.get(&format!("{}/changes", portico.url)).await.expect(403);
    // What anybody sees of their own customer is what they may look at.
    let mine = changes(&scene.owner, link(&scene.customer, "@id")).await;
    assert!(mine.iter().all(|change| change["customer"] == scene.customer["@id"]), "{mine:?}");
    let classes: BTreeSet<_> = mine.iter().map(|change| change["class"].as_str().expect("it has one")).collect();
    for class in &classes {
        let known = served().find(|known| known.name == *class).expect("it is a class");
        let look = known.operation(Method::Get).expect("it is logged");
        assert!(look.needs.iter().all(|need| need.starts_with("CUSTOMER_")), "{class} asks for {:?}", look.needs);
    }
    assert!(classes.contains("Space") && !classes.contains("CustomerAdministration"), "{classes:?}");
});

/// Texts that no state may have, by where they were sent.
pub async fn plant(scene: &Scene) -> Vec<String> {
    let mut planted = vec![PASSWORD.to_owned()];
    let key = scene.owner.post(link(&scene.customer, "keys"), &json!({})).await.expect(201).json();
    planted.push(link(&key, "secret").to_owned());
    let provider = format!("{}/roleProvider", link(&scene.service, "@id"));
    let secret = unique("planted");
    scene.owner.put(&provider, &json!({"configuration": "{}", "credentials": secret})).await;
    planted.push(secret);
    let api_key = link(&scene.admin.customer().await, "apiKey").to_owned();
    planted.push(link(&scene.admin.put(&api_key, &json!({})).await.expect(200).json(), "key").to_owned());
    let secret = unique("planted");
    scene
        .owner
        .patch(
            link(&scene.origin, "@id"),
            &json!({"credentials": json!({"user": "ann", "password": secret}).to_string()}),
        )
        .await
        .expect(205);
    planted.push(secret);
    planted
}

each_database!(no_secret_is_in_a_state, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let planted = plant(&scene).await;
    scene.admin.get(&format!("{}/changes", portico.url)).await.expect(200);
    let states = sql::texts(&portico.database(), "SELECT state FROM change WHERE state IS NOT NULL").await;
    assert!(states.len() > 50);
    for secret in &planted {
        assert!(states.iter().all(|state| !state.contains(secret)), "{secret} is in a state");
    }
    // Nor is anything that is told once, or never.
    let hidden = |property: &&PropertyDef| property.once || !property.readable;
    for class in served().filter(|class| class.logged) {
        let of_class = format!("SELECT state FROM change WHERE state IS NOT NULL AND class = '{}'", class.name);
        for state in sql::texts(&portico.database(), &of_class).await {
            let state: Value = serde_json::from_str(&state).expect("it is JSON");
            for property in class.properties.iter().filter(hidden) {
                assert_eq!(state[property.name], Value::Null, "{}.{}", class.name, property.name);
            }
        }
    }
});

each_database!(what_a_person_was_goes_with_the_person, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let email = unique("goes@example.org");
    let users = link(&scene.customer, "portalUsers");
    let user = scene.owner.post(users, &json!({"email": email})).await.expect(201).json();
    scene.owner.post(link(&user, "roles"), &json!({"name": "readonly"})).await.expect(201);
    let url = link(&user, "@id");
    let told = changes(&scene.owner, url).await;
    assert!(told[0].to_string().contains(&email));
    scene.owner.delete(url).await.expect(205);
    let after = changes(&scene.owner, url).await;
    assert_eq!(after.iter().map(|change| link(change, "kind")).collect::<Vec<_>>(), ["created", "deleted"]);
    for change in &after {
        assert_eq!((&change["state"], &change["changed"]), (&Value::Null, &json!([])), "{change}");
        assert!(change["actorName"].is_string());
    }
    let all = sql::texts(&portico.database(), "SELECT state FROM change WHERE state IS NOT NULL").await;
    assert!(all.iter().all(|state| !state.contains(&email)), "it is nowhere");
    // Its role went with it.
    let roles = format!("{url}/roles/readonly/changes");
    let roles = scene.owner.members(&format!("{roles}?orderBy=number")).await;
    assert_eq!(roles.iter().map(|change| link(change, "kind")).collect::<Vec<_>>(), ["created", "deleted"]);
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_read_a_number_has_read_all_below_it() {
    let Some(portico) = Portico::start(Database::Postgres).await else { return };
    let admin = portico.admin();
    let customer = admin.customer().await;
    let database = portico.database();
    // Somebody has drawn a number early and commits late.
    let slow = tokio::spawn(async move {
        let insert = "BEGIN; INSERT INTO change_unnumbered (made_at, actor_kind, actor_name, face, customer_id, class, path, kind) \
                      VALUES (1, 'user', 'the slow one', 'test', 1, 'Space', '/customers/1/spaces/999', 'deleted'); \
                      SELECT pg_sleep(3); COMMIT";
        sql::execute(&database, insert).await;
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let url = format!("{}/changes?pageSize=500", link(&customer, "@id"));
    let (mut greatest, mut seen, mut slow_at) = (0, BTreeSet::new(), None);
    let mut round = 0;
    while slow_at.is_none() {
        admin.post(link(&customer, "spaces"), &json!({"name": format!("Fast {round}")})).await.expect(201);
        for change in admin.members(&url).await {
            let number = change["number"].as_i64().expect("it is a number");
            let is_new = seen.insert(number);
            if is_new && change["actorName"] == "the slow one" {
                slow_at = Some(number);
            }
            assert!(!is_new || number > greatest, "{number} appears after {greatest}");
        }
        greatest = seen.last().copied().unwrap_or_default();
        round += 1;
        assert!(round < 1000, "it commits");
    }
    slow.await.expect("it was written");
    assert!(round > 3, "others went on meanwhile: {round}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_command_line_does_is_told_and_what_nobody_told_is_found() {
    for database in [Database::Sqlite, Database::Postgres] {
        let Some(place) = Place::new(database).await else { continue };
        let _process = place.serve();
        stdout(&place.run(&["customer", "create", "--name", "told", "--display-name", "Told"]));
        let check = |expected: &str| {
            let out = place.run(&["changes", "check"]);
            assert!(String::from_utf8_lossy(&out.stdout).contains(expected), "{out:?}");
        };
        check("are what the log of changes says");
        sql::execute(&place.database(), "UPDATE customer SET name = 'Nobody said so' WHERE cid = 'told'").await;
        check("is another: displayName");
    }
}

each_database!(what_a_state_leads_to_may_be_looked_at, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    // Somebody of another customer is responsible for this one.
    let elsewhere = json!({"email": unique("elsewhere@example.org")});
    let elsewhere = scene.admin.post(link(&scene.other, "portalUsers"), &elsewhere).await.expect(201).json();
    let roles = format!("{}/userRoles", link(&scene.customer, "@id"));
    scene.admin.post(&roles, &json!({"role": "accountManager", "user": elsewhere["@id"]})).await.expect(201);
    let needs = ["CUSTOMER_READ", "ADMIN_GET_CUSTOMER", "ADMIN_LIST_CUSTOMERS"];
    let (looks, _) = people::person(&portico, &scene.admin, &scene.customer, "looks", &needs).await;
    let whole = format!("{}/changes?pageSize=500", link(&scene.customer, "@id"));
    let (mut followed, mut withheld) = (0, 0);
    for (mine, all) in looks.members(&whole).await.iter().map(|mine| (mine, link(mine, "@id"))) {
        let all = scene.admin.get(all).await.expect(200).json();
        let class = served().find(|class| mine["class"] == class.name).expect("it is a class");
        for property in class.properties.iter().filter(|property| matches!(property.kind, PropertyKind::One(_))) {
            let paths = |state: &Value| match &state[property.name] {
                Value::String(path) => vec![path.clone()],
                Value::Array(paths) => paths.iter().filter_map(|path| path.as_str().map(String::from)).collect(),
                _ => Vec::new(),
            };
            for path in paths(&all["state"]) {
                let address = format!("{}{path}", portico.url);
                let may = !matches!(looks.get(&address).await.status, 403 | 404);
                let is_gone = scene.admin.get(&address).await.status == 404;
                let is_shown = paths(&mine["state"]).contains(&path);
                assert!(is_shown == may || is_gone, "{}.{} {path}", class.name, property.name);
                followed += usize::from(is_shown);
                withheld += usize::from(!is_shown);
            }
        }
    }
    assert!(followed > 5 && withheld >= 2, "{followed} {withheld}");
});

each_database!(what_was_a_property_is_none_of_another_of_its_name, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let key = unique("secretive");
    let descriptor = json!({
        "key": key, "valueType": "stringType", "section": "s", "descriptions": {"english": "Any"},
        "readFunction": "manageCustomerPropertyDescriptors",
    });
    let all = format!("{}/propertyDescriptors", portico.url);
    let made = scene.admin.post(&all, &descriptor).await.expect(201).id();
    let property = format!("{}/properties/{key}", link(&scene.customer, "@id"));
    scene.admin.put(&property, &json!({"value": "only for some"})).await.expect(200);
    assert_eq!(changes(&scene.admin, &property).await[0]["state"]["value"], "only for some");
    scene.admin.delete(&made).await.expect(205);
    let states = sql::texts(&portico.database(), "SELECT state FROM change WHERE state IS NOT NULL").await;
    assert!(states.iter().all(|state| !state.contains("only for some")), "it is nowhere");
});
