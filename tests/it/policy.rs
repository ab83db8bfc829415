//! What is advertised is not refused, and what is not advertised is: for random actors.

use std::collections::BTreeSet;

use hydra::Method;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::conformance::{api, served};
use crate::support::fixtures::Scene;
use crate::support::people;
use crate::support::{Answer, Client, Credentials, Portico, each_database, link};

each_database!(advertised_is_not_refused, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let mut urls = Vec::new();
    for class in served().filter(|class| !class.public) {
        let item = scene.of(class.name).await.expect("the fixtures have it");
        urls.push((item.url, class.operations, STATEFUL.contains(&class.name)));
    }
    for site in api().collections() {
        urls.push((scene.collection(site.owner.name, site.property).await.url, site.operations, false));
    }
    let administrator = scene.admin.customer().await;
    urls.push((link(&administrator, "@id").into(), vocab::CLASSES[1].operations, true));
    let keys = api();
    urls.push((link(&administrator, "keys").into(), keys.collection("Customer", "keys").operations, false));
    // An account that may do more than most who see it.
    people::entitle(&portico, "neighbour@example.org", "ADMIN_ALL_CUSTOMERS").await;
    let closed = api();
    for (class, property) in [("UserKey", "keys"), ("UserSession", "sessions"), ("PortalRole", "roles")] {
        let all = link(&scene.neighbour, property);
        let collection = closed.collection("PortalUser", property);
        urls.push((all.into(), collection.operations, false));
        if class != "PortalRole" {
            let one = scene.admin.members(all).await.remove(0);
            let operations = vocab::CLASSES.iter().find(|known| known.name == class).expect("it is a class").operations;
            urls.push((link(&one, "@id").into(), operations, false));
        }
    }
    let account = vocab::CLASSES.iter().find(|class| class.name == "PortalUser").expect("it is a class");
    urls.push((link(&scene.neighbour, "@id").into(), account.operations, false));
    let actors = actors(&portico, &scene, 10).await;
    let mut checked = 0;
    for actor in &actors {
        for (url, operations, stateful) in &urls {
            let seen = actor.get(url).await;
            let advertised = methods(&seen);
            for operation in *operations {
                let refused = invoke(actor, operation.method, url).await;
                let is_refused = matches!(refused.status, 401 | 403 | 404);
                let is_advertised = advertised.iter().any(|method| method == operation.method.name());
                assert!(
                    is_advertised != is_refused || (*stateful && !is_advertised),
                    "{} is advertised to {actor:?} or not: {seen}\nand was refused or not: {refused}",
                    operation.method.name(),
                );
                checked += 1;
            }
            let options = actor.send(actor.request("OPTIONS", url)).await.expect(204);
            let allow: Vec<_> = options.header("allow").expect("it is there").split(", ").map(String::from).collect();
            let allowed: Vec<_> = allow.iter().filter(|name| !["HEAD", "OPTIONS"].contains(&name.as_str())).collect();
            // Whoever may not read it is told what they may do all the same.
            let is_told = seen.status == 200 || !*stateful;
            assert!(
                !is_told || allowed.len() == advertised.len(),
                "{url} {actor:?} {seen}\nAllow says the same: {options}"
            );
        }
    }
    println!("operations tried: {checked}");
});

/// Keys of customers, and so many people of some customer with some roles.
async fn actors(portico: &Portico, scene: &Scene, people: usize) -> Vec<Client> {
    let administrator = scene.admin.customer().await;
    let mut runner = TestRunner::deterministic();
    let roles = proptest::sample::subsequence(vec!["admin", "readonly"], 0..=2);
    let strategy = (0_usize..3, roles);
    let mut actors = vec![scene.admin.clone(), scene.owner.clone(), scene.stranger.clone()];
    for number in 0..people {
        let (home, roles) = strategy.new_tree(&mut runner).expect("a value").current();
        let home = [&scene.customer, &scene.other, &administrator][home];
        actors.push(person(portico, &scene.admin, home, number, &roles).await);
    }
    actors
}

each_database!(the_entry_point_leads_where_its_reader_may_go, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let entry = format!("{}/", portico.url);
    let class = api().class("EntryPoint").class;
    for actor in &actors(&portico, &scene, 6).await {
        let seen = actor.get(&entry).await.expect(200);
        let document = seen.json();
        let of_collections = document["collection"].as_array().expect("it has collections");
        for (property, _) in class.collections() {
            let at = format!("{entry}{}", property.name);
            let is_shown = !document[property.name].is_null();
            assert_eq!(is_shown, actor.get(&at).await.status == 200, "{at} is shown to {actor:?} or not: {seen}");
            assert_eq!(is_shown, of_collections.iter().any(|one| one["@id"] == at.as_str()), "{at}: {seen}");
        }
    }
    // Whoever has not signed in yet is shown what somebody may follow.
    let all = scene.anonymous.get(&entry).await.expect(200).json();
    let links = |document: &Value| document.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(links(&all), links(&scene.admin.get(&entry).await.json()));
    let wrong = portico.client(Credentials::Basic("nobody".into(), "knows".into()));
    assert_eq!(wrong.get(&entry).await.expect(200).json(), all);
});

/// Links of a document, each with the name of the property that it is the value of.
fn links(document: &Value, base: &str, name: &str, all: &mut Vec<(String, String)>) {
    match document {
        // What is delivered is for viewers, and pages are pages of what was looked at already.
        Value::String(text)
            if text.starts_with(base)
                && !["#", "{", "?page=", "/iiif-", "/thumbs/"].iter().any(|part| text[base.len()..].contains(part)) =>
        {
            all.push((name.to_owned(), text.clone()));
        }
        Value::Array(values) => values.iter().for_each(|value| links(value, base, name, all)),
        Value::Object(object) => object.iter().for_each(|(name, value)| links(value, base, name, all)),
        _ => {}
    }
}

/// Everybody who is somebody else to the policy: keys, people with each choice of portal roles, one of them with customers to
/// switch to, and people with some of the entitlements that anything asks for.
async fn everybody(portico: &Portico, scene: &Scene) -> Vec<(String, Client)> {
    let mut all = vec![
        ("the administrator".to_owned(), scene.admin.clone()),
        ("the owner".to_owned(), scene.owner.clone()),
        ("a stranger".to_owned(), scene.stranger.clone()),
    ];
    let administrator = scene.admin.customer().await;
    for (number, (home, roles)) in [
        (&scene.customer, &[][..]),
        (&scene.customer, &["readonly"]),
        (&scene.customer, &["admin"]),
        (&scene.other, &["admin", "readonly"]),
        (&administrator, &["admin"]),
    ]
    .into_iter()
    .enumerate()
    {
        let client = person(portico, &scene.admin, home, number, roles).await;
        all.push((format!("{roles:?} of {}", link(home, "name")), client));
    }
    let operations = served().flat_map(|class| class.operations.iter().chain(class.collection));
    let needs: BTreeSet<_> = operations.flat_map(|operation| operation.needs.iter().copied()).collect();
    let needs: Vec<_> = needs.into_iter().filter(|need| *need != "ADMIN_ALL_CUSTOMERS").collect();
    let mut runner = TestRunner::deterministic();
    for number in 0..6 {
        let most = needs.len();
        let some = proptest::sample::subsequence(needs.clone(), 0..=most).new_tree(&mut runner).expect("a value");
        let home = [&scene.customer, &scene.other][number % 2];
        let (client, user) =
            people::person(portico, &scene.admin, home, &format!("some-{number}"), &some.current()).await;
        if number % 3 == 0 {
            let other = [&scene.other, &scene.customer][number % 2];
            let list = format!("{}/customers", link(&user, "@id"));
            scene.admin.post(&list, &json!({"switchable": other["@id"]})).await.expect(201);
        }
        all.push((format!("{:?} of {}", some.current(), link(home, "name")), client));
    }
    all
}

/// Whether this is the address of a customer.
fn is_customer(url: &str) -> bool {
    matches!(url.rsplit('/').collect::<Vec<_>>()[..2], [number, "customers"] if number.parse::<i64>().is_ok())
}

each_database!(whoever_is_shown_a_link_may_follow_it, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    // Somebody of one customer is responsible for another, and could switch to it.
    let body = json!({"email": "elsewhere@example.org"});
    let elsewhere = scene.admin.post(link(&scene.other, "portalUsers"), &body).await.expect(201).json();
    let held = json!({"role": "accountManager", "user": elsewhere["@id"]});
    scene.admin.post(&format!("{}/userRoles", link(&scene.customer, "@id")), &held).await.expect(201);
    let list = format!("{}/customers", link(&scene.user, "@id"));
    scene.admin.post(&list, &json!({"switchable": scene.other["@id"]})).await.expect(201);
    let (mut led_astray, mut followed) = (BTreeSet::new(), 0);
    for (name, client) in everybody(&portico, &scene).await {
        let mut queue = vec![("the beginning".to_owned(), String::new(), format!("{}/", portico.url))];
        let mut seen = BTreeSet::new();
        while let Some((from, property, url)) = queue.pop() {
            if !seen.insert(url.clone()) {
                continue;
            }
            let answer = client.get(&url).await;
            followed += 1;
            // Which customer a member is says its `@id`, also to those who may not look at it.
            if answer.status == 403 && property == "@id" && is_customer(&url) && from.contains("/customer") {
                continue;
            }
            if matches!(answer.status, 401 | 403 | 404) {
                led_astray.insert(format!("{} at {url}, from {property} of {from}, for {name}", answer.status));
                continue;
            }
            let mut found = Vec::new();
            links(&answer.expect(200).json(), &portico.url, "", &mut found);
            queue.extend(found.into_iter().map(|(property, to)| (url.clone(), property, to)));
        }
        println!("{name}: {} addresses", seen.len());
    }
    assert!(led_astray.is_empty(), "{led_astray:#?}");
    assert!(followed > 1000, "{followed}");
});

/// The classes that advertise what would change something as they are now, and not what they would take besides.
const STATEFUL: [&str; 4] = ["Activation", "Change", "CustomerProperty", "Logo"];

fn methods(seen: &Answer) -> Vec<String> {
    if seen.status != 200 {
        return Vec::new();
    }
    let operations = seen.json()["operation"].clone();
    operations.as_array().expect("operations").iter().map(|operation| link(operation, "method").to_owned()).collect()
}

/// Invokes an operation with a precondition that cannot hold, so that it is refused or not, and does nothing.
async fn invoke(actor: &Client, method: Method, url: &str) -> Answer {
    let request = actor.request(method.name(), url);
    match method {
        Method::Get => actor.send(request).await,
        _ => {
            let body = json!({"email": "x@example.org", "name": "readonly", "displayName": "x"});
            let answer = actor.send(request.header("if-match", "\"0-x\"").body(body.to_string())).await;
            assert!(matches!(answer.status, 400 | 401 | 403 | 404 | 412), "{answer}");
            answer
        }
    }
}

async fn person(portico: &Portico, admin: &Client, home: &Value, number: usize, roles: &[&str]) -> Client {
    let email = format!("actor-{number}@example.org");
    let body = json!({"email": email, "password": "correct horse battery"});
    let user = admin.post(link(home, "portalUsers"), &body).await.expect(201).json();
    for role in roles {
        admin.post(link(&user, "roles"), &json!({"name": role})).await.expect(201);
    }
    let token = portico.anonymous().sign_in(&email, "correct horse battery").await.expect(200).json();
    portico.client(Credentials::Bearer(link(&token, "access_token").into()))
}

each_database!(who_may_write_in_the_administrator_customer_does_not_come_to_administer, async |portico: Portico| {
    let admin = portico.admin();
    let administrator = admin.customer().await;
    let person = person(&portico, &admin, &administrator, 0, &["admin"]).await;
    let keys = person.get(link(&administrator, "keys")).await.expect(200);
    assert_eq!(methods(&keys), ["GET"]);
    person.post(link(&administrator, "keys"), &json!({})).await.expect(403);
    person.post(link(&administrator, "portalUsers"), &json!({"email": "more@example.org"})).await.expect(201);
    let customers = link(&person.walk(&[]).await.json(), "customers").to_owned();
    person.post(&customers, &json!({"name": "x", "displayName": "x"})).await.expect(403);
});
