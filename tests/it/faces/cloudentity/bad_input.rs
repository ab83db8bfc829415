//! Whatever is sent to whichever operation: an answer that says what is wrong, and never a fault of ours.

use cloudentity::paths;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::stage::{Stage, Who, on_stage};
use crate::support::nesting::{a_third, values};

/// Texts that somebody might put where an identifier, a field or a value belongs.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "ACME",
            "cid::ACME",
            "cid::",
            "cid::'; DROP TABLE customer; --",
            "uid::boss",
            "any::%",
            "*",
            "%",
            "_",
            "\\",
            "cid",
            "-cid",
            "cid:*",
            "status:active",
            "99999999999999999999",
            "-1",
            "0",
            "../..",
            ".",
            "true",
            "null",
            "ADMIN_GET_CUSTOMER",
            "SUPER_ADMIN",
            "\u{202e}",
            "é",
            "\u{0}",
            "\u{1f600}",
            "'",
            "\"",
            "1e999",
        ])
        .prop_map(String::from),
        "\\PC{0,12}",
        any::<String>(),
    ]
}

/// What the bodies of this face have.
const MEMBERS: &[&str] = &[
    "cid",
    "customerAlias",
    "customerName",
    "eulaRevision",
    "status",
    "mfaMethod",
    "adminEmails",
    "metadata",
    "customerDomains",
    "allowPublicRegistration",
    "group",
    "organizations",
    "revision",
    "customers",
    "x",
];

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<f64>().prop_map(|number| serde_json::json!(number).to_string()),
        word().prop_map(|text| serde_json::json!(text).to_string()),
    ];
    let member = prop::sample::select(MEMBERS);
    leaf.prop_recursive(3, 24, 6, move |inner| {
        let object = prop::collection::vec((member.clone(), inner.clone()), 0..6).prop_map(|members| {
            let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
            format!("{{{}}}", members.join(","))
        });
        let array = prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(",")));
        prop_oneof![3 => object, 1 => array]
    })
}

/// As it goes into an address.
fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

on_stage!(nothing_that_is_sent_is_a_fault_of_ours, async |mut stage: Stage| {
    stage.key("ACME", "boss").await;
    let paths: Vec<_> = paths().collect();
    let body = prop_oneof![3 => json(), 1 => any::<String>(), 1 => Just(String::new())];
    let query =
        prop::collection::vec((prop::sample::select(vec!["filter", "sort", "limit", "offset", "x"]), word()), 0..4);
    let whole =
        (prop::sample::select((0..paths.len()).collect::<Vec<_>>()), prop::collection::vec(word(), 2), query, body);
    let mut runner = TestRunner::deterministic();
    for round in 0..400 {
        let (place, words, query, body) = whole.new_tree(&mut runner).expect("there is one").current();
        let (_, path, operation) = &paths[place];
        let mut words = words.iter().map(|word| escaped(word)).filter(|word| !word.is_empty());
        let path: Vec<_> = path
            .trim_start_matches("/api")
            .split('/')
            .map(|part| if part.starts_with('{') { words.next().unwrap_or_else(|| "x".into()) } else { part.into() })
            .collect();
        let query: Vec<_> = query.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        let target = format!("{}?{}", path.join("/"), query.join("&"));
        let who = [Who::User("root"), Who::User("clerk"), Who::Service("x"), Who::Customer("ACME")][round % 4];
        let answer = stage.quietly(who, operation.method.name(), &target, &body).await;
        assert!(answer.status < 500, "{body}\n{answer}");
        if answer.status >= 400 {
            assert!(answer.json()["code"].is_string(), "{answer}");
        }
    }
});

on_stage!(a_body_is_answered_however_deeply_it_is_nested, async |stage: Stage| {
    for (turn, (_, path, operation)) in paths().enumerate() {
        let path = path.trim_start_matches("/api").replace("{id}", "cid::ACME");
        for value in a_third(turn, values()) {
            let said: Vec<_> = MEMBERS.iter().map(|member| format!("\"{member}\":{value}")).collect();
            for body in said.iter().map(|one| format!("{{{one}}}")).chain([format!("{{{}}}", said.join(",")), value]) {
                let answer = stage.quietly(Who::User("root"), operation.method.name(), &path, &body).await;
                assert!(answer.status < 500, "{answer}");
            }
        }
    }
    stage.quietly(Who::User("root"), "GET", "/customer/cid::OTHER", "").await.expect(200);
});
