//! Images found by what is said of them.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::support::fixtures::Scene;
use crate::support::{Portico, each_database, link};

/// Properties that images are ordered by.
const ORDERS: &[&str] = &["id", "created", "string1", "string2", "string3", "number1", "number2", "number3"];

each_database!(images_are_found_by_what_is_said_of_them, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let client = &scene.owner;
    let space = client.post(link(&scene.customer, "spaces"), &json!({"name": "Found"})).await.expect(201).json();
    let images = link(&space, "images");
    let role = link(&scene.role, "@id");
    for (id, more) in [
        (
            "a",
            json!({"string1": "x", "string2": "3", "string3": "q", "number1": 5, "number2": 1, "number3": 0, "tags": ["red", "old"]}),
        ),
        (
            "b",
            json!({"string1": "y", "string2": "2", "string3": "q", "number1": 3, "number2": 1, "number3": 9, "tags": ["red"]}),
        ),
        (
            "c",
            json!({"string1": "x", "string2": "1", "string3": "r", "number1": 5, "number2": 2, "number3": 8, "roles": [role]}),
        ),
        ("d", json!({"string1": "z w", "number1": 1_000_000, "tags": ["old", "red", "torn"]})),
        ("e", json!({})),
    ] {
        let mut body = json!({"id": id, "origin": "https://images.example/1.jpg"});
        body.as_object_mut().expect("it is one").extend(more.as_object().expect("it is one").clone());
        portico.world.advance(chrono::Duration::seconds(1));
        client.post(images, &body).await.expect(201);
    }
    let address =
        |pairs: &[(&str, &str)]| reqwest::Url::parse_with_params(images, pairs).expect("it is an address").to_string();
    let named = async |pairs: &[(&str, &str)]| {
        let members = client.members(&address(pairs)).await;
        members.iter().map(|member| link(member, "id").to_owned()).collect::<Vec<_>>().concat()
    };
    let roles = json!({"roles": role}).to_string();
    for (pairs, found) in [
        (&[("string1", "x")][..], "ac"),
        (&[("string1", "x"), ("number2", "1")], "a"),
        (&[("number1", "5")], "ac"),
        (&[("number1", "3")], "b"),
        (&[("tags", "red")], "abd"),
        (&[("tags", "red"), ("tags", "old")], "ad"),
        (&[("tags", "red"), ("tags", "old"), ("tags", "torn")], "d"),
        (&[("tags", "none")], ""),
        (&[("id", "c")], "c"),
        (&[("roles", role)], "c"),
        (&[("q", r#"{"string1": "x"}"#)], "ac"),
        (&[("q", r#"{"string1": "x", "number2": 2}"#)], "c"),
        (&[("q", r#"{"string1": "z w"}"#)], "d"),
        (&[("q", r#"{"number1": "5"}"#)], "ac"),
        (&[("q", r#"{"tags": ["old", "torn"]}"#)], "d"),
        (&[("q", r#"{"tags": "torn"}"#)], "d"),
        (&[("q", &roles)], "c"),
        (&[("q", r#"{"id": "b", "string3": null}"#)], "b"),
        (&[("q", "{}")], "abcde"),
        (&[("q", r#"{"string1": "y"}"#), ("string1", "x")], "ac"),
        (&[("number1", "9223372036854775807")], ""),
    ] {
        assert_eq!(named(pairs).await, found, "{pairs:?}");
    }
    for order in ORDERS {
        for (parameter, descending) in [("orderBy", false), ("orderByDescending", true)] {
            let members = client.members(&address(&[(parameter, order), ("pageSize", "2")])).await;
            assert_eq!(members.len(), 5, "{order}");
            let in_order = members.is_sorted_by(|a, b| {
                let (a, b) = if descending { (&b[order], &a[order]) } else { (&a[order], &b[order]) };
                a.as_i64() <= b.as_i64() && a.as_str() <= b.as_str()
            });
            assert!(in_order, "{parameter}={order}: {members:?}");
        }
    }
    for pairs in [
        ("number1", "9223372036854775808"),
        ("number1", "many"),
        ("orderBy", "origin"),
        ("q", "string1=x"),
        ("q", "[]"),
        ("q", "{"),
        ("q", "7"),
        ("q", r#"{"string1": ["x"]}"#),
        ("q", r#"{"number1": [5]}"#),
        ("q", r#"{"number1": 5.5}"#),
        ("q", r#"{"number1": 1e300}"#),
        ("q", r#"{"number1": 99999999999999999999}"#),
        ("q", r#"{"string1": {}}"#),
        ("q", r#"{"tags": [["red"]]}"#),
        ("q", r#"{"colour": "red"}"#),
        ("q", "{\"string1\": \"\\u0000\"}"),
    ] {
        let answer = client.get(&address(&[pairs])).await.expect(400);
        assert_eq!(answer.wrong(), [pairs.0], "{answer}");
    }
});

/// What might be sent as `q`: texts, and objects that are nearly right.
fn queries() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let value = prop_oneof![
        4 => scalar.clone(),
        1 => prop::collection::vec(scalar, 0..5).prop_map(Value::from),
        1 => Just(json!({"a": []})),
    ];
    let names = [
        "id", "space", "tags", "roles", "string1", "string2", "string3", "number1", "number2", "number3", "created",
        "@id",
    ];
    let object = prop::collection::vec((prop::sample::select(names.to_vec()), value), 0..4).prop_map(|pairs| {
        Value::Object(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()).to_string()
    });
    prop_oneof![3 => object, 1 => any::<String>(), 1 => "[\\[\\]{}\":,a-z0-9\\\\]{0,40}"]
}

each_database!(no_query_breaks_the_service, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let mut runner = TestRunner::deterministic();
    for round in 0..200 {
        let query = queries().new_tree(&mut runner).expect("there is one").current();
        let all = if round % 2 == 0 { link(&scene.space, "images") } else { link(&scene.customer, "allImages") };
        let url = reqwest::Url::parse_with_params(all, [("q", &query)]).expect("it is an address");
        let answer = scene.owner.get(url.as_str()).await;
        assert!([200, 400, 414].contains(&answer.status), "{query}: {answer}");
        if answer.status != 200 {
            answer.problem();
        }
    }
});
