//! Searches for customers, by links.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::support::people::person;
use crate::support::template::expand;
use crate::support::{Client, Portico, each_database, link};

const VIEW: &[&str] = &["ADMIN_GET_CUSTOMER", "ADMIN_LIST_CUSTOMERS"];

/// A city with a museum, a library and a closed theatre; the museum has a shop.
async fn city(admin: &Client) -> Value {
    let customers = link(&admin.walk(&[]).await.json(), "customers").to_owned();
    let make = async |at: &str, name: &str, display_name: &str, kind: &str| {
        let body = json!({"name": name, "displayName": display_name, "kind": kind});
        admin.post(at, &body).await.expect(201).json()
    };
    let city = make(&customers, "city", "City of Rivers", "group").await;
    let museum = make(link(&city, "children"), "museum", "River Museum", "group").await;
    make(link(&city, "children"), "library", "River Library", "leaf").await;
    let theatre = make(link(&city, "children"), "theatre", "Old Theatre", "leaf").await;
    make(link(&museum, "children"), "shop", "Museum Shop", "leaf").await;
    admin.post(link(&theatre, "disable"), &json!({})).await.expect(200);
    admin.patch(link(&museum, "administration"), &json!({"flags": ["excludeFromProduction"]})).await.expect(205);
    city
}

async fn found(client: &Client, url: &str) -> Vec<String> {
    let answer = client.get(url).await.expect(200).json();
    let names: Vec<_> =
        answer["member"].as_array().expect("members").iter().map(|one| link(one, "name").to_owned()).collect();
    assert_eq!(answer["totalItems"], names.len(), "{answer}");
    names
}

each_database!(a_collection_of_customers_is_searched, async |portico: Portico| {
    let admin = portico.admin();
    let city = city(&admin).await;
    let customers = link(&admin.walk(&[]).await.json(), "customers").to_owned();
    let at = link(&city, "@id");
    for (query, expected) in [
        ("keywords=river", &["city", "museum", "library"][..]),
        ("keywords=river&keywords=museum", &["museum"]),
        ("keywords=river&kind=leaf", &["library"]),
        ("keywords=100%25", &[]),
        ("parent=city", &["museum", "library"]),
        (&format!("parent={at}"), &["museum", "library"]),
        (&format!("ancestor={at}"), &["museum", "library", "shop"]),
        ("ancestor=city&orderByDescending=name", &["shop", "museum", "library"]),
        ("ancestor=city&q=museum&orderBy=name", &["museum", "shop"]),
        ("ancestor=city&includeDeleted=true&kind=leaf", &["library", "theatre", "shop"]),
        ("includeFlags=disabled", &["theatre"]),
        ("includeFlags=excludeFromProduction", &["museum"]),
        ("ancestor=city&excludeFlags=excludeFromProduction", &["library", "shop"]),
    ] {
        assert_eq!(found(&admin, &format!("{customers}?{query}")).await, expected, "{query}");
    }
    let children = link(&city, "children");
    assert_eq!(found(&admin, children).await, ["museum", "library", "theatre"]);
    assert_eq!(found(&admin, &format!("{children}?excludeFlags=disabled&kind=leaf")).await, ["library"]);
    for (query, path) in
        [("parent=nobody", "parent"), ("includeFlags=odd", "includeFlags"), ("includeDeleted=x", "includeDeleted")]
    {
        let said = admin.get(&format!("{customers}?{query}")).await.expect(400).problem();
        assert_eq!(said["violations"][0]["propertyPath"], path);
    }
    // Following the pages of a search stays within it.
    let page = admin.get(&format!("{customers}?ancestor=city&pageSize=2")).await.expect(200).json();
    let next = admin.get(link(&page["view"], "next")).await.expect(200).json();
    assert_eq!((page["totalItems"].as_u64(), link(&next["member"][0], "name")), (Some(3), "shop"));
    // A person of the museum sees that and the shop, whatever they ask for.
    let museum = admin.get(&format!("{customers}?name=museum")).await.json()["member"][0].clone();
    let (curator, _) = person(&portico, &admin, &museum, "curator", &["CUSTOMER_READ"]).await;
    assert_eq!(found(&curator, &format!("{customers}?includeDeleted=true")).await, ["museum", "shop"]);
    curator.get(&format!("{customers}?ancestor=city")).await.expect(400);
    let shop = admin.get(&format!("{customers}?name=shop")).await.json()["member"][0].clone();
    admin.post(link(&shop, "disable"), &json!({})).await.expect(200);
    assert_eq!(found(&curator, &customers).await, ["museum"]);
    assert_eq!(found(&curator, &format!("{customers}?includeDeleted=true")).await, ["museum", "shop"]);
    let (keeper, _) = person(&portico, &admin, &museum, "keeper", &["CUSTOMER_READ"]).await;
    admin.post(link(&museum, "disable"), &json!({})).await.expect(200);
    // Whoever belongs to what is disabled is not there any more.
    keeper.get(&customers).await.expect(401);
});

each_database!(criteria_within_criteria_have_an_address, async |portico: Portico| {
    let admin = portico.admin();
    let city = city(&admin).await;
    let searches = link(&admin.walk(&[]).await.json(), "customerSearches").to_owned();
    let made = async |body: Value| {
        let answer = admin.post(&searches, &body).await.expect(201);
        assert_eq!(answer.header("location"), Some(answer.id().as_str()));
        let document = answer.json();
        assert_eq!(admin.get(link(&document, "@id")).await.expect(200).json(), document);
        found(&admin, link(&document, "results")).await
    };
    assert_eq!(made(json!({})).await, ["admin", "city", "museum", "library", "shop"]);
    assert_eq!(made(json!({"ancestor": ["city"], "kind": "leaf"})).await, ["library", "shop"]);
    assert_eq!(made(json!({"parent": "city", "includeDeleted": true})).await, ["museum", "library", "theatre"]);
    assert_eq!(
        made(json!({"keywords": ["old", "shop"], "keywordMatch": "any", "includeDeleted": true})).await,
        ["theatre", "shop"]
    );
    assert_eq!(made(json!({"keywords": ["museum"], "keywordFields": ["name"]})).await, ["museum"]);
    let parts = json!([{"customer": ["shop"]}, {"keywords": ["library"]}]);
    assert_eq!(made(json!({"customer": ["city"], "subCriteria": parts})).await, ["city", "library", "shop"]);
    let parts = json!([{"kind": ["leaf"], "exclude": true}, {"ancestor": ["city"], "required": true}]);
    assert_eq!(made(json!({"keywords": ["river"], "subCriteria": parts})).await, ["museum"]);
    let colour = json!({
        "key": "colour", "valueType": "stringType", "section": "s", "descriptions": {"english": "c"}, "default": "red",
    });
    admin.post(link(&admin.walk(&[]).await.json(), "propertyDescriptors"), &colour).await.expect(201);
    admin.put(&format!("{}/colour", link(&city, "properties")), &json!({"value": "blue"})).await.expect(200);
    let blue = json!([{"key": "colour", "values": ["blue", "green"]}]);
    assert_eq!(made(json!({"properties": blue})).await, ["city"]);
    for (wrong, path) in [
        (json!({"parent": ["nobody"]}), "parent"),
        (json!({"kind": ["twig"]}), "kind"),
        (json!({"keywordMatch": "none"}), "keywordMatch"),
        (json!({"properties": [{"key": "unknown", "values": [1]}]}), "properties[0].key"),
        (json!({"properties": [{"key": "colour"}]}), "properties"),
        (json!({"properties": {"key": "colour"}}), "properties"),
        (json!({"subCriteria": [{"parent": ["nobody"]}]}), "subCriteria[0].parent"),
        (json!({"subCriteria": [{"colour": "red"}]}), "subCriteria"),
        (
            json!({"subCriteria": [{"subCriteria": [{"subCriteria": [{"subCriteria": [{"subCriteria": [{"subCriteria": [{}]}]}]}]}]}]}),
            "subCriteria",
        ),
        (
            json!({"subCriteria": (0..100).map(|number| json!({"keywords": [format!("a long enough keyword, {number}")]})).collect::<Vec<_>>()}),
            "subCriteria",
        ),
    ] {
        let said = admin.post(&searches, &wrong).await.expect(400).problem();
        assert_eq!(said["violations"][0]["propertyPath"], path, "{wrong}");
    }
    // What is asked of the results narrows them.
    let all = admin.post(&searches, &json!({"ancestor": ["city"], "includeDeleted": true})).await.expect(201).json();
    let results = link(&all, "results");
    assert_eq!(found(&admin, results).await, ["museum", "library", "theatre", "shop"]);
    assert_eq!(found(&admin, &format!("{results}?parent=city&keywords=river")).await, ["museum", "library"]);
    assert_eq!(found(&admin, &format!("{results}?ancestor=museum&orderBy=name")).await, ["shop"]);
    assert_eq!(found(&admin, &format!("{results}?includeFlags=disabled")).await, ["theatre"]);
    for nothing in ["x", "e30%3D", "bm90IGpzb24", "eyJvZGQiOjF9"] {
        admin.get(&format!("{searches}/{nothing}")).await.expect(404);
        admin.get(&format!("{searches}/{nothing}/results")).await.expect(404);
    }
    // An address can be passed on: everybody finds what is theirs to see, and what refers to more than that is refused.
    let museum = admin.get(&format!("{}/customers?name=museum", portico.url)).await.json()["member"][0].clone();
    let (curator, _) = person(&portico, &admin, &museum, "curator", &[VIEW, &["CUSTOMER_READ"]].concat()).await;
    let everything = admin.post(&searches, &json!({})).await.expect(201).json();
    assert_eq!(found(&curator, link(&everything, "results")).await, ["museum", "shop"]);
    let below = admin.post(&searches, &json!({"ancestor": ["city"]})).await.expect(201).json();
    curator.get(link(&below, "results")).await.expect(400);
    let (reader, _) = person(&portico, &admin, &museum, "reader", &["CUSTOMER_READ"]).await;
    reader.get(link(&everything, "results")).await.expect(403);
});

each_database!(what_contains_a_text_is_found_wherever_it_stands, async |portico: Portico| {
    let admin = portico.admin();
    let customers = link(&admin.walk(&[]).await.json(), "customers").to_owned();
    let group = json!({"name": "group", "displayName": "Group", "kind": "group"});
    let group = admin.post(&customers, &group).await.expect(201).json();
    let children = link(&group, "children");
    let mut runner = TestRunner::deterministic();
    // No letters of their other names; letters that have no case, and what means something to LIKE, to an index or to an address.
    let text = "[a-c日本ß%_\"'\\\\* ()-]{0,9}";
    let mut random = |pattern: &str| {
        let strategy = proptest::string::string_regex(pattern).expect("it is a pattern");
        strategy.new_tree(&mut runner).expect("a value").current()
    };
    let template = link(&admin.get(children).await.expect(200).json()["search"], "template").to_owned();
    let mut named = Vec::new();
    for number in 0..40 {
        let name = format!("x{}y", random(text));
        let body = json!({"name": format!("k{number}"), "displayName": name, "kind": "leaf"});
        let made = admin.post(children, &body).await.expect(201).json();
        named.push((link(&made, "@id").to_owned(), name));
    }
    for round in 0..2 {
        for _ in 0..40 {
            let whole = &named[usize::from(random("[0-9]").as_bytes()[0] - b'0') * 3].1;
            let (from, to) = (random("[0-4]"), random("[1-6]"));
            let (from, length): (usize, usize) = (from.parse().expect("a digit"), to.parse().expect("a digit"));
            let part: String = whole.chars().skip(from).take(length).collect();
            let part = if part.trim().is_empty() { "日本".to_owned() } else { part.trim().to_owned() };
            let mut expected: Vec<_> =
                named.iter().filter(|(_, name)| name.contains(&part)).map(|(id, _)| id).collect();
            expected.sort();
            for parameter in ["q", "keywords"] {
                let url = expand(&template, &[(parameter, &part), ("pageSize", "500")]);
                let found = admin.get(&url).await.expect(200).json();
                let members = found["member"].as_array().expect("members").iter();
                let mut found: Vec<_> = members.map(|member| link(member, "@id").to_owned()).collect();
                found.sort();
                assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{parameter}: {part:?} in round {round}");
            }
        }
        for (id, name) in named.iter_mut().step_by(3) {
            *name = format!("y{}x", random(text));
            admin.patch(id, &json!({"displayName": name})).await.expect(205);
        }
        for (id, _) in named.split_off(34) {
            admin.delete(&id).await.expect(205);
        }
    }
});
