//! Every bound that a table states is enforced, every violation is reported at once, and nothing changes.

use hydra::{ClassDef, Datatype, Limits, Method, Payload, PropertyDef, PropertyKind};
use serde_json::{Value, json};

use super::{api, served};
use crate::support::fixtures::Scene;
use crate::support::{Answer, Client, Portico, each_database};

each_database!(every_constraint_is_enforced, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let mut checked = 0;
    for class in served() {
        let item = scene.of(class.name).await.expect("the fixtures have it");
        let takes = |method: &Method| class.operation(*method).is_some_and(|taking| taking.expects == Payload::Itself);
        for method in [Method::Put, Method::Patch].into_iter().filter(takes) {
            checked += violate(&scene.admin, method, &item.url, &item.url, class, &item.right).await;
        }
    }
    for site in api().collections() {
        if let Some(operation) = site.operation(Method::Post).filter(|post| post.expects == hydra::Payload::Itself) {
            let at = scene.collection(site.owner.name, site.property).await;
            checked +=
                violate(scene.whoever_may(operation), Method::Post, &at.url, &at.url, site.member, &at.right).await;
        }
    }
    println!("constraints enforced: {checked}");
    assert!(checked > 50, "the tables state more than {checked} constraints");
});

/// Breaks each bound of each writable property in turn; the number of bounds.
async fn violate(client: &Client, method: Method, url: &str, watch: &str, class: &ClassDef, right: &Value) -> usize {
    let before = client.get(watch).await.expect(200).body;
    let mut checked = 0;
    for property in class.properties.iter().filter(|property| property.writable) {
        for wrong in wrong_values(property, method) {
            let mut body = right.clone();
            match &wrong {
                Wrong::Value(value) => body[property.name] = value.clone(),
                Wrong::Absent => drop(body.as_object_mut().expect("bodies are objects").remove(property.name)),
            }
            let answer = client.with(method.name(), url, &body).await.expect(400);
            names_violation(&answer, property.name);
            checked += 1;
        }
        if !property.readable {
            let text = String::from_utf8(client.get(url).await.body).expect("JSON is UTF-8");
            assert!(!text.contains(&format!("\"{}\"", property.name)), "{} is shown", property.name);
        }
    }
    // All at once: each required property of the wrong type is named.
    let wrong: Value = class
        .properties
        .iter()
        .filter(|property| property.writable)
        .map(|p| (p.name.to_owned(), json!({"a": 1})))
        .collect();
    let answer = client.with(method.name(), url, &wrong).await.expect(400);
    for property in class.properties.iter().filter(|property| property.writable && !is_json(property)) {
        names_violation(&answer, property.name);
    }
    // Read-only and unknown members are left aside, and are violations to those who ask for strictness.
    for name in class.properties.iter().filter(|property| !property.writable).map(|p| p.name).chain(["nonsense"]) {
        let mut body = right.clone();
        body[name] = json!("whatever");
        let request = client.request(method.name(), url).header("prefer", "handling=strict").body(body.to_string());
        let answer = client.send(request).await.expect(400);
        names_violation(&answer, name);
        checked += 1;
    }
    let after = client.get(watch).await.expect(200).body;
    assert_eq!(String::from_utf8_lossy(&before), String::from_utf8_lossy(&after), "a refused request changes nothing");
    checked
}

/// Whether any value may be right, as far as the table says.
fn is_json(property: &PropertyDef) -> bool {
    matches!(property.kind, PropertyKind::Value(Datatype::Json, _))
}

#[track_caller]
fn names_violation(answer: &Answer, property: &str) {
    let problem = answer.problem();
    let violations = problem["violations"].as_array().unwrap_or_else(|| panic!("no violations in {answer}"));
    assert!(
        violations.iter().any(|violation| violation["propertyPath"] == property),
        "{property} is not named in {answer}"
    );
}

enum Wrong {
    Value(Value),
    Absent,
}

fn wrong_values(property: &PropertyDef, method: Method) -> Vec<Wrong> {
    let (datatype, Limits { min_length, max_length, max_items, .. }) = match &property.kind {
        PropertyKind::Value(datatype, limits) => (*datatype, *limits),
        PropertyKind::One(_) => {
            let iris = ["nonsense", "http://elsewhere.example/customers/1", "/nowhere/1", "not an IRI"];
            return iris.into_iter().map(|iri| Wrong::Value(json!(iri))).collect();
        }
        PropertyKind::Many(_) => return Vec::new(),
    };
    let of_type = match datatype {
        Datatype::String => {
            vec![json!(7), json!(true), json!([["a"], 7]), json!("with\u{0}null"), json!("with\nbreak")]
        }
        Datatype::Boolean => vec![json!("yes"), json!(2), json!("True"), json!({"@id": "_:b"})],
        Datatype::DateTime => vec![
            json!("yesterday"),
            json!(0),
            json!("2026-01-01"),
            json!("2026-01-01 00:00:00Z"),
            json!("99999-01-01T00:00:00Z"),
        ],
        Datatype::Integer => vec![json!("one"), json!(1.5), json!(true), json!("1.0")],
        Datatype::NonNegativeInteger => vec![json!(-1), json!("-1"), json!(1.5)],
        // Any value is JSON; what else is asked of it is for the rules.
        Datatype::Json => Vec::new(),
    };
    let mut wrong: Vec<_> = of_type.into_iter().map(Wrong::Value).collect();
    if max_length < usize::MAX {
        wrong.push(Wrong::Value(json!("x".repeat(max_length + 1))));
    }
    if min_length > 0 {
        wrong.push(Wrong::Value(json!("x".repeat(min_length - 1))));
    }
    if let Some(most) = max_items {
        let one_too_many: Vec<_> = (0..=most).map(|number| format!("value {number}")).collect();
        wrong.push(Wrong::Value(json!(one_too_many)));
    }
    if property.required {
        wrong.push(Wrong::Value(Value::Null));
        if method == Method::Post || (method == Method::Put && !property.fixed) {
            wrong.push(Wrong::Absent);
        }
    }
    wrong
}
