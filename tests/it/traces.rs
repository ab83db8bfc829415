//! Whoever is refused for want of credentials leaves a trace: where they came from, and whose credentials they had.

use serde_json::{Value, json};

use crate::support::binary::{Place, refused as refuses};
use crate::support::{ADMIN_KEY, ADMIN_SECRET, Client, Credentials, Database, link};

/// What is typed here, none of which may be in the log.
const TYPED: [&str; 4] = ["somebody@typed.example", "a-typed-password", "a-typed-token", "a-typed-secret"];

async fn refused(place: &Place, log: &str, environment: &[(&str, &str)], forwarded: &str) -> Vec<Value> {
    let process = place.serve_with_log(log, environment);
    let admin = process.admin();
    let customer = admin.customer().await;
    let user = json!({"email": "one@example.org", "password": "correct horse battery"});
    let uuid = match admin.post(link(&customer, "portalUsers"), &user).await {
        made if made.status == 201 => made.json(),
        _ => admin.members(link(&customer, "portalUsers")).await.remove(0),
    };
    let uuid = link(&uuid, "@id").rsplit('/').next().expect("an address has parts").to_owned();
    let anonymous = Client::new(&process.url, Credentials::None);
    let form = |name: &str| format!("grant_type=password&username={name}&password={}", TYPED[1]);
    let url = &process.url;
    let sign_in = |name: &str| {
        let request = anonymous.request("POST", &format!("{url}/oauth/token")).body(form(name));
        request.header("content-type", "application/x-www-form-urlencoded")
    };
    let get = |path: &str| anonymous.request("GET", &format!("{url}{path}"));
    for request in [
        sign_in("one@example.org"),
        sign_in(TYPED[0]),
        get("/customers/1"),
        get("/customers/1").bearer_auth(TYPED[2]),
        get("/customers/1").basic_auth(ADMIN_KEY, Some(TYPED[3])),
        get("/customeradmin/v2/customer/1").header("argus-api-key", format!("{uuid}/{ADMIN_KEY}/{}", TYPED[3])),
        get("/api/user/customer").header("token", TYPED[2]),
    ] {
        let answer = anonymous.send(request.header("x-forwarded-for", forwarded)).await;
        assert!([400, 401].contains(&answer.status), "{answer}");
    }
    process.terminate();
    assert!(process.ended());
    let log = place.log(log);
    for typed in TYPED {
        assert!(!log.contains(typed), "{typed}");
    }
    let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let lines: Vec<_> = lines.filter(|line| line["message"] == "request").collect();
    for good in lines.iter().filter(|line| line["status"].as_u64().is_some_and(|status| status < 400)) {
        assert!(good["account"].is_null(), "{good}");
    }
    for line in &lines {
        assert!(line["from"].is_string(), "{line}");
        assert!(line["bytes"].is_u64() || line["bytes"].is_null(), "{line}");
    }
    let refused: Vec<_> = lines.into_iter().filter(|line| [json!(400), json!(401)].contains(&line["status"])).collect();
    assert_eq!(refused.len(), 7);
    assert_eq!(refused[0]["account"], format!("user {uuid}"));
    assert_eq!(refused[4]["account"], format!("key {ADMIN_KEY}"));
    assert_eq!(refused[5]["account"], format!("key {ADMIN_KEY}"));
    for at in [1, 2, 3, 6] {
        assert!(refused[at]["account"].is_null(), "{}", refused[at]);
    }
    refused
}

#[tokio::test]
async fn who_is_refused_leaves_a_trace_on_every_face() {
    let place = Place::new(Database::Sqlite).await.expect("there is always SQLite");
    for line in refused(&place, "direct", &[], "192.0.2.1").await {
        assert_eq!(line["from"], "127.0.0.1", "nobody is believed where they say they come from: {line}");
    }
    let elsewhere = [("PORTICO_TRUSTED_PROXIES", "10.0.0.0/8")];
    for line in refused(&place, "elsewhere", &elsewhere, "192.0.2.1").await {
        assert_eq!(line["from"], "127.0.0.1", "a proxy of ours is somewhere else: {line}");
    }
    let behind = [("PORTICO_TRUSTED_PROXIES", "127.0.0.1, 192.0.2.0/28")];
    for line in refused(&place, "behind", &behind, "203.0.113.9, 198.51.100.7, 192.0.2.1").await {
        assert_eq!(line["from"], "198.51.100.7", "{line}");
    }
    for wrong in [
        &["--client-address-header", "no header"][..],
        &["--client-address-header", "Forwarded"],
        &["--trusted-proxies", "everybody"],
    ] {
        refuses(&place.run(&[&["config", "check"], wrong].concat()), &wrong[0][2..].replace('-', "_"));
    }
}

#[tokio::test]
async fn the_first_line_says_what_runs_and_with_which_settings() {
    let place = Place::new(Database::Sqlite).await.expect("there is always SQLite");
    let process = place.serve_with_log("first", &[("PORTICO_MAX_PIXELS", "7")]);
    process.terminate();
    assert!(process.ended());
    let log = place.log("first");
    let first: Value = serde_json::from_str(log.lines().next().expect("a line")).expect("it is JSON");
    assert_eq!(
        (&first["message"], &first["command"], &first["database"]),
        (&json!("start"), &json!("serve"), &json!("sqlite"))
    );
    assert!(first["version"].is_string() && first["commit"].is_string(), "{first}");
    let settings = first["settings"].as_str().expect("a text");
    assert!(settings.contains("max_pixels = 7 (variable PORTICO_MAX_PIXELS)"), "{settings}");
    assert!(settings.contains("admin_secret = (hidden)") && !log.contains(ADMIN_SECRET), "{settings}");
}

#[tokio::test]
async fn who_guesses_at_many_names_from_one_address_is_stopped_there_alone() {
    let place = Place::new(Database::Sqlite).await.expect("there is always SQLite");
    let settings = [("PORTICO_TRUSTED_PROXIES", "127.0.0.1"), ("PORTICO_SIGN_IN_LIMIT", "5")];
    let process = place.serve_with_log("limited", &settings);
    let anonymous = Client::new(&process.url, Credentials::None);
    let sign_in = async |from: &str, name: usize| {
        let form = format!("grant_type=password&username=name{name}&password=guess");
        let request = anonymous.request("POST", &format!("{}/oauth/token", process.url)).body(form);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        anonymous.send(request.header("x-forwarded-for", from)).await
    };
    for name in 0..5 {
        sign_in("198.51.100.7", name).await.expect(400);
    }
    let stopped = sign_in("198.51.100.7", 5).await.expect(429);
    assert!(stopped.header("retry-after").is_some());
    sign_in("198.51.100.8", 6).await.expect(400);
    // Where the address may be that of a proxy, nobody is stopped for what others do.
    let process = place.serve_with_log("unlimited", &[("PORTICO_SIGN_IN_LIMIT", "2")]);
    let anonymous = Client::new(&process.url, Credentials::None);
    for name in 0..4 {
        anonymous.sign_in(&format!("name{name}"), "guess").await.expect(400);
    }
}
