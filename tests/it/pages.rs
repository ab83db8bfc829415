//! Pages: every resource in a browser.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use hydra::PropertyKind;
use hydra::iri::origin_and_path;
use serde_json::{Value, json};

use crate::crawl::{announced, collect};
use crate::support::fixtures::Scene;
use crate::support::html::{BROWSER, Html};
use crate::support::{Answer, Client, Credentials, Database, Portico, each_database, link, whatever_database};

/// The page in an answer, with what every page must have.
#[track_caller]
fn page(answer: &Answer) -> Html {
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{answer}");
    let policy = answer.header("content-security-policy").expect("a policy");
    for rule in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(policy.split("; ").any(|given| given == rule), "{rule} in {policy}");
    }
    let html = Html(String::from_utf8(answer.body.clone()).expect("a page is UTF-8"));
    assert!(html.0.starts_with("<!doctype html>"), "{answer}");
    assert!(!html.0.contains("<style") && html.all("style").is_empty(), "styles come from the stylesheet");
    let scripts = html.0.split("<script").skip(1).filter_map(|tag| tag.strip_prefix(" src=\"")?.split_once('"'));
    let ours = scripts.filter(|(place, _)| place.starts_with("/explorer/") || place.starts_with("/portico/explorer/"));
    assert_eq!(html.0.matches("<script").count(), ours.count());
    for landmark in ["<header", "<main", "<footer", "<h1>", "lang=\"en\"", "name=\"viewport\""] {
        assert!(html.0.contains(landmark), "{landmark} in {answer}");
    }
    let ids = html.all("id");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "no name twice in {answer}");
    for named in html.all("for").iter().chain(&html.all("aria-labelledby")).chain(&html.all("aria-describedby")) {
        assert!(ids.contains(named), "{named} is somewhere in {answer}");
    }
    html
}

whatever_database!(every_class_and_collection_has_a_page, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let base = portico.url.clone();
    let vocabulary = vocabulary(&scene.anonymous, &base).await;
    let named =
        |(url, html): (&String, &Html)| html.all("id").into_iter().map(|id| format!("{url}#{id}")).collect::<Vec<_>>();
    let anchors: BTreeSet<_> = vocabulary.iter().flat_map(named).chain(vocabulary.keys().cloned()).collect();
    let mut queue = VecDeque::from([format!("{base}/")]);
    let (mut visited, mut types) = (BTreeSet::new(), BTreeSet::new());
    while let Some(url) = queue.pop_front() {
        // Contexts and what is delivered are for programs, and the vocabulary was looked at.
        let delivered = url.contains("/iiif-") || url.contains("/thumbs/");
        if delivered
            || url.contains("/contexts/")
            || url.contains("/vocab")
            || url.contains("?of=")
            // What something was takes nothing.
            || url.ends_with("/state")
            || !visited.insert(url.clone())
        {
            continue;
        }
        let document = scene.admin.get(&url).await.expect(200).json();
        let answer = scene.admin.get_as(&url, BROWSER).await.expect(200);
        let html = page(&answer);
        let mut links = html.links();
        // The document of a collection is on a page of its own.
        let whole: Vec<_> = links.iter().filter(|link| link.contains("/source?of=")).cloned().collect();
        assert_eq!(whole.len(), usize::from(document["member"].is_array()), "{url}");
        for whole in whole {
            links.extend(page(&scene.admin.get_as(&whole, BROWSER).await.expect(200)).links());
            let status = scene.anonymous.get(&url).await.status;
            scene.anonymous.get(&whole).await.expect(status);
        }
        let mut promised = VecDeque::new();
        collect(&document, &base, &mut promised, &mut types);
        for target in &promised {
            assert!(links.contains(target), "{target} is a link on {url}");
        }
        for target in links.iter().filter(|target| target.starts_with(&format!("{base}/vocab"))) {
            assert!(anchors.contains(target), "{target}, a link on {url}, is in the vocabulary");
        }
        let text = html.text();
        for operation in document["operation"].as_array().expect("operations") {
            assert!(text.contains(link(operation, "title")), "{operation} on {url}");
            let method = link(operation, "method");
            if method != "GET" {
                let fields = html.fields(&format!("data-method=\"{method}\""));
                assert_eq!(
                    fields,
                    Some(expected_fields(&document, link(operation, "expects"), method)),
                    "{method} on {url}"
                );
            }
        }
        if let Some(mapping) = document["search"]["mapping"].as_array() {
            let variables: Vec<_> = mapping.iter().map(|node| link(node, "variable").to_owned()).collect();
            let asked = html.fields("role=\"search\"").map(|all| all.into_iter().filter(|one| one != "view").collect());
            assert_eq!(asked, Some(variables), "{url}");
        }
        assert!(text.contains(&label(&document)), "{} on {url}", label(&document));
        for type_ in ["application/ld+json", "text/turtle", "#flattened", "application/n-quads"] {
            assert!(text.contains("-H 'Accept: ") && text.contains(type_), "how to get {type_} on {url}");
        }
        queue.extend(promised);
        queue.extend(links.into_iter().filter(|target| target.starts_with(&base) && !target.contains('#')));
    }
    for class in vocab::CLASSES {
        let name = class.name.to_owned();
        assert!(types.contains(&name) || announced().contains(class.name), "{name} has a page");
    }
    let api = hydra::Api::new(&base, vocab::CLASSES);
    for site in api.collections() {
        assert!(types.contains(&site.name), "{} has a page", site.name);
    }
});

/// The pages of the documentation, by their addresses: those that the index leads to, and itself.
pub async fn vocabulary(client: &Client, base: &str) -> BTreeMap<String, Html> {
    let index = format!("{base}/vocab");
    let html = page(&client.get_as(&index, BROWSER).await.expect(200));
    let (origin, prefix) = origin_and_path(base);
    let below = format!("{prefix}/vocab/");
    let parts: BTreeSet<_> = html.links().into_iter().filter(|link| link.starts_with(&below)).collect();
    let mut pages = BTreeMap::from([(index, html)]);
    for part in parts {
        let url = format!("{origin}{part}");
        let html = page(&client.get_as(&url, BROWSER).await.expect(200));
        pages.insert(url, html);
    }
    pages
}

/// The label of the class of a document.
fn label(document: &Value) -> String {
    let types = document["@type"].as_array().map_or(std::slice::from_ref(&document["@type"]), Vec::as_slice);
    let name = types.iter().filter_map(Value::as_str).find(|name| *name != "Collection").expect("a class");
    let class = |name: &str| vocab::CLASSES.iter().find(|class| class.name == name).expect("one of ours").label;
    match document["manages"]["object"].as_str() {
        Some(member) => format!("Collection of {}", class(member.trim_start_matches("vocab:"))),
        None => class(name.trim_start_matches("vocab:")).to_owned(),
    }
}

/// What a form for this class has to ask for.
fn expected_fields(document: &Value, expects: &str, method: &str) -> Vec<String> {
    if expects.ends_with("Collection") {
        return vec!["member".to_owned()];
    }
    let wider = expects.strip_prefix("vocab:");
    let member = document["manages"]["object"].as_str();
    let class = vocab::CLASSES
        .iter()
        .find(|class| {
            wider.is_some() && class.sub_class_of == wider && member == Some(&format!("vocab:{}", class.name))
        })
        .or_else(|| vocab::CLASSES.iter().find(|class| wider == Some(class.name)));
    let properties = class.map_or(&[][..], |class| class.properties);
    let asked = properties.iter().filter(|property| {
        property.writable && !matches!(property.kind, PropertyKind::Many(..)) && !(property.fixed && method != "POST")
    });
    asked.map(|property| property.name.to_owned()).collect()
}

each_database!(what_people_wrote_is_shown_as_they_wrote_it, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let url = link(&scene.customer, "@id");
    for name in ["<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "javascript:alert(1)", "&lt;b&gt;"] {
        scene.owner.patch(url, &json!({"displayName": name})).await.expect(205);
        let customers = portico.admin().walk(&["customers"]).await.id();
        let search = format!("{customers}?q={}", "%3C%22%27%3E");
        for address in [url, &customers, &search] {
            let html = page(&scene.admin.get_as(address, BROWSER).await.expect(200));
            assert!(address == search || html.text().contains(name), "{name} on {address}");
            assert!(!html.0.contains("<script>alert") && !html.0.contains("<img"), "{}", html.0);
            assert!(html.links().iter().all(|href| href.starts_with("http") || href.starts_with('#')));
        }
    }
});

each_database!(a_page_is_only_for_who_asks_for_one, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let base = &portico.url;
    for url in [format!("{base}/"), format!("{base}/vocab"), link(&scene.user, "@id").into()] {
        page(&scene.owner.get_as(&url, BROWSER).await.expect(200));
        page(&scene.owner.get_as(&url, "text/html").await.expect(200));
        for accept in [
            "*/*",
            "application/ld+json",
            "application/ld+json, text/html",
            "application/json, text/plain, */*",
            "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,text/html;q=0.2",
            "text/turtle, text/html;q=0.5, */*;q=0.1",
        ] {
            let answer = scene.owner.get_as(&url, accept).await.expect(200);
            assert!(!answer.header("content-type").expect("a type").starts_with("text/html"), "{accept}: {answer}");
            assert!(answer.header("content-security-policy").is_none());
        }
    }
});

#[tokio::test]
async fn failures_are_pages_too() {
    let portico = Portico::start_with(
        Database::Sqlite,
        |_| {},
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
    let (base, user) = (&portico.url, link(&scene.user, "@id"));
    let users = link(&scene.customer, "portalUsers");
    let (strange, long) = (link(&scene.other, "@id"), format!("{base}/?q={}", "x".repeat(5000)));
    let requests = [
        (400, scene.owner.request("GET", &format!("{users}?pageSize=0"))),
        (401, portico.client(Credentials::Bearer("x".into())).request("GET", user)),
        (404, scene.owner.request("GET", strange)),
        (404, scene.owner.request("GET", &format!("{base}/nowhere"))),
        (404, scene.owner.request("GET", &format!("{base}/explorer/nothing.js"))),
        (405, scene.owner.request("DELETE", users)),
        (414, scene.owner.request("GET", &long)),
        (500, scene.owner.request("GET", &format!("{base}/panic"))),
    ];
    for (status, request) in requests {
        let program = request.try_clone().expect("it has no body");
        let answer = scene.owner.send(request.header("accept", BROWSER)).await.expect(status);
        let html = page(&answer);
        let problem = scene.owner.send(program).await.expect(status).problem();
        let said = match problem["violations"][0]["message"].as_str() {
            Some(message) => message,
            None => link(&problem, "detail"),
        };
        assert!(html.text().contains(said) && html.text().contains(link(&problem, "title")), "{answer}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let challenges: Vec<_> = answer.headers.get_all("www-authenticate").iter().collect();
        assert_eq!(challenges.len(), usize::from(status == 401), "{answer}");
        assert!(challenges.iter().all(|one| one.to_str().is_ok_and(|one| one.starts_with("Bearer "))), "{answer}");
        assert_eq!(answer.header("allow").is_some(), status == 405);
    }
}

#[tokio::test]
async fn the_anchors_of_the_documentation_are_the_names_of_the_vocabulary() {
    fn names(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| names(value, found)),
            Value::Object(object) => {
                found.extend(object.get("@id").and_then(|id| id.as_str()?.strip_prefix("vocab:")).map(String::from));
                object.iter().filter(|(name, _)| *name != "@context").for_each(|(_, value)| names(value, found));
            }
            _ => {}
        }
    }
    let portico = Portico::start(Database::Sqlite).await.expect("it starts");
    let client = portico.anonymous();
    let url = format!("{}/vocab", portico.url);
    let pages = vocabulary(&client, &portico.url).await;
    let mut expected = BTreeSet::new();
    names(&client.get(&url).await.expect(200).json(), &mut expected);
    let anchors: BTreeSet<_> = pages.values().flat_map(|html| html.all("id")).collect();
    assert!(expected.contains("PortalUser/email") && expected.contains("PortalUser/upsert"));
    assert_eq!(expected.difference(&anchors).collect::<Vec<_>>(), Vec::<&String>::new());
    for (url, html) in &pages {
        assert!(html.0.len() <= 30 << 10, "{url} has {} bytes", html.0.len());
        for target in html.links() {
            let Some((place, name)) = target.split_once('#') else { continue };
            let there = if place.is_empty() { Some(html) } else { pages.get(place) };
            let is_elsewhere = !place.is_empty() && !place.starts_with(&portico.url);
            assert!(
                is_elsewhere || there.is_some_and(|page| page.all("id").contains(&name.to_owned())),
                "{target} on {url}"
            );
        }
    }
    let users = &pages[&format!("{url}/PortalUser")];
    assert!(users.text().contains("Used by") && users.text().contains("Customer.portalUsers"));
    client.get_as(&format!("{url}/Nothing"), BROWSER).await.expect(404);
    let browser = client.following_nothing();
    let program = browser.get(&format!("{url}/PortalUser")).await.expect(303);
    assert_eq!(program.header("location"), Some(url.as_str()), "programs read it whole");
    browser.get(&format!("{url}/Nothing")).await.expect(404);
}

#[tokio::test]
async fn what_pages_load_comes_with_the_program() {
    let portico = Portico::start(Database::Sqlite).await.expect("it starts");
    let client = portico.anonymous();
    let html = page(&client.get_as(&format!("{}/", portico.url), BROWSER).await.expect(200));
    let loaded: Vec<_> =
        html.all("src").into_iter().chain(html.all("href")).filter(|it| it.starts_with("/explorer/")).collect();
    assert_eq!(loaded.len(), 3, "a script, a stylesheet, an icon: {loaded:?}");
    for path in loaded {
        let url = format!("{}{path}", portico.url);
        let got = client.get(&url).await.expect(200);
        let kind = got.header("content-type").expect("a type");
        assert!(["text/javascript; charset=utf-8", "text/css; charset=utf-8", "image/svg+xml"].contains(&kind));
        assert_eq!(got.header("cache-control"), Some("public, max-age=31536000, immutable"));
        let bare = client.get(url.split('?').next().expect("an address")).await.expect(200);
        assert_eq!(bare.header("cache-control"), Some("public, max-age=3600"));
        assert_eq!(got.header("x-content-type-options"), Some("nosniff"));
        let tag = got.header("etag").expect("a tag");
        client.send(client.request("GET", &url).header("if-none-match", tag)).await.expect(304);
        let options = client.send(client.request("OPTIONS", &url)).await.expect(204);
        assert_eq!(options.header("allow"), Some("GET, HEAD, OPTIONS"));
        client.delete(&url).await.expect(405).problem();
        let text = String::from_utf8(got.body.clone()).expect("text");
        assert!(!text.contains("innerHTML") && !text.contains("@import") && !text.contains("url("), "{path}");
    }
    client.get(&format!("{}/explorer/nothing.css", portico.url)).await.expect(404).problem();
}
