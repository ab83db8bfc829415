//! A service in another database, and in a backup: the same documents, the same files, and it goes on from there.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use resource::DatabaseAddress;
use resource::copying::{self, CopiedTable, Meanwhile};
use serde_json::{Value, json};
use server::{Launch, Settings};

use crate::crawl::collect;
use crate::support::binary::{Place, json_of, refused, stdout};
use crate::support::fixtures::Scene;
use crate::support::{
    ADMIN_KEY, ADMIN_SECRET, Client, Credentials, Database, Portico, each_database, extents, link, postgres, sql,
};

/// An empty database of each sort that there is here.
async fn empty(folder: &tempfile::TempDir) -> Vec<String> {
    let mut all = vec![format!("sqlite://{}?mode=rwc", folder.path().join("other.db").display())];
    all.extend(postgres::database().await);
    for url in &all {
        let settings = Settings { database_url: Some(url.clone()), ..Settings::default() };
        let store = resource::Store::open(&settings.database().expect("an address")).await.expect("it opens");
        store.migrate().await.expect("it takes its tables");
        store.close().await.expect("it closes");
    }
    all
}

fn address(url: &str) -> DatabaseAddress {
    DatabaseAddress::parse(url).expect("an address")
}

/// Every document that links lead to, by its address below the service.
async fn documents(base: &str, ours: &str, credentials: Credentials) -> BTreeMap<String, Value> {
    let client = Client::new(base, credentials);
    let (mut queue, mut found) = (VecDeque::from([format!("{ours}/")]), BTreeMap::new());
    while let Some(url) = queue.pop_front() {
        let path = url.strip_prefix(ours).expect("it is ours").to_owned();
        if found.contains_key(&path) {
            continue;
        }
        let mut document = client.get(&format!("{base}{path}")).await.expect(200).json();
        without_uses(&mut document);
        collect(&document, ours, &mut queue, &mut BTreeSet::new());
        found.insert(path, document);
    }
    found
}

/// When a key was used last, whoever let it in knows before it is written down.
fn without_uses(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(without_uses),
        Value::Object(members) => {
            members.remove("lastUsed");
            members.values_mut().for_each(without_uses);
        }
        _ => {}
    }
}

fn admin() -> Credentials {
    Credentials::Basic(ADMIN_KEY.into(), ADMIN_SECRET.into())
}

each_database!(every_document_is_the_same_in_a_copy_and_it_goes_on_from_there, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    scene.one_of_each().await;
    let folder = tempfile::tempdir().expect("a folder");
    let before = documents(&portico.local_base(), &portico.url, admin()).await;
    assert!(before.len() > 50, "{}", before.len());
    for target in empty(&folder).await {
        let from = portico.settings.database().expect("an address").address;
        let copied = copying::copy(from, address(&target), Meanwhile::Write, |_| {}).await.expect("it is copied");
        assert!(copied.iter().any(|table| table.rows > 0));
        extents::check(&target).await;
        let settings = Settings {
            database_url: Some(target.clone()),
            public_url: Some(portico.url.clone()),
            ..portico.settings.clone()
        };
        let start = Launch { world: portico.world.handle(), ..Launch::default() };
        let running = server::start(&settings, start).await.expect("it starts on the copy");
        let base = format!("http://{}{}", running.address, portico.prefix());
        let after = documents(&base, &portico.url, admin()).await;
        assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
        for (path, document) in &before {
            assert_eq!(Some(document), after.get(path), "{path}");
        }
        // Numbers go on where they were, texts are found, and what is derived is derived.
        let client = Client::new(&base, admin());
        let new = json!({"name": "anew", "displayName": "Anew"});
        client.post(&format!("{base}/customers"), &new).await.expect(201);
        client.post(&format!("{base}/customers"), &new).await.expect(409);
        for text in ["ANEW", "museum"] {
            let of = async |base: &str| {
                let client = Client::new(base, admin());
                client.get(&format!("{base}/customers?keywords={text}")).await.expect(200).json()["totalItems"].clone()
            };
            let there = of(&portico.local_base()).await.as_u64().expect("a number");
            assert_eq!(of(&base).await, there + u64::from(text == "ANEW"), "{text}");
        }
        running.stop().await.expect("it stops");
        extents::check(&target).await;
    }
});

each_database!(a_copy_that_was_interrupted_goes_on_and_what_is_wrong_is_mended, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    scene.one_of_each().await;
    let folder = tempfile::tempdir().expect("a folder");
    let from = || portico.settings.database().expect("an address").address;
    for target in empty(&folder).await {
        for interrupted_after in [0, 7, 20, 40] {
            let seen = Arc::new(AtomicUsize::new(0));
            let until = Arc::clone(&seen);
            let progress = move |_: &CopiedTable| {
                assert!(until.fetch_add(1, Ordering::Relaxed) < interrupted_after, "it is interrupted");
            };
            copying::copy(from(), address(&target), Meanwhile::Write, progress).await.expect_err("it is interrupted");
            assert!(seen.load(Ordering::Relaxed) > interrupted_after);
            // Meanwhile no program works on it.
            let settings = Settings { database_url: Some(target.clone()), ..portico.settings.clone() };
            let error = server::start(&settings, Launch::default()).await.expect_err("it does not start").to_string();
            assert!(error.contains("is being copied into"), "{error}");
        }
        // Nor is another service copied into what is half there.
        let other = Place::new(Database::Sqlite).await.expect("there is always SQLite");
        drop(other.serve());
        let error = copying::copy(address(&other.database()), address(&target), Meanwhile::Write, |_| {}).await;
        assert!(error.expect_err("it is another").to_string().contains("another service"), "{target}");
        // Half of a table, and a table that is not what was sent.
        sql::execute(&target, "DELETE FROM entitlement_group_member WHERE group_name > 'b'").await;
        sql::execute(&target, "UPDATE customer SET name = 'tampered' WHERE id = 1").await;
        sql::execute(&target, "DELETE FROM portal_user WHERE id = (SELECT min(id) FROM portal_user)").await;
        let copied = copying::copy(from(), address(&target), Meanwhile::Write, |_| {}).await.expect("it goes on");
        assert_eq!(copied, copying::summed(from()).await.expect("it is summed up"));
        assert_eq!(copied, copying::summed(address(&target)).await.expect("it is summed up"));
        extents::check(&target).await;
        let again =
            copying::copy(from(), address(&target), Meanwhile::Write, |_| {}).await.expect_err("it is in use now");
        assert!(again.to_string().contains("customers of its own"), "{again}");
    }
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_moves_by_one_command_and_comes_back_out_of_a_backup() {
    for database in [Database::Sqlite, Database::Postgres] {
        let Some(place) = Place::new(database).await else { continue };
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        let mut process = place.serve();
        stdout(&place.run(&["customer", "create", "--name", "museum", "--display-name", "The Museum"]));
        let object = place.data().join("objects/2/1/page/00000000-0000-4000-8000-000000000001/original");
        std::fs::create_dir_all(object.parent().expect("it has one")).expect("a folder");
        std::fs::write(&object, "an original").expect("it can be written");
        std::fs::write(object.with_file_name("original#1"), "half of").expect("it can be written");

        let backup = json_of(&place.run(&["backup", &path("backup"), "--with-key", "--json"]));
        assert_eq!(backup["objects"], json!({"objects": 1, "bytes": 11, "new": 1}));
        refused(&place.run(&["backup", &path("backup")]), "is not empty");
        for file in ["portico.db", "backup.json", "server.key"] {
            use std::os::unix::fs::PermissionsExt;
            let mode = folder.path().join("backup").join(file).metadata().expect(file).permissions().mode();
            assert_eq!(mode & 0o077, 0, "{file} is for one user alone");
        }
        // What came after it is not in it.
        stdout(&place.run(&["customer", "create", "--name", "later", "--display-name", "Later"]));
        assert_eq!(process.admin().members(&format!("{}/customers", process.url)).await.len(), 3);

        let mut targets = vec![format!("sqlite://{}?mode=rwc", folder.path().join("moved.db").display())];
        targets.extend(postgres::database().await);
        process.kill();
        for target in &targets {
            let moved = place.command().args(["migrate", "--json"]).env("PORTICO_MIGRATE_TO", target).output();
            let tables = json_of(&moved.expect("it runs"));
            let mut rows = tables.as_array().expect("a list").iter();
            assert!(rows.any(|table| table["table"] == "customer" && table["rows"] == 3), "{tables}");
            if let Some(file) = address(target).file() {
                use std::os::unix::fs::PermissionsExt;
                assert_eq!(file.metadata().expect("it is there").permissions().mode() & 0o077, 0, "for one user alone");
            }
            let names = sql::texts(target, "SELECT cid FROM customer ORDER BY id").await;
            assert_eq!(names, ["admin", "museum", "later"]);
            refused(&place.run(&["migrate", "--to", target]), "customers of its own");
        }
        refused(&place.run(&["migrate", "--to", "postgres://a:planted#1@127.0.0.1/x"]), "--to has a port");

        // In another place, of the other sort, too.
        for other in [Database::Sqlite, Database::Postgres] {
            let Some(restored) = Place::new(other).await else { continue };
            let said = json_of(&restored.run(&["restore", &path("backup"), "--json"]));
            assert_eq!(said["objects"], json!({"objects": 1, "bytes": 11, "new": 1}));
            // Without the key of the service no command makes another.
            let key_file = restored.data().join("server.key");
            std::fs::rename(&key_file, key_file.with_extension("away")).expect("it was with the backup");
            for command in [&["customer", "list"][..], &["user", "list"], &["backup", "nowhere"]] {
                refused(&restored.run(command), "there is no server key");
            }
            assert!(!restored.run(&["doctor"]).status.success() && !key_file.exists(), "nothing was made");
            std::fs::rename(key_file.with_extension("away"), &key_file).expect("it is there");
            let key = |place: &Place| std::fs::read(place.data().join("server.key")).expect("it is there");
            assert_eq!(key(&restored), key(&place));
            let again = restored.run(&["restore", &path("backup")]);
            refused(&again, if other == Database::Sqlite { "already; move it away" } else { "customers of its own" });
            let process = restored.serve();
            let customers = process.admin().members(&format!("{}/customers", process.url)).await;
            let names: Vec<_> = customers.iter().map(|customer| link(customer, "name")).collect();
            assert_eq!(names, ["admin", "museum"]);
            assert!(restored.data().join("objects/2/1/page/00000000-0000-4000-8000-000000000001/original").exists());
            assert!(stdout(&restored.run(&["doctor"])).contains("opens what is encrypted"));
        }

        // One that is damaged, or never came to its end, is none.
        let restored = Place::new(Database::Sqlite).await.expect("there is always SQLite");
        sql::execute(&format!("sqlite://{}", path("backup/portico.db")), "UPDATE customer SET name = 'x' WHERE id = 2")
            .await;
        refused(&restored.run(&["restore", &path("backup")]), "the backup is damaged");
        std::fs::remove_file(path("backup/backup.json")).expect("it is there");
        refused(&restored.run(&["restore", &path("backup")]), "no backup that came to its end");
        assert!(!restored.data().exists(), "nothing was made");

        let copied = json_of(&place.run(&["objects", "copy", "--to", &path("objects"), "--json"]));
        assert_eq!(copied["new"], 1);
        assert_eq!(json_of(&place.run(&["objects", "copy", "--to", &path("objects"), "--json"]))["new"], 0);
    }
}
