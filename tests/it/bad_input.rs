//! Whatever is sent: a clear 4xx, never a 5xx, nothing changed, nobody called.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::fixtures::Scene;
use crate::support::{Answer, Portico, each_database, link};

#[track_caller]
fn is_clear(answer: &Answer) {
    assert!((400..500).contains(&answer.status), "{answer}");
    let problem = answer.problem();
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{answer}");
}

each_database!(a_body_that_cannot_be_read_is_a_clear_4xx, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let users = link(&scene.customer, "portalUsers");
    let before = scene.owner.members(users).await;
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let objects = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    let blanks = format!("<x> <y> {}1{} .", "[ <z> ".repeat(50_000), "]".repeat(50_000));
    let wide = format!(
        "{{\"@context\":{{\"e\":\"{}/vocab#PortalUser/email\"}},\"e\":[{}1]}}",
        portico.url,
        "1,".repeat(20_000)
    );
    let json: &[(&str, Vec<u8>)] = &[
        ("nested arrays", nested.into_bytes()),
        ("nested objects", objects.into_bytes()),
        ("many values", wide.into_bytes()),
        ("invalid UTF-8", b"{\"email\":\"\xff\xfe\"}".to_vec()),
        ("lone surrogate", b"{\"email\":\"\\ud800\"}".to_vec()),
        ("half an object", b"{\"email\":".to_vec()),
        ("two objects", b"{} {}".to_vec()),
        ("a text", b"\"email\"".to_vec()),
        ("a number", b"1e400".to_vec()),
        ("huge number", b"{\"email\": 1e999999}".to_vec()),
        ("null", b"null".to_vec()),
        ("NUL", b"\0".to_vec()),
        ("empty array", b"[]".to_vec()),
        ("nothing", b"".to_vec()),
        ("a form", b"email=a%40b.example".to_vec()),
        ("context of a number", b"{\"@context\": 7, \"email\": \"a@b.example\"}".to_vec()),
        ("recursive context", b"{\"@context\": {\"@import\": \"x\"}, \"email\": \"a@b.example\"}".to_vec()),
        ("cyclic terms", b"{\"@context\": {\"a\": \"b:x\", \"b\": \"a:y\"}, \"a\": \"1\"}".to_vec()),
        ("id of a number", b"{\"@id\": 7, \"email\": \"a@b.example\"}".to_vec()),
        ("wrong id", b"{\"@id\": \"http://elsewhere.example/x\", \"email\": \"a@b.example\"}".to_vec()),
        ("wrong type", b"{\"@type\": \"vocab:Customer\", \"email\": \"a@b.example\"}".to_vec()),
        (
            "two nodes",
            format!(
                "[{{\"{0}\":\"a@b.example\"}},{{\"{0}\":\"c@d.example\"}}]",
                format_args!("{}/vocab#PortalUser/email", portico.url)
            )
            .into_bytes(),
        ),
    ];
    for (what, body) in json {
        let request =
            scene.owner.request("POST", users).header("content-type", "application/ld+json").body(body.clone());
        let answer = scene.owner.send(request).await;
        println!("{what}: {}", answer.status);
        is_clear(&answer);
    }
    for (what, body) in [
        ("nested nodes", blanks.as_str()),
        ("half a triple", "<a> <b>"),
        ("no triples", "# nothing"),
        ("foreign", "<a> <b> <c> ."),
    ] {
        let request = scene.owner.request("POST", users).header("content-type", "text/turtle").body(body.to_owned());
        let answer = scene.owner.send(request).await;
        println!("{what}: {}", answer.status);
        is_clear(&answer);
    }
    assert_eq!(scene.owner.members(users).await, before, "nothing was made");
});

each_database!(a_body_of_50_megabytes_is_413_and_the_connection_lives, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let users = link(&scene.customer, "portalUsers");
    let body = vec![b' '; 50_000_000];
    for _ in 0..2 {
        let request =
            scene.owner.request("POST", users).header("content-type", "application/ld+json").body(body.clone());
        scene.owner.send(request).await.expect(413).problem();
    }
    // Who has not signed in is not read at all.
    scene.owner.get(users).await.expect(200);
});

each_database!(no_body_makes_the_server_call_anybody, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let canary = TcpListener::bind("127.0.0.1:0").await.expect("it can listen");
    let address = format!("http://{}/context.jsonld", canary.local_addr().expect("it has an address"));
    let hits = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&hits);
    tokio::spawn(async move {
        while canary.accept().await.is_ok() {
            counter.fetch_add(1, Ordering::SeqCst);
        }
    });
    let users = link(&scene.customer, "portalUsers");
    let ours = format!("{}/contexts/PortalUser.jsonld", portico.url);
    let bodies = [
        json!({"@context": address, "email": "a@b.example"}),
        json!({"@context": [ours, address], "email": "a@b.example"}),
        json!({"@context": {"@import": address, "@version": 1.1}, "email": "a@b.example"}),
        json!({"@context": {"email": {"@id": "http://x.example/", "@context": address}}, "email": "a@b.example"}),
        json!({"@context": {}, "@graph": [{"@context": address, "email": "a@b.example"}]}),
        json!([{"@context": address, "email": "a@b.example"}]),
    ];
    for body in bodies {
        let answer = scene.owner.post(users, &body).await.expect(400);
        assert!(
            answer.problem()["detail"].as_str().is_some_and(|detail| detail.contains(&address)),
            "it is named: {answer}"
        );
    }
    let turtle = format!("@base <{address}> . <{address}> <{address}> <{address}> .");
    let request = scene.owner.request("POST", users).header("content-type", "text/turtle").body(turtle);
    is_clear(&scene.owner.send(request).await);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(hits.load(Ordering::SeqCst), 0);
});

each_database!(every_writable_property_survives_nonsense, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let nonsense = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e308),
        json!(123_456_789_012_345_678_901_234_567_890_f64),
        json!(""),
        json!("\u{0}"),
        json!("\u{202e}gpj.exe"),
        json!("x".repeat(100_000)),
        json!([]),
        json!({}),
        json!([[[]]]),
        json!({"@value": "x", "@type": "http://x.example/"}),
        json!({"@id": "http://x.example/"}),
        json!({"@list": ["x"]}),
        json!({"@value": {"a": 1}}),
        json!("'; DROP TABLE portal_user; --"),
        json!({"@set": [{"@value": true}]}),
    ];
    let mut sent = 0;
    let changeable = |table: &&&hydra::ClassDef| table.operation(hydra::Method::Patch).is_some();
    for table in vocab::CLASSES.iter().filter(changeable) {
        let item = scene.of(table.name).await.expect("the fixtures have it");
        for property in table.properties.iter().filter(|property| property.writable) {
            for value in &nonsense {
                for (method, mut body) in [("PATCH", json!({})), ("PUT", item.right.clone())] {
                    body[property.name] = value.clone();
                    let answer = scene.owner.with(method, &item.url, &body).await;
                    assert!(answer.status < 500, "{method} {body}: {answer}");
                    if answer.status >= 400 {
                        is_clear(&answer);
                    }
                    sent += 1;
                }
            }
        }
    }
    println!("bodies sent: {sent}");
    scene.owner.get(link(&scene.user, "@id")).await.expect(200);
    let links: Value = scene.owner.get(link(&scene.customer, "@id")).await.expect(200).json();
    assert_eq!(links["name"], "first");
});

each_database!(a_body_in_a_coding_is_refused_whatever_it_is_sent_to, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let mut sent = Vec::new();
    for class in crate::conformance::served() {
        let item = scene.of(class.name).await.expect("the fixtures have it");
        for operation in class.operations.iter().filter(|operation| operation.method != hydra::Method::Get) {
            let (media_type, body) = match (operation.expects, &item.media) {
                (hydra::Payload::Nothing, _) => continue,
                (hydra::Payload::Media(_), Some((media_type, bytes))) => (*media_type, bytes.clone()),
                _ => ("application/ld+json", b"{}".to_vec()),
            };
            sent.push((operation.method.name(), item.url.clone(), media_type, body));
        }
    }
    for site in crate::conformance::api().collections() {
        let at = scene.collection(site.owner.name, site.property).await;
        for operation in site.operations.iter().filter(|operation| operation.method != hydra::Method::Get) {
            if !matches!(operation.expects, hydra::Payload::Nothing) {
                sent.push((operation.method.name(), at.url.clone(), "application/ld+json", b"{}".to_vec()));
            }
        }
    }
    sent.push(("POST", format!("{}/oauth/token", portico.url), "application/x-www-form-urlencoded", b"a=b".to_vec()));
    for (method, url, media_type, body) in sent {
        for lines in [&["gzip"][..], &["identity", "gzip"], &["Br , identity"], &[",x-unheard-of"]] {
            let client = if url.ends_with("/oauth/token") { &scene.anonymous } else { &scene.admin };
            let request = client.request(method, &url).header("content-type", media_type).body(body.clone());
            let request = lines.iter().fold(request, |request, line| request.header("content-encoding", *line));
            let answer = client.send(request).await.expect(415);
            assert_eq!(answer.header("accept-encoding"), Some("identity"), "{answer}");
            assert!(answer.header("accept-patch").is_none() && answer.header("accept-post").is_none(), "{answer}");
        }
    }
});

each_database!(a_body_that_asks_for_much_work_is_refused_and_the_service_goes_on, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let space = link(&scene.space, "@id");
    let name = format!("{}/vocab#Space/name", portico.url);
    let chain = |end: &str| -> serde_json::Map<String, Value> {
        let links = (0..20_000).map(|number| (format!("k{number}"), json!(format!("k{}{end}", number + 1))));
        links.chain([("k20000".into(), json!("http://x.example/"))]).collect()
    };
    let ours = ["/contexts/Image.jsonld"];
    let scoped = json!({"name": name, "c": {"@id": "http://x.example/c", "@context": ours}});
    let many = vec![json!({"c": 1}); 4_000];
    for body in [
        json!({"@context": chain(""), "@type": "k0"}),
        json!({"@context": chain(":a"), "k0": 1}),
        json!({"@context": scoped, "name": "never", "c": many}),
        json!({"@context": {"name": name, "c": {"@id": "http://x.example/c", "@context": chain("")}}, "name": "never", "c": 1}),
        json!([{"@context": {"name": name}, "name": "never", "http://x.example/c": vec![json!({"@context": {}}); 2_000]}]),
    ] {
        is_clear(&scene.owner.patch(space, &body).await.expect(400));
    }
    assert_eq!(scene.owner.get(space).await.expect(200).json()["name"], scene.space["name"]);
});

each_database!(percent_encoded_bytes_that_are_no_text_are_no_fault, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let mut asked = 0;
    for site in crate::conformance::api().collections() {
        let at = scene.collection(site.owner.name, site.property).await;
        for query in ["name=%ff", "q=%c3%28", "whatever=%ED%A0%80", "%FF=%F4%8F%BF%BF"] {
            let url = format!("{}{}{query}", at.url, if at.url.contains('?') { '&' } else { '?' });
            let plain = scene.admin.get(&url).await;
            for format in crate::http::FORMATS {
                let answer = scene.admin.get_as(&url, format).await;
                assert_eq!(answer.status, plain.status, "{format}: {answer}");
                assert!(answer.status < 500, "{answer}");
                asked += 1;
            }
        }
    }
    assert!(asked > 500, "{asked}");
    let space = link(&scene.space, "@id");
    for odd in ["http://x.example/%ff", "http://%ff/", "/contexts/%ff.jsonld", "%ff"] {
        for body in [
            json!({odd: 1, "name": "odd"}),
            json!({"@type": odd, "name": "odd"}),
            json!({"name": {"@value": "odd", "@type": odd}}),
            json!({"@context": odd, "name": "odd"}),
            json!({"@context": {"@vocab": odd}, "name": "odd"}),
            json!({"@context": {"@base": odd}, "name": "odd"}),
            json!({"@context": {"@import": odd}, "name": "odd"}),
            json!({"@context": {"name": {"@id": odd}}, "name": "odd"}),
            json!({"customer": {"@id": odd, "name": "odd"}}),
            json!({"defaultRoles": [odd]}),
            json!({"@id": odd, "name": "odd"}),
        ] {
            let answer = scene.owner.patch(space, &body).await;
            assert!(answer.status < 500, "{body}: {answer}");
            if answer.status >= 400 {
                is_clear(&answer);
            }
        }
    }
});
