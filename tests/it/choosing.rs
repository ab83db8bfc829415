//! What fields of forms are chosen from, what an address fills in, and what leads where.

use serde_json::json;

use crate::support::fixtures::Scene;
use crate::support::page::{filled, page, send};
use crate::support::{Portico, each_database, link, whatever_database};

each_database!(of_what_there_is_several_are_ticked, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let roles = link(&scene.customer, "roles");
    let mut made = Vec::new();
    for name in ["Second & <b>", "Third"] {
        let role = scene.owner.post(roles, &json!({"name": name})).await.expect(201).json();
        made.push(link(&role, "@id").to_owned());
    }
    let list = link(&scene.space, "images");
    let image = json!({"id": "boxes", "origin": "https://images.example/a.jpg", "roles": [made[0]]});
    let image = scene.owner.post(list, &image).await.expect(201).json();
    let url = link(&image, "@id");
    let seen = page(&scene.owner, url).await;
    let ticked = |value: &str| format!("<input type=\"checkbox\" name=\"roles\" value=\"{value}\" checked>");
    let open = |value: &str| format!("<input type=\"checkbox\" name=\"roles\" value=\"{value}\">");
    assert!(seen.0.contains(&ticked(&made[0])) && seen.0.contains(&open(&made[1])), "{}", seen.0);
    assert!(!seen.0.contains("<b>") && !seen.0.contains("<!--boxes"), "{}", seen.0);
    let form = filled(&seen, "PATCH", &json!({})).expect("a form");
    let of_roles = |form: &[(String, String)]| {
        form.iter().filter(|(name, _)| name == "roles").map(|(_, value)| value.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of_roles(&form), [made[0].clone(), String::new()], "what is ticked is not typed, too");
    // As it is, it is no change.
    send(&scene.owner, url, &form).await.expect(400);
    // One is ticked, and one is typed.
    let mut more = form.clone();
    more.push(("roles".into(), made[1].clone()));
    more.push(("roles".into(), format!("\r\n{}\r\n", link(&scene.role, "@id"))));
    send(&scene.owner, url, &more).await.expect(303);
    let now = scene.owner.get(url).await.expect(200).json();
    assert_eq!(now["roles"].as_array().map(Vec::len), Some(3), "{now}");
    // None is ticked.
    let mut none = filled(&page(&scene.owner, url).await, "PATCH", &json!({})).expect("a form");
    none.retain(|(name, _)| name != "roles");
    send(&scene.owner, url, &none).await.expect(303);
    assert_eq!(scene.owner.get(url).await.expect(200).json()["roles"], json!([]));
    // What is wrong is shown as it was typed.
    let mut wrong = filled(&page(&scene.owner, url).await, "PATCH", &json!({})).expect("a form");
    wrong.push(("roles".into(), made[1].clone()));
    wrong.push(("roles".into(), "</textarea><script>".into()));
    let answer = crate::support::page::shown(&send(&scene.owner, url, &wrong).await.expect(400));
    assert!(answer.0.contains(&ticked(&made[1])) && !answer.0.contains("<script>"), "{}", answer.0);
    let again = answer.form("data-method=\"PATCH\"").expect("the form");
    assert_eq!(of_roles(&again), [made[1].clone(), "</textarea><script>".to_owned()]);
});

each_database!(what_is_granted_is_chosen_by_its_name, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    for (list, name) in [("entitlements", "CUSTOMER_READ"), ("entitlementGroups", "readonly")] {
        let seen = page(&scene.admin, link(&scene.customer, list)).await;
        assert!(seen.0.contains(&format!("<option value=\"{name}\">")), "{list}: {}", seen.0);
        // Where they are defined, a name is a new one.
        let defined = page(&scene.admin, &format!("{}/{list}", portico.url)).await;
        assert!(!defined.0.contains("<datalist"), "{list}: {}", defined.0);
    }
});

each_database!(an_address_begins_what_is_made, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let queue = link(&scene.customer, "queue");
    let image = json!({"member": [{"space": 1, "id": "failing", "origin": "https://images.example/a.jpg"}]});
    let batch = scene.owner.post(queue, &image).await.expect(201).json();
    let batch = link(&batch, "@id");
    let links = page(&scene.owner, batch).await.links();
    let retry = links.iter().find(|link| link.contains("/retryImages?batch=")).expect("tried again from here");
    let begun = page(&scene.owner, retry).await;
    let form = begun.form("data-method=\"POST\"").expect("a form");
    assert!(form.contains(&("batch".to_owned(), batch.to_owned())), "{form:?}");
    assert!(begun.0.contains("<details class=\"operation\" open>"), "{}", begun.0);
    // What is there already is not what an address says.
    let user = link(&scene.user, "@id");
    let other = page(&scene.owner, &format!("{user}?mobile=%2B445&email=x%22%3E%3Cscript%3E")).await;
    assert!(!other.0.contains("+445") && !other.0.contains("<script>"), "{}", other.0);
    let hostile = page(
        &scene.owner,
        &format!("{}?batch=%22%3E%3Cscript%3E&nonsense=1&images=a%0Ab", retry.split('?').next().expect("an address")),
    )
    .await;
    assert!(!hostile.0.contains("<script>"), "{}", hostile.0);
    let mistyped = page(&scene.owner, &format!("{}?errorKind=zzz", retry.split('?').next().expect("an address"))).await;
    assert!(mistyped.text().contains("which is no choice"), "{}", mistyped.text());
    let plain = page(&scene.owner, retry.split('?').next().expect("an address")).await;
    assert!(!plain.0.contains("<details class=\"operation\" open>"));
});

whatever_database!(what_leads_to_something_is_found_from_there, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let role = link(&scene.role, "@id");
    let list = link(&scene.space, "images");
    let image = json!({"id": "mentions", "origin": "https://images.example/a.jpg", "roles": [role]});
    let image = scene.owner.post(list, &image).await.expect(201).json();
    let links = page(&scene.owner, role).await.links();
    let found = links.iter().find(|link| link.contains("?roles=")).expect("what has it");
    assert!(scene.owner.members(found).await.iter().any(|one| one["@id"] == image["@id"]), "{found}");
    for link in links.iter().filter(|link| link.contains('?') && link.starts_with(&portico.url)) {
        let status = scene.owner.get(link).await.status;
        assert!([200, 303].contains(&status), "{link}: {status}");
    }
});
