//! Requests that are written by hand on a page, and what the first page says is going on.

use serde_json::json;

use crate::support::fixtures::Scene;
use crate::support::html::{BROWSER, Html};
use crate::support::page::{page, request_body, send, shown};
use crate::support::{Client, Portico, each_database, link};

/// The console of an address.
fn place(portico: &Portico, of: &str) -> String {
    let query = serde_urlencoded::to_string([("of", of.strip_prefix(&portico.url).expect("it is ours"))])
        .expect("it can be encoded");
    format!("{}/console?{query}", portico.url)
}

/// The form of a console, with what was written.
fn written(page: &Html, method: &str, tag: Option<&str>, body: &str) -> Vec<(String, String)> {
    let mut fields = page.form("class=\"console\"").expect("a form");
    for (name, value) in &mut fields {
        match name.as_str() {
            "_method" => *value = method.to_owned(),
            "_tag" => *value = tag.unwrap_or(value).to_owned(),
            "_raw" => *value = body.to_owned(),
            _ => {}
        }
    }
    fields
}

each_database!(a_request_is_written_sent_and_its_answer_shown, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let url = link(&scene.user, "@id");
    let seen = page(&scene.owner, url).await;
    assert!(seen.links().contains(&place(&portico, url)), "{:?}", seen.links());
    let console = page(&scene.owner, &place(&portico, url)).await;
    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        assert!(console.0.contains(&format!("{method}</option>")), "{method}: {}", console.0);
    }
    let read = shown(&send(&scene.owner, url, &written(&console, "GET", None, "")).await.expect(200));
    assert!(read.text().contains("200 OK") && read.text().contains("etag: ") && read.text().contains("\"email\""));
    let change = |text: &str| written(&read, "PATCH", None, text);
    let wrong = shown(&send(&scene.owner, url, &change("{\"mobile\": \"<b>no</b>\"}")).await.expect(200));
    assert!(wrong.text().contains("400 Bad Request") && wrong.text().contains("violations"), "{}", wrong.text());
    assert!(!wrong.0.contains("<b>no"), "{}", wrong.0);
    let kept = wrong.form("class=\"console\"").expect("the form is shown again");
    assert!(kept.iter().any(|(name, value)| name == "_raw" && value.contains("<b>no</b>")), "{kept:?}");
    send(&scene.owner, url, &change("not even JSON")).await.expect(200);
    let done = shown(&send(&scene.owner, url, &change("{\"mobile\": \"+441\"}")).await.expect(200));
    assert!(done.text().contains("205 Reset Content"), "{}", done.text());
    assert_eq!(scene.owner.get(url).await.expect(200).json()["mobile"], "+441");
    // It is about what was shown, unless one says otherwise; and it goes on from what there is now.
    let late = shown(&send(&scene.owner, url, &change("{\"mobile\": \"+442\"}")).await.expect(200));
    assert!(late.text().contains("412 Precondition Failed"), "{}", late.text());
    let next = written(&done, "PATCH", None, "{\"mobile\": \"+443\"}");
    assert!(shown(&send(&scene.owner, url, &next).await.expect(200)).text().contains("205 "));
    let any = written(&done, "PATCH", Some(""), "{\"mobile\": \"+444\"}");
    assert!(shown(&send(&scene.owner, url, &any).await.expect(200)).text().contains("205 "));
    assert_eq!(scene.owner.get(url).await.expect(200).json()["mobile"], "+444");
    // What is no tag is that of nothing.
    for nonsense in ["nonsense", " \"stale\"", "w/\"x\""] {
        let careless = written(&done, "PATCH", Some(nonsense), "{\"mobile\": \"+445\"}");
        let refused = shown(&send(&scene.owner, url, &careless).await.expect(200));
        assert!(refused.text().contains("412 Precondition Failed"), "{nonsense}: {}", refused.text());
    }
    // Something is put where nothing is, and what was written is not lost where nothing is any more.
    let images = link(&scene.space, "images");
    let fresh = format!("{images}/by-hand");
    let console = page(&scene.owner, &place(&portico, &fresh)).await;
    let put = written(&console, "PUT", None, "{\"origin\": \"https://images.example/a.jpg\"}");
    let put = shown(&send(&scene.owner, &fresh, &put).await.expect(200));
    assert!(put.text().contains("201 Created"), "{}", put.text());
    let gone = shown(&send(&scene.owner, &fresh, &written(&put, "DELETE", None, "")).await.expect(200));
    assert!(gone.text().contains("205 "), "{}", gone.text());
    let lost =
        shown(&send(&scene.owner, &fresh, &written(&gone, "PATCH", None, "{\"string1\": \"kept\"}")).await.expect(200));
    assert!(lost.text().contains("404 Not Found") && lost.0.contains("kept"), "{}", lost.text());
    // What a list was asked for is asked for again.
    let asked = format!("{}?email=nobody@example.org", link(&scene.customer, "portalUsers"));
    let console = page(&scene.owner, &place(&portico, &asked)).await;
    let read = shown(&send(&scene.owner, &asked, &written(&console, "GET", None, "")).await.expect(200));
    assert!(console.all("action").iter().any(|action| action.contains("?email=")), "{}", console.0);
    assert!(read.text().contains("\"totalItems\":0"), "{}", read.text());
    // A collection takes one, too.
    let users = link(&scene.customer, "portalUsers");
    let console = page(&scene.owner, &place(&portico, users)).await;
    let make = written(&console, "POST", None, "{\"email\": \"by.hand@example.org\"}");
    assert!(shown(&send(&scene.owner, users, &make).await.expect(200)).text().contains("201 Created"));
    assert_eq!(scene.owner.members(&format!("{users}?email=by.hand@example.org")).await.len(), 1);
});

each_database!(the_console_lets_nobody_do_more, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let url = link(&scene.user, "@id");
    let console = page(&scene.owner, &place(&portico, url)).await;
    let delete = written(&console, "DELETE", None, "");
    let reader = scene.portal_user(&portico, "reader", Some("readonly")).await;
    let theirs = page(&reader, &place(&portico, url)).await;
    assert!(!theirs.0.contains("DELETE</option>"), "{}", theirs.0);
    let refused = shown(&send(&reader, url, &delete).await.expect(200));
    assert!(refused.text().contains("403 Forbidden"), "{}", refused.text());
    // Of what one does not see there is nothing but what its kind takes.
    let theirs = page(&scene.stranger, &place(&portico, url)).await;
    assert!(!theirs.text().contains("example.org"), "{}", theirs.text());
    assert!(shown(&send(&scene.stranger, url, &delete).await.expect(200)).text().contains("404 Not Found"));
    send(&scene.anonymous, url, &delete).await.expect(401);
    scene.anonymous.get(&place(&portico, url)).await.expect(401);
    let body = serde_urlencoded::to_string(&delete).expect("it can be encoded");
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("x-nothing", "said")] {
        let request = scene.owner.request("POST", url).header("accept", BROWSER).header(name, value);
        scene.owner.send(request_body(request, body.clone())).await.expect(403);
    }
    scene.owner.get(url).await.expect(200);
    for nothing in ["/nowhere", "https://elsewhere.example/", "//elsewhere.example/", ""] {
        let query = serde_urlencoded::to_string([("of", nothing)]).expect("it can be encoded");
        let answer = scene.owner.get(&format!("{}/console?{query}", portico.url)).await;
        assert!([400, 404].contains(&answer.status), "{nothing}: {answer}");
    }
});

each_database!(the_first_page_says_what_is_going_on, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let news = async |client: &Client| {
        let first = page(client, &portico.url).await;
        first
            .0
            .split_once("class=\"home\"")
            .map(|(_, rest)| rest.split("</section>").next().unwrap_or_default().to_owned())
    };
    let before = news(&scene.owner).await.expect("a customer's");
    assert!(before.contains(&format!("<a href=\"{}\">", link(&scene.customer, "@id"))), "{before}");
    let image = json!({"member": [{"space": 1, "id": "news", "origin": "https://images.example/a.jpg"}]});
    let batch = scene.owner.post(link(&scene.customer, "queue"), &image).await.expect(201).json();
    let after = news(&scene.owner).await.expect("a customer's");
    assert!(after.contains("Queue: active") && after.contains("0 of 1 done"), "{after}");
    assert!(after.contains(&format!("<a href=\"{}\">", link(&batch, "@id"))), "{after}");
    assert!(!news(&scene.stranger).await.unwrap_or_default().contains("0 of 1 done"), "it is somebody else's");
    assert!(news(&scene.anonymous).await.is_none(), "nobody belongs anywhere");
});
