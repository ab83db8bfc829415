//! Plain JSON is read by its names, without a processor. What that makes of a body is what expansion makes of it, for bodies of
//! every class.

use hydra::Processor;
use hydra::body::{Body, Refusal, Syntax, parse};
use hydra::{Addressee, Api, ClassDef};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use super::api;

const TARGET: &str = "http://localhost/customers/2/somewhere/1";
/// No short cut is taken where a body has a key that may be an IRI.
const ASIDE: &str = "urn:of:another";

/// Values that are one value, or may be taken for one.
fn simple() -> impl Strategy<Value = Value> {
    select(vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(1),
        json!(-1),
        json!(400),
        json!(400.0),
        json!(4e2),
        json!(-0.0),
        json!(1.5),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!("x"),
        json!("true"),
        json!("0"),
        json!("400"),
        json!("-7"),
        json!("1.5"),
        json!("9007199254740993"),
        json!("2026-01-31T12:00:00Z"),
        json!("2026-01-31T12:00:00"),
        json!("a@b.example"),
        json!("@x"),
        json!("@id"),
        json!("vocab:x"),
        json!("hydra:x"),
        json!("Collection"),
        json!("_:b"),
        json!("not an IRI"),
        json!("/customers/2/roles/a"),
        json!("../roles/a:b"),
        json!("http://localhost/customers/2/roles/a%3Ab"),
        json!("HTTP://LOCALHOST/customers/%32"),
        json!("http://elsewhere.example/customers/1"),
        json!(TARGET),
    ])
}

/// Values of a property, in every form that JSON-LD has for them, and in some that it has not.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => simple(),
        3 => vec(simple(), 0..3).prop_map(Value::from),
        1 => vec(vec(simple(), 0..2), 0..2).prop_map(Value::from),
        1 => simple().prop_map(|value| json!({"@value": value})),
        1 => vec(simple(), 0..3).prop_map(|values| json!({"@list": values})),
        1 => vec(simple(), 0..3).prop_map(|values| json!({"@set": values})),
        1 => simple().prop_map(|value| json!({"a": value, "member": [value]})),
        1 => select(vec![TARGET, "", "_:b", "http://localhost/customers/2"]).prop_map(|id| json!({"@id": id, "email": "x"})),
        1 => select(vec![TARGET, "_:b"]).prop_map(|id| json!([{"@type": ["x"], "view": {"@id": id, "name": "x"}}])),
    ]
}

/// Bodies of a class: its properties, controls that documents have, names that mean nothing.
fn body(class: &'static ClassDef) -> impl Strategy<Value = Value> {
    let own = class.properties.iter().map(|property| property.name);
    let others = ["view", "operation", "member", "totalItems", "nonsense", "Collection", "hydra", class.name];
    let names: Vec<&'static str> = own.chain(others).collect();
    let entries = vec((select(names), value()), 0..6);
    let id = select(vec![
        None,
        Some(TARGET),
        Some(""),
        Some("_:b"),
        Some("vocab:x"),
        Some("http://x.example/"),
        Some("@id"),
    ]);
    let types = select(vec![
        None,
        Some(json!(class.name)),
        Some(json!([format!("vocab:{}", class.name), "hydra:Resource"])),
        Some(json!(format!("/vocab#{}", class.name))),
        Some(json!("Elsewhere")),
        Some(json!([])),
    ]);
    let context = select(vec![
        None,
        Some(json!(format!("http://localhost/contexts/{}.jsonld", class.name))),
        Some(json!([format!("/contexts/{}.jsonld", class.name)])),
        Some(json!("http://www.w3.org/ns/hydra/context.jsonld")),
    ]);
    (entries, id, types, context).prop_map(|(entries, id, types, context)| {
        let mut body: Map<String, Value> = entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        body.extend(id.map(|id| ("@id".to_owned(), json!(id))));
        body.extend(types.map(|types| ("@type".to_owned(), types)));
        body.extend(context.map(|context| ("@context".to_owned(), context)));
        Value::Object(body)
    })
}

/// What a body comes to: who it is, of what classes, and what it gives for each property that it can set.
fn read(api: &Api, ld: &Processor, class: &ClassDef, body: &Value) -> Result<Value, Refusal> {
    let place = Addressee::new(api.base(), TARGET);
    let Body { id, mut types, members, .. } =
        parse(api, ld, class, body.to_string().as_bytes(), Syntax::JsonLd, &place)?;
    types.retain(|name| name == class.name || class.sub_class_of == Some(name.as_str()));
    let writable = |name: &String| class.property(name).is_some_and(|property| property.writable);
    let given: Map<_, _> = members
        .into_iter()
        .filter(|(name, _)| writable(name))
        .map(|(name, member)| {
            (name, member.map_or_else(|what| json!({"wrong": what}), |value| json!({"right": value})))
        })
        .collect();
    Ok(json!({"id": id, "types": types, "given": given}))
}

#[test]
fn the_short_cut_says_what_expansion_says() {
    let api = api();
    let ld = api.processor();
    let (mut right, mut wrong) = (0, 0);
    for class in vocab::CLASSES.iter().filter(|class| class.properties.iter().any(|property| property.writable)) {
        let mut runner = TestRunner::new_with_rng(
            Config { cases: 48, failure_persistence: None, ..Config::default() },
            proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
        );
        let outcome = runner.run(&body(class), |body| {
            let mut whole = body.clone();
            whole[ASIDE] = json!("x");
            let (short, long) = (read(&api, &ld, class, &body), read(&api, &ld, class, &whole));
            // What says nothing but that is told so.
            if let (Ok(short), Ok(long)) = (&short, &long) {
                prop_assert_eq!(short, long, "{}: {}", class.name, body);
            } else {
                let says_nothing =
                    |read: &Result<Value, Refusal>| read.as_ref().is_err_and(|why| why.contains("says nothing"));
                prop_assert!(
                    short.is_err() == long.is_err() || says_nothing(&short),
                    "{}: {}: {:?} {:?}",
                    class.name,
                    body,
                    short,
                    long
                );
            }
            Ok(())
        });
        match outcome {
            Ok(()) => right += 1,
            Err(error) => {
                wrong += 1;
                println!("{error}");
            }
        }
    }
    assert!(right > 20 && wrong == 0, "{wrong} of {} classes are read in two ways", right + wrong);
}

/// Each context that is published is one that a body of each class may have, however it is written.
#[test]
fn every_published_context_is_understood_in_every_form() {
    let api = api();
    let ld = api.processor();
    let takes_body = |class: &&&ClassDef| class.properties.iter().any(|property| property.writable);
    let classes: Vec<_> = vocab::CLASSES.iter().filter(takes_body).collect();
    let mut turn = 0;
    for (name, context) in api.contexts() {
        let (iri, inline) = (api.context_iri(name), context["@context"].clone());
        let more = json!({"also": "http://x.example/also"});
        // Every class with the context that is its own, and with those of the others in turn.
        turn += 1;
        let own = |class: &&&&ClassDef| *name == class.name || *name == format!("{}Collection", class.name);
        let some = classes
            .iter()
            .filter(own)
            .chain([&classes[turn % classes.len()], &classes[(turn * 7 + 3) % classes.len()]]);
        for class in some {
            let property = class.properties.iter().find(|property| property.writable).expect("it takes a body");
            let meant = format!("{}{}/{}", api.vocab(), class.name, property.name);
            let node = |context: Option<Value>| {
                let mut node = json!({"also": "x", meant.as_str(): {"@value": "x"}});
                if let Some(context) = context {
                    node["@context"] = context;
                }
                node
            };
            for (form, body) in [
                ("an address", node(Some(json!(iri)))),
                ("a relative address", node(Some(json!(format!("/contexts/{name}.jsonld"))))),
                ("an array", node(Some(json!([iri])))),
                ("more terms", node(Some(json!([iri, more])))),
                ("terms before it", node(Some(json!([more, iri])))),
                ("inline", node(Some(inline.clone()))),
                ("inline with more", node(Some(json!([inline, more])))),
                ("twice", node(Some(json!([iri, iri])))),
                ("by its address and inline", node(Some(json!([iri, inline])))),
                ("inline twice", node(Some(json!([inline, inline])))),
                ("taken back", node(Some(json!([iri, null])))),
                ("imported", node(Some(json!({"@version": 1.1, "@import": iri, "also": "http://x.example/also"})))),
                ("a graph", json!({"@context": iri, "@graph": [node(None)]})),
                ("a graph of which each node has it", json!({"@context": iri, "@graph": [node(Some(json!(iri)))]})),
                ("a graph, inline", json!({"@context": inline, "@graph": [node(Some(inline.clone()))]})),
                ("an array of nodes", json!([node(Some(json!(iri)))])),
                ("beside the context of its class", node(Some(json!([api.class(class.name).context, iri])))),
            ] {
                let read = parse(
                    &api,
                    &ld,
                    class,
                    body.to_string().as_bytes(),
                    Syntax::JsonLd,
                    &Addressee::new(api.base(), TARGET),
                );
                let body = read.unwrap_or_else(|why| panic!("{} in the context {name}, as {form}: {why}", class.name));
                assert!(body.members.contains_key(property.name), "{} in the context {name}, as {form}", class.name);
            }
        }
    }
}
