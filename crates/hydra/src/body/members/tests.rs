use super::*;
use crate::body::document::CORE;
use crate::{Class, Collection, Link, Set};

crate::key! {
    /// The one owner.
    OwnerKey {}
    customer = |_| None
}

crate::key! {
    /// Which image.
    ImageKey { image: i64 }
    customer = |_| None
}

/// Whoever has images.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/", key = OwnerKey, label = "Owner")]
struct Owner {
    /// All of them.
    pub images: Link<Collection<Image>>,
}

/// An image.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/images/{image}", key = ImageKey, label = "Image")]
struct Image {
    /// Where it comes from.
    pub origin: Option<String>,
    /// A number.
    pub number1: Option<i64>,
    /// Words.
    pub tags: Set<String>,
}

const BASE: &str = "http://api.example";
const TARGET: &str = "http://api.example/images";

fn parse(body: &str, syntax: Syntax) -> Result<Vec<Body>, Refusal> {
    let api = Api::new(BASE, &[Owner::CLASS, Image::CLASS]);
    let ld = api.processor();
    parse_members(&api, &ld, Image::CLASS, body.as_bytes(), syntax, &Addressee::new(api.base(), TARGET))
}

/// Identities and members: what a list comes to.
fn read(body: &str, syntax: Syntax) -> Vec<(Option<String>, Json)> {
    let bodies = parse(body, syntax).unwrap_or_else(|why| panic!("{body}: {why}"));
    let members = |body: Body| body.members.into_iter().map(|(name, member)| (name, member.unwrap_or_else(Json::from)));
    bodies.into_iter().map(|mut body| (body.id.take(), members(body).collect())).collect()
}

fn two() -> Vec<(Option<String>, Json)> {
    vec![
        (Some(format!("{TARGET}/2")), json!({"origin": "http://x.example/2.jpg", "number1": 2})),
        (Some(format!("{TARGET}/1")), json!({"origin": "http://x.example/1.jpg", "number1": 1})),
    ]
}

/// The two members, with these terms.
fn members(id: &str, origin: &str, number: &str) -> Json {
    let member = |n: u32| json!({id: format!("{TARGET}/{n}"), origin: format!("http://x.example/{n}.jpg"), number: n});
    json!([member(2), member(1)])
}

#[test]
fn names_alone_say_what_a_list_means() {
    let plain = members("@id", "origin", "number1");
    let typed = |index: usize| {
        let mut member = plain[index].clone();
        member["@type"] = json!(["vocab:Image"]);
        member["@context"] = json!(format!("{BASE}/contexts/Image.jsonld"));
        member
    };
    for (what, body) in [
        ("a bare array", plain.clone()),
        ("member", json!({"member": plain})),
        ("hydra:member", json!({"hydra:member": plain})),
        ("members", json!({"members": plain})),
        ("a type", json!({"@type": "Collection", "member": plain})),
        ("a compact type", json!({"@type": "hydra:Collection", "member": plain})),
        ("a type of ours", json!({"@type": "vocab:ImageCollection", "member": plain})),
        ("two types", json!({"@type": ["Collection", "ImageCollection"], "member": plain})),
        ("an array around it", json!([{"@type": "Collection", "member": plain}])),
        (
            "all that a page says",
            json!({
                "@id": TARGET, "@type": "Collection", "totalItems": 2, "total_items": 2, "member": plain,
                "view": {"@id": "x", "@type": "PartialCollectionView"}, "hydra:view": null,
            }),
        ),
        ("Hydra's context", json!({"@context": CORE[0], "@type": "Collection", "member": plain})),
        ("Hydra's context, https", json!({"@context": CORE[1], "@type": "hydra:Collection", "member": plain})),
        ("Hydra's context in an array", json!({"@context": [CORE[0]], "member": plain})),
        ("our context", json!({"@context": format!("{BASE}/contexts/ImageCollection.jsonld"), "member": plain})),
        ("our context, relative", json!({"@context": [CORE[0], "/contexts/Image.jsonld"], "member": plain})),
        ("members with context and type", json!({"member": [typed(0), typed(1)]})),
        ("members with Hydra's context", {
            let mut list = plain.clone();
            list[0]["@context"] = json!(CORE[0]);
            list
        }),
    ] {
        assert_eq!(read(&body.to_string(), Syntax::JsonLd), two(), "{what}");
        assert_eq!(read(&body.to_string(), Syntax::MergePatch), two(), "{what}, as a merge patch");
    }
    let bodies = parse(&json!({"member": [typed(0)]}).to_string(), Syntax::JsonLd).expect("it is right");
    assert_eq!(bodies[0].types, ["Image"]);
}

#[test]
fn a_member_may_be_alone_or_be_no_more_than_its_iri() {
    let alone = json!({"@id": "/images/1", "tags": ["a"]});
    let expected = [(Some(format!("{TARGET}/1")), json!({"tags": ["a"]}))];
    assert_eq!(read(&json!({"member": alone}).to_string(), Syntax::JsonLd), expected);
    let named = [(Some(format!("{TARGET}/1")), json!({})), (Some(format!("{TARGET}/2")), json!({}))];
    for list in [json!([{"@id": "/images/1"}, {"@id": "/images/2"}]), json!(["/images/1", "/images/2"])] {
        assert_eq!(read(&json!({"member": list}).to_string(), Syntax::JsonLd), named);
        let ours = format!("{BASE}/contexts/Image.jsonld");
        let inline = json!({"@context": [ours, {"x": "http://x.example/"}], "member": list});
        assert_eq!(read(&inline.to_string(), Syntax::JsonLd), named);
    }
    let new = json!([{"origin": "http://x.example/1.jpg"}, {"@id": "_:b0", "origin": "http://x.example/1.jpg"}]);
    let expected = (None, json!({"origin": "http://x.example/1.jpg"}));
    assert_eq!(read(&new.to_string(), Syntax::JsonLd), [expected.clone(), expected]);
    assert_eq!(read("[]", Syntax::JsonLd), []);
    assert_eq!(read(r#"{"member": []}"#, Syntax::JsonLd), []);
}

#[test]
fn a_processor_reads_the_rest() {
    let plain = members("@id", "origin", "number1");
    let [origin, number] = ["origin", "number1"].map(|name| format!("{BASE}/vocab#Image/{name}"));
    let whole = members("@id", &origin, &number);
    let ours = format!("{BASE}/contexts/Image.jsonld");
    let reversed = |member: &Json| {
        let mut member = member.clone();
        member["@reverse"] = json!({"hydra:member": {"@id": ""}});
        member
    };
    let expanded = |n: u32| {
        json!({
            "@id": format!("{TARGET}/{n}"),
            "@type": [format!("{BASE}/vocab#Image")],
            origin.as_str(): [{"@value": format!("http://x.example/{n}.jpg")}],
            number.as_str(): [{"@value": n}],
        })
    };
    let both = json!([expanded(2), expanded(1)]);
    for (what, body) in [
        ("expanded", json!([{"@type": [COLLECTION], MEMBER: both}])),
        ("an array of expanded nodes", both.clone()),
        ("whole IRIs", json!({MEMBER: whole})),
        ("whole IRIs in plain members", json!({"member": whole})),
        ("a list", json!({"member": {"@list": plain}})),
        ("a list among values", json!({"@type": "Collection", "member": [{"@list": plain}]})),
        ("value objects", {
            let mut list = plain.clone();
            list[1]["origin"] = json!({"@value": "http://x.example/1.jpg"});
            json!({"member": list})
        }),
        ("value objects in a bare array", {
            let mut list = plain.clone();
            list[1]["origin"] = json!({"@value": "http://x.example/1.jpg"});
            list
        }),
        (
            "a context of its own",
            json!({"@context": {"from": origin, "n": number, "list": MEMBER}, "list": members("@id", "from", "n")}),
        ),
        (
            "an inline context that says what is implied in another way",
            json!({
                "@context": {"hydra": "http://www.w3.org/ns/hydra/core#", "member": "hydra:member", "origin": origin, "number1": number},
                "@type": "hydra:Collection",
                "member": plain,
            }),
        ),
        (
            "a prefix of its own",
            json!({
                "@context": [ours, {"h": "http://www.w3.org/ns/hydra/core#"}],
                "@type": "h:Collection",
                "h:member": plain,
            }),
        ),
        ("our context and another", json!({"@context": [ours, {"x": "http://x.example/"}], "hydra:member": plain})),
        ("another name for members beside what only a processor reads", json!({"x:y": 1, "members": plain})),
        ("said of each member", json!([reversed(&plain[0]), reversed(&plain[1])])),
        (
            "Hydra's context and another",
            json!({"@context": [CORE[0], {"from": origin}], "@type": "Collection", "member": members("@id", "from", "number1")}),
        ),
        (
            "aliases",
            json!({
                "@context": {"id": "@id", "list": MEMBER, "origin": origin, "number1": number},
                "list": members("id", "origin", "number1"),
            }),
        ),
        (
            "a graph",
            json!({"@graph": [{"@id": TARGET, "@type": "Collection", "member": [{"@id": "/images/2"}, "/images/1"]}, plain[1], plain[0]]}),
        ),
        (
            "a graph in Hydra's context",
            json!({"@context": CORE[0], "@graph": [{"@type": "Collection", "member": plain}]}),
        ),
        ("members with contexts of their own", {
            let mut list = members("@id", "from", "number1");
            list[0]["@context"] = json!([CORE[1], {"from": origin}]);
            list[1]["@context"] = json!({"from": origin});
            json!({"@context": CORE[0], "member": list})
        }),
    ] {
        assert_eq!(read(&body.to_string(), Syntax::JsonLd), two(), "{what}");
    }
}

#[test]
fn turtle_lists_in_its_order() {
    let vocab = format!("{BASE}/vocab#");
    let prefixes =
        format!("@prefix h: <http://www.w3.org/ns/hydra/core#> . @prefix i: <{vocab}Image/> . @prefix v: <{vocab}> .");
    let members = "<images/2> i:origin \"http://x.example/2.jpg\" ; i:number1 2 . \
        <images/1> a v:Image ; i:origin \"http://x.example/1.jpg\" ; i:number1 \"1\" .";
    for list in
        ["[] a h:Collection ; h:member <images/2>, <images/1> .", "<> h:member <images/2> ; h:member <images/1> ."]
    {
        for body in [format!("{prefixes} {list} {members}"), format!("{prefixes} {members} {list}")] {
            assert_eq!(read(&body, Syntax::Turtle), two(), "{body}");
        }
    }
    let blank = format!("{prefixes} [] h:member [ i:origin \"x\" ], <images/3> .");
    let expected = [(None, json!({"origin": "x"})), (Some(format!("{TARGET}/3")), json!({}))];
    assert_eq!(read(&blank, Syntax::Turtle), expected);
}

#[test]
fn what_lists_nothing_is_told_what_to_send() {
    for (syntax, body) in [
        (Syntax::JsonLd, ""),
        (Syntax::JsonLd, " \n"),
        (Syntax::Turtle, ""),
        (Syntax::JsonLd, "{}"),
        (Syntax::JsonLd, "7"),
        (Syntax::JsonLd, "null"),
        (Syntax::JsonLd, r#"{"origin": "http://x.example/1.jpg"}"#),
        (Syntax::JsonLd, r#"{"@type": "Collection", "totalItems": 1}"#),
        (Syntax::JsonLd, r#"{"member": null}"#),
        (Syntax::JsonLd, r#"{"member": 7}"#),
        (Syntax::JsonLd, r#"{"member": "x"}"#),
        (Syntax::JsonLd, r#"{"@type": "vocab:Owner", "member": []}"#),
        (Syntax::JsonLd, r#"{"@context": {"x": "http://x.example/"}, "x": 1}"#),
        (Syntax::JsonLd, r#"[{"http://www.w3.org/ns/hydra/core#member": [{"@value": 1}]}]"#),
        (Syntax::Turtle, "<> <http://x.example/> 1 ."),
        (Syntax::Turtle, "<> <http://www.w3.org/ns/hydra/core#member> 1 ."),
    ] {
        let refusal = parse(body, syntax).expect_err(body);
        assert!(refusal.contains(r#"send {"@type": "Collection", "member": [...]}"#), "{body}: {refusal}");
    }
    for (body, said) in [
        (r#"{"member": [{}, 7]}"#, "member[1] must be an object"),
        (r#"{"member": [[]]}"#, "member[0] must be an object"),
        (r#"{"member": [{"@type": 7}]}"#, "the body is not JSON-LD"),
        (r#"{"member": ["#, "the body is not JSON: "),
        (r#"[{"h:member": []}, {"@context": "http://elsewhere.example/x"}]"#, "http://elsewhere.example/x"),
        (r#"{"@context": "http://elsewhere.example/x", "member": []}"#, "http://elsewhere.example/x"),
        (
            r#"{"@context": ["http://www.w3.org/ns/hydra/context.jsonld", "http://elsewhere.example/x"], "member": []}"#,
            "http://elsewhere.example/x",
        ),
        (
            r#"{"member": [{"@context": "http://www.w3.org/ns/hydra/core"}]}"#,
            "http://www.w3.org/ns/hydra/core is not one",
        ),
        (r#"{"@graph": [{"@id": "a", "member": ["/x"]}, {"@id": "b", "member": ["/y"]}]}"#, "several collections"),
    ] {
        let refusal = parse(body, Syntax::JsonLd).expect_err(body);
        assert!(refusal.contains(said), "{body}: {refusal}");
    }
}
