//! What is done to several resources that somebody has ticked in a list.

use hydra::Method;
use serde_json::{Value, json};

use crate::conformance::api;
use crate::support::fixtures::{Scene, unique};
use crate::support::html::{BROWSER, Html};
use crate::support::page::{filled, page, request_body, send, shown};
use crate::support::{Answer, Client, Portico, each_database, link};

/// What there is to tick on the page of a list.
fn ticks(page: &Html) -> Vec<String> {
    let boxes = page.0.split("<input type=\"checkbox\" name=\"pick\" value=\"").skip(1);
    boxes.filter_map(|rest| rest.split('"').next().map(String::from)).collect()
}

/// The page that ticking some of a list leads to.
fn place(portico: &Portico, list: &str, picked: &[&str]) -> String {
    let mut query = vec![("of", list.strip_prefix(&portico.url).expect("it is ours"))];
    query.extend(picked.iter().map(|one| ("pick", *one)));
    format!("{}/several?{}", portico.url, serde_urlencoded::to_string(query).expect("it can be encoded"))
}

/// Sends a form of such a page.
async fn act(client: &Client, place: &str, method: &str, body: &Value) -> Answer {
    let page = page(client, place).await;
    let fields = filled(&page, method, body).unwrap_or_else(|| panic!("no {method} in {}", page.text()));
    send(client, place, &fields).await
}

/// The tags of what is picked, in a page of it.
fn tags(page: &Html) -> Vec<String> {
    let form = page.form("data-method=\"PATCH\"").expect("a form");
    form.into_iter().filter(|(name, _)| name == "_tag").map(|(_, tag)| tag).collect()
}

/// An address as a page of what is picked names it.
fn picked_path(portico: &Portico, url: &str) -> String {
    url.strip_prefix(&portico.url).expect("it is ours").to_owned()
}

async fn users(scene: &Scene, how_many: usize) -> Vec<String> {
    let mut made = Vec::new();
    for _ in 0..how_many {
        let body = json!({"email": format!("{}@example.org", unique("several")), "mobile": "+441"});
        let user = scene.owner.post(link(&scene.customer, "portalUsers"), &body).await.expect(201).json();
        made.push(link(&user, "@id").to_owned());
    }
    made
}

each_database!(whatever_can_be_changed_or_deleted_alone_can_be_ticked, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let (mut ticked, mut deleted) = (0, 0);
    for site in api().collections().iter().filter(|site| site.operation(Method::Get).is_some()) {
        let collected = scene.collection(site.owner.name, site.property).await;
        let writes = site.operations.iter().find(|operation| operation.method != Method::Get);
        let reads = site.operation(Method::Get).expect("it is listed");
        let client = scene.whoever_may(writes.unwrap_or(reads));
        let seen = page(client, &collected.url).await;
        let takes = [Method::Patch, Method::Delete].iter().any(|method| site.member.operation(*method).is_some());
        let (ticks, has_rows) = (ticks(&seen), seen.0.contains("<tbody>"));
        assert!(takes || ticks.is_empty(), "{}: nothing can be done to one", collected.url);
        assert!(writes.is_some() || ticks.is_empty(), "{}: nothing is offered", collected.url);
        let offers = seen.0.contains("<details class=\"operation\"");
        assert_eq!(!ticks.is_empty(), takes && has_rows && offers, "{}", collected.url);
        let Some(first) = ticks.first() else { continue };
        ticked += 1;
        let picked = page(client, &place(&portico, &collected.url, &[first])).await;
        let heading = format!("{}: 1 picked", site.member.label);
        assert!(picked.text().contains(&heading), "{}: {}", collected.url, picked.text());
        // What is offered here is what its own page offers.
        let own = picked
            .links()
            .into_iter()
            .find(|link| link.ends_with(&format!("/{}", first.trim_start_matches('/'))))
            .expect("it is shown");
        let alone = page(client, &own).await;
        for method in ["PATCH", "DELETE"] {
            let form = format!("data-method=\"{method}\"");
            assert_eq!(picked.form(&form).is_some(), alone.form(&form).is_some(), "{method} of {own}");
        }
        deleted += usize::from(picked.form("data-method=\"DELETE\"").is_some());
    }
    assert!(ticked > 12 && deleted > 8, "{ticked} {deleted}");
});

each_database!(what_is_filled_in_is_done_to_each_and_nothing_else, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let list = link(&scene.customer, "portalUsers");
    let made = users(&scene, 4).await;
    let names: Vec<&str> = made.iter().map(|url| url.rsplit('/').next().expect("a name")).collect();
    let before: Vec<Value> = scene.owner.members(list).await;
    let shown_list = page(&scene.owner, &format!("{list}?pageSize=3&q=several")).await;
    assert_eq!(ticks(&shown_list).len(), 3);
    let three = place(&portico, list, &names[..3]);
    // Nothing is shown that each has its own of, or that is unique.
    let form = page(&scene.owner, &three).await.form("data-method=\"PATCH\"").expect("a form");
    assert!(form.iter().all(|(name, _)| name != "email" && name != "uid"), "{form:?}");
    assert!(form.iter().all(|(name, value)| name != "mobile" || value.is_empty()), "{form:?}");
    let done = act(&scene.owner, &three, "PATCH", &json!({"enabled": "false"})).await.expect(303);
    assert_eq!(done.header("location"), Some(list));
    for user in scene.owner.members(list).await {
        let was = before.iter().find(|one| one["@id"] == user["@id"]).expect("it was there");
        let is_picked = made[..3].iter().any(|url| user["@id"] == **url);
        assert_eq!(user["enabled"] == json!(false), is_picked, "{user}");
        for name in ["email", "mobile", "created"] {
            assert_eq!(user[name], was[name], "{user}");
        }
    }
    // Nothing filled in is nothing done; what is wrong is said at its field, and nothing typed is lost.
    let nothing = shown(&act(&scene.owner, &three, "PATCH", &json!({})).await.expect(400));
    assert!(nothing.text().contains("Nothing was changed."), "{}", nothing.text());
    let wrong = shown(&act(&scene.owner, &three, "PATCH", &json!({"mobile": "no number"})).await.expect(400));
    assert!(wrong.0.contains("id=\"do-patch-mobile-wrong\""), "{}", wrong.text());
    let kept = wrong.form("data-method=\"PATCH\"").expect("the form is shown again");
    assert!(kept.contains(&("mobile".to_owned(), "no number".to_owned())), "{kept:?}");
    // A box empties what cannot be seen; not what is filled in, too, and it stays ticked until it is done.
    let seen = page(&scene.owner, &three).await;
    let mut fields = filled(&seen, "PATCH", &json!({"mobile": "+449"})).expect("a form");
    fields.push(("_empty".into(), "mobile".into()));
    let both = shown(&send(&scene.owner, &three, &fields).await.expect(400));
    assert!(both.0.contains("id=\"do-patch-mobile-wrong\""), "{}", both.text());
    let fields = filled(&both, "PATCH", &json!({"mobile": ""})).expect("a form");
    assert!(fields.contains(&("_empty".to_owned(), "mobile".to_owned())), "{fields:?}");
    send(&scene.owner, &three, &fields).await.expect(303);
    for (index, url) in made.iter().enumerate() {
        let user = scene.owner.get(url).await.expect(200).json();
        assert_eq!(user.get("mobile").is_none(), index < 3, "{user}");
    }
});

each_database!(what_somebody_has_changed_meanwhile_is_left, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let list = link(&scene.customer, "portalUsers");
    let made = users(&scene, 3).await;
    let names: Vec<&str> = made.iter().map(|url| url.rsplit('/').next().expect("a name")).collect();
    let three = place(&portico, list, &names);
    let seen = page(&scene.owner, &three).await;
    scene.owner.patch(&made[1], &json!({"mobile": "+442"})).await.expect(205);
    let fields = filled(&seen, "DELETE", &json!({})).expect("a form");
    let left = shown(&send(&scene.owner, &three, &fields).await.expect(412));
    assert_eq!(left.text().matches(": done").count(), 2, "{}", left.text());
    assert!(left.text().contains("not done. "), "{}", left.text());
    for (index, url) in made.iter().enumerate() {
        scene.owner.get(url).await.expect(if index == 1 { 200 } else { 404 });
    }
    // What was only wrong is still about what was shown at first.
    let mut wrong = filled(&seen, "PATCH", &json!({"created": "rubbish", "mobile": "+443"})).expect("a form");
    let first = wrong.iter().position(|(name, _)| name == "pick").expect("what is picked");
    wrong.retain(|(name, value)| name != "pick" && name != "_tag" || *value == "kept");
    wrong.insert(0, ("pick".into(), picked_path(&portico, &made[1])));
    wrong.insert(1, ("_tag".into(), tags(&seen)[1].clone()));
    assert!(first > 0);
    let again = shown(&send(&scene.owner, &three, &wrong).await.expect(400));
    let mended = filled(&again, "PATCH", &json!({"created": ""})).expect("a form");
    send(&scene.owner, &three, &mended).await.expect(412);
    assert_eq!(scene.owner.get(&made[1]).await.expect(200).json()["mobile"], "+442");
    // What is left is what is still to be done, and it is shown as it is now.
    let rest = left.form("data-method=\"DELETE\"").expect("the rest");
    assert_eq!(rest.iter().filter(|(name, _)| name == "pick").count(), 1, "{rest:?}");
    send(&scene.owner, &three, &rest).await.expect(303);
    scene.owner.get(&made[1]).await.expect(404);
    // What is gone is said to be.
    let gone = page(&scene.owner, &three).await;
    assert_eq!(gone.text().matches(": not found").count(), 3, "{}", gone.text());
    assert!(gone.form("data-method=\"DELETE\"").is_none());
});

each_database!(nobody_does_to_several_what_they_may_not_do_to_one, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let list = link(&scene.customer, "portalUsers");
    let made = users(&scene, 2).await;
    let names: Vec<&str> = made.iter().map(|url| url.rsplit('/').next().expect("a name")).collect();
    let two = place(&portico, list, &names);
    let seen = page(&scene.owner, &two).await;
    let reader = scene.portal_user(&portico, "reader", Some("readonly")).await;
    assert!(ticks(&page(&reader, list).await).is_empty(), "whoever only reads has nothing to tick");
    let read = page(&reader, &two).await;
    assert!(read.text().contains("nothing that you may do") && read.form("data-method").is_none(), "{}", read.text());
    scene.anonymous.clone().following_nothing().get_as(&two, BROWSER).await.expect(303);
    for (method, body) in [("DELETE", json!({})), ("PATCH", json!({"enabled": "false"}))] {
        let fields = filled(&seen, method, &body).expect("a form");
        for (client, status) in [(&reader, 403), (&scene.stranger, 404), (&scene.anonymous, 401)] {
            send(client, &two, &fields).await.expect(status);
        }
        // The page of another site sends nothing.
        let body = serde_urlencoded::to_string(&fields).expect("it can be encoded");
        let foreign =
            scene.owner.request("POST", &two).header("accept", BROWSER).header("sec-fetch-site", "cross-site");
        scene.owner.send(request_body(foreign, body)).await.expect(403);
    }
    for url in &made {
        assert_eq!(scene.owner.get(url).await.expect(200).json()["enabled"], true);
    }
});

each_database!(what_cannot_be_done_to_several_is_refused, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let list = link(&scene.customer, "portalUsers");
    let user = portico.reference(link(&scene.user, "@id")).to_owned();
    let space = portico.reference(link(&scene.space, "@id")).to_owned();
    let many: Vec<String> = (0..251).map(|number| number.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for (picked, status) in [
        (&[][..], 400),
        (&many[..], 400),
        (&[&*user, &*space][..], 400),
        (&["/nowhere"][..], 404),
        (&["/"][..], 404),
        (&["//elsewhere.example/x"][..], 404),
        (&["https://elsewhere.example/x"][..], 404),
        (&[""][..], 404),
    ] {
        scene.owner.get(&place(&portico, list, picked)).await.expect(status);
    }
    scene.owner.get(&format!("{}/several", portico.url)).await.expect(400);
    let here = place(&portico, list, &[]);
    let user = link(&scene.user, "@id").strip_prefix(&portico.url).expect("it is ours");
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    for fields in [
        vec![pair("_method", "DELETE"), pair("_tag", "\"a\"")],
        vec![pair("_method", "DELETE"), pair("pick", user)],
        vec![pair("_method", "DELETE"), pair("_tag", "\"a\""), pair("pick", user), pair("pick", user)],
        vec![pair("_method", "POST"), pair("_tag", "\"a\""), pair("pick", user), pair("email", "x@example.org")],
        vec![pair("pick", user)],
        vec![pair("_method", "PUT"), pair("_tag", "\"a\""), pair("pick", user)],
        vec![pair("_method", "DELETE"), pair("_tag", "*"), pair("pick", user)],
        vec![pair("_method", "DELETE"), pair("_tag", ""), pair("pick", user)],
        vec![pair("_method", "DELETE"), pair("_tag", "\"a\""), pair("pick", user), pair("_show", "yes")],
        vec![pair("_method", "PATCH"), pair("_tag", "\"a\""), pair("pick", user), pair("_raw", "{}")],
        vec![
            pair("_method", "DELETE"),
            pair("_tag", "\"a\""),
            pair("pick", user),
            pair("_tag", "\"a\"\n\"b\""),
            pair("pick", "/customers/2/portalUsers/x"),
        ],
        vec![
            pair("_method", "DELETE"),
            pair("_tag", "\"a\""),
            pair("pick", user),
            pair("_tag", "\"a\""),
            pair("pick", user),
        ],
    ] {
        send(&scene.owner, &here, &fields).await.expect(400);
    }
    scene.owner.get(link(&scene.user, "@id")).await.expect(200);
});

each_database!(several_images_are_given_what_they_had_none_of, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let list = link(&scene.space, "images");
    for id in ["a", "b", "c"] {
        scene.owner.post(list, &json!({"id": id, "origin": "https://images.example/a.jpg"})).await.expect(201);
    }
    let seen = page(&scene.owner, &format!("{list}?pageSize=100")).await;
    let picked = ticks(&seen);
    let picked: Vec<&str> = picked.iter().map(String::as_str).collect();
    let all = place(&portico, list, &picked);
    let role = link(&scene.role, "@id");
    let body = json!({"tags": ["one", "two"], "roles": [role]});
    act(&scene.owner, &all, "PATCH", &body).await.expect(303);
    for image in scene.owner.members(list).await {
        assert_eq!((&image["tags"], &image["roles"]), (&json!(["one", "two"]), &json!([role])), "{image}");
    }
});

each_database!(what_is_done_is_said_even_of_ones_own_key, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let list = link(&scene.customer, "keys");
    let mut made = Vec::new();
    for _ in 0..2 {
        made.push(scene.owner.post(list, &json!({})).await.expect(201).json());
    }
    let (id, secret) = (link(&made[0], "key"), link(&made[0], "secret"));
    let own = portico.client(crate::support::Credentials::Basic(id.into(), secret.into()));
    let names: Vec<&str> = made.iter().map(|key| link(key, "@id").rsplit('/').next().expect("a name")).collect();
    let both = place(&portico, list, &names);
    let seen = page(&own, &both).await;
    let fields = filled(&seen, "DELETE", &json!({})).expect("a form");
    let said = shown(&send(&own, &both, &fields).await.expect(401));
    assert_eq!((said.text().matches(": done").count(), said.text().matches("not done. ").count()), (1, 1));
    scene.owner.get(link(&made[1], "@id")).await.expect(200);
});

each_database!(as_many_as_a_list_shows_can_be_ticked, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let list = link(&scene.customer, "portalUsers");
    users(&scene, 120).await;
    let url = format!("{list}?pageSize=110");
    let seen = page(&scene.owner, &url).await;
    let mut fields = seen.form("class=\"several\"").expect("a form");
    fields.extend(ticks(&seen).into_iter().map(|tick| ("pick".to_owned(), tick)));
    let several = place(&portico, &url, &[]);
    let picked = shown(&send(&scene.owner, &several, &fields).await.expect(200));
    assert!(picked.text().contains("Portal User: 110 picked"), "{}", picked.text());
    let form = filled(&picked, "PATCH", &json!({"enabled": "false"})).expect("a form");
    assert_eq!(send(&scene.owner, &several, &form).await.expect(303).header("location"), Some(&*url));
    let disabled = scene.owner.get(&format!("{list}?enabled=false")).await.json();
    assert!(disabled["totalItems"].as_u64().is_some_and(|total| total >= 110), "{disabled}");
});
