//! Signing in with a browser: what the cookie is good for, and what it is not.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use resource::start::operator::{self, Sessions};
use serde_json::{Value, json};

use crate::support::fixtures::Scene;
use crate::support::html::{BROWSER, Html};
use crate::support::{Answer, Client, Portico, each_database, link};

const PASSWORD: &str = "correct horse battery";
const FORM: &str = "application/x-www-form-urlencoded";
const COOKIE: &str = "portico-session";

/// A browser: it goes nowhere by itself, so that what it is told can be looked at.
struct Browser {
    http: Client,
    page: String,
    origin: String,
}

impl Browser {
    fn new(portico: &Portico) -> Self {
        let page = format!("{}/session", portico.url);
        Self { http: portico.anonymous().following_nothing(), page, origin: portico.origin().to_owned() }
    }

    /// The form, as a browser sends it.
    async fn send(&self, fields: &[(&str, &str)], cookie: Option<&str>) -> Answer {
        let request = self.http.request("POST", &self.page).header("content-type", FORM).header("accept", BROWSER);
        let request = request.header("origin", &self.origin).header("sec-fetch-site", "same-origin");
        let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
        let fields = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        let request = request.body(fields.collect::<Vec<_>>().join("&"));
        self.http.send(with_cookie(request, cookie)).await
    }

    /// Signs in; the value of the cookie.
    async fn sign_in(&self, name: &str, password: &str) -> String {
        self.cookie(&self.send(&[("name", name), ("password", password)], None).await.expect(303))
    }

    /// The value of the cookie that an answer sets, which has what such a cookie must have.
    #[track_caller]
    fn cookie(&self, answer: &Answer) -> String {
        // It is for this service alone.
        let path = self.page[self.origin.len()..].trim_end_matches("/session");
        let path = format!("Path={}", if path.is_empty() { "/" } else { path });
        let set = answer.header("set-cookie").expect("a cookie");
        let (pair, attributes) = set.split_once("; ").expect("attributes");
        for attribute in ["HttpOnly", "SameSite=Strict", path.as_str(), "Max-Age=28800"] {
            assert!(attributes.split("; ").any(|given| given == attribute), "{attribute} in {set}");
        }
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        pair.strip_prefix(&format!("{COOKIE}=")).expect("its name").to_owned()
    }
}

fn with_cookie(request: reqwest::RequestBuilder, cookie: Option<&str>) -> reqwest::RequestBuilder {
    match cookie {
        Some(cookie) => request.header("cookie", format!("other=1; {COOKIE}={cookie}; more")),
        None => request,
    }
}

/// A request of a page of ours, or of somewhere else.
fn from(site: &str, http: &Client, method: &str, url: &str, cookie: &str) -> reqwest::RequestBuilder {
    with_cookie(http.request(method, url), Some(cookie)).header("sec-fetch-site", site)
}

fn shown(answer: &Answer) -> Html {
    Html(String::from_utf8(answer.body.clone()).expect("a page is UTF-8"))
}

fn text<'a>(json: &'a Value, name: &str) -> &'a str {
    json[name].as_str().expect("a text")
}

each_database!(people_and_keys_sign_in_and_out, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let browser = Browser::new(&portico);
    scene.portal_user(&portico, "ada", Some("admin")).await;
    let users = link(&scene.customer, "portalUsers");
    let ada = scene.owner.get(&format!("{users}?email=ada@example.org")).await.json()["member"][0].clone();
    scene.owner.patch(link(&ada, "@id"), &json!({"uid": "ada.l"})).await.expect(205);
    let key = scene.owner.post(link(&scene.customer, "keys"), &json!({})).await.expect(201).json();
    for (name, password, called) in [
        ("ada@example.org", PASSWORD, "ada@example.org"),
        ("ada.l", PASSWORD, "ada@example.org"),
        (text(&key, "key"), text(&key, "secret"), text(&key, "key")),
    ] {
        let cookie = browser.sign_in(name, password).await;
        let get = |url: &str, accept: &'static str| {
            browser.http.send(from("same-origin", &browser.http, "GET", url, &cookie).header("accept", accept))
        };
        let page = shown(&get(link(&scene.customer, "@id"), BROWSER).await.expect(200));
        assert!(page.text().contains(called), "{called} on {}", page.text());
        assert!(page.links().contains(link(&scene.customer, "@id")), "and of which customer");
        get(link(&scene.customer, "@id"), "application/ld+json").await.expect(200);
        // What a script of the page does.
        let body = json!({"email": format!("made.by.{}@example.org", name.replace('@', "."))}).to_string();
        let post =
            from("same-origin", &browser.http, "POST", users, &cookie).header("content-type", "application/ld+json");
        browser.http.send(post.body(body)).await.expect(201);
        // It ends at once, whoever has the cookie.
        let out = browser.send(&[("end", "yes")], Some(&cookie)).await.expect(303);
        assert!(
            out.header("set-cookie")
                .is_some_and(|set| set.starts_with(&format!("{COOKIE}=;")) && set.contains("Max-Age=0"))
        );
        assert!(out.header("clear-site-data").is_some_and(|what| what.contains("\"cache\"")));
        get(link(&scene.customer, "@id"), "application/ld+json").await.expect(401);
        get(link(&scene.customer, "@id"), BROWSER).await.expect(303);
    }
});

each_database!(a_session_with_a_key_ends_with_the_key, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let browser = Browser::new(&portico);
    let key = scene.owner.post(link(&scene.customer, "keys"), &json!({})).await.expect(201).json();
    let cookie = browser.sign_in(text(&key, "key"), text(&key, "secret")).await;
    let get = || browser.http.send(from("none", &browser.http, "GET", link(&scene.customer, "@id"), &cookie));
    get().await.expect(200);
    // The operator is told of it.
    let identities = portico.identities().await;
    let of_customer = Sessions::Customer(link(&scene.customer, "name"));
    let held = operator::sessions(&identities, of_customer).await.expect("the database answers");
    assert!(held.iter().any(|session| session.key.is_some_and(|known| known.to_string() == text(&key, "key"))));
    identities.store().clone().close().await.expect("it closes");
    scene.owner.delete(link(&key, "@id")).await.expect(204);
    get().await.expect(401);
    browser.send(&[("name", text(&key, "key")), ("password", text(&key, "secret"))], None).await.expect(401);
});

each_database!(whoever_cannot_sign_in_is_told_and_keeps_what_was_typed, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let browser = Browser::new(&portico);
    scene.portal_user(&portico, "ada", None).await;
    let long = "x".repeat(5000);
    let mut said = Vec::new();
    for (name, password) in [
        ("ada@example.org", "wrong horse battery"),
        ("nobody@example.org", PASSWORD),
        ("ada@example.org", ""),
        ("", ""),
        ("a\0b", PASSWORD),
        ("\"><script>alert(1)</script>", PASSWORD),
        ("ada@example.org", long.as_str()),
        ("00000000-0000-4000-8000-000000000000", PASSWORD),
    ] {
        let answer =
            browser.send(&[("name", name), ("password", password), ("next", "/customers")], None).await.expect(401);
        let page = shown(&answer);
        assert!(answer.header("set-cookie").is_none() && !page.0.contains("<script>alert"));
        assert!(
            page.all("value").contains(&name.trim().to_owned()) && page.all("value").contains(&"/customers".to_owned())
        );
        assert!(password.is_empty() || !page.0.contains(password), "a password is shown to nobody");
        assert!(answer.header("www-authenticate").is_some_and(|how| !how.starts_with("Basic")), "{answer}");
        said.push(page.text().lines().filter(|line| line.contains("wrong")).collect::<String>());
    }
    assert!(said.iter().all(|one| *one == said[0] && !one.is_empty()), "which of the two, is not said: {said:?}");
    for (kind, body) in [(Some("application/json"), "{}"), (Some("multipart/form-data; boundary=x"), ""), (None, "")] {
        let request = browser.http.request("POST", &browser.page).header("origin", portico.origin());
        let request = kind.into_iter().fold(request, |request, kind| request.header("content-type", kind));
        browser.http.send(request.body(body)).await.expect(415);
    }
    browser.http.send(browser.http.request("DELETE", &browser.page)).await.expect(405);
    for _ in 0..20 {
        browser.send(&[("name", "ada@example.org"), ("password", "no such thing")], None).await;
    }
    let refused = browser.send(&[("name", "ada@example.org"), ("password", PASSWORD)], None).await.expect(429);
    assert!(refused.header("retry-after").is_some() && shown(&refused).0.contains("name=\"password\""), "{refused}");
});

each_database!(a_cookie_counts_for_pages_of_this_service_alone, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let browser = Browser::new(&portico);
    scene.portal_user(&portico, "ada", Some("admin")).await;
    let cookie = browser.sign_in("ada@example.org", PASSWORD).await;
    let (http, users, customer) = (&browser.http, link(&scene.customer, "portalUsers"), link(&scene.customer, "@id"));
    let before = scene.owner.get(users).await.json()["totalItems"].clone();
    let body = json!({"email": "planted@example.org"}).to_string();
    for site in ["cross-site", "same-site"] {
        http.send(from(site, http, "GET", customer, &cookie)).await.expect(401);
        for method in ["POST", "PATCH", "PUT", "DELETE"] {
            for kind in [
                None,
                Some("text/plain"),
                Some(FORM),
                Some("multipart/form-data; boundary=x"),
                Some("application/ld+json"),
            ] {
                let request = from(site, http, method, if method == "POST" { users } else { customer }, &cookie);
                let request = request.header("origin", "https://evil.example");
                let request = kind.into_iter().fold(request, |request, kind| request.header("content-type", kind));
                let status = http.send(request.body(body.clone())).await.status;
                assert!([401, 403, 405].contains(&status), "{method} {kind:?} from {site}: {status}");
            }
        }
    }
    // Browsers that do not say which site it was say the origin; what says neither is no page's doing.
    for origin in [Some("https://evil.example"), Some("null"), None] {
        let request =
            with_cookie(http.request("POST", users), Some(&cookie)).header("content-type", "application/ld+json");
        let request = origin.into_iter().fold(request, |request, origin| request.header("origin", origin));
        http.send(request.body(body.clone())).await.expect(401);
    }
    // Nor what somebody typed into the bar of addresses.
    http.send(
        from("none", http, "POST", users, &cookie).header("content-type", "application/ld+json").body(body.clone()),
    )
    .await
    .expect(401);
    assert_eq!(scene.owner.get(users).await.json()["totalItems"], before, "nothing was planted");
    let ours = with_cookie(http.request("POST", users), Some(&cookie)).header("content-type", "application/ld+json");
    http.send(ours.header("origin", portico.origin()).body(body)).await.expect(201);
    // Credentials of its own decide, good or not.
    let (other, foreign) = (link(&scene.other, "@id"), portico.client(crate::support::Credentials::Bearer("x".into())));
    let beside = with_cookie(foreign.request("GET", customer), Some(&cookie)).header("sec-fetch-site", "same-origin");
    foreign.send(beside).await.expect(401);
    let beside = with_cookie(scene.admin.request("GET", other), Some(&cookie)).header("sec-fetch-site", "same-origin");
    scene.admin.send(beside).await.expect(200);
    // Signing somebody in or out is not for other sites either.
    for fields in ["end=yes", "name=ada%40example.org&password=correct+horse+battery"] {
        let request = from("cross-site", http, "POST", &browser.page, &cookie).header("content-type", FORM);
        let answer = http.send(request.header("origin", "https://evil.example").body(fields)).await.expect(403);
        assert!(answer.header("set-cookie").is_none());
    }
    http.send(from("none", http, "GET", customer, &cookie)).await.expect(200);
});

each_database!(a_session_is_never_one_that_the_browser_brought, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let browser = Browser::new(&portico);
    scene.portal_user(&portico, "ada", None).await;
    let first = browser.sign_in("ada@example.org", PASSWORD).await;
    let fields = [("name", "ada@example.org"), ("password", PASSWORD)];
    let second = browser.cookie(&browser.send(&fields, Some(&first)).await.expect(303));
    assert_ne!(first, second);
    let status = async |cookie: &str| {
        let request = from("none", &browser.http, "GET", link(&scene.customer, "@id"), cookie);
        browser.http.send(request).await.status
    };
    assert_eq!((status(&first).await, status(&second).await == 401), (401, false), "the first one ended");
    for made_up in ["", "x", "a.b.c", "..", &second[..second.len() - 2]] {
        assert_eq!(status(made_up).await, 401, "{made_up}");
    }
});

each_database!(whoever_has_to_sign_in_goes_on_where_they_wanted_to_go, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let browser = Browser::new(&portico);
    scene.portal_user(&portico, "ada", Some("admin")).await;
    let users = format!("{}?q=ada&pageSize=2", link(&scene.customer, "portalUsers"));
    let led = browser.http.get_as(&users, BROWSER).await.expect(303);
    assert!(led.header("www-authenticate").is_none(), "a browser asks for no password by itself");
    let page = shown(&browser.http.get_as(led.header("location").expect("where"), BROWSER).await.expect(200));
    let next = users.strip_prefix(&portico.url).expect("ours").to_owned();
    assert!(page.all("value").contains(&next), "{next} in {}", page.0);
    let fields = [("name", "ada@example.org"), ("password", PASSWORD), ("next", next.as_str())];
    let answer = browser.send(&fields, None).await.expect(303);
    assert_eq!(answer.header("location"), Some(users.as_str()));
    // Programs are told what is wrong, and how to sign in.
    let program = browser.http.get(&users).await.expect(401);
    assert!(program.header("www-authenticate").is_some_and(|how| how.starts_with("Basic")));
    for elsewhere in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "evil",
        "",
        "/\tx",
        "/session",
    ] {
        let fields = [("name", "ada@example.org"), ("password", PASSWORD), ("next", elsewhere)];
        let answer = browser.send(&fields, None).await.expect(303);
        assert_eq!(answer.header("location"), Some(format!("{}/", portico.url).as_str()), "{elsewhere}");
    }
});

each_database!(what_a_page_shows_is_kept_by_nobody, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let urls = [
        format!("{}/", portico.url),
        format!("{}/vocab", portico.url),
        format!("{}/session", portico.url),
        format!("{}/nowhere", portico.url),
        link(&scene.customer, "@id").to_owned(),
        link(&scene.customer, "portalUsers").to_owned(),
    ];
    for url in &urls {
        let answer = scene.owner.get_as(url, BROWSER).await;
        for (name, value) in [
            ("cache-control", "no-store"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{name} of {answer}");
        }
        assert!(answer.header("permissions-policy").is_some() && answer.header("content-security-policy").is_some());
        assert!(!shown(&answer).0.contains("<!--account-->"), "{answer}");
        if url.ends_with("/session") {
            continue;
        }
        // What programs read is as it was.
        let read = scene.owner.get(url).await;
        assert!(read.header("referrer-policy").is_none() && read.header("cross-origin-resource-policy").is_none());
    }
    let anonymous = shown(&portico.anonymous().get_as(&urls[0], BROWSER).await.expect(200));
    assert!(
        anonymous.links().iter().any(|target| target.starts_with(&format!("{}/session", portico.url))),
        "where to sign in"
    );
    let wrong =
        portico.client(crate::support::Credentials::Bearer("x".into())).get_as(&urls[0], BROWSER).await.expect(200);
    assert!(shown(&wrong).text().contains("credentials that were sent are not good"), "{wrong}");
});

each_database!(a_session_ends_when_it_is_said_to_and_not_before, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let browser = Browser::new(&portico);
    scene.portal_user(&portico, "ada", None).await;
    let customer = link(&scene.customer, "@id");
    let cookie = browser.sign_in("ada@example.org", PASSWORD).await;
    let status = async |line: String| {
        let request = browser.http.request("GET", customer).header("cookie", line);
        browser.http.send(request).await.status
    };
    let ours = |cookie: &str| format!("{COOKIE}={cookie}");
    // Who mistypes a password is still who they were.
    browser.send(&[("name", "somebody@example.org"), ("password", "mistyped")], Some(&cookie)).await.expect(401);
    let good = status(ours(&cookie)).await;
    assert_ne!(good, 401);
    // Other cookies of this host, whatever they are, and others that are called so, change nothing.
    let strange = reqwest::header::HeaderValue::from_bytes(format!("other=\u{e9}; {}", ours(&cookie)).as_bytes())
        .expect("a value");
    let request = browser.http.request("GET", customer).header("cookie", strange);
    assert_eq!(browser.http.send(request).await.status, good);
    assert_eq!(status(format!("{}; {}", ours("shadow"), ours(&cookie))).await, good);
    // It is not ended without a word from here, and nobody is told that it was.
    let end = |client: &Client| client.request("POST", &browser.page).header("content-type", FORM).body("end=yes");
    let unproven = with_cookie(end(&browser.http), Some(&cookie));
    browser.http.send(unproven).await.expect(403);
    assert_eq!(status(ours(&cookie)).await, good);
    // A browser that remembers a key as well ends what it ends.
    let owner = scene.owner.clone().following_nothing();
    let beside = with_cookie(end(&owner), Some(&cookie)).header("origin", portico.origin());
    owner.send(beside).await.expect(303);
    assert_eq!(status(ours(&cookie)).await, 401);
});
