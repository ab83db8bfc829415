//! HTTP: tags, preconditions, negotiation, CORS, and problems from every failure.

use serde_json::json;

use crate::support::fixtures::Scene;
use crate::support::{Answer, Database, Portico, each_database, link};

pub(crate) const FORMATS: &[&str] = &[
    "application/ld+json",
    "application/json",
    "application/ld+json;profile=\"http://www.w3.org/ns/json-ld#expanded\"",
    "application/ld+json;profile=\"http://www.w3.org/ns/json-ld#flattened\"",
    "text/turtle",
    "application/n-triples",
    "application/n-quads",
    "text/html",
];

each_database!(a_tag_answers_304_and_belongs_to_one_representation, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    for url in [link(&scene.user, "@id"), link(&scene.customer, "portalUsers"), &format!("{}/vocab", portico.url)] {
        let mut tags = std::collections::BTreeSet::new();
        for format in FORMATS {
            let got = scene.owner.get_as(url, format).await.expect(200);
            let tag = got.header("etag").expect("a tag").to_owned();
            assert!(tag.starts_with('"'), "{tag} is strong");
            assert!(tags.insert(tag.clone()), "{tag} is of one representation");
            let again = scene.owner.get_as(url, format).await.expect(200);
            assert_eq!(again.header("etag"), Some(tag.as_str()), "{format}");
            assert_eq!(again.body, got.body, "{format}: a strong tag is of the same bytes");
            for sent in [tag.clone(), format!("\"other\", {tag}"), format!("W/{tag}"), "*".into()] {
                let again = scene.owner.request("GET", url).header("accept", *format).header("if-none-match", &sent);
                let again = scene.owner.send(again).await.expect(304);
                assert!(again.body.is_empty());
                assert_eq!(again.header("etag"), Some(tag.as_str()));
                for name in [
                    "vary",
                    "cache-control",
                    "access-control-allow-origin",
                    "access-control-expose-headers",
                    "content-security-policy",
                ] {
                    assert_eq!(again.header(name), got.header(name), "{name}");
                }
                assert_eq!(again.header("link").is_some(), !url.ends_with("/vocab"), "{again}");
                let links = |answer: &Answer| answer.headers.get_all("link").iter().cloned().collect::<Vec<_>>();
                assert_eq!(links(&again), links(&got), "{again}");
            }
        }
    }
});

each_database!(a_tag_changes_with_what_the_caller_may_do, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let url = link(&scene.user, "@id");
    let reader = scene.portal_user(&portico, "reader", Some("readonly")).await;
    let (mine, theirs) = (scene.owner.get(url).await.expect(200), reader.get(url).await.expect(200));
    assert_ne!(mine.header("etag"), theirs.header("etag"));
    assert_ne!(mine.json()["operation"], theirs.json()["operation"]);
});

each_database!(if_match_is_honoured_on_every_write_and_never_required, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let owner = &scene.owner;
    let url = link(&scene.user, "@id").to_owned();
    // The tag of any representation does.
    for format in FORMATS {
        let tag = owner.get_as(&url, format).await.expect(200).header("etag").expect("a tag").to_owned();
        let patch = |tag: &str| {
            owner.request("PATCH", &url).header("if-match", tag).body(json!({"mobile": "+44207946"}).to_string())
        };
        owner.send(patch(&tag)).await.expect(205);
        owner.send(patch(&tag)).await.expect(412).problem();
        owner.send(patch("W/\"1-x\"")).await.expect(412);
        owner.send(patch("nonsense")).await.expect(412);
        owner.send(patch("*")).await.expect(205);
    }
    let stale = "\"1-x\"";
    let send = |method: &str, url: &str, body: serde_json::Value| {
        owner.send(owner.request(method, url).header("if-match", stale).body(body.to_string()))
    };
    send("PUT", &url, json!({"email": "user@example.org"})).await.expect(412);
    send("DELETE", &url, json!({})).await.expect(412);
    send("POST", link(&scene.customer, "portalUsers"), json!({"email": "x@example.org"})).await.expect(412);
    let absent = crate::support::fixtures::missing_sibling(&url);
    send("PUT", &absent, json!({"email": "x@example.org"})).await.expect(412);
    let create =
        owner.request("PUT", &url).header("if-none-match", "*").body(json!({"email": "user@example.org"}).to_string());
    owner.send(create).await.expect(412);
    // A collection's own tag lets a POST through.
    let users = link(&scene.customer, "portalUsers");
    let tag = owner.get(users).await.expect(200).header("etag").expect("a tag").to_owned();
    let post = owner.request("POST", users).header("if-match", tag).body(json!({"email": "x@example.org"}).to_string());
    owner.send(post).await.expect(201);
});

each_database!(two_changes_at_once_do_not_lose_each_other, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let url = link(&scene.user, "@id").to_owned();
    let tag = |answer: &crate::support::Answer| answer.header("etag").expect("a tag").to_owned();
    let mut tags = std::collections::BTreeSet::from([tag(&scene.owner.get(&url).await)]);
    let mut changes = Vec::new();
    for number in 0..20 {
        let (owner, url) = (scene.owner.clone(), url.clone());
        changes.push(tokio::spawn(async move {
            let change =
                if number % 2 == 0 { json!({"mobile": "+4420794600"}) } else { json!({"uid": format!("u{number}")}) };
            owner.patch(&url, &change).await.expect(205)
        }));
    }
    for change in changes {
        assert!(tags.insert(tag(&change.await.expect("it is done"))), "each change is one step");
    }
    let after = scene.owner.get(&url).await;
    assert_eq!(after.json()["mobile"], "+4420794600");
    assert!(after.json()["uid"].is_string());
});

#[tokio::test]
async fn every_response_has_the_link_cors_and_no_sniffing() {
    let portico = Portico::start_with(
        Database::Sqlite,
        |settings| settings.max_body = 1000,
        |config| {
            config.route(
                "/panic",
                actix_web::web::get().to(async || -> actix_web::HttpResponse { panic!("as arranged") }),
            );
        },
    )
    .await
    .expect("it starts");
    let scene = Scene::set(&portico).await;
    let admin = &scene.admin;
    let base = &portico.url;
    let url = link(&scene.user, "@id");
    let big = "x".repeat(1001);
    let requests = [
        (200, admin.request("GET", &format!("{base}/"))),
        (200, admin.request("GET", &format!("{base}/contexts/Customer.jsonld"))),
        (200, admin.request("GET", &format!("{base}/health/live"))),
        (200, admin.request("GET", &format!("{base}/health/ready"))),
        (204, admin.request("OPTIONS", url)),
        (204, admin.request("OPTIONS", &format!("{base}/vocab"))),
        (205, admin.request("PATCH", url).body("{}")),
        (400, admin.request("PATCH", url).body("{")),
        (401, scene.anonymous.request("GET", url)),
        (401, scene.anonymous.request("GET", url).header("authorization", "Basic nonsense")),
        (404, admin.request("GET", &format!("{base}/nowhere"))),
        (404, admin.request("GET", &format!("{base}/contexts/Nothing.jsonld"))),
        (404, admin.request("GET", &format!("{base}/customers/1x"))),
        (404, admin.request("GET", &format!("{base}/customers/01"))),
        (404, admin.request("GET", &format!("{base}/customers/99999999999999999999"))),
        (404, admin.request("GET", &format!("{base}/%00"))),
        (405, admin.request("DELETE", &format!("{base}/vocab"))),
        (405, admin.request("GET", &format!("{base}/oauth/token"))),
        (405, admin.request("POST", &format!("{base}/health/ready"))),
        (200, admin.request("HEAD", &format!("{base}/health/live"))),
        (406, admin.request("GET", url).header("accept", "image/png")),
        (413, admin.request("PATCH", url).body(big)),
        (414, admin.request("GET", &format!("{url}?q={}", "x".repeat(5000)))),
        (415, admin.request("PATCH", url).header("content-type", "text/csv").body("x")),
        (
            415,
            admin
                .request("PATCH", url)
                .header("content-encoding", "gzip")
                .header("content-type", "application/json")
                .body("x"),
        ),
        (500, admin.request("GET", &format!("{base}/panic"))),
    ];
    for (status, request) in requests {
        let answer = admin.send(request).await.expect(status);
        let expected = format!("<{base}/vocab>; rel=\"http://www.w3.org/ns/hydra/core#apiDocumentation\"");
        let is_vocab = answer.request.ends_with("/vocab");
        assert_eq!(answer.header("link"), (!is_vocab).then_some(expected.as_str()), "{answer}");
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{answer}");
        let exposed = answer.header("access-control-expose-headers").expect("it is there");
        for name in
            ["Link", "Location", "ETag", "Allow", "Accept-Post", "Accept-Patch", "WWW-Authenticate", "Retry-After"]
        {
            assert!(exposed.split(", ").any(|header| header == name), "{name} is exposed");
        }
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{answer}");
        assert!(
            answer.header("vary").is_some_and(|vary| vary.contains("Accept") && vary.contains("Origin")),
            "{answer}"
        );
        if answer.request.contains("/oauth/") {
            // RFC 6749 §5.2
            assert_eq!(answer.header("content-type"), Some("application/json"), "{answer}");
            assert!(answer.json()["error"].is_string(), "{answer}");
        } else if status >= 400 {
            let problem = answer.problem();
            let links: Vec<_> = answer.headers.get_all("link").iter().filter_map(|value| value.to_str().ok()).collect();
            assert!(
                links.iter().any(|link| link.contains("rel=\"http://www.w3.org/ns/json-ld#context\"")) || is_vocab,
                "{answer}"
            );
            assert!(
                problem["type"].as_str().is_some_and(|name| name.ends_with(&format!("#status{status}"))),
                "{answer}"
            );
        }
        if status == 415 {
            // RFC 9110 §15.5.16: what was wrong is the coding, or else the media type.
            let says = |name| answer.header(name).is_some();
            assert!(says("accept-patch") != says("accept-encoding"), "{answer}");
        }
    }
    let preflight = admin.send(scene.anonymous.request("OPTIONS", url)).await.expect(204);
    let allowed = preflight.header("access-control-allow-headers").expect("it is there");
    let ours = ["Argus-API-Key", "Prune-Authorization", "X-Orchis-Request"];
    for name in
        ["Authorization", "Content-Type", "Accept", "If-Match", "If-None-Match", "Prefer"].into_iter().chain(ours)
    {
        assert!(allowed.split(", ").any(|header| header == name), "{name} may be sent");
    }
    assert_eq!(preflight.header("access-control-allow-methods"), Some("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));
}

#[tokio::test]
async fn every_iri_begins_with_the_public_url_whatever_host_was_asked() {
    let change = |settings: &mut server::Settings| settings.public_url = Some("https://api.museum.example".into());
    let portico = Portico::start_with(Database::Sqlite, change, |_| {}).await.expect("it starts");
    // The address that is listened at is not the public one.
    assert_eq!(portico.url, "https://api.museum.example");
    let local = portico.local();
    let client = crate::support::Client::new(&local, crate::support::Credentials::None);
    let request = client
        .request("GET", &format!("{local}/"))
        .header("host", "evil.example")
        .header("x-forwarded-host", "evil.example");
    let answer = client.send(request).await.expect(200);
    let text = String::from_utf8(answer.body.clone()).expect("JSON is UTF-8");
    assert!(!text.contains("evil") && !text.contains("127.0.0.1"), "{text}");
    assert_eq!(answer.id(), "https://api.museum.example/");
}

each_database!(a_service_that_started_on_an_empty_database_is_ready, async |portico: Portico| {
    portico.anonymous().get(&format!("{}/health/ready", portico.url)).await.expect(200);
});

each_database!(a_preference_is_applied_and_said_to_be, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let url = link(&scene.user, "@id");
    let plain = scene.owner.patch(url, &json!({"mobile": "+44207946"})).await.expect(205);
    assert!(plain.body.is_empty());
    assert_eq!(plain.header("content-length"), Some("0"));
    assert_eq!(plain.header("content-location"), Some(url));
    assert!(plain.header("preference-applied").is_none());
    let request = scene.owner.request("PATCH", url).header("prefer", "return=representation; x=y, unknown");
    let asked = scene.owner.send(request.body(json!({"mobile": null}).to_string())).await.expect(200);
    assert_eq!(asked.header("preference-applied"), Some("return=representation"));
    assert!(asked.json()["mobile"].is_null(), "null clears what is optional");
    assert_eq!(asked.header("etag"), scene.owner.get(url).await.header("etag"));
});

each_database!(plain_json_names_its_context_in_a_link, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let url = link(&scene.user, "@id");
    let answer = scene.owner.get_as(url, "application/json").await.expect(200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let links: Vec<_> = answer.headers.get_all("link").iter().filter_map(|value| value.to_str().ok()).collect();
    assert_eq!(links.len(), 3, "{answer}");
    assert!(links[0].contains("apiDocumentation") && links[2].contains("timegate"));
    let expected = format!(
        "<{}/contexts/PortalUser.jsonld>; rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"application/ld+json\"",
        portico.url
    );
    assert_eq!(links[1], expected);
    let ld = scene.owner.get(url).await;
    assert_eq!(answer.body, ld.body, "the same bytes");
    assert_eq!(ld.headers.get_all("link").iter().count(), 2, "not on JSON-LD, where it must be ignored");
});
