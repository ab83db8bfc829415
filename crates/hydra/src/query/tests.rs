use super::*;
use crate::{ChosenSet, Class, Set};

crate::key! {
    /// Which thing.
    ThingKey { thing: i64 }
    customer = |_| None
}

/// A thing.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/things/{thing}", key = ThingKey, label = "Thing", json_query)]
struct Thing {
    /// A text.
    #[hydra(filter)]
    pub string1: Option<String>,
    /// A number.
    #[hydra(filter)]
    pub number1: Option<i64>,
    /// Whether.
    #[hydra(filter)]
    pub flag: bool,
    /// Texts.
    #[hydra(filter)]
    pub tags: Set<String>,
    /// Things.
    #[hydra(filter)]
    pub friends: ChosenSet<Thing>,
}

fn parse(pairs: &[(&str, &str)]) -> Result<Query, Vec<String>> {
    let raw = serde_urlencoded::to_string(pairs).expect("pairs of strings are a query");
    Query::parse(Thing::CLASS, BASE, &raw)
        .map_err(|violations| violations.into_iter().map(|violation| violation.message).collect())
}

const BASE: &str = "https://a.example";

fn thing(path: &str) -> Literal {
    Literal::Resource(Identifier::new(BASE, format!("{BASE}{path}")))
}

fn text(text: &str) -> Literal {
    Literal::Text(text.into())
}

#[test]
fn a_json_object_is_a_filter_for_each_of_its_members() {
    let q = r#"{"string1": "x", "number1": 7, "flag": true, "tags": ["a", "b"], "friends": "/things/1"}"#;
    let query = parse(&[("q", q)]).expect("it is right");
    let expected = [
        ("string1", text("x")),
        ("number1", Literal::Whole(7)),
        ("flag", Literal::Flag(true)),
        ("tags", text("a")),
        ("tags", text("b")),
        ("friends", thing("/things/1")),
    ];
    assert_eq!(query.filters, expected);
    assert_eq!(query.text, None);
    for number in ["7.0", "70e-1", "\"7\""] {
        let query = parse(&[("q", &format!("{{\"number1\": {number}}}"))]).expect("it is right");
        assert_eq!(query.filters, [("number1", Literal::Whole(7))], "{number}");
    }
    assert_eq!(parse(&[("q", r#"{"string1": null, "tags": "a"}"#)]).expect("null is nothing").filters.len(), 1);
}

#[test]
fn what_is_wrong_in_it_is_said_of_it() {
    for broken in ["x", "[]", "7", "{\"string1\": \"x\"", "null"] {
        let said = "q could not be parsed: must be the text of a JSON object such as {\"string1\": \"x\"}.";
        assert_eq!(parse(&[("q", broken)]), Err(vec![said.to_owned()]), "{broken}");
    }
    let said =
        parse(&[("q", r#"{"string9": 1, "string1": ["x"], "number1": {"a": 1}, "flag": "maybe", "tags": [[1]]}"#)])
            .expect_err("all of it is wrong");
    assert_eq!(said.len(), 5, "{said:?}");
    assert_eq!(said[0], "q cannot search by string9; its keys are: string1, number1, flag, tags, friends.");
    assert_eq!(said[1], "q has a wrong value: string1 must be a text, a number, true or false.");
    assert_eq!(said[3], "q has a wrong value: flag must be true or false.");
    assert!(said.iter().all(|said| said.starts_with("q ")), "{said:?}");
}

#[test]
fn several_values_add_up_where_there_can_be_several() {
    let query = parse(&[("tags", "a"), ("string1", "x"), ("tags", "b"), ("friends", "/things/1"), ("string1", "y")]);
    let expected = [("tags", text("a")), ("tags", text("b")), ("friends", thing("/things/1")), ("string1", text("y"))];
    assert_eq!(query.expect("it is right").filters, expected);
    let query = parse(&[("string1", "own"), ("q", r#"{"string1": "x", "tags": "a"}"#), ("tags", "b")]);
    let expected = [("tags", text("a")), ("string1", text("own")), ("tags", text("b"))];
    assert_eq!(query.expect("it is right").filters, expected);
}

#[test]
fn a_resource_goes_by_each_spelling_of_its_own_address_and_by_no_other() {
    let key = |named: &str| {
        let query = parse(&[("friends", named)]).expect("it is right");
        match query.filters.as_slice() {
            [("friends", Literal::Resource(named))] => named.key::<Thing>().map(|key| key.thing),
            other => panic!("{named}: {other:?}"),
        }
    };
    for ours in ["/things/1", "https://a.example/things/1", "HTTPS://A.example/%74hings/./1/"] {
        assert_eq!(key(ours), Some(1), "{ours}");
    }
    for others in [
        "https://b.example/things/1",
        "http://a.example/things/1",
        "https://a.example/more/things/1",
        "https://a.example.b.example/things/1",
        "//b.example/things/1",
        "/things/1?x",
        "/things/1#x",
        "/things/x",
    ] {
        assert_eq!(key(others), None, "{others}");
    }
    for wrong in ["\0", "/\0", "https://a.example/things/\0", "http://b.example/\u{1}"] {
        let said = parse(&[("friends", wrong)]);
        assert_eq!(said, Err(vec!["friends must not contain control characters.".to_owned()]), "{wrong:?}");
    }
    for other in ["1", "a name", "things/1", "urn:x"] {
        assert_eq!(parse(&[("friends", other)]).expect("it is right").filters, [("friends", text(other))]);
    }
}

#[test]
fn what_means_nothing_here_is_kept_apart() {
    let query = parse(&[("space", "1"), ("page", "2"), ("space", "2"), ("empty", "")]).expect("it is right");
    assert_eq!(query.others, [("space".into(), "1".into()), ("space".into(), "2".into())]);
    assert_eq!(query.page, 2);
}
