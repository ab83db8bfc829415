//! Below a path of a host that others share: a proxy leaves it in what it asks for, or takes it away. What follows links there is half
//! of all other tests.

use std::collections::{BTreeSet, VecDeque};

use serde_json::json;

use crate::crawl::collect;
use crate::support::fixtures::Scene;
use crate::support::html::{BROWSER, Html};
use crate::support::{Answer, Portico, link, whatever_database};

whatever_database!(an_address_means_the_same_with_the_path_and_without, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    scene.one_of_each().await;
    let (base, bare) = (portico.url.clone(), portico.local());
    let mut queue = VecDeque::from([format!("{base}/"), format!("{base}/health/live"), format!("{base}/nowhere")]);
    let (mut seen, mut types) = (BTreeSet::new(), BTreeSet::new());
    while let Some(url) = queue.pop_front() {
        if !seen.insert(url.clone()) {
            continue;
        }
        let rest = url.strip_prefix(&base).expect("it is ours");
        for accept in ["application/ld+json", BROWSER] {
            let left = scene.admin.get_as(&url, accept).await;
            let taken = scene.admin.get_as(&format!("{bare}{rest}"), accept).await;
            let told =
                |answer: &Answer| (answer.status, answer.header("etag").map(String::from), answer.of_any_request());
            assert!(told(&left) == told(&taken), "{accept}: {left} {taken}");
            if accept == BROWSER {
                let html = Html(String::from_utf8_lossy(&left.body).into_owned());
                for name in ["href", "src", "action"] {
                    for place in html.all(name) {
                        let is_below = place.starts_with(&format!("{base}/")) || place.starts_with("/portico/");
                        // The faces, what clients wrote, and the namespaces of others.
                        let is_elsewhere = place.starts_with("http") && !place.starts_with(portico.origin());
                        assert!(is_below || is_elsewhere || place.starts_with('#'), "{name}={place} on {url}");
                    }
                }
            } else if left.status == 200 && left.header("content-type") == Some("application/ld+json") {
                collect(&left.json(), &base, &mut queue, &mut types);
            }
        }
    }
    assert!(seen.len() > 50);
});

whatever_database!(a_path_is_whole_segments_and_comes_once, async |portico: Portico| {
    let anonymous = portico.anonymous();
    let (origin, base) = (portico.origin(), &portico.url);
    for entry in [base.clone(), format!("{base}/"), format!("{base}?a=b"), format!("{base}/?a=b"), origin.into()] {
        assert_eq!(anonymous.get(&entry).await.expect(200).id(), format!("{base}/"), "{entry}");
    }
    for nothing in [format!("{base}x"), format!("{base}{}/", "/portico"), format!("{origin}/PORTICO/")] {
        anonymous.get(&nothing).await.expect(404).problem();
    }
});

whatever_database!(what_is_made_is_found_below_the_path, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let users = link(&scene.customer, "portalUsers");
    let bare = users.replacen(&portico.url, &portico.local(), 1);
    let made = scene.owner.post(&bare, &json!({"email": "new@example.org"})).await.expect(201);
    let place = made.header("location").expect("a place");
    assert!(place.starts_with(&format!("{users}/")), "{place}");
    scene.owner.get(place).await.expect(200);
    let led = portico.anonymous().following_nothing().get_as(&bare, BROWSER).await.expect(303);
    let place = led.header("location").expect("a place");
    assert!(place.starts_with(&format!("{}/session?next=%2Fcustomers", portico.url)), "{place}");
});

whatever_database!(a_path_is_none_of_the_service_itself, async |portico: Portico| {
    for taken in ["/customers", "/vocab/x", "/customeradmin", "/api", "/thumbs", "/session"] {
        let public_url = Some(format!("https://example.org{taken}"));
        let settings = server::Settings { public_url, ..portico.settings.clone() };
        let Err(told) = server::start(&settings, server::Launch::default()).await else {
            panic!("it starts at {taken}")
        };
        let told = format!("{told:#}");
        assert!(told.contains("public_url must not have the path") && told.contains(taken), "{told}");
    }
});
