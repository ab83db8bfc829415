//! What is particular to what hangs below a customer: queries, origin strategies, auth services, roles, spaces.

use serde_json::{Value, json};

use crate::support::fixtures::Scene;
use crate::support::{Portico, each_database, link};

/// What the documentation leads to, by the names that it has for that.
fn led_to(node: &Value, found: &mut Vec<String>) {
    match node {
        Value::Array(several) => several.iter().for_each(|one| led_to(one, found)),
        Value::Object(object) => {
            for (name, value) in object {
                if ["range", "expects", "returns", "domain", "subClassOf", "allValuesFrom", "object"]
                    .contains(&name.as_str())
                {
                    let id = value.as_str().or(value["@id"].as_str()).expect("it leads somewhere");
                    found.push(id.to_owned());
                }
                led_to(value, found);
            }
        }
        _ => {}
    }
}

#[test]
fn whatever_the_documentation_leads_to_is_described_in_it() {
    let documentation = hydra::view::documentation::documentation(&crate::conformance::api());
    let classes = documentation["supportedClass"].as_array().expect("classes");
    let mut found = Vec::new();
    led_to(&json!(classes), &mut found);
    for id in found {
        let of_others = ["xsd:", "hydra:"].iter().any(|prefix| id.starts_with(prefix));
        let described = classes.iter().filter(|class| class["@id"] == id.as_str()).collect::<Vec<_>>();
        assert!(of_others || described.len() == 1, "{id} is described {} times", described.len());
        for class in described {
            for name in ["title", "label", "description"] {
                assert!(class[name].as_str().is_some_and(|text| !text.is_empty()), "{id} has no {name}");
            }
            assert!(class["supportedProperty"].is_array() && class["supportedOperation"].is_array(), "{id}");
        }
    }
}

each_database!(a_new_customer_begins_with_what_it_needs, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let customers = link(&scene.admin.walk(&[]).await.json(), "customers").to_owned();
    let body = json!({"name": "fresh", "displayName": "Fresh"});
    let customer = scene.admin.post(&customers, &body).await.expect(201).json();
    let members = async |property: &str| scene.admin.members(link(&customer, property)).await;
    for (property, class) in [
        ("namedQueries", "NamedQueryCollection"),
        ("originStrategies", "OriginStrategyChoiceCollection"),
        ("spaces", "SpaceCollection"),
    ] {
        let empty = scene.admin.get(link(&customer, property)).await.expect(200).json();
        assert_eq!(empty["@type"], json!(["Collection", class]));
        assert_eq!((&empty["totalItems"], &empty["member"]), (&json!(0), &json!([])));
    }
    let services = members("authServices").await;
    assert_eq!(services.len(), 1, "what is nested is found in what it is nested in");
    assert_eq!((&services[0]["name"], &services[0]["timeToLive"]), (&json!("clickthrough"), &json!(600)));
    let nested = scene.admin.members(link(&services[0], "nestedServices")).await;
    assert_eq!(nested.len(), 1);
    assert_eq!(nested[0]["profile"], "http://iiif.io/api/auth/1/logout");
    let roles = members("roles").await;
    assert_eq!(roles.len(), 1);
    assert!(link(&roles[0], "@id").ends_with("/roles/clickthrough"));
    assert_eq!(roles[0]["authService"], services[0]["@id"]);
    let queue = scene.admin.get(link(&customer, "queue")).await.expect(200).json();
    assert_eq!((&queue["@type"][0], &queue["size"]), (&json!("vocab:Queue"), &json!(0)));
});

each_database!(a_shared_query_is_everybodys_to_use_and_its_owners_to_change, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let url = link(&scene.query, "@id");
    scene.owner.patch(url, &json!({"global": true})).await.expect(403);
    scene.admin.patch(url, &json!({"global": true})).await.expect(205);
    // Its owner may still change the rest of it.
    scene.owner.patch(url, &json!({"template": "s1=p1&n1=p2"})).await.expect(205);
    let seen = scene.stranger.members(link(&scene.other, "namedQueries")).await;
    assert_eq!(seen.len(), 1);
    assert_eq!((&seen[0]["name"], &seen[0]["template"]), (&json!("by-title"), &json!("s1=p1&n1=p2")));
    let theirs = link(&seen[0], "@id");
    assert!(theirs.starts_with(link(&scene.other, "@id")), "it is their view of it");
    let shown = scene.stranger.get(theirs).await.expect(200).json();
    let offered: Vec<_> = shown["operation"].as_array().expect("operations").iter().map(|op| &op["method"]).collect();
    assert_eq!(offered, ["GET"]);
    scene.stranger.patch(theirs, &json!({"template": "s2=p1"})).await.expect(403);
    scene.stranger.put(theirs, &json!({"name": "mine", "template": "s2=p1"})).await.expect(403);
    scene.stranger.delete(theirs).await.expect(403);
    // What could never match is refused where it is written.
    let faulty = json!({"name": "faulty", "template": "s1=paris&n1=p1"});
    let problem = scene.owner.post(link(&scene.customer, "namedQueries"), &faulty).await.expect(400).problem();
    assert_eq!(problem["violations"][0]["propertyPath"], "template", "{problem}");
    // Their own may have the same name.
    let own = json!({"name": "by-title", "template": "s3=p1"});
    scene.stranger.post(link(&scene.other, "namedQueries"), &own).await.expect(201);
    // A replacement that does not say that it is shared takes that back, and who may not share may not.
    scene.owner.put(url, &json!({"name": "by-title", "template": "s1=p1"})).await.expect(403);
    scene.admin.put(url, &json!({"name": "by-title", "template": "s1=p1"})).await.expect(200);
    scene.stranger.get(theirs).await.expect(404);
});

each_database!(credentials_are_taken_and_never_shown, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    for (document, secret) in [(&scene.origin, "correct horse"), (&scene.service, "a secret of the provider")] {
        let mut urls = vec![link(document, "@id").to_owned(), link(&scene.customer, "originStrategies").to_owned()];
        urls.extend(document.get("roleProvider").and_then(Value::as_str).map(String::from));
        for url in urls {
            for accept in ["application/ld+json", "text/turtle", "text/html"] {
                let shown = scene.owner.get_as(&url, accept).await.expect(200);
                assert!(!String::from_utf8_lossy(&shown.body).contains(secret), "{shown}");
            }
        }
    }
    // A client that sends back what it read keeps them.
    let read = scene.owner.get(link(&scene.origin, "@id")).await.expect(200).json();
    scene.owner.put(link(&scene.origin, "@id"), &read).await.expect(200);
    let provider = link(&scene.service, "roleProvider");
    scene.owner.patch(provider, &json!({"configuration": null})).await.expect(205);
    let read = scene.owner.get(provider).await.expect(200).json();
    assert!(read.get("configuration").is_none(), "{read}");
    scene.owner.put(provider, &json!({"configuration": "{}"})).await.expect(201);
    scene.owner.delete(provider).await.expect(205);
    scene.owner.get(provider).await.expect(200);
});

each_database!(an_origin_strategy_is_whole_or_refused, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let all = link(&scene.customer, "originStrategies");
    let strategy = |name: &str| format!("{}/originStrategies/{name}", portico.url);
    let credentials = "{\"user\": \"u\", \"password\": \"p\"}";
    for (body, property) in [
        (json!({"regex": "*", "originStrategy": strategy("s3-ambient")}), "regex"),
        (json!({"regex": "a(", "originStrategy": strategy("s3-ambient")}), "regex"),
        (json!({"regex": "a", "originStrategy": strategy("default")}), "originStrategy"),
        (json!({"regex": "a", "originStrategy": strategy("carrier-pigeon")}), "originStrategy"),
        (
            json!({"regex": "a", "originStrategy": "https://elsewhere.example/originStrategies/s3-ambient"}),
            "originStrategy",
        ),
        (json!({"regex": "a", "originStrategy": strategy("basic-http-authentication")}), "credentials"),
        (json!({"regex": "a", "originStrategy": strategy("s3-ambient"), "credentials": credentials}), "credentials"),
        (
            json!({
                "regex": "a", "originStrategy": strategy("basic-http-authentication"), "credentials": credentials,
                "optimised": true,
            }),
            "optimised",
        ),
        (
            json!({
                "regex": "a", "originStrategy": strategy("basic-http-authentication"), "credentials": "{\"user\": 7}",
            }),
            "credentials",
        ),
    ] {
        let problem = scene.owner.post(all, &body).await.expect(400).problem();
        assert_eq!(problem["violations"][0]["propertyPath"], property, "{body}: {problem}");
    }
    // Look-around, and an IRI that is relative, are understood.
    let body =
        json!({"regex": "^https://(?!private\\.)", "originStrategy": portico.reference(&strategy("s3-ambient"))});
    let made = scene.owner.post(all, &body).await.expect(201).json();
    assert_eq!(made["originStrategy"], strategy("s3-ambient"));
    // Credentials go with their strategy.
    let url = link(&scene.origin, "@id");
    scene.owner.patch(url, &json!({"originStrategy": strategy("s3-ambient")})).await.expect(205);
    let back = json!({"originStrategy": strategy("basic-http-authentication")});
    scene.owner.patch(url, &back).await.expect(400);
});

each_database!(spaces_are_numbered_and_no_number_is_given_twice, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let spaces = link(&scene.customer, "spaces");
    let make = async |name: &str| scene.owner.post(spaces, &json!({"name": name})).await.expect(201).json();
    assert_eq!(scene.space["id"], 2);
    let third = make("Third").await;
    assert_eq!(third["id"], 3);
    scene.owner.delete(link(&third, "@id")).await.expect(205);
    assert_eq!(make("Fourth").await["id"], 4);
    scene.owner.put(&format!("{spaces}/50"), &json!({"name": "Fiftieth"})).await.expect(201);
    assert_eq!(make("After").await["id"], 51);
    scene.owner.put(&format!("{spaces}/9223372036854775807"), &json!({"name": "Last"})).await.expect(400);
    for odd in ["0", "-1", "007", "1e3", "99999999999999999999"] {
        scene.owner.put(&format!("{spaces}/{odd}"), &json!({"name": "Odd"})).await.expect(404);
    }
    // Many at once are as many spaces.
    let posts = (0..12).map(|number| make_numbered(&scene, spaces, number));
    let mut numbers = futures_util::future::join_all(posts).await;
    numbers.sort_unstable();
    assert_eq!(numbers, (52..64).collect::<Vec<_>>());
});

async fn make_numbered(scene: &Scene, spaces: &str, number: usize) -> i64 {
    let body = json!({"name": format!("Space {number}")});
    let made = scene.owner.post(spaces, &body).await.expect(201).json();
    made["id"].as_i64().expect("a number")
}

each_database!(a_change_leaves_alone_what_it_does_not_name, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let url = link(&scene.space, "@id");
    let tags = json!({"defaultTags": ["one", "two", "one"], "defaultMaxUnauthorised": 400});
    scene.owner.patch(url, &tags).await.expect(205);
    scene.owner.patch(url, &json!({"name": "Renamed"})).await.expect(205);
    let space = scene.owner.get(url).await.expect(200).json();
    assert_eq!(space["defaultTags"], json!(["one", "two"]));
    assert_eq!(space["defaultMaxUnauthorised"], 400);
    assert_eq!(space["defaultRoles"], json!([link(&scene.role, "@id")]));
    scene.owner.patch(url, &json!({"defaultTags": [], "defaultRoles": []})).await.expect(205);
    let space = scene.owner.get(url).await.expect(200).json();
    assert_eq!((&space["defaultTags"], &space["defaultRoles"]), (&json!([]), &json!([])));
    // A replacement goes back to the defaults.
    scene.owner.put(url, &json!({"name": "Renamed"})).await.expect(200);
    assert_eq!(scene.owner.get(url).await.json()["defaultMaxUnauthorised"], -1);
    // Roles are the customer's own.
    let theirs = scene.stranger.members(link(&scene.other, "roles")).await;
    scene.owner.patch(url, &json!({"defaultRoles": [link(&theirs[0], "@id")]})).await.expect(400);
    // The same in Turtle, where a set of one is one statement.
    let turtle = format!("<{url}> <{}/vocab#Space/defaultTags> \"three\" .", portico.url);
    let request = scene.owner.request("PATCH", url).header("content-type", "text/turtle").body(turtle);
    scene.owner.send(request).await.expect(205);
    assert_eq!(scene.owner.get(url).await.json()["defaultTags"], json!(["three"]));
});

each_database!(a_service_takes_what_is_nested_in_it_along, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let nested = scene.owner.members(link(&scene.service, "nestedServices")).await;
    assert_eq!(nested.len(), 1);
    let deeper = json!({"name": "deeper"});
    scene.owner.post(link(&nested[0], "nestedServices"), &deeper).await.expect(400);
    // A role that is acquired by what is nested holds the whole.
    let role = link(&scene.role, "@id");
    scene.owner.patch(role, &json!({"authService": nested[0]["@id"]})).await.expect(205);
    scene.owner.delete(link(&scene.service, "@id")).await.expect(409);
    scene.owner.patch(role, &json!({"authService": null})).await.expect(205);
    assert!(scene.owner.get(role).await.json().get("authService").is_none());
    scene.owner.delete(link(&scene.service, "@id")).await.expect(205);
    scene.owner.get(link(&nested[0], "@id")).await.expect(404);
    let theirs = scene.stranger.members(link(&scene.other, "authServices")).await;
    scene.owner.patch(role, &json!({"authService": theirs[0]["@id"]})).await.expect(400);
});
