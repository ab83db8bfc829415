//! What was changed by a form is undone by a button on the page that follows.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::fixtures::Scene;
use crate::support::html::{BROWSER, Html};
use crate::support::page::{filled, page, send, shown};
use crate::support::{Answer, Client, Portico, each_database, link};

/// The page that somebody is led to, with what the browser was given to bring along.
async fn after(client: &Client, answer: &Answer) -> Html {
    let cookie = answer.header("set-cookie").and_then(|set| set.split(';').next()).expect("a notice").to_owned();
    let place = answer.header("location").expect("where it leads").to_owned();
    visit(client, &place, &cookie).await
}

async fn visit(client: &Client, place: &str, cookie: &str) -> Html {
    let request = client.request("GET", place).header("accept", BROWSER).header("cookie", cookie);
    shown(&client.send(request).await.expect(200))
}

/// The form of the notice.
fn undo(page: &Html) -> Option<Vec<(String, String)>> {
    let (_, notice) = page.0.split_once("id=\"notice\"")?;
    Html(notice.split("</div>").next()?.to_owned()).form("method=\"post\"")
}

async fn submit(client: &Client, url: &str, method: &str, body: &Value) -> Answer {
    let fields = filled(&page(client, url).await, method, body).expect("a form");
    send(client, url, &fields).await.expect(303)
}

each_database!(a_change_is_undone_and_done_again, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let space = scene.owner.post(link(&scene.customer, "spaces"), &json!({"name": "x"})).await.expect(201).json();
    let image = json!({"id": "a", "origin": "https://images.example/a.jpg", "string1": " old & \"new\" ", "tags": ["b", "a"], "number1": 7});
    let image = scene.owner.post(link(&space, "images"), &image).await.expect(201).json();
    let url = link(&image, "@id");
    let role = link(&scene.role, "@id");
    let changes = json!({"string1": "é;, ü", "string2": "added", "tags": ["c"], "number1": "9", "roles": [role]});
    let names = ["string1", "string2", "tags", "number1", "roles"];
    let state = async || {
        let document = scene.owner.get(url).await.expect(200).json();
        names.map(|name| document[name].clone())
    };
    for method in ["PATCH", "PUT"] {
        let before = state().await;
        let done = submit(&scene.owner, url, method, &changes).await;
        assert!(
            done.header("set-cookie").is_some_and(|set| set.contains("HttpOnly") && set.contains("SameSite=Strict"))
        );
        let changed = state().await;
        assert_ne!(before, changed);
        let fields = undo(&after(&scene.owner, &done).await).expect("it can be undone");
        let undone = send(&scene.owner, url, &fields).await.expect(303);
        assert_eq!(state().await, before, "{method}: {fields:?}");
        let fields = undo(&after(&scene.owner, &undone).await).expect("so can that");
        send(&scene.owner, url, &fields).await.expect(303);
        assert_eq!(state().await, changed, "{method}");
        // Somebody else's change is not undone with it, however early it was.
        let done = submit(&scene.owner, url, method, &json!({"string1": "mine"})).await;
        scene.owner.patch(url, &json!({"string1": "theirs"})).await.expect(205);
        let seen = after(&scene.owner, &done).await;
        send(&scene.owner, url, &undo(&seen).expect("it is offered")).await.expect(412);
        assert_eq!(state().await[0], json!("theirs"));
        let done = submit(&scene.owner, url, method, &json!({"string1": "mine"})).await;
        let seen = after(&scene.owner, &done).await;
        scene.owner.patch(url, &json!({"string2": "theirs"})).await.expect(205);
        send(&scene.owner, url, &undo(&seen).expect("it can be undone")).await.expect(412);
        assert_eq!(state().await[1], json!("theirs"));
        scene
            .owner
            .patch(url, &json!({"string1": " old & \"new\" ", "string2": "", "tags": ["b"], "number1": 8, "roles": []}))
            .await
            .expect(205);
    }
});

each_database!(what_cannot_be_undone_is_not_said_to_be, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let user = link(&scene.user, "@id");
    // What is never shown is not known.
    let secret = submit(&scene.owner, user, "PATCH", &json!({"mobile": "+441", "password": "correct horse"})).await;
    let told = after(&scene.owner, &secret).await;
    assert!(told.text().contains("The change is made.") && undo(&told).is_none(), "{}", told.text());
    assert!(!secret.header("set-cookie").is_some_and(|set| set.contains("correct")));
    // What is longer than a cookie may be is not cut.
    let space = link(&scene.space, "@id");
    let tags: Vec<String> = (0..90).map(|number| format!("{number:0>60}")).collect();
    scene.owner.patch(space, &json!({"defaultTags": tags})).await.expect(205);
    let long = submit(&scene.owner, space, "PATCH", &json!({"defaultTags": []})).await;
    assert!(long.header("set-cookie").expect("a notice").len() < 4000);
    let told = after(&scene.owner, &long).await;
    assert!(told.text().contains("The change is made.") && undo(&told).is_none(), "{}", told.text());
    // What was made or deleted is not what a change is.
    let users = link(&scene.customer, "portalUsers");
    let made = submit(&scene.owner, users, "POST", &json!({"email": "made@example.org"})).await;
    assert!(undo(&after(&scene.owner, &made).await).is_none());
    let deleted = submit(&scene.owner, made.header("location").expect("where"), "DELETE", &json!({})).await;
    assert!(undo(&after(&scene.owner, &deleted).await).is_none());
    // It is of the page that it is about, and of words of ours.
    let done = submit(&scene.owner, user, "PATCH", &json!({"mobile": "+442"})).await;
    let cookie = done.header("set-cookie").and_then(|set| set.split(';').next()).expect("a notice");
    for (place, is_there) in [(user, true), (space, false), (users, false)] {
        assert_eq!(undo(&visit(&scene.owner, place, cookie).await).is_some(), is_there, "{place}");
    }
    let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let here = encoded(user.strip_prefix(&portico.url).expect("it is ours"));
    let planted = |word: &str, fields: &str| format!("{word}.{here}.{}", encoded(fields));
    let tag = "_tag=%22a%22";
    assert!(
        undo(
            &visit(
                &scene.owner,
                user,
                &format!("portico-notice={}", planted("changed", &format!("_method=PATCH&{tag}&mobile=%2B449")))
            )
            .await
        )
        .is_some()
    );
    let wrong = [
        planted("changed", &format!("_method=DELETE&{tag}")),
        planted("changed", "_method=PATCH&mobile=x"),
        planted("changed", "_method=PATCH&_tag=*&mobile=x"),
        planted("changed", &format!("_method=PUT&{tag}&_raw=%7B%7D")),
        planted("changed", &format!("_method=PATCH&{tag}&_show=yes")),
        planted("deleted", &format!("_method=PATCH&{tag}&mobile=x")),
        planted("changed", &format!("_method=PATCH&_method=DELETE&{tag}")),
    ];
    for forged in ["changed.x.y", "changed..", "changed.LyI.", "changed", "nonsense.x.y", "=", "."]
        .into_iter()
        .chain(wrong.iter().map(String::as_str))
    {
        let seen = visit(&scene.owner, user, &format!("portico-notice={forged}")).await;
        assert!(undo(&seen).is_none(), "{forged}: {}", seen.0);
    }
    // Whoever signs out takes it along.
    let browser = scene.owner.clone().following_nothing();
    let request = browser.request("POST", &format!("{}/session", portico.url)).header("origin", portico.origin());
    let out = browser.send(request.header("content-type", "application/x-www-form-urlencoded").body("end=yes")).await;
    assert!(format!("{:?}", out.expect(303)).contains("portico-notice"));
});
