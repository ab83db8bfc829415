//! What the page of another site can make a browser do with the key that the browser remembers: nothing.

use serde_json::json;

use crate::support::fixtures::Scene;
use crate::support::{Portico, each_database, link};

each_database!(a_form_on_another_site_changes_nothing, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let (owner, keys) = (&scene.owner, link(&scene.customer, "keys"));
    let before = owner.members(keys).await.len();
    for site in ["cross-site", "same-site"] {
        for kind in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("multipart/form-data")] {
            let mut request = owner.request("POST", keys).header("origin", "https://evil.example");
            request = request.header("sec-fetch-site", site).header("sec-fetch-mode", "navigate");
            request = kind.into_iter().fold(request, |request, kind| request.header("content-type", kind));
            let answer = owner.send(request.body("{\"x\":\"=\"}")).await.expect(403);
            let detail = answer.problem()["detail"].as_str().map(String::from).expect("it says why");
            assert!(detail.contains("Content-Type"), "it says what to do: {detail}");
        }
    }
    // A browser that does not say which site it was, because it speaks plain HTTP, says the origin.
    let users = link(&scene.customer, "portalUsers");
    let body = json!({"email": "planted@example.org"}).to_string();
    for origin in ["https://evil.example", "null"] {
        let request = owner.request("POST", users).header("origin", origin).body(body.clone());
        owner.send(request).await.expect(403).problem();
    }
    assert_eq!(owner.members(keys).await.len(), before);
    assert_eq!(owner.get(&format!("{users}?email=planted@example.org")).await.json()["totalItems"], 0);
});

each_database!(a_script_of_another_origin_works_with_credentials_of_its_own, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let (owner, users) = (&scene.owner, link(&scene.customer, "portalUsers"));
    let foreign = |method: &str, url: &str, client: &crate::support::Client| {
        client.request(method, url).header("origin", "https://app.example").header("sec-fetch-site", "cross-site")
    };
    // A preflight came before this, which browsers do not send with credentials that they remember.
    let body = json!({"email": "script@example.org"}).to_string();
    let post = foreign("POST", users, owner).header("content-type", "application/ld+json").body(body);
    let made = owner.send(post).await.expect(201);
    assert_eq!(made.header("access-control-allow-origin"), Some("*"));
    assert!(made.header("access-control-allow-credentials").is_none(), "what browsers remember is never asked for");
    let patch = foreign("PATCH", &made.id(), owner).body(json!({"uid": "script"}).to_string());
    owner.send(patch).await.expect(205);
    owner.send(foreign("DELETE", &made.id(), owner)).await.expect(205);
    // A browser never sends a token on its own.
    let bearer = scene.portal_user(&portico, "bearer", Some("admin")).await;
    let body = json!({"email": "token@example.org"}).to_string();
    bearer.send(foreign("POST", users, &bearer).body(body)).await.expect(201);
    // Our own pages, and programs that are no browsers.
    let own = owner.request("POST", link(&scene.customer, "keys"));
    owner.send(own.header("sec-fetch-site", "same-origin").header("origin", &portico.url)).await.expect(201);
    owner.send(owner.request("POST", link(&scene.customer, "keys"))).await.expect(201);
});
