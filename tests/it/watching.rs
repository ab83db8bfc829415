//! What whoever runs the service sees of it: what is measured, and which request a line of the log or a failure is about.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use hydra::Method;
use serde_json::Value;
use server::config::Settings;
use tokio::sync::Mutex;

use crate::support::binary::Place;
use crate::support::fixtures::Scene;
use crate::support::{Answer, Database, Portico, link, run, whatever_database};

/// Does a test with a service that can be looked at. What is measured is the process's, so one does after the other.
async fn watched(body: impl AsyncFn(Portico)) {
    static TURN: Mutex<()> = Mutex::const_new(());
    let _turn = TURN.lock().await;
    for database in [Database::Sqlite, Database::Postgres] {
        let looked_at = |settings: &mut Settings| settings.admin_bind = Some("127.0.0.1:0".into());
        let Some(portico) = Portico::start_with(database, looked_at, |_| {}).await else { continue };
        run(portico, &body).await;
    }
}

/// What is told at the address for whoever runs it.
async fn told(portico: &Portico, path: &str) -> Answer {
    let address = portico.admin_address().expect("it can be looked at");
    portico.anonymous().get(&format!("http://{address}{path}")).await.expect(200)
}

/// What is measured: each line that is no comment, in two.
async fn measured(portico: &Portico) -> Vec<(String, f64)> {
    let answer = told(portico, "/metrics").await;
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4"));
    let text = String::from_utf8(answer.body).expect("it is UTF-8");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').expect("a name and a value");
            (name.to_owned(), value.parse().expect("a number"))
        })
        .collect()
}

fn value(measured: &[(String, f64)], name: &str) -> Option<f64> {
    measured.iter().find(|(one, _)| one == name).map(|(_, value)| *value)
}

async fn counted(portico: Portico) {
    let scene = Scene::set(&portico).await;
    let mut seen = 0;
    for class in vocab::CLASSES.iter().filter(|class| class.operation(Method::Get).is_some()) {
        let Some(resource) = scene.of(class.name).await else { continue };
        let client = scene.whoever_may(class.operation(Method::Get).expect("it is read"));
        let status = client.get(&resource.url).await.status;
        let name = format!(
            "portico_http_requests_total{{face=\"hydra\",method=\"GET\",route=\"{}\",status=\"{status}\"}}",
            class.path
        );
        assert!(value(&measured(&portico).await, &name) >= Some(1.0), "{name}");
        seen += 1;
    }
    assert!(seen > 40, "{seen}");
    // Whatever is sent, there are not more rows for it than there are paths.
    for path in ["nowhere", "customers/not-one/at/all", "customers/1/portalUsers/x%2Fy/z"] {
        scene.admin.get(&format!("{}/{path}", portico.url)).await.expect(404);
    }
    let request = scene.admin.request("BREW", link(&scene.customer, "@id"));
    scene.admin.send(request).await;
    let (customer, user) = (link(&scene.customer, "@id"), link(&scene.user, "@id"));
    let identities = [customer, user].map(|url| url.rsplit('/').next().expect("an address has parts").to_owned());
    let all = measured(&portico).await;
    for (name, _) in &all {
        for identity in identities.iter().map(String::as_str).chain(["nowhere", "not-one", "BREW"]) {
            assert!(!name.contains(&format!("/{identity}")) && !name.contains("BREW"), "{name}");
        }
    }
    assert!(all.iter().any(|(name, _)| name.contains("method=\"other\"")));
    assert!(all.iter().any(|(name, _)| name.contains("route=\"none\",status=\"404\"")));
    for kind in ["read", "write"] {
        let name = format!("portico_database_statement_duration_seconds_count{{kind=\"{kind}\"}}");
        assert!(value(&all, &name) > Some(0.0), "{name}");
    }
    let open: f64 = ["idle", "used"]
        .iter()
        .filter_map(|state| value(&all, &format!("portico_database_connections{{state=\"{state}\"}}")))
        .sum();
    assert!(open >= 1.0);
    assert!(value(&all, "process_resident_memory_bytes") > Some(1e6) || cfg!(not(target_os = "linux")));
    // A proxy that asks one face after the other is told of each by its name.
    for (path, face) in [("customeradmin/v2/customer/1", "argus"), ("api/customer/1", "cloudentity")] {
        portico.anonymous().get(&format!("{}/{path}", portico.url)).await;
        let all = measured(&portico).await;
        assert!(all.iter().any(|(name, _)| name.contains(&format!("face=\"{face}\""))), "{face}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_asked_is_counted_by_the_template_of_its_path() {
    watched(counted).await;
}

/// What a series belongs to: a histogram has several.
fn family(name: &str) -> &str {
    ["_bucket", "_sum", "_count"].iter().find_map(|part| name.strip_suffix(part)).unwrap_or(name)
}

async fn named(portico: Portico) {
    // What a worker measures is there once there was one in this process.
    portico.worker(&[]).await;
    portico.anonymous().get(&format!("{}/vocab", portico.url)).await.expect(200);
    let all = measured(&portico).await;
    let series: BTreeSet<&str> = all.iter().map(|(name, _)| name.split('{').next().expect("a name")).collect();
    let families: BTreeSet<_> = series.iter().map(|name| family(name)).collect();
    for file in [include_str!("../../docs/monitoring/alerts.yml"), include_str!("../../docs/monitoring/dashboard.json")]
    {
        let words = file.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        let names: BTreeSet<_> =
            words.filter(|word| word.starts_with("portico_") || word.starts_with("process_")).collect();
        let unknown: Vec<_> =
            names.iter().filter(|name| !series.contains(*name) && !families.contains(*name)).collect();
        assert!(names.len() > 5 && unknown.is_empty(), "{unknown:?}");
    }
    // And what is documented is what there is.
    let documented: BTreeSet<_> =
        include_str!("../../docs/operations.md").split('`').filter(|word| word.starts_with("portico_")).collect();
    let ours: BTreeSet<_> = families.into_iter().filter(|name| name.starts_with("portico_")).collect();
    assert_eq!(documented, ours);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_looked_at_elsewhere_is_measured_here() {
    watched(named).await;
}

async fn waiting(portico: Portico) {
    let scene = Scene::set(&portico).await;
    let before = value(&measured(&portico).await, "portico_queue_images").expect("it is measured");
    let image = serde_json::json!({"origin": "https://images.example/waits.jpg"});
    scene.owner.post(link(&scene.space, "images"), &image).await.expect(201);
    portico.world.advance(TimeDelta::seconds(90));
    let all = measured(&portico).await;
    assert_eq!(value(&all, "portico_queue_images"), Some(before + 1.0));
    assert!(value(&all, "portico_queue_oldest_seconds") >= Some(90.0), "{all:?}");
    for place in ["/health/live", "/health/ready"] {
        assert_eq!(told(&portico, place).await.json()["status"], "ok");
    }
    // It is for those alone who get there.
    portico.anonymous().get(&format!("{}/metrics", portico.url)).await.expect(404);
    scene.admin.get(&format!("{}/metrics", portico.url)).await.expect(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_is_measured() {
    watched(waiting).await;
}

whatever_database!(a_request_is_known_by_one_identity_in_all_that_is_said_of_it, async |portico: Portico| {
    let ask = async |path: &str, given: Option<&str>| {
        let client = portico.anonymous();
        let mut request = client.request("GET", &format!("{}/{path}", portico.url));
        if let Some(given) = given {
            request = request.header("x-request-id", given);
        }
        client.send(request).await
    };
    let id = |answer: &Answer| answer.header("x-request-id").expect("every answer has one").to_owned();
    let mut made = Vec::new();
    for path in [
        "",
        "vocab",
        "customers",
        "nowhere",
        "health/live",
        "customeradmin/v2/customer",
        "api/customer/1",
        "thumbs/1/1/x",
    ] {
        made.push(id(&ask(path, None).await));
        assert_eq!(id(&ask(path, Some("from-a.proxy_1~2")).await), "from-a.proxy_1~2", "{path}");
        let other = id(&ask(path, Some("no identity, this")).await);
        assert!(other.len() == 16 && other.bytes().all(|letter| letter.is_ascii_hexdigit()), "{path}: {other}");
    }
    made.sort_unstable();
    made.dedup();
    assert_eq!(made.len(), 8, "no two have the same");
    let lost = ask("nowhere", Some("lost-1")).await.expect(404);
    assert_eq!(lost.problem()["instance"], format!("{}/nowhere#lost-1", portico.url));
});

#[tokio::test]
async fn the_log_says_which_request_a_line_is_about() {
    let place = Place::new(Database::Sqlite).await.expect("there is always SQLite");
    let process = place.serve_with_log("lines", &[]);
    let admin = process.admin();
    let request = admin.request("GET", &format!("{}/customers/1", process.url)).header("x-request-id", "looked-for");
    admin.send(request).await.expect(200);
    process.terminate();
    assert!(process.ended());
    let log = place.log("lines");
    let lines: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let about: Vec<_> = lines.iter().filter(|line| line["request_id"] == "looked-for").collect();
    assert_eq!(about.len(), 1, "{log}");
    assert_eq!((&about[0]["message"], &about[0]["path"]), (&"request".into(), &"/customers/1".into()));
    assert!(lines.iter().filter(|line| line["message"] == "request").all(|line| line["request_id"].is_string()));
}
