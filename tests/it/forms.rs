//! Forms of pages, sent as a browser without a script sends them.

use std::collections::BTreeSet;

use hydra::{Method, OperationDef, Payload};
use serde_json::json;

use crate::conformance::{api, served};
use crate::support::fixtures::Scene;
use crate::support::html::BROWSER;
use crate::support::page::{filled, page, request_body, send, shown, submit};
use crate::support::{Answer, Portico, each_database, link};

/// Which of what an operation is documented to be answered with is success.
fn is_success(operation: &OperationDef, status: u16) -> bool {
    let mut statuses = operation.statuses.iter().chain(operation.further).map(|(status, _)| *status);
    // What would have no body, or is somewhere else, leads there.
    status == 303 || (status == 200 && statuses.any(|status| [200, 201].contains(&status)))
}

each_database!(every_operation_that_a_page_offers_is_performed_by_its_form, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let (mut performed, mut missing, mut idle) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut note = |name: String, operation: &OperationDef, answer: Option<Answer>| match answer {
        // What the fixtures would change it to, it is already.
        Some(answer) if shown(&answer).text().contains("Nothing was changed.") => drop(idle.insert(name)),
        Some(answer) => {
            assert!(is_success(operation, answer.status), "{name}: {}\n{}", answer.status, shown(&answer).text());
            performed.insert(name);
        }
        None => drop(missing.insert(name)),
    };
    for class in served() {
        let item = scene.of(class.name).await.expect("the fixtures have it");
        // What replaces leaves nothing to change to the same.
        let mut acts: Vec<_> = class.operations.iter().filter(|operation| operation.method != Method::Get).collect();
        acts.sort_by_key(|operation| operation.method != Method::Patch);
        for operation in acts.into_iter().filter(|operation| !matches!(operation.expects, Payload::Media(_))) {
            let (url, body) = match operation.method {
                Method::Delete => (item.removable.clone(), json!({"token": item.token})),
                Method::Post => (Some(item.url.clone()), item.submitted.clone()),
                _ => (Some(item.url.clone()), item.right.clone()),
            };
            let name = format!("{}/{}", class.name, operation.name);
            let (Some(url), client) = (url, scene.whoever_may(operation)) else { continue };
            let page = page(client, &url).await;
            let answer = match filled(&page, operation.method.name(), &body) {
                Some(fields) => Some(send(client, &url, &fields).await),
                None => None,
            };
            note(name, operation, answer);
        }
    }
    for site in api().collections() {
        for operation in site.operations.iter().filter(|operation| operation.method != Method::Get) {
            let collected = scene.collection(site.owner.name, site.property).await;
            let client = scene.whoever_may(operation);
            let page = page(client, &collected.url).await;
            let body = match (operation.method, operation.expects) {
                // What makes nothing asks for what there is.
                (Method::Post, Payload::Members(_)) if operation.name == "select" => {
                    collected.again.clone().unwrap_or_default()
                }
                (method, _) => collected.body(method),
            };
            let answer = match filled(&page, operation.method.name(), &body) {
                Some(fields) => Some(send(client, &collected.url, &fields).await),
                None => None,
            };
            note(format!("{}.{}/{}", site.owner.name, site.property, operation.name), operation, answer);
        }
    }
    println!("performed {}; not offered where it was looked for: {missing:#?}", performed.len());
    assert!(performed.len() > 70 && idle.len() < 10, "{} {missing:#?} {idle:#?}", performed.len());
});

each_database!(what_is_wrong_is_said_and_nothing_typed_is_lost, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let users = link(&scene.customer, "portalUsers");
    let nasty = "\"><img src=x onerror=alert(1)>";
    let typed = json!({"email": nasty, "uid": "kept", "password": "short"});
    let answer = submit(&scene.owner, users, "POST", &typed).await.expect(400);
    let page = shown(&answer);
    let form = page.form("data-method=\"POST\"").expect("the form is shown again");
    let given = |name: &str| form.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    assert_eq!((given("email"), given("uid"), given("password")), (Some(nasty), Some("kept"), Some("")));
    assert!(page.all("aria-invalid").len() >= 2 && page.0.contains("class=\"operation\" open"), "{}", page.0);
    assert!(!page.0.contains("<img src=x"), "{}", page.0);
    for (name, _) in typed.as_object().expect("an object").iter().filter(|(name, _)| *name != "uid") {
        assert!(page.0.contains(&format!("id=\"do-post-{name}-wrong\"")), "{name} in {}", page.0);
    }
    // Numbers that no double holds, and what is no number, come as they were typed.
    let images = link(&scene.space, "images");
    for (name, text) in [("number1", "123456789012345678901234567890"), ("number1", "1.5"), ("number1", "seven")] {
        let answer = submit(&scene.owner, images, "POST", &json!({"origin": "https://o.example/1", name: text})).await;
        let form = shown(&answer.expect(400)).form("data-method=\"POST\"").expect("the form");
        assert!(form.contains(&(name.to_owned(), text.to_owned())), "{form:?}");
    }
});

each_database!(a_change_says_what_was_changed_and_nothing_else, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let image = scene.of("Image").await.expect("there is one").url;
    let text = " one & \"two\" <three> ";
    scene.owner.patch(&image, &json!({"string1": text, "string2": "before"})).await.expect(205);
    let answer = submit(&scene.owner, &image, "PATCH", &json!({"string3": "touched"})).await.expect(303);
    assert_eq!(answer.header("location"), Some(image.as_str()));
    let after = scene.owner.get(&image).await.expect(200).json();
    assert_eq!(after["string1"], text);
    assert_eq!((&after["string2"], &after["string3"]), (&json!("before"), &json!("touched")));
    // Nothing typed is nothing done, and said so.
    let nothing = submit(&scene.owner, &image, "PATCH", &json!({})).await.expect(400);
    assert!(shown(&nothing).text().contains("Nothing was changed."));
    // Somebody was faster: theirs is not overwritten, and what was typed is not lost.
    let seen = page(&scene.owner, &image).await;
    scene.owner.patch(&image, &json!({"string2": "theirs", "string3": "also theirs"})).await.expect(205);
    let fields = filled(&seen, "PATCH", &json!({"string1": "mine", "string2": "mine, too"})).expect("the form");
    let conflict = shown(&send(&scene.owner, &image, &fields).await.expect(412));
    let form = conflict.form("data-method=\"PATCH\"").expect("the form is shown again");
    let given = |name: &str| form.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    assert_eq!((given("string1"), given("string2")), (Some("mine"), Some("mine, too")));
    assert_eq!(given("string3"), Some("also theirs"), "what was not touched is as it is now");
    assert!(conflict.text().contains("It is now: theirs"), "{}", conflict.text());
    assert_eq!(conflict.0.matches("-contested\">").count(), 1, "only what both have changed is asked about");
    send(&scene.owner, &image, &form).await.expect(303);
    let after = scene.owner.get(&image).await.expect(200).json();
    let texts = ["string1", "string2", "string3"].map(|name| after[name].clone());
    assert_eq!(texts, [json!("mine"), json!("mine, too"), json!("also theirs")]);
    // Or theirs is left as it is, whatever was typed.
    let seen = page(&scene.owner, &image).await;
    scene.owner.patch(&image, &json!({"string1": "theirs", "string2": "theirs"})).await.expect(205);
    let fields = filled(&seen, "PATCH", &json!({"string1": "mine again", "string2": "mine again"})).expect("the form");
    let conflict = shown(&send(&scene.owner, &image, &fields).await.expect(412));
    assert!(conflict.text().contains("It is now: theirs. Before, it was: mine, too."), "{}", conflict.text());
    let mut form = conflict.form("data-method=\"PATCH\"").expect("the form is shown again");
    form.push(("_leave".into(), "string2".into()));
    send(&scene.owner, &image, &form).await.expect(303);
    let after = scene.owner.get(&image).await.expect(200).json();
    assert_eq!((&after["string1"], &after["string2"]), (&json!("mine again"), &json!("theirs")));
    // Also where nothing else was to be changed. What somebody has changed elsewhere is told, and not asked about.
    let seen = page(&scene.owner, &image).await;
    scene.owner.patch(&image, &json!({"string2": "theirs, too", "string3": "elsewhere"})).await.expect(205);
    let fields = filled(&seen, "PATCH", &json!({"string2": "mine"})).expect("the form");
    let conflict = shown(&send(&scene.owner, &image, &fields).await.expect(412));
    assert!(conflict.text().contains("changed this meanwhile. Before, it was: also theirs."), "{}", conflict.text());
    assert_eq!(conflict.0.matches("name=\"_leave\"").count(), 1);
    let mut form = conflict.form("data-method=\"PATCH\"").expect("the form is shown again");
    form.push(("_leave".into(), "string2".into()));
    let left = send(&scene.owner, &image, &form).await.expect(303);
    assert_eq!(left.header("location"), Some(image.as_str()));
    assert_eq!(scene.owner.get(&image).await.expect(200).json()["string2"], "theirs, too");
    // A secret that was typed is not shown again, and that is said.
    let user = link(&scene.user, "@id");
    let seen = page(&scene.owner, user).await;
    scene.owner.patch(user, &json!({"mobile": "+4411"})).await.expect(205);
    let typed = json!({"mobile": "+4422", "password": "seven lanterns by the quay"});
    let conflict =
        shown(&send(&scene.owner, user, &filled(&seen, "PATCH", &typed).expect("the form")).await.expect(412));
    assert!(conflict.text().contains("Type it once more."), "{}", conflict.text());
    assert!(!conflict.0.contains("lanterns"), "it is a secret");
});

each_database!(what_is_told_once_is_told, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let (keys, signing) = (link(&scene.customer, "keys"), scene.of("ApiKey").await.expect("there is one").url);
    let of_keys = vocab::CLASSES.iter().find(|class| class.name == "ApiKey").expect("a class");
    let signer = scene.whoever_may(of_keys.operation(Method::Put).expect("an operation"));
    for (client, url, method, name) in [(&scene.owner, keys, "POST", "secret"), (signer, &signing, "PUT", "key")] {
        let before = page(client, url).await;
        let fields = filled(&before, method, &json!({})).expect("the form");
        let answer = send(client, url, &fields).await.expect(200);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let told = shown(&answer);
        let label = if name == "secret" { "Secret" } else { "Key" };
        assert!(told.text().contains(label), "{}", told.text());
        assert!(told.0.contains("class=\"once\""), "{}", told.0);
    }
    // So is what something is answered with that makes nothing.
    let deletion = scene.of("ImageDeletion").await.expect("there is one");
    let answer = submit(&scene.owner, &deletion.url, "POST", &deletion.submitted).await.expect(200);
    assert!(!shown(&answer).text().contains("The change is made"));
});

each_database!(what_was_done_is_said_once, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let users = link(&scene.customer, "portalUsers");
    let made = submit(&scene.owner, users, "POST", &json!({"email": "made@example.org"})).await.expect(303);
    let (place, cookie) =
        (made.header("location").expect("where").to_owned(), made.header("set-cookie").expect("a notice"));
    assert!(
        place.starts_with(&format!("{users}/")) && cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict")
    );
    let cookie = cookie.split(';').next().expect("a pair").to_owned();
    let request = scene.owner.request("GET", &place).header("accept", BROWSER).header("cookie", cookie);
    let told = scene.owner.send(request).await.expect(200);
    assert!(shown(&told).text().contains("It is created."));
    assert!(told.header("set-cookie").is_some_and(|set| set.contains("Max-Age=0")), "{told}");
    assert!(!page(&scene.owner, &place).await.text().contains("It is created."));
    let forged =
        scene.owner.request("GET", &place).header("accept", BROWSER).header("cookie", "portico-notice=<b>hi</b>");
    assert!(!shown(&scene.owner.send(forged).await.expect(200)).0.contains("<b>hi"));
    let gone = submit(&scene.owner, &place, "DELETE", &json!({})).await.expect(303);
    assert_eq!(gone.header("location"), Some(users), "to what it was in");
    scene.owner.get(&place).await.expect(404);
});

each_database!(a_form_is_taken_from_pages_of_this_service_alone, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let users = link(&scene.customer, "portalUsers");
    let before = scene.owner.members(users).await.len();
    let body = "_method=POST&email=planted%40example.org";
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-site", "none"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("x-nothing", "said"),
    ] {
        let request = scene.owner.request("POST", users).header("accept", BROWSER).header(name, value);
        scene.owner.send(request_body(request, body.into())).await.expect(403);
    }
    // Who does not ask for a page sends no form.
    let program = scene.owner.request("POST", users).header("sec-fetch-site", "same-origin");
    scene.owner.send(request_body(program, body.into())).await.expect(415);
    assert_eq!(scene.owner.members(users).await.len(), before);
    let browser = scene.owner.clone().following_nothing();
    let ours = |body: &str| {
        let request = browser.request("POST", users).header("accept", BROWSER).header("origin", portico.origin());
        browser.send(request_body(request, body.into()))
    };
    let many = format!("_method=POST{}", "&a".repeat(1000));
    for wrong in [
        "",
        "email=x",
        "_method=GET",
        "_method=nonsense&email=x",
        "%ff%fe=%00",
        "_method=POST&email=caf%E9%40example.org",
        // What changes something says what was shown.
        "_method=PATCH&email=x",
        "_method=DELETE&_tag=*",
        "_method=DELETE&_tag=%22a%22%0d%0ax:y",
        &many,
    ] {
        ours(wrong).await.expect(400);
    }
    // Nor are fields left out of a form in parts that has too many.
    let part =
        |name: &str, value: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let parts = format!("{}{}", part("_method", "POST"), part("a", "").repeat(1000));
    let last = part("email", "left.out@example.org");
    let request = browser.request("POST", users).header("accept", BROWSER).header("origin", portico.origin());
    let request = request.header("content-type", "multipart/form-data; boundary=b");
    browser.send(request.body(format!("{parts}{last}--b--\r\n"))).await.expect(400);
    // What is not to be done here, or not by this caller, is answered as to everybody.
    let refused = ours("_method=DELETE&_tag=%22a%22").await.expect(405);
    assert!(shown(&refused).text().contains("Method Not Allowed"), "{}", shown(&refused).text());
    ours(body).await.expect(303);
    let reader = scene.portal_user(&portico, "reader", Some("readonly")).await;
    let request = reader.request("POST", users).header("accept", BROWSER).header("sec-fetch-site", "same-origin");
    reader.send(request_body(request, body.into())).await.expect(403);
    let nobody = scene.anonymous.request("POST", users).header("accept", BROWSER).header("origin", portico.origin());
    scene.anonymous.send(request_body(nobody, body.into())).await.expect(401);
});

each_database!(a_picture_is_sent_by_a_form_and_shown, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let item = scene.of("Logo").await.expect("there is one");
    let (media_type, bytes) = item.media.expect("a picture");
    let seen = page(&scene.admin, &item.url).await;
    let fields = seen.form("data-method=\"PUT\"").expect("the form");
    assert!(seen.0.contains("enctype=\"multipart/form-data\"") && seen.0.contains("type=\"file\""));
    let browser = scene.admin.clone().following_nothing();
    let parts = |file: &[u8]| {
        let mut body = Vec::new();
        for (name, value) in &fields {
            body.extend(
                format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes(),
            );
        }
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"_file\"; filename=\"a\"\r\nContent-Type: {media_type}\r\n\r\n").into_bytes());
        body.extend(file);
        body.extend(b"\r\n--b--\r\n");
        let request = browser.request("POST", &item.url).header("accept", BROWSER).header("origin", portico.origin());
        browser.send(request.header("content-type", "multipart/form-data; boundary=b").body(body))
    };
    let wrong = shown(&parts(b"no picture").await.expect(400));
    assert!(wrong.form("data-method=\"PUT\"").is_some(), "{}", wrong.0);
    parts(&bytes).await.expect(303);
    let after = page(&scene.admin, &item.url).await;
    assert!(after.0.contains(&format!("<img src=\"{}\"", item.url)), "{}", after.0);
});

each_database!(a_form_goes_on_to_be_about_what_was_shown, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let space = link(&scene.space, "@id");
    for method in ["PATCH", "PUT"] {
        scene.owner.patch(space, &json!({"name": "before", "defaultTags": ["old"]})).await.expect(205);
        let seen = page(&scene.owner, space).await;
        scene.owner.patch(space, &json!({"name": "theirs", "defaultTags": ["new"]})).await.expect(205);
        // What is wrong is said first; that somebody was faster must be said all the same.
        let mine = json!({"name": "mine", "defaultMaxUnauthorised": "many"});
        let fields = filled(&seen, method, &mine).expect("the form");
        let wrong = shown(&send(&scene.owner, space, &fields).await.expect(400));
        let mended = filled(&wrong, method, &json!({"defaultMaxUnauthorised": "7"})).expect("the form");
        let conflict = shown(&send(&scene.owner, space, &mended).await.expect(412));
        assert!(conflict.text().contains("It is now: theirs"), "{method}: {}", conflict.text());
        assert_eq!(scene.owner.get(space).await.json()["name"], "theirs");
        let resolved = filled(&conflict, method, &json!({})).expect("the form");
        send(&scene.owner, space, &resolved).await.expect(303);
        let after = scene.owner.get(space).await.json();
        assert_eq!((&after["name"], &after["defaultTags"]), (&json!("mine"), &json!(["new"])), "{method}");
    }
});

each_database!(what_cannot_be_emptied_says_so_at_its_field, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let space = link(&scene.space, "@id");
    scene.owner.patch(space, &json!({"defaultMaxUnauthorised": 6})).await.expect(205);
    let emptied = json!({"defaultMaxUnauthorised": "", "name": "another"});
    let answer = shown(&submit(&scene.owner, space, "PATCH", &emptied).await.expect(400));
    assert!(answer.0.contains("id=\"do-patch-defaultMaxUnauthorised-wrong\""), "{}", answer.text());
    let administration = scene.of("CustomerAdministration").await.expect("there is one").url;
    for text in ["{\"a\":1e999}", "{\"a\":", "[", "\"\\ud800\""] {
        let answer = submit(&scene.admin, &administration, "PATCH", &json!({"metadata": text})).await.expect(400);
        let page = shown(&answer);
        assert!(page.0.contains("id=\"do-patch-metadata-wrong\""), "{text}: {}", page.text());
        let form = page.form("data-method=\"PATCH\"").expect("the form");
        assert!(form.contains(&("metadata".to_owned(), text.to_owned())), "{form:?}");
    }
});

each_database!(what_is_refused_is_said_to_be, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let space = link(&scene.space, "@id");
    let person = scene.portal_user(&portico, "demoted", Some("admin")).await;
    let seen = page(&person, space).await;
    let user =
        scene.owner.get(&format!("{}?email=demoted@example.org", link(&scene.customer, "portalUsers"))).await.json();
    let roles = link(&user["member"][0], "roles").to_owned();
    scene.owner.delete(&format!("{roles}/admin")).await.expect(205);
    scene.owner.post(&roles, &json!({"name": "readonly"})).await.expect(201);
    for method in ["PATCH", "DELETE"] {
        let fields = filled(&seen, method, &json!({"name": "mine"})).expect("the form");
        let refused = shown(&send(&person, space, &fields).await.expect(403));
        assert!(refused.text().contains("Forbidden"), "{}", refused.text());
    }
    // Who was signed out meanwhile is told how what was typed is not lost.
    let fields = filled(&seen, "PATCH", &json!({"name": "typed"})).expect("the form");
    let nobody = portico.client(crate::support::Credentials::Bearer("x".into()));
    let refused = shown(&send(&nobody, space, &fields).await.expect(401));
    assert!(refused.text().contains("load this page again"), "{}", refused.text());
    // What proves something is not shown to whoever has typed it.
    let data = scene.of("CustomerData").await.expect("there is one");
    let answer = submit(&scene.admin, &data.url, "DELETE", &json!({"token": "proof-of-nothing"})).await.expect(403);
    assert!(!shown(&answer).0.contains("proof-of-nothing"));
});
