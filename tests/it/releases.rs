//! Databases that earlier releases left, with rows in every table (`tests/releases`): each is brought up to date, and what the
//! release answered is still answered.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::support::{ADMIN_KEY, ADMIN_SECRET, Client, Credentials, Database, Portico, postgres, sql};

/// Where the releases were reached.
const PUBLIC: &str = "http://portico.example";
/// The bytes from 0 to 31.
const SERVER_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// Properties that are answered otherwise since then, and why.
const CHANGED: &[(&str, &str)] = &[("degradedInfoJson", "an image of which nothing is open has none")];

fn kept() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("releases");
    let entries = fs::read_dir(folder).expect("releases are kept").map(|entry| entry.expect("it is there").path());
    entries.filter(|path| path.is_dir()).collect()
}

/// Starts on a database in which a release has left this, and compares what is answered with what that release answered.
async fn compare(release: &Path, name: &str, database: String) {
    let read = |ending: &str| fs::read_to_string(release.join(format!("{name}.{ending}"))).expect("it is kept");
    sql::execute(&database, &read("sql")).await;
    let portico = Portico::start_with(
        Database::Sqlite,
        |settings| {
            settings.database_url = Some(database);
            settings.public_url = Some(PUBLIC.into());
            settings.server_key = Some(SERVER_KEY.into());
        },
        |_| {},
    );
    let portico = portico.await.expect("it starts");
    let local = portico.local();
    let admin = Client::new(&local, Credentials::Basic(ADMIN_KEY.into(), ADMIN_SECRET.into()));
    let documents: Map<String, Value> = serde_json::from_str(&read("json")).expect("it is JSON");
    assert!(documents.len() > 100, "there is something to compare");
    let mut differences = Vec::new();
    for (iri, before) in &documents {
        let after = admin.get(&iri.replace(PUBLIC, &local)).await.expect(200).json();
        differ(iri, "", before, &after, &mut differences);
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

/// What was said before and is not said, or otherwise. What is said beside it is new.
fn differ(iri: &str, path: &str, before: &Value, after: &Value, differences: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (name, value) in before.iter().filter(|(name, _)| CHANGED.iter().all(|(changed, _)| name != changed)) {
                differ(iri, &format!("{path}/{name}"), value, after.get(name).unwrap_or(&Value::Null), differences);
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() <= after.len() => {
            for (number, value) in before.iter().enumerate() {
                let same = |one: &&Value| one["@id"] == value["@id"] && value["@id"].is_string();
                let counterpart = after.iter().find(same).unwrap_or(&after[number]);
                differ(iri, &format!("{path}/{number}"), value, counterpart, differences);
            }
        }
        // A class that has collections since then is what Hydra calls a resource, too.
        (Value::String(_), Value::Array(after)) if path.ends_with("/@type") && after.contains(before) => {}
        (before, after) if before == after => {}
        (before, after) => differences.push(format!("{iri} {path}: {before} is {after}")),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_release_kept_in_sqlite_is_answered_as_before() {
    for release in kept() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let file = folder.path().join("portico.db");
        compare(&release, "sqlite", format!("sqlite://{}?mode=rwc", file.display())).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_release_kept_in_postgresql_is_answered_as_before() {
    for release in kept() {
        let Some(database) = postgres::empty().await else { return };
        compare(&release, "postgres", database).await;
    }
}
