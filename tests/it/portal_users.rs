//! What is particular to portal users, their roles, keys and customers.

use serde_json::json;

use crate::support::fixtures::{Scene, missing_sibling};
use crate::support::{Portico, each_database, link};

each_database!(a_portal_user_comes_changes_and_goes, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let users = link(&scene.customer, "portalUsers");
    let made = scene.owner.post(users, &json!({"email": "Ada@Example.org"})).await.expect(201);
    let url = made.id();
    assert_eq!(made.header("location"), Some(url.as_str()));
    let ada = made.json();
    assert_eq!(ada["@context"], format!("{}/contexts/PortalUser.jsonld", portico.url));
    assert_eq!(ada["@type"], json!(["vocab:PortalUser", "hydra:Resource"]));
    assert_eq!(ada["email"], "Ada@Example.org", "as it was written");
    assert_eq!(ada["enabled"], true);
    assert_eq!(ada["created"], "2026-01-01T00:00:00Z");
    assert_eq!(ada["customer"], scene.customer["@id"]);
    let keys: Vec<_> = ada.as_object().expect("an object").keys().take(3).cloned().collect();
    assert_eq!(keys, ["@context", "@id", "@type"]);

    scene.owner.patch(&url, &json!({"mobile": "+442079460000", "uid": "ada"})).await.expect(205);
    scene.owner.patch(&url, &json!({"enabled": false})).await.expect(205);
    let ada = scene.owner.get(&url).await.expect(200).json();
    assert_eq!((&ada["mobile"], &ada["uid"], &ada["enabled"]), (&json!("+442079460000"), &json!("ada"), &json!(false)));
    scene.owner.patch(&url, &json!({"created": "2001-02-03T04:05:06.789Z"})).await.expect(205);

    // A replacement puts back what is not sent, but for the password and the date.
    let replaced = scene.owner.put(&url, &json!({"email": "ada@example.org"})).await.expect(200).json();
    assert_eq!(replaced["enabled"], true);
    assert!(replaced["mobile"].is_null() && replaced["uid"].is_null());
    assert_eq!(replaced["created"], "2001-02-03T04:05:06.789Z");

    scene.owner.delete(&url).await.expect(205);
    scene.owner.get(&url).await.expect(404).problem();
    scene.owner.delete(&url).await.expect(404);
});

each_database!(a_put_makes_a_portal_user_at_the_address_that_the_client_chose, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let url = missing_sibling(link(&scene.user, "@id"));
    let made = scene.owner.put(&url, &json!({"@id": url, "email": "chosen@example.org"})).await.expect(201);
    assert_eq!(made.id(), url);
    assert_eq!(made.header("location"), Some(url.as_str()));
    scene.owner.put(&url, &json!({"email": "chosen@example.org"})).await.expect(200);
    // The same identity in another customer tells nothing but that it is taken.
    let id = url.rsplit('/').next().expect("an address has parts");
    let theirs = format!("{}/{id}", link(&scene.other, "portalUsers"));
    scene.stranger.put(&theirs, &json!({"email": "chosen@example.org"})).await.expect(409);
    let odd = format!("{}/not-a-uuid", link(&scene.customer, "portalUsers"));
    scene.owner.put(&odd, &json!({"email": "odd@example.org"})).await.expect(404);
    let upper = url
        .to_uppercase()
        .replace("HTTP://", "http://")
        .replace("/CUSTOMERS/", "/customers/")
        .replace("/PORTALUSERS/", "/portalUsers/");
    scene.owner.get(&upper).await.expect(404);
});

each_database!(an_address_is_unique_within_its_customer_whatever_its_case, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let users = link(&scene.customer, "portalUsers");
    let taken = scene.owner.post(users, &json!({"email": "USER@example.ORG"})).await.expect(409).problem();
    assert_eq!(taken["violations"][0]["propertyPath"], "email");
    scene.stranger.post(link(&scene.other, "portalUsers"), &json!({"email": "user@example.org"})).await.expect(201);
    scene.owner.patch(link(&scene.user, "@id"), &json!({"email": "Neighbour@example.org"})).await.expect(409);
    scene.owner.patch(link(&scene.user, "@id"), &json!({"uid": "NEIGHBOUR"})).await.expect(409);
    scene.owner.patch(link(&scene.user, "@id"), &json!({"email": "USER@example.org"})).await.expect(205);
});

each_database!(roles_are_granted_and_revoked, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let roles = link(&scene.neighbour, "roles");
    assert_eq!(scene.owner.members(roles).await.len(), 0);
    let known = scene.owner.members(link(&scene.owner.walk(&[]).await.json(), "portalRoles")).await;
    let names: Vec<_> = known.iter().map(|role| link(role, "name")).collect();
    assert_eq!(names, ["admin", "readonly"]);
    let admin = link(&known[0], "@id");
    // By @id, absolute or relative, by name, by both.
    let granted = scene.owner.post(roles, &json!({"@id": admin})).await.expect(201);
    assert_eq!(granted.header("location"), Some(admin));
    assert_eq!(granted.id(), admin);
    scene.owner.post(roles, &json!({"@id": portico.reference(admin)})).await.expect(200);
    scene.owner.post(roles, &json!({"@type": "vocab:PortalRole", "name": "readonly"})).await.expect(201);
    scene.owner.post(roles, &json!({"@id": admin, "name": "readonly"})).await.expect(400);
    scene.owner.post(roles, &json!({"@id": "http://elsewhere.example/portalRoles/nobody"})).await.expect(400);
    scene.owner.post(roles, &json!({"name": "SUPER_ADMIN"})).await.expect(400);
    scene.owner.post(roles, &json!({})).await.expect(400);
    let held = scene.owner.members(roles).await;
    assert_eq!(held.len(), 2);
    let grant = scene.owner.get(link(&held[0], "grant")).await.expect(200).json();
    assert_eq!(grant["role"], admin);
    assert_eq!(grant["portalUser"], scene.neighbour["@id"]);
    scene.owner.delete(link(&held[0], "grant")).await.expect(205);
    scene.owner.get(link(&held[0], "grant")).await.expect(404);
    scene.owner.delete(link(&held[0], "grant")).await.expect(404);
    assert_eq!(scene.owner.members(roles).await.len(), 1);
});

each_database!(a_customer_keeps_its_name_and_changes_its_display_name, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let url = link(&scene.customer, "@id");
    let mut whole = scene.owner.get(url).await.expect(200).json();
    whole["displayName"] = json!("Renamed");
    let put = scene.owner.put(url, &whole).await.expect(200).json();
    assert_eq!(put["displayName"], "Renamed", "what was got goes back as it is");
    scene.owner.patch(url, &json!({"displayName": "Renamed"})).await.expect(205);
    let refused = scene.owner.patch(url, &json!({"name": "other"})).await.expect(400).problem();
    assert_eq!(refused["violations"][0]["propertyPath"], "name");
    scene.owner.patch(url, &json!({"name": "first"})).await.expect(205);
    scene.owner.delete(url).await.expect(403);
});

each_database!(only_an_administrator_makes_customers, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let customers = link(&scene.admin.walk(&[]).await.json(), "customers").to_owned();
    scene.owner.post(&customers, &json!({"name": "x", "displayName": "x"})).await.expect(403);
    for name in ["admin", "ADMIN", "v2", "V1.0", "with space", "", "..", "ü", "a/b"] {
        scene.admin.post(&customers, &json!({"name": name, "displayName": "x"})).await.expect(400);
    }
    for name in ["violet", "v", "a.b-c_d"] {
        scene.admin.post(&customers, &json!({"name": name, "displayName": "x"})).await.expect(201);
    }
});

each_database!(an_administrator_keeps_a_key, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let keys = link(&scene.admin.customer().await, "keys").to_owned();
    let only = scene.admin.members(&keys).await;
    assert_eq!(only.len(), 1);
    scene.admin.delete(link(&only[0], "@id")).await.expect(409).problem();
    let made = scene.admin.post(&keys, &json!({})).await.expect(201).json();
    scene.admin.delete(link(&made, "@id")).await.expect(204);
    // Any other customer may give up all of them.
    let theirs = scene.owner.members(link(&scene.customer, "keys")).await;
    for key in &theirs {
        scene.admin.delete(link(key, "@id")).await.expect(204);
    }
    scene.owner.get(link(&scene.customer, "@id")).await.expect(401);
});

each_database!(all_that_cannot_be_null_is_named_at_once, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let body = json!({"email": null, "enabled": null, "password": null, "created": null, "uid": null, "mobile": null});
    let problem = scene.owner.patch(link(&scene.user, "@id"), &body).await.expect(400).problem();
    let named: Vec<_> =
        problem["violations"].as_array().expect("violations").iter().map(|v| link(v, "propertyPath")).collect();
    assert_eq!(named, ["email", "created", "enabled", "password"]);
    // To describe something new, null is as good as nothing.
    let body = json!({"email": "nulls@example.org", "enabled": null, "uid": null});
    let made = scene.owner.post(link(&scene.customer, "portalUsers"), &body).await.expect(201).json();
    assert_eq!(made["enabled"], true);
    let uuid = link(&scene.user, "@id").rsplit('/').next().expect("an address has parts");
    scene.owner.patch(link(&made, "@id"), &json!({"uid": uuid})).await.expect(400);
});
