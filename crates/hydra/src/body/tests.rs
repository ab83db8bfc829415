use serde_json::{Value as Json, json};

use super::*;
use crate::value::JsonLiteral;
use crate::{Chosen, ChosenSet, Class, Set, Timestamp};

crate::key! {
    /// Which thing.
    ThingKey { thing: String }
    customer = |_| None
}

/// One of each kind of property.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/things/{thing}", key = ThingKey, label = "Thing")]
struct Thing {
    /// A text.
    pub text: Option<String>,
    /// Texts.
    pub texts: Set<String>,
    /// A truth.
    pub flag: bool,
    /// A number.
    pub number: Option<i64>,
    /// Numbers.
    pub numbers: Set<u64>,
    /// An instant.
    pub date: Option<Timestamp>,
    /// Anything.
    pub json: Option<JsonLiteral>,
    /// Another thing.
    pub friend: Option<Chosen<Thing>>,
    /// Other things.
    pub friends: ChosenSet<Thing>,
}

const BASE: &str = "http://api.example";
const TARGET: &str = "http://api.example/things/a%3Ab";
const T: &str = "http://api.example/vocab#Thing/";
const PREFIXES: &str = "@prefix t: <http://api.example/vocab#Thing/> . @prefix x: <http://www.w3.org/2001/XMLSchema#> . \
    @prefix r: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .";

fn parsed(body: &str, syntax: Syntax) -> Result<Body, Refusal> {
    let api = Api::new(BASE, &[Thing::CLASS]);
    parse(&api, &api.processor(), Thing::CLASS, body.as_bytes(), syntax, &Addressee::new(api.base(), TARGET))
}

/// What a body says of the properties of the class, or why not, property by property.
fn members(body: &str, syntax: Syntax) -> Json {
    let body = parsed(body, syntax).unwrap_or_else(|why| panic!("{body}: {why}"));
    let known = body.members.into_iter().filter(|(name, _)| Thing::CLASS.property(name).is_some());
    known.map(|(name, member)| (name, member.unwrap_or_else(|what| json!({"wrong": what})))).collect()
}

fn json_ld(body: &Json) -> Json {
    members(&body.to_string(), Syntax::JsonLd)
}

fn turtle(statements: &str) -> Json {
    members(&format!("{PREFIXES} {statements}"), Syntax::Turtle)
}

fn says(body: &Json, property: &str) -> Json {
    let mut all = json_ld(body);
    all[property].take()
}

#[test]
fn a_node_is_no_literal() {
    for property in
        Thing::CLASS.properties.iter().filter(|property| !matches!(property.kind, crate::PropertyKind::One(_)))
    {
        let (name, iri) = (property.name, format!("{T}{}", property.name));
        for node in [json!({"@id": "http://x.example/"}), json!({"@id": "_:b"}), json!({"@type": "http://x.example/"})]
        {
            // Of what is JSON and nothing else our context makes a JSON literal.
            let mut forms = vec![json!([{iri.as_str(): [node]}]), json!({iri.as_str(): node})];
            forms.push(json!({"@context": {"p": iri}, "p": {"@set": [node]}}));
            forms.push(json!({"@context": {"p": {"@id": iri, "@type": "@id"}}, "p": "http://x.example/"}));
            forms.push(json!({"@context": {"p": {"@id": iri, "@type": "@vocab"}}, "p": "p"}));
            if name != "json" {
                forms.push(json!({name: node}));
            }
            for form in forms {
                let said = says(&form, name)["wrong"].to_string();
                assert!(said.contains("not a node"), "{form}: {said}");
            }
        }
        for object in ["<http://x.example/>", "_:b", "[ t:text \"x\" ]"] {
            let all = turtle(&format!("<> t:{name} {object} ."));
            assert!(all[name]["wrong"].to_string().contains("not a node"), "{object}: {all}");
        }
    }
    for blank in [json!({"@id": "_:b"}), json!({"@type": "http://x.example/"}), json!("_:b")] {
        assert!(says(&json!({"friend": blank}), "friend")["wrong"].is_string());
    }
}

#[test]
fn a_list_is_its_members() {
    let both = json!(["a", "b"]);
    let iri = format!("{T}texts");
    for body in [
        json!({"texts": {"@list": both}}),
        json!({"texts": [{"@list": both}]}),
        json!({"texts": {"@list": [{"@value": "a"}, "b"]}}),
        json!([{iri.as_str(): [{"@list": [{"@value": "a"}, {"@value": "b"}]}]}]),
        json!({"@context": {"p": {"@id": iri, "@container": "@list"}}, "p": both}),
        json!({"texts": {"rdf:first": "a", "rdf:rest": {"rdf:first": "b", "rdf:rest": {"@id": "rdf:nil"}}}}),
    ] {
        assert_eq!(says(&body, "texts"), both, "{body}");
    }
    assert_eq!(turtle("<> t:texts (\"a\" \"b\") ."), json!({"texts": both}));
    assert_eq!(turtle("<> t:texts _:l . _:l r:first \"a\" ; r:rest (\"b\") ."), json!({"texts": both}));
    assert_eq!(
        turtle("<> t:friends (<c> <d>) ; t:numbers (1 2) ; t:text (\"x\") ."),
        json!({
            "friends": [format!("{BASE}/things/c"), format!("{BASE}/things/d")], "numbers": [1, 2], "text": "x",
        })
    );
    for (body, empty) in [
        (json!({"texts": {"@list": []}}), json!([])),
        (json!({"text": {"@list": []}}), Json::Null),
        (json!({"texts": []}), json!([])),
        (json!({"texts": [], "x:y": 1}), json!([])),
        (json!([{iri.as_str(): []}]), json!([])),
        (json!({"texts": {"@id": "rdf:nil"}}), json!([])),
    ] {
        let name = if body.get("text").is_some() { "text" } else { "texts" };
        assert_eq!(says(&body, name), empty, "{body}");
    }
    assert_eq!(turtle("<> t:texts () ."), json!({"texts": []}));
    for broken in [
        "_:l . _:l r:first \"a\"",
        "_:l . _:l r:first \"a\" ; r:rest _:l",
        "((\"a\"))",
        "_:l . _:l r:first \"a\", \"b\" ; r:rest ()",
    ] {
        let all = turtle(&format!("<> t:texts {broken} ."));
        assert!(all["texts"]["wrong"].is_string(), "{broken}: {all}");
    }
}

#[test]
fn a_literal_keeps_its_type() {
    let text = |object: &str, property: &str| turtle(&format!("<> t:{property} {object} ."))[property].clone();
    for (object, property, value) in [
        ("\"x\"", "text", json!("x")),
        ("\"x\"^^x:token", "text", json!("x")),
        ("true", "flag", json!(true)),
        ("\"0\"^^x:boolean", "flag", json!(false)),
        ("\"true\"", "flag", json!(true)),
        ("+05", "number", json!(5)),
        ("\"-3\"^^x:short", "number", json!(-3)),
        ("\"9223372036854775807\"^^x:long", "number", json!(i64::MAX)),
        ("\"2020-01-01T00:00:00Z\"^^x:dateTime", "date", json!("2020-01-01T00:00:00Z")),
        ("5", "json", json!(5)),
        ("true", "json", json!(true)),
        ("\"5\"", "json", json!("5")),
        ("1.5", "json", json!(1.5)),
        ("\"{\\\"a\\\":[1]}\"^^r:JSON", "json", json!({"a": [1]})),
        ("<c>", "friend", json!(format!("{BASE}/things/c"))),
        ("\"/things/c\"", "friend", json!("/things/c")),
    ] {
        assert_eq!(text(object, property), value, "{object}");
    }
    for (object, property) in [
        ("5", "text"),
        ("true", "text"),
        ("\"x\"@en", "text"),
        ("\"2020-01-01\"^^x:date", "text"),
        ("\"x\"^^x:anyURI", "text"),
        ("1.0", "number"),
        ("4e2", "number"),
        ("\"300\"^^x:byte", "number"),
        ("\"-1\"^^x:nonNegativeInteger", "number"),
        ("\"2020-01-01\"^^x:date", "date"),
        ("1", "date"),
        ("\"{\"^^r:JSON", "json"),
        ("\"x\"@en", "json"),
        ("\"2020-01-01\"^^x:date", "json"),
        ("9007199254740993", "json"),
        ("5", "friend"),
    ] {
        let body = parsed(&format!("{PREFIXES} <> t:{property} {object} ."), Syntax::Turtle).expect("it is Turtle");
        let wrong = crate::read::<Thing>(body, crate::Purpose::Change(TARGET), false).expect_err(object);
        assert_eq!(wrong[0].property_path, property, "{object}");
    }
    for (property, value, datatype) in [
        ("number", json!(5), "xsd:double"),
        ("number", json!(5), "@json"),
        ("flag", json!(true), "@json"),
        ("text", json!("x"), "@json"),
        ("texts", json!(["x"]), "@json"),
        ("date", json!("2020-01-01T00:00:00Z"), "xsd:date"),
    ] {
        let said = says(&json!({property: {"@value": value, "@type": datatype}}), property);
        assert!(said["wrong"].to_string().contains("not a literal of"), "{property}: {said}");
    }
    for (number, is_whole) in
        [("400.0", true), ("4e2", true), ("-0.0", true), ("1.5", false), ("9007199254740993.0", false)]
    {
        for body in [format!("{{\"number\": {number}}}"), format!("[{{\"{T}number\": [{{\"@value\": {number}}}]}}]")] {
            let read = members(&body, Syntax::JsonLd)["number"].as_i64();
            assert_eq!(read.is_some(), is_whole, "{body}");
        }
    }
}

#[test]
fn the_same_statement_twice_is_one() {
    let twice = json!([{"@id": TARGET, format!("{T}text"): [{"@value": "x"}, {"@value": "x"}]}]);
    assert_eq!(says(&twice, "text"), "x");
    assert_eq!(says(&json!({"text": ["x", "x"]}), "text"), "x");
    let graph = json!({"@graph": [{"@id": TARGET, "text": "x"}, {"@id": "./a:b", "text": "x", "json": {"a": 1}}, {"@id": "", "json": {"a": 1}}]});
    assert_eq!(json_ld(&graph), json!({"text": "x", "json": {"a": 1}}));
    assert_eq!(
        turtle("<> t:text \"x\" . <> t:text \"x\" ; t:flag true, \"1\"^^x:boolean ."),
        json!({"text": "x", "flag": true})
    );
    for two in [
        json!({"text": ["x", "y"]}),
        json!([{format!("{T}json"): [{"@value": 1, "@type": "@json"}, {"@value": 2, "@type": "@json"}]}]),
    ] {
        assert!(json_ld(&two).to_string().contains("must have one value; this has 2"), "{two}");
    }
}

#[test]
fn a_context_of_its_own_stands_alone() {
    for body in [
        json!({"@context": {"flag": format!("{T}flag"), "text": format!("{T}text")}, "flag": "false", "text": "x"}),
        json!({"@context": {"title": "http://purl.org/dc/terms/title", "m": format!("{T}text")}, "title": "y", "m": "x"}),
        json!({"@context": null, format!("{T}text"): "x"}),
        json!({"@context": [null], format!("{T}text"): "x"}),
        json!({"@context": {"@vocab": T}, "text": "x"}),
        json!({"@context": {"member": format!("{T}text")}, "member": "x"}),
        json!([{"@context": {"hydra": T}, "hydra:text": "x"}]),
        json!({"@context": {"kind": "@type"}, "kind": format!("{BASE}/vocab#Thing"), format!("{T}text"): "x"}),
        json!({"@id": "http://x.example/", "x:y": 1, "@included": {"@context": {"text": format!("{T}text"), "i": "@id"}, "i": TARGET, "text": "x"}}),
    ] {
        assert_eq!(says(&body, "text"), "x", "{body}");
    }
    let other = json!({"@context": {"text": "http://x.example/", "n": format!("{T}number")}, "text": "y", "flag": true, "n": 1});
    assert_eq!(json_ld(&other), json!({"number": 1}));
    // Null clears what can be cleared, whatever the context, and whatever else is there.
    for body in [
        json!({"text": null}),
        json!({"text": null, "x:y": 1}),
        json!({"text": {"@value": null}}),
        json!({"@context": {"p": format!("{T}text")}, "p": null}),
        json!({"@context": {"p": {"@id": format!("{T}text"), "@type": "@id"}}, "p": null}),
        json!({"@context": [format!("{BASE}/contexts/Thing.jsonld"), {"y": "x:y"}], "text": null, "y": 1}),
        json!({"@nest": {"text": null}}),
        json!([{format!("{T}text"): null}]),
        json!({"text": []}),
        json!({"text": [null]}),
    ] {
        assert_eq!(json_ld(&body), json!({"text": null}), "{body}");
    }
    assert_eq!(says(&json!({"json": {"a": null, "b": [null]}, "x:y": 1}), "json"), json!({"a": null, "b": [null]}));
    assert_eq!(json_ld(&json!({"flag": null, "x:y": 1})), json!({"flag": null}));
    assert_eq!(json_ld(&json!({"@context": {"@vocab": T}, "flag": null, "text": "x"})), json!({"text": "x"}));
}

#[test]
fn statements_are_read_in_their_direction_and_in_their_graph() {
    let of_friend = json!({"@id": "c", "@reverse": {format!("{T}friend"): {"@id": ""}}});
    assert_eq!(json_ld(&of_friend), json!({"friend": format!("{BASE}/things/c")}));
    let term = json!({"@context": {"of": {"@reverse": format!("{T}friend"), "@type": "@id"}}, "@id": "c", "of": ""});
    assert_eq!(json_ld(&term), json!({"friend": format!("{BASE}/things/c")}));
    let typed = json!({"@id": "./a:b", "text": "x", "rdf:type": {"@id": "vocab:Thing"}});
    assert_eq!(parsed(&typed.to_string(), Syntax::JsonLd).expect("it is right").types, ["Thing"]);
    for elsewhere in [
        json!({"@id": "http://x.example/g", "@graph": [{"@id": TARGET, "text": "x"}], "x:y": 1}),
        json!({"@id": TARGET, "@graph": [{"@id": TARGET, "text": "x"}], "x:y": 1}),
        json!({"@id": TARGET, "x:y": {"@graph": [{"@id": TARGET, "text": "x"}]}}),
    ] {
        assert_eq!(json_ld(&elsewhere), json!({}), "{elsewhere}");
    }
    let aside =
        json!({"@id": "", "text": "x", "left": {"@id": TARGET, "number": 1}, "view": {"@id": "./a:b", "number": 2}});
    assert_eq!(json_ld(&aside), json!({"text": "x", "number": 2}));
    // To lead to the target is to say nothing of it.
    let itself = json!({"friend": "./a:b", "text": "x", "x:y": 1});
    assert_eq!(json_ld(&itself), json!({"friend": TARGET, "text": "x"}));
    let alone = json!({"@id": "_:b", "texts": ["x"], "x:y": {"@id": "_:b"}});
    assert_eq!(json_ld(&alone), json!({"texts": ["x"]}));
    // Who speaks of the target and of somebody without a name means two.
    let two = json!({"text": "x", "view": {"@id": "./a:b", "number": 2}}).to_string();
    assert!(parsed(&two, Syntax::JsonLd).is_err_and(|why| why.contains("several nodes")));
    assert!(parsed(&format!("{PREFIXES} [] t:text \"x\" . <> t:number 2 ."), Syntax::Turtle).is_err());
}

#[test]
fn what_is_to_be_made_is_the_empty_reference() {
    let api = Api::new(BASE, &[Thing::CLASS]);
    let (ld, addressee) = (api.processor(), Addressee::in_collection(api.base(), "http://api.example/things"));
    let read = |body: &str, syntax| parse(&api, &ld, Thing::CLASS, body.as_bytes(), syntax, &addressee).expect(body);
    for (body, syntax) in [
        ("{\"@id\": \"\", \"text\": \"x\"}", Syntax::JsonLd),
        ("{\"@id\": \"\", \"text\": \"x\", \"x:y\": 1}", Syntax::JsonLd),
        ("{\"@id\": \"_:b\", \"text\": \"x\"}", Syntax::JsonLd),
        ("\u{feff}{\"text\": \"x\"}", Syntax::JsonLd),
        ("\u{feff}<> <http://api.example/vocab#Thing/text> \"x\" .", Syntax::Turtle),
        ("<> <http://api.example/vocab#Thing/text> \"x\" . <http://x.example/> <x:y> 1 .", Syntax::Turtle),
    ] {
        let body = read(body, syntax);
        assert_eq!((body.id, body.members.get("text")), (None, Some(&Ok(json!("x")))));
    }
    for body in [
        "{\"@id\": \"/things\", \"text\": \"x\"}",
        "{\"@id\": \"http://api.example/things/\", \"text\": \"x\", \"x:y\": 1}",
    ] {
        assert_eq!(read(body, Syntax::JsonLd).id.as_deref(), Some("http://api.example/things"));
    }
}

#[test]
fn whatever_spells_the_target_names_it() {
    for id in ["", "a:b", "a%3ab", "./a%3Ab", TARGET, "HTTP://API.example/things/x/../a:b/", "/thing%73/a%3Ab"] {
        for body in [json!({"@id": id, "text": "x"}), json!({"@id": id, "text": "x", "x:y": 1})] {
            // What has a colon in its first segment is no relative reference.
            let id = if id == "a:b" { "./a:b" } else { id };
            let mut body = body;
            body["@id"] = json!(id);
            assert_eq!(
                parsed(&body.to_string(), Syntax::JsonLd).expect("it is right").id.as_deref(),
                Some(TARGET),
                "{body}"
            );
        }
    }
    let two = turtle("<./a:b> t:text \"x\" . <HTTP://api.example/things/a%3Ab/> t:number 1 .");
    assert_eq!(two, json!({"text": "x", "number": 1}));
}

#[test]
fn names_that_mean_nothing_are_heard_of_whatever_else_is_there() {
    for body in [
        json!({"text": "x", "nonsense": 1}),
        json!({"text": "x", "nonsense": 1, "x:y": 1}),
        json!({"@context": format!("{BASE}/contexts/Thing.jsonld"), "text": {"@value": "x"}, "nonsense": {"a": 1}}),
    ] {
        let read = |strict| {
            let read = parsed(&body.to_string(), Syntax::JsonLd).expect("it is right");
            crate::read::<Thing>(read, crate::Purpose::Change(TARGET), strict)
        };
        assert!(read(false).is_ok(), "{body}");
        let wrong = read(true).expect_err("it is told");
        assert!(wrong.iter().any(|violation| violation.property_path == "nonsense"), "{body}");
    }
}
