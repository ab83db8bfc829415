//! Whether the service says truly that it can be used.

use std::time::Duration;

use serde_json::json;

use crate::support::{Answer, Database, Portico, each_database, link, sql};

async fn ready(portico: &Portico) -> Answer {
    portico.anonymous().get(&format!("{}/health/ready", portico.url)).await
}

/// What readiness comes to say: what was found is kept for some seconds.
async fn until(portico: &Portico, says: impl Fn(&Answer) -> bool) -> Answer {
    for _ in 0..200 {
        let answer = ready(portico).await;
        if says(&answer) {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it does not come to that: {}", ready(portico).await);
}

each_database!(a_schema_from_which_something_was_taken_is_not_ready, async |portico: Portico| {
    ready(&portico).await.expect(200);
    for name in ["m9001_more", "m9002_more_still"] {
        let added = format!("INSERT INTO seaql_migrations (version, applied_at) VALUES ('{name}', 1)");
        sql::execute(&portico.database(), &added).await;
    }
    tokio::time::sleep(Duration::from_millis(600)).await;
    ready(&portico).await.expect(200);
    let before = sql::texts(&portico.database(), "SELECT least FROM readers").await.remove(0);
    sql::execute(&portico.database(), "UPDATE readers SET least = 'm9002_more_still'").await;
    until(&portico, |answer| answer.status == 503).await;
    let again = server::start(&portico.settings, server::Launch::default()).await;
    let Err(told) = again else { panic!("it starts on a schema of the future") };
    assert!(format!("{told:#}").contains("later version"), "{told:#}");
    sql::execute(&portico.database(), &format!("UPDATE readers SET least = '{before}'")).await;
    until(&portico, |answer| answer.status == 200).await;
});

each_database!(without_any_table_that_is_needed_nothing_is_ready, async |portico: Portico| {
    let (database, identities) = (portico.database(), portico.identities().await);
    let store = identities.store();
    let mut unheard = Vec::new();
    let postgres = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1";
    let tables = if database.starts_with("postgres:") { postgres } else { sql::TABLES };
    for table in sql::texts(&database, tables).await {
        sql::execute(&database, &format!("ALTER TABLE {table} RENAME TO taken_away")).await;
        if store.schema().await.expect("the database answers") == resource::Schema::Current {
            unheard.push(table.clone());
        }
        sql::execute(&database, &format!("ALTER TABLE taken_away RENAME TO {table}")).await;
        assert_eq!(store.schema().await.expect("the database answers"), resource::Schema::Current, "{table}");
    }
    assert_eq!(unheard, Vec::<String>::new(), "NEEDED in crates/store/src/schema.rs has to have them");
    store.clone().close().await.expect("it closes");
});

each_database!(without_the_store_of_objects_it_is_degraded_and_goes_on, async |portico: Portico| {
    let objects = portico.settings.data_dir.join("objects");
    ready(&portico).await.expect(200);
    std::fs::remove_dir_all(&objects).expect("it is there");
    std::fs::write(&objects, "").expect("a file can stand in its place");
    let answer = until(&portico, |answer| answer.json()["status"] == "degraded").await;
    assert_eq!((answer.status, &answer.json()["away"]), (200, &json!(["objects"])), "{answer}");
    portico.admin().customer().await;
    std::fs::remove_file(&objects).expect("it is there");
    std::fs::create_dir(&objects).expect("a folder can be made");
    until(&portico, |answer| answer.json()["status"] == "ok").await;
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_of_another_process_does_not_take_a_file_away() {
    let portico = Portico::start(Database::Sqlite).await.expect("it starts");
    let lock = sql::Lock::take(&portico.database()).await;
    for _ in 0..5 {
        ready(&portico).await.expect(200);
        portico.admin().get(link(&portico.admin().customer().await, "portalUsers")).await.expect(200);
    }
    lock.let_go().await;
    ready(&portico).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_in_memory_is_refused() {
    for url in ["sqlite::memory:", "sqlite://portico.db?mode=memory"] {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let settings = server::Settings {
            bind: "127.0.0.1:0".into(),
            data_dir: folder.path().into(),
            database_url: Some(url.into()),
            no_worker: true,
            ..server::Settings::default()
        };
        let started = server::start(&settings, server::Launch::default()).await;
        let Err(told) = started else { panic!("it starts on {url}") };
        assert!(format!("{told:#}").contains("name a file"), "{told:#}");
    }
}
