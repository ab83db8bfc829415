//! Searching: the simple one, the advanced one, pages.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::naive::{Customer, matches_naively};
use super::{Argus, EVERYTHING, fields, root, short_names, user};
use crate::support::{Portico, each_database};

/// Numbers that repeat: SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).expect("it is below")
    }

    fn one_in(&mut self, chance: usize) -> bool {
        self.below(chance) == 0
    }

    fn of<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.below(things.len())]
    }

    fn some<T: Clone>(&mut self, things: &[T], most: usize) -> Vec<T> {
        (0..=self.below(most)).map(|_| self.of(things).clone()).collect()
    }
}

const WORDS: &[&str] = &["Harbour", "LIGHT", "100%", "under_score", "Ärø", "back\\slash", "museum"];
const KEYWORDS: &[&str] = &["light", "%", "_", "ærø", "ÄRØ", "\\", "seum", "c1", "2", "x", " "];
const LEAF_FLAGS: &[&str] = &["excludeFromProduction", "denySubmitForAnonymousUser", "allowGlobalData"];
const GROUP_FLAGS: &[&str] = &["excludeFromProduction", "singleNetworkDomain"];
const FLAGS: &[&str] =
    &["disabled", "excludeFromProduction", "singleNetworkDomain", "allowGlobalData", "customerDataDeleted"];

/// Customers of all sorts, made through the face and, where it cannot, beside it.
async fn populate(portico: &Portico, root: &Argus, dice: &mut Dice) -> Vec<Customer> {
    let descriptor = json!({
        "key": "colour", "section": "look", "type": "stringType", "defaultValue": "red",
        "localizedDescriptions": {"english": "The colour"},
    });
    root.with("POST", "/propertydescriptor", &descriptor).await.expect(201);
    let colours = |colour: &str| BTreeMap::from([("colour".to_owned(), json!(colour))]);
    let admin = root.get("/customer/1").await.expect(200).json()["data"][0].clone();
    let mut all = vec![Customer {
        id: 1,
        name: admin["name"].as_str().expect("a name").into(),
        short_name: "admin".into(),
        kind: "group",
        parent: None,
        lifecycle: "active",
        flags: Vec::new(),
        properties: colours("red"),
    }];
    for number in 0..28 {
        let groups: Vec<_> = all.iter().filter(|one| one.kind == "group").map(|one| one.id).collect();
        let (parent, kind) = (*dice.of(&groups), if dice.one_in(2) { "group" } else { "leaf" });
        let (name, short_name) =
            (format!("{} {number}", dice.of(WORDS)), format!("C{number}-{}", dice.of(&["a", "b", "x_y"])));
        let body = json!({"name": name, "shortName": short_name, "parent": parent.to_string(), "type": kind});
        let made = root.with("POST", "/customer", &body).await.expect(201).json();
        let id = made["data"][0]["id"].as_i64().expect("a number");
        let flags = dice.some(if kind == "leaf" { LEAF_FLAGS } else { GROUP_FLAGS }, 2);
        let change: serde_json::Map<_, _> = flags.iter().map(|flag| ((*flag).to_owned(), json!(true))).collect();
        root.with("PUT", &format!("/customer/{id}"), &change.into()).await.expect(200);
        let mut properties = colours("red");
        if dice.one_in(2) {
            let colour = *dice.of(&["red", "blue", "green"]);
            let body = json!({"properties": {"colour": colour}});
            root.with("PUT", &format!("/customer/{id}/properties"), &body).await.expect(200);
            properties = colours(colour);
        }
        all.push(Customer { id, name, short_name, kind, parent: Some(parent), lifecycle: "active", flags, properties });
    }
    for index in 1..all.len() {
        let id = all[index].id;
        if dice.one_in(4) {
            root.call("PUT", &format!("/customer/{id}/disable")).await.expect(200);
            all[index].lifecycle = "disabled";
        } else if dice.one_in(6) {
            delete(portico, id).await;
            let parent = all[index].parent;
            all[index].lifecycle = "deleted";
            // What lies below moves up.
            for other in all.iter_mut().filter(|other| other.parent == Some(id)) {
                other.parent = parent;
            }
        }
    }
    all
}

/// Deletes a customer, which this face cannot.
async fn delete(portico: &Portico, id: i64) {
    portico.admin().delete(&format!("{}/customers/{id}", portico.url)).await.expect(205);
}

/// Criteria of every sort, over customers that can be referred to.
fn criteria(dice: &mut Dice, known: &[String], depth: usize) -> Value {
    let mut criteria = json!({});
    for name in ["customer", "parent", "ancestor"] {
        if dice.one_in(5) {
            criteria[name] = json!(dice.some(known, 6));
        }
    }
    if dice.one_in(12) {
        criteria["domain"] = json!(["Default"]);
    }
    if dice.one_in(5) {
        criteria["type"] = json!(dice.some(&["leaf", "group"], 2));
    }
    if dice.one_in(4) {
        criteria["includeFlags"] = json!(dice.some(FLAGS, 2));
    }
    if dice.one_in(4) {
        criteria["excludeFlags"] = json!(dice.some(FLAGS, 2));
    }
    if dice.one_in(3) {
        let keywords: Vec<_> = dice.some(KEYWORDS, 2).into_iter().filter(|word| !word.trim().is_empty()).collect();
        criteria["keywords"] = json!(keywords);
        if dice.one_in(2) {
            criteria["keywordMatchStrategy"] = json!(dice.of(&["all", "any"]));
        }
        if dice.one_in(2) {
            criteria["keywordFieldStrategy"] = json!(dice.some(&["all", "id", "name", "shortName"], 2));
        }
    }
    if dice.one_in(6) {
        criteria["properties"] = json!([{"key": "colour", "value": dice.some(&["red", "blue", "pink"], 2)}]);
    }
    if dice.one_in(4) {
        criteria["includeDeleted"] = json!(true);
    }
    if depth > 0 {
        criteria["exclude"] = json!(dice.one_in(4));
        criteria["required"] = json!(dice.one_in(4));
    }
    if depth < 4 && dice.one_in(2) {
        let parts: Vec<_> = (0..=dice.below(2)).map(|_| self::criteria(dice, known, depth + 1)).collect();
        criteria["subCriteria"] = json!(parts);
    }
    criteria
}

each_database!(a_search_finds_what_its_criteria_say, async |portico: Portico| {
    let root = root(&portico).await;
    let mut dice = Dice(7);
    let all = populate(&portico, &root, &mut dice).await;
    let groups = all.iter().filter(|one| one.kind == "group" && one.lifecycle == "active" && one.id != 1);
    let home = groups.max_by_key(|one| all.iter().filter(|other| other.parent == Some(one.id)).count());
    let home = home.expect("there is a group").clone();
    let person = user(&portico, Some(&home.short_name), "person", EVERYTHING).await;
    let (mut found, mut empty) = (0, 0);
    for (actor, roots) in [(&root, None), (&person, Some(vec![home.id]))] {
        let roots = roots.as_deref();
        let everything = json!({"includeDeleted": true});
        let seen = matches_naively(&everything, &all, roots);
        // By number or by name; what is deleted has no name any more.
        let known: Vec<String> = all
            .iter()
            .filter(|one| seen.contains(&one.id))
            .map(|one| match one.lifecycle {
                "deleted" => one.id.to_string(),
                _ if one.id % 2 == 0 => one.short_name.to_uppercase(),
                _ => one.id.to_string(),
            })
            .collect();
        for _ in 0..150 {
            let mut body = criteria(&mut dice, &known, 0);
            let expected = matches_naively(&body, &all, roots);
            body["limit"] = json!(0);
            let answer = actor.with("POST", "/customer/search", &body).await.expect(200).json();
            let data = answer["data"].as_array().expect("a list");
            let ids: Vec<_> = data.iter().map(|one| one["id"].as_i64().expect("a number")).collect();
            assert_eq!(ids, expected, "{body}\n{all:#?}");
            assert_eq!(answer["count"], expected.len(), "{body}");
            if expected.is_empty() { empty += 1 } else { found += 1 }
        }
    }
    assert!(found > 60 && empty > 10, "criteria find something, and not always: {found} and {empty}");
});

each_database!(the_simple_search_pages_and_sorts, async |portico: Portico| {
    let root = root(&portico).await;
    root.make("group", "1", "group").await;
    for name in ["b", "c", "a", "D"] {
        root.make(name, "group", "leaf").await;
    }
    let get = async |query: &str| root.get(&format!("/customer?{query}")).await;
    assert_eq!(short_names(&get("keywords=&parent=").await).len(), 6, "what is empty is not there");
    assert_eq!(short_names(&get("parent=group").await), ["b", "c", "a", "D"]);
    assert_eq!(short_names(&get("parent=group&parent=1&sortBy=-shortName").await), ["group", "D", "c", "b", "a"]);
    assert_eq!(short_names(&get("parent=GROUP&sort=shortName").await), ["a", "b", "c", "D"]);
    assert_eq!(short_names(&get("parent=group&sortBy=+name&sortBy=id").await), ["a", "b", "c", "D"]);
    assert_eq!(short_names(&get("parent=group&sortBy=type&sortBy=-id").await), ["D", "a", "c", "b"]);
    assert_eq!(short_names(&get("keywords=the&keywords=d").await), ["D"]);
    let page = get("parent=group&limit=3&offset=2").await.expect(200).json();
    assert_eq!(
        (&page["limit"], &page["offset"], &page["count"], &page["size"]),
        (&json!(3), &json!(2), &json!(4), &json!(2))
    );
    let all = get("limit=0").await.expect(200).json();
    assert_eq!((&all["limit"], &all["size"]), (&json!(0), &json!(6)));
    assert_eq!(get("limit=5000").await.expect(200).json()["limit"], 1000, "what is cut is told");
    assert_eq!(get("").await.expect(200).json()["limit"], 25);
    assert_eq!(get("offset=100").await.expect(200).json()["size"], 0);
    for (query, field) in [
        ("limit=-1", "limit"),
        ("limit=x", "limit"),
        ("offset=-1", "offset"),
        ("offset=1000001", "offset"),
        ("sortBy=colour", "sortBy"),
        ("parent=nobody", "parent"),
        ("parent=%00", "parent"),
    ] {
        assert_eq!(fields(&get(query).await), [field], "{query}");
    }
    get(&format!("keywords={}", "x".repeat(20_000))).await.expect(412);
    assert_eq!(fields(&get(&format!("keywords={}", "x".repeat(256))).await), ["keywords"]);
});

each_database!(what_is_wrong_with_criteria_is_told_by_its_place, async |portico: Portico| {
    let root = root(&portico).await;
    root.make("group", "1", "group").await;
    root.make("leaf", "group", "leaf").await;
    let insider = user(&portico, Some("leaf"), "insider", EVERYTHING).await;
    let search = async |body: Value| root.with("POST", "/customer/search", &body).await;
    for (body, field) in [
        (json!({"unheardOf": 1}), "unheardOf"),
        (json!({"exclude": true}), "exclude"),
        (json!({"subCriteria": [{"limit": 1}]}), "subCriteria[0].limit"),
        (json!({"subCriteria": [{}, {"includeFlags": ["x"]}]}), "subCriteria[1].includeFlags"),
        (json!({"subCriteria": [{"subCriteria": [{"parent": ["nobody"]}]}]}), "subCriteria[0].subCriteria[0].parent"),
        (json!({"subCriteria": {}}), "subCriteria"),
        (json!({"customer": [{}]}), "customer"),
        (json!({"domain": ["elsewhere"]}), "domain"),
        (json!({"type": ["branch"]}), "type"),
        (json!({"limit": -1}), "limit"),
        (json!({"limit": "1"}), "limit"),
        (json!({"includeDeleted": "yes"}), "includeDeleted"),
        (json!({"keywordMatchStrategy": "most"}), "keywordMatchStrategy"),
        (json!({"keywordFieldStrategy": ["logo"]}), "keywordFieldStrategy"),
        (json!({"sortBy": ["-colour"]}), "sortBy"),
        (json!({"properties": [{"key": "nothing", "value": [1]}]}), "properties[0].key"),
        (json!({"properties": [{"key": "nothing"}]}), "properties[0].value"),
        (json!({"keywords": ["x".repeat(256)]}), "keywords"),
        (json!({"keywords": ["\u{0}"]}), "keywords"),
        (json!({"keywords": vec!["x"; 51]}), "keywords"),
        (json!({"customer": vec!["1"; 1001]}), "customer"),
        (json!({"subCriteria": vec![json!({}); 101]}), "subCriteria"),
        ((0..6).fold(json!({}), |inner, _| json!({"subCriteria": [inner]})), "subCriteria"),
        (
            json!({"subCriteria": (0..90).map(|_| json!({"customer": vec!["1"; 900]})).collect::<Vec<_>>()}),
            "subCriteria",
        ),
    ] {
        assert_eq!(fields(&search(body.clone()).await), [field], "{body:.300}");
    }
    // What stands there is said, too.
    for (body, parameter) in [
        (json!({"subCriteria": [{"parent": ["nobody"]}]}), "[\"nobody\"]"),
        (json!({"limit": "1"}), "1"),
        (json!({"type": ["branch"]}), "branch"),
    ] {
        assert_eq!(search(body).await.expect(412).json()["messages"][0]["parameter"], parameter);
    }
    let query = root.get("/customer?parent=nobody").await.expect(412).json();
    assert_eq!(query["messages"][0]["parameter"], "nobody");
    search(json!((0..5).fold(json!({}), |inner, _| json!({"subCriteria": [inner]})))).await.expect(200);
    assert_eq!(
        short_names(&search(json!({"customer": ["leaf", 1], "parent": null, "keywords": [""]})).await),
        ["admin", "leaf"]
    );
    // Whom one does not see, one cannot ask for.
    assert_eq!(fields(&insider.with("POST", "/customer/search", &json!({"parent": ["group"]})).await), ["parent"]);
    assert_eq!(short_names(&insider.with("POST", "/customer/search", &json!({})).await), ["leaf"]);
    root.with("POST", "/customer/search", &json!([])).await.expect(412);
    let request = root.request("POST", "/customeradmin/v2/customer/search").body("{");
    root.send(request).await.expect(400);
    let request = root.request("POST", "/customeradmin/v2/customer/search");
    root.send(request.body(" ".repeat(2 << 20))).await.expect(413);
    // The basic face has the same searches over the short model.
    let basic = root.request("POST", "/customers/v2/customer/search").body(json!({"parent": ["group"]}).to_string());
    let basic = root.send(basic).await.expect(200).json();
    assert_eq!(basic["data"][0]["shortName"], "leaf");
    assert!(basic["data"][0].get("createdTimestamp").is_none());
});
