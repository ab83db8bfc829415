//! Addresses as they come back: what was asked for, to the letter, where it is an IRI.

use hydra::Method;

use crate::conformance::api;
use crate::support::fixtures::Scene;
use crate::support::{Portico, each_database, link};

/// What browsers and curl send as it is, and an IRI cannot have.
const ODD: &str = "odd=a|b{c}^`\\[]&pageSize=2";
const ENCODED: &str = "odd=a%7Cb%7Bc%7D%5E%60%5C%5B%5D&pageSize=2";

each_database!(what_cannot_stand_in_an_iri_comes_back_encoded, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    for site in api().collections() {
        if site.operation(Method::Get).is_none() {
            continue;
        }
        let at = scene.collection(site.owner.name, site.property).await.url;
        let url = format!("{at}?{ODD}");
        let view = format!("{at}?{ENCODED}");
        let page = scene.admin.get(&url).await.expect(200).json();
        assert_eq!(page["view"]["@id"], view, "{url}");
        for format in ["text/turtle", "application/n-triples", "application/n-quads"] {
            let body = scene.admin.get_as(&url, format).await.expect(200).body;
            let statements: Result<Vec<_>, _> = oxttl::TurtleParser::new().for_slice(&body).collect();
            let statements = statements.unwrap_or_else(|error| panic!("{url} as {format}: {error}"));
            let is_view = |statement: &&oxrdf::Triple| statement.subject.to_string() == format!("<{view}>");
            assert!(statements.iter().any(|statement| is_view(&statement)), "{url} as {format}");
        }
    }
    let gone = scene.admin.get(&format!("{}/gone|for^good", portico.url)).await.expect(404);
    let request = gone.header("x-request-id").expect("every answer has one");
    assert_eq!(gone.problem()["instance"], format!("{}/gone%7Cfor%5Egood#{request}", portico.url));
});

each_database!(a_view_is_the_request_however_that_was_spelled, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    for site in api().collections() {
        if site.operation(Method::Get).is_none() {
            continue;
        }
        let at = scene.collection(site.owner.name, site.property).await.url;
        for asked in ["/", "/?pageSize=2", "//?pageSize=2", "?", "?pageSize=1&x=%7e%7E&y=%c3%a4"] {
            let url = format!("{at}{asked}");
            let page = scene.admin.get(&url).await.expect(200).json();
            assert_eq!(page["view"]["@id"], url);
            assert_eq!(page["@id"], at, "{url}");
            assert!(page["next"].is_null(), "next stands on what was asked for: {url}");
        }
        let bare = scene.admin.get(&at).await.expect(200).json();
        assert_eq!(bare["view"]["@id"], format!("{at}?page=1"));
    }
});

each_database!(links_of_a_view_name_the_size_that_its_pages_have, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let users = link(&scene.customer, "portalUsers");
    for name in ["pageSize", "itemsPerPage"] {
        for (asked, size) in [("9999", 500), ("501", 500), ("500", 500), ("1", 1)] {
            let url = format!("{users}?{name}={asked}&page=2&q=example");
            let view = scene.owner.get(&url).await.expect(200).json()["view"].clone();
            assert_eq!(view["@id"], url, "the view itself is what was asked for");
            assert_eq!(view["pageSize"], size);
            for link in ["first", "previous", "next", "last"] {
                let Some(there) = view[link].as_str() else { continue };
                let sizes: Vec<_> = there.split(['?', '&']).filter(|part| part.starts_with(name)).collect();
                assert_eq!(sizes, [format!("{name}={size}")], "{link} of {url}");
            }
        }
    }
    let customers = link(&scene.admin.walk(&[]).await.json(), "customers").to_owned();
    let both = scene.admin.get(&format!("{customers}?pageSize=1&itemsPerPage=1")).await.expect(200).json();
    assert_eq!(both["view"]["pageSize"], 1);
    assert!(link(&both["view"], "next").contains("pageSize=1&itemsPerPage=1"));
});

each_database!(every_preflight_is_let_through, async |portico: Portico| {
    let asked = portico.anonymous();
    let long = format!("/customers?q={}", "x".repeat(5000));
    for path in [
        "/",
        "/customers",
        "/gone",
        "/customers/999/gone",
        "/vocab",
        "/contexts/Gone.jsonld",
        "/explorer/gone",
        "/oauth/token",
        "/oauth/gone",
        "/health/ready",
        "/iiif-img/1/1/gone/info.json",
        "/iiif-img/gone",
        "/thumbs/x",
        "/iiif-resource/x",
        "/api/gone",
        "/api/customers/",
        "/customeradmin/v2/gone",
        "/customers/v2/customer/x/gone",
        &long,
    ] {
        for method in ["GET", "PUT", "PROPFIND"] {
            let request = asked.request("OPTIONS", &format!("{}{path}", portico.url));
            let request =
                request.header("origin", "https://app.example").header("access-control-request-method", method);
            let request = request.header("access-control-request-headers", "authorization,traceparent");
            let answer = asked.send(request).await.expect(204);
            assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{answer}");
            let allowed = answer.header("access-control-allow-headers").expect("it is there").to_ascii_lowercase();
            for name in ["authorization", "traceparent", "tracestate", "x-requested-with", "cache-control", "if-match"]
            {
                assert!(allowed.split(", ").any(|known| known == name), "{name}: {answer}");
            }
            assert!(answer.body.is_empty());
        }
    }
});
