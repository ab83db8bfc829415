//! What a body says is the same in every syntax, and what cannot be meant is refused by the name of the property.

use hydra::{ClassDef, Datatype, Method, Payload, PropertyKind};
use serde_json::{Value, json};

use crate::conformance::{api, served};
use crate::support::fixtures::Scene;
use crate::support::{Answer, Client, Portico, each_database, link};

const LD: &str = "application/ld+json";
const TURTLE: &str = "text/turtle";

async fn send(client: &Client, method: &str, url: &str, media_type: &str, body: impl Into<Vec<u8>>) -> Answer {
    let request = client.request(method, url).header("content-type", media_type).body(body.into());
    client.send(request).await
}

#[track_caller]
fn blames(answer: &Answer, property: &str) {
    let problem = answer.problem();
    let paths: Vec<_> =
        problem["violations"].as_array().into_iter().flatten().map(|one| &one["propertyPath"]).collect();
    assert!(
        paths.iter().any(|path| path.as_str().is_some_and(|path| path.ends_with(property))),
        "{property}: {answer}"
    );
}

/// The properties whose values are literals.
fn literals(class: &'static ClassDef) -> impl Iterator<Item = (&'static str, bool)> {
    class.properties.iter().filter(|property| property.writable).filter_map(|property| match property.kind {
        PropertyKind::Value(_, limits) => Some((property.name, limits.is_address)),
        PropertyKind::One(_) | PropertyKind::Many(_) => None,
    })
}

each_database!(a_node_is_no_literal_and_changes_nothing, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let mut asked = 0;
    for class in served() {
        let takes = class.operation(Method::Patch).is_some_and(|patch| patch.expects == Payload::Itself);
        if !takes {
            continue;
        }
        let item = scene.of(class.name).await.expect("the fixtures have it");
        let before = scene.admin.get(&item.url).await.expect(200).body;
        for (name, _) in literals(class) {
            let property = format!("{}/vocab#{}/{name}", portico.url, class.name);
            for (media_type, body) in [
                (LD, json!([{property.as_str(): [{"@id": "_:b"}]}]).to_string()),
                (LD, json!({"@context": {"p": {"@id": property, "@type": "@id"}}, "p": "_:b"}).to_string()),
                (LD, json!({property.as_str(): {"@list": [{"@type": "http://x.example/"}]}}).to_string()),
                (TURTLE, format!("<> <{property}> [] .")),
                ("application/n-triples", format!("<{}> <{property}> _:b .", item.url)),
            ] {
                let answer = send(&scene.admin, "PATCH", &item.url, media_type, body).await.expect(400);
                blames(&answer, name);
                asked += 1;
            }
        }
        let after = scene.admin.get(&item.url).await.expect(200).body;
        assert_eq!(String::from_utf8_lossy(&before), String::from_utf8_lossy(&after), "{}", class.name);
    }
    assert!(asked > 50, "{asked}");
    let queue = link(&scene.customer, "queue");
    let member = json!({"id": "n", "space": scene.space["id"], "origin": "https://images.example/1.jpg", "string1": {"@id": "_:b"}});
    blames(&scene.owner.post(queue, &json!({"member": [member]})).await.expect(400), "member[0].string1");
});

each_database!(lists_are_their_members_wherever_values_are_read, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let space = link(&scene.space, "@id");
    let property = |name: &str| format!("{}/vocab#Space/{name}", portico.url);
    let role = link(&scene.role, "@id");
    let tags = property("defaultTags");
    let both = json!(["a", "b"]);
    for (media_type, body) in [
        (LD, json!({"defaultTags": {"@list": both}}).to_string()),
        (LD, json!({"@context": {"t": {"@id": tags, "@container": "@list"}}, "t": both}).to_string()),
        (LD, json!([{tags.as_str(): [{"@list": [{"@value": "a"}, {"@value": "b"}]}]}]).to_string()),
        (TURTLE, format!("<> <{tags}> (\"a\" \"b\") .")),
    ] {
        scene.owner.patch(space, &json!({"defaultTags": []})).await.expect(205);
        send(&scene.owner, "PATCH", space, media_type, body.clone()).await.expect(205);
        assert_eq!(scene.owner.get(space).await.json()["defaultTags"], both, "{body}");
    }
    scene.owner.put(space, &json!({"name": "Put", "defaultTags": {"@list": ["c"]}})).await.expect(200);
    assert_eq!(scene.owner.get(space).await.json()["defaultTags"], json!(["c"]));
    let roles = property("defaultRoles");
    for (media_type, body) in
        [(LD, json!({"defaultRoles": {"@list": [role]}}).to_string()), (TURTLE, format!("<> <{roles}> (<{role}>) ."))]
    {
        scene.owner.patch(space, &json!({"defaultRoles": []})).await.expect(205);
        send(&scene.owner, "PATCH", space, media_type, body).await.expect(205);
        assert_eq!(scene.owner.get(space).await.json()["defaultRoles"], json!([role]));
    }
    // To say that there is none is to say something, alone or not.
    for (media_type, body) in [
        (LD, json!([{tags.as_str(): []}]).to_string()),
        (LD, json!({"defaultTags": [], "ex:note": "x"}).to_string()),
        (TURTLE, format!("<> <{tags}> () .")),
    ] {
        scene.owner.patch(space, &json!({"defaultTags": ["keep"]})).await.expect(205);
        send(&scene.owner, "PATCH", space, media_type, body).await.expect(205);
        assert_eq!(scene.owner.get(space).await.json()["defaultTags"], json!([]));
    }
    let member = |id: &str| {
        format!(
            "[ <{0}id> \"{id}\" ; <{0}space> {1} ; <{0}origin> <https://images.example/1.jpg> ; <{0}tags> (\"a\" \"b\") ]",
            format_args!("{}/vocab#Image/", portico.url),
            scene.space["id"],
        )
    };
    let listed = format!("<> <http://www.w3.org/ns/hydra/core#member> ({} {}) .", member("l1"), member("l2"));
    let batch = send(&scene.owner, "POST", link(&scene.customer, "queue"), TURTLE, listed).await.expect(201).json();
    assert_eq!(batch["count"], 2);
});

each_database!(integers_are_the_same_however_they_are_written, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let space = link(&scene.space, "@id");
    for number in ["400.0", "4e2", "4E+2", "\"400\"", "\"+0400\"", "40000e-2"] {
        scene.owner.patch(space, &json!({"defaultMaxUnauthorised": -1})).await.expect(205);
        let body = format!("{{\"defaultMaxUnauthorised\": {number}}}");
        send(&scene.owner, "PATCH", space, "application/json", body).await.expect(205);
        assert_eq!(scene.owner.get(space).await.json()["defaultMaxUnauthorised"], 400, "{number}");
    }
    let image = link(&scene.image, "@id");
    for (sent, shown) in [
        ("9007199254740991", json!(9_007_199_254_740_991_i64)),
        ("9007199254740993", json!("9007199254740993")),
        ("\"9223372036854775807\"", json!("9223372036854775807")),
    ] {
        send(&scene.owner, "PATCH", image, "application/json", format!("{{\"number1\": {sent}}}")).await.expect(205);
        let document = scene.owner.get(image).await.expect(200).json();
        assert_eq!(document["number1"], shown);
        scene.owner.put(image, &document).await.expect(200);
        assert_eq!(scene.owner.get(image).await.json()["number1"], shown);
        let digits = sent.trim_matches('"');
        let all = link(&scene.customer, "allImages");
        for query in [format!("number1={digits}"), format!("q={{\"number1\":\"{digits}\"}}")] {
            let query = query.replace('{', "%7B").replace('}', "%7D").replace('"', "%22");
            assert_eq!(scene.owner.get(&format!("{all}?{query}")).await.expect(200).json()["totalItems"], 1, "{query}");
        }
        let turtle = scene.owner.get_as(image, TURTLE).await.expect(200);
        assert!(String::from_utf8_lossy(&turtle.body).contains(digits));
    }
    blames(
        &send(&scene.owner, "PATCH", image, "application/json", "{\"number1\": 9007199254740993.0}").await.expect(400),
        "number1",
    );
    let described =
        json!({"valueType": "integerType", "section": "look", "descriptions": {"english": "How many there are"}});
    let descriptors = format!("{}/propertyDescriptors/floors", portico.url);
    scene.admin.put(&descriptors, &described).await.expect(201);
    let floors = format!("{}/properties/floors", link(&scene.customer, "@id"));
    send(&scene.admin, "PUT", &floors, LD, "{\"value\": 4e0}").await.expect(200);
    assert_eq!(scene.admin.get(&floors).await.json()["value"], 4);
    send(&scene.admin, "PUT", &floors, LD, "{\"value\": 9007199254740993}").await.expect(400);
    send(&scene.admin, "PUT", &floors, LD, "{\"value\": \"9007199254740993\"}").await.expect(400);
});

each_database!(the_address_that_was_used_names_the_target, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let images = link(&scene.space, "images");
    for (name, canonical) in [
        ("a:b", "a%3Ab"),
        ("a%3ab", "a%3Ab"),
        ("c%40d,e;f", "c%40d%2Ce%3Bf"),
        ("g%7Eh!", "g~h%21"),
        ("i(j)'k", "i%28j%29%27k"),
    ] {
        let used = format!("{images}/{name}");
        let body = json!({"@id": used, "origin": "https://images.example/1.jpg"});
        let answer = scene.owner.put(&used, &body).await;
        assert!([200, 201].contains(&answer.status), "{answer}");
        assert_eq!(answer.id(), format!("{images}/{canonical}"));
        for id in [format!("{images}/{canonical}"), used.clone(), format!("{used}/"), String::new()] {
            for more in [json!({}), json!({"ex:note": "x"})] {
                let mut body = more;
                body["@id"] = json!(id);
                body["string1"] = json!("x");
                scene.owner.patch(&used, &body).await.expect(205);
            }
            let turtle = format!("<{id}> <{}/vocab#Image/string1> \"x\" .", portico.url);
            send(&scene.owner, "PATCH", &used, TURTLE, turtle).await.expect(205);
        }
    }
    let user = link(&scene.user, "@id");
    let upper = user.replacen("http://", "HTTP://", 1);
    for (used, id) in [
        (format!("{user}/"), format!("{user}/")),
        (user.to_owned(), upper),
        (format!("{user}?x=%7C"), format!("{user}?x=%7c")),
        (user.to_owned(), user.replace("/portalUsers", "/./portal%55sers")),
    ] {
        scene.owner.patch(&used, &json!({"@id": id, "mobile": "+4412"})).await.expect(205);
    }
    for other in [format!("{user}#me"), format!("{user}?x"), user.to_uppercase()] {
        blames(&scene.owner.patch(user, &json!({"@id": other, "mobile": "+4412"})).await.expect(400), "@id");
    }
    // And in links.
    let role = link(&scene.role, "@id");
    let spelled = role.replace("/roles/", "/r%6Fles/") + "/";
    scene.owner.patch(link(&scene.space, "@id"), &json!({"defaultRoles": [spelled, role]})).await.expect(205);
    assert_eq!(scene.owner.get(link(&scene.space, "@id")).await.json()["defaultRoles"], json!([role]));
});

each_database!(the_empty_reference_is_what_a_post_makes, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let mut made = 0;
    for site in api().collections() {
        let Some(post) = site.operation(Method::Post).filter(|post| post.expects == Payload::Itself) else { continue };
        let at = scene.collection(site.owner.name, site.property).await;
        let mut body = at.right.clone();
        let names_what_is_there = body.get("@id").is_some();
        if names_what_is_there {
            continue;
        }
        let client = scene.whoever_may(post);
        body["@id"] = json!(at.url);
        let answer = client.post(&at.url, &body).await;
        assert_eq!(answer.status, 400, "the collection is not what is made: {answer}");
        body["@id"] = json!("");
        let answer = client.post(&at.url, &body).await;
        assert!([200, 201].contains(&answer.status), "{answer}");
        made += 1;
    }
    assert!(made > 5, "{made}");
    let users = link(&scene.customer, "portalUsers");
    let email = format!("{}/vocab#PortalUser/email", portico.url);
    for (number, subject) in ["<>", "[]", "_:b"].iter().enumerate() {
        let predicate = format!("<{email}> \"post{number}@example.org\"");
        let body = if *subject == "[]" { format!("[ {predicate} ] .") } else { format!("{subject} {predicate} .") };
        send(&scene.owner, "POST", users, TURTLE, body).await.expect(201);
    }
});

each_database!(a_body_may_begin_with_a_byte_order_mark, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let user = link(&scene.user, "@id");
    let mobile = format!("{}/vocab#PortalUser/mobile", portico.url);
    for (media_type, body) in [
        ("application/json", json!({"mobile": "+441"}).to_string()),
        (LD, json!([{mobile.as_str(): "+441"}]).to_string()),
        ("application/merge-patch+json", json!({"mobile": "+441"}).to_string()),
        (TURTLE, format!("<> <{mobile}> \"+441\" .")),
        ("application/n-triples", format!("<{user}> <{mobile}> \"+441\" .")),
    ] {
        scene.owner.patch(user, &json!({"mobile": null})).await.expect(205);
        send(&scene.owner, "PATCH", user, media_type, format!("\u{feff}{body}")).await.expect(205);
        assert_eq!(scene.owner.get(user).await.json()["mobile"], "+441", "{media_type}");
    }
});

each_database!(what_is_documented_of_dates_is_taken, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let (mut asked, xsd) = (0, "http://www.w3.org/2001/XMLSchema#dateTime");
    let is_date = |kind: &PropertyKind| matches!(kind, PropertyKind::Value(Datatype::DateTime, _));
    for class in served().filter(|class| class.operation(Method::Patch).is_some()) {
        for property in class.properties.iter().filter(|property| property.writable && is_date(&property.kind)) {
            let url = scene.of(class.name).await.expect("the fixtures have it").url;
            let iri = format!("{}/vocab#{}/{}", portico.url, class.name, property.name);
            for (text, shown) in [
                ("2020-01-01T00:00:00", Some("2020-01-01T00:00:00Z")),
                ("2020-01-01T24:00:00Z", Some("2020-01-02T00:00:00Z")),
                ("2020-01-01T02:00:00.5+02:00", Some("2020-01-01T00:00:00.500Z")),
                ("2020-01-01 00:00:00Z", None),
                ("2020-01-01T23:59:60Z", None),
                ("2020-01-01t00:00:00z", None),
            ] {
                let plain = json!({property.name: text}).to_string();
                let turtle = format!("<> <{iri}> \"{text}\"^^<{xsd}> .");
                for (media_type, body) in [(LD, plain), (TURTLE, turtle)] {
                    let answer = send(&scene.admin, "PATCH", &url, media_type, body).await;
                    match shown {
                        None => blames(&answer.expect(400), property.name),
                        Some(shown) => {
                            answer.expect(205);
                            assert_eq!(scene.admin.get(&url).await.json()[property.name], shown);
                        }
                    }
                    asked += 1;
                }
            }
        }
    }
    assert!(asked > 0);
});

each_database!(statements_have_a_direction_and_are_made_once, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let queue = link(&scene.customer, "queue");
    let images = link(&scene.space, "images");
    let image = json!({
        "@id": format!("{images}/reversed"), "space": scene.space["id"], "origin": "https://images.example/1.jpg",
        "@reverse": {"http://www.w3.org/ns/hydra/core#member": {"@id": ""}},
    });
    assert_eq!(scene.owner.post(queue, &image).await.expect(201).json()["count"], 1);
    let user = link(&scene.user, "@id");
    let mobile = format!("{}/vocab#PortalUser/mobile", portico.url);
    for (media_type, body) in [
        (TURTLE, format!("<> <{mobile}> \"+441\" . <> <{mobile}> \"+441\" .")),
        (LD, json!([{"@id": user, mobile.as_str(): [{"@value": "+441"}, {"@value": "+441"}]}]).to_string()),
        (LD, json!({"mobile": ["+441", "+441"]}).to_string()),
        (LD, json!({"@id": user, "mobile": "+441", "@included": [{"@id": user, "mobile": "+441"}]}).to_string()),
    ] {
        scene.owner.patch(user, &json!({"mobile": null})).await.expect(205);
        send(&scene.owner, "PATCH", user, media_type, body.clone()).await.expect(205);
        assert_eq!(scene.owner.get(user).await.json()["mobile"], "+441", "{body}");
    }
    let two = json!({"mobile": ["+441", "+442"]});
    let said = scene.owner.patch(user, &two).await.expect(400).problem()["detail"].to_string();
    assert!(said.contains("one value"), "{said}");
    let elsewhere = json!({"@id": user, "@graph": [{"@id": user, "mobile": "+443"}], "ex:note": 1});
    scene.owner.patch(user, &elsewhere).await;
    assert_eq!(scene.owner.get(user).await.json()["mobile"], "+441", "what is said in another graph is said there");
});

each_database!(a_context_of_its_own_decides_alone, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let user = link(&scene.user, "@id");
    let p = |name: &str| format!("{}/vocab#PortalUser/{name}", portico.url);
    // A form that knows labels and IRIs, and has texts alone.
    let context = json!({"email": p("email"), "enabled": p("enabled"), "mobile": p("mobile"), "created": p("created")});
    let form = json!({
        "@context": context, "@type": format!("{}/vocab#PortalUser", portico.url),
        "enabled": "false", "mobile": "+4412", "created": null,
    });
    for body in [
        form,
        json!({"@context": {"title": "http://purl.org/dc/terms/title", "m": p("mobile"), "enabled": p("enabled")}, "title": "x", "m": "+4412", "enabled": false}),
        json!({"@context": null, p("mobile"): "+4412", p("enabled"): false}),
        json!({"@context": [format!("{}/contexts/Space.jsonld", portico.url), {"m": p("mobile"), "e": p("enabled")}], "m": "+4412", "e": "0"}),
    ] {
        scene.owner.patch(user, &json!({"mobile": null, "enabled": true})).await.expect(205);
        scene.owner.patch(user, &body).await.expect(205);
        let now: Value = scene.owner.get(user).await.json();
        assert_eq!((&now["mobile"], &now["enabled"]), (&json!("+4412"), &json!(false)), "{body}");
    }
    let ours = format!("{}/contexts/NamedQuery.jsonld", portico.url);
    let queries = link(&scene.customer, "namedQueries");
    for (number, context) in [json!(ours), json!([ours, {"also": "http://x.example/also"}])].iter().enumerate() {
        for (turn, wrap) in [false, true].into_iter().enumerate() {
            let query = json!({"name": format!("own-{number}-{turn}"), "template": "s1=p1"});
            let mut body = if wrap { json!({"@graph": [query]}) } else { query };
            body["@context"] = context.clone();
            scene.owner.post(queries, &body).await.expect(201);
        }
    }
});
