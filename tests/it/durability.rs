//! What was acknowledged is there, whatever happens to the process.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Mutex;

use crate::support::binary::{Place, program};
use crate::support::{ADMIN_KEY, ADMIN_SECRET, Database, link, sql};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_write_survives_a_kill_on_sqlite() {
    survive(Place::new(Database::Sqlite).await.expect("there is always SQLite")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_write_survives_a_kill_on_postgres() {
    if let Some(place) = Place::new(Database::Postgres).await {
        survive(place).await;
    }
}

/// Kills a process in a storm of POSTs, three times over, and counts what is left.
async fn survive(place: Place) {
    let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));
    for round in 0..3 {
        let mut process = place.serve();
        let users: String = link(&process.admin().customer().await, "portalUsers").into();
        let mut storm = Vec::new();
        for writer in 0..8 {
            let (client, users, acknowledged) = (process.admin(), users.clone(), Arc::clone(&acknowledged));
            storm.push(tokio::spawn(async move {
                for number in 0.. {
                    let email = format!("r{round}-w{writer}-n{number}@example.org");
                    let request = client.request("POST", &users).body(json!({"email": email}).to_string());
                    match request.send().await {
                        // Only what was told to the client counts.
                        Ok(answer) if answer.status() == 201 => drop(acknowledged.lock().await.insert(email)),
                        Ok(answer) => panic!("{}", answer.status()),
                        Err(_dead) => return,
                    }
                }
            }));
        }
        tokio::time::sleep(Duration::from_millis(700)).await;
        process.kill();
        for writer in storm {
            writer.await.expect("a writer ends when the server does");
        }
    }
    let process = place.serve();
    let admin = process.admin();
    let members = admin.members(link(&admin.customer().await, "portalUsers")).await;
    let kept: Vec<String> = members.iter().map(|member| link(member, "email").to_owned()).collect();
    let distinct: BTreeSet<String> = kept.iter().cloned().collect();
    assert_eq!(kept.len(), distinct.len(), "nothing is there twice");
    let acknowledged = acknowledged.lock().await;
    let lost: Vec<_> = acknowledged.difference(&distinct).collect();
    println!("acknowledged {}, kept {}", acknowledged.len(), kept.len());
    assert!(acknowledged.len() > 30, "the storm was one: {}", acknowledged.len());
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_in_flight_finishes_when_the_process_is_told_to_stop() {
    let place = Place::new(Database::Sqlite).await.expect("there is always SQLite");
    let process = place.serve();
    let users: String = link(&process.admin().customer().await, "portalUsers").into();
    let authority = process.url.strip_prefix("http://").expect("it is HTTP").to_owned();
    let path = users.strip_prefix(&process.url).expect("it is below the base").to_owned();
    let mut stream = TcpStream::connect(&authority).await.expect("it listens");
    let body = json!({"email": "late@example.org"}).to_string();
    let (first, second) = body.split_at(5);
    let credentials = {
        use base64::Engine;
        base64::engine::general_purpose::STANDARD.encode(format!("{ADMIN_KEY}:{ADMIN_SECRET}"))
    };
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: Basic {credentials}\r\nContent-Length: {}\r\n\r\n{first}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("it reads");
    tokio::time::sleep(Duration::from_millis(300)).await;
    process.terminate();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(TcpStream::connect(&authority).await.is_err(), "nobody new is let in");
    stream.write_all(second.as_bytes()).await.expect("it still reads");
    let mut answer = vec![0; 4096];
    let length = stream.read(&mut answer).await.expect("it answers");
    let answer = String::from_utf8_lossy(&answer[..length]);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    drop(stream);
    assert!(process.ended(), "it ends well");
}

/// A file that finds no room while it is made is not said to be made, and is once there is some.
#[tokio::test]
async fn a_schema_that_finds_no_room_is_made_when_there_is_some() {
    for blocks in (200..2_600).step_by(300) {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let migrate = |blocks: &str| {
            let limited = "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\"";
            let mut shell = std::process::Command::new("sh");
            shell.args(["-c", limited, blocks]).arg(program().get_program()).arg("migrate");
            let output = shell.env_clear().env("PORTICO_DATA_DIR", folder.path()).output().expect("it runs");
            (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
        };
        let is_made = async || {
            let database = format!("sqlite://{}", folder.path().join("portico.db").display());
            let store = sql::store(&database).await;
            let schema = store.schema().await.expect("it answers");
            store.close().await.expect("it closes");
            schema == resource::Schema::Current
        };
        let (done, said) = migrate(&blocks.to_string());
        assert_eq!(done, is_made().await, "{blocks}: {said}");
        assert!(done || said.contains("make room"), "{blocks}: {said}");
        let (done, said) = migrate("unlimited");
        assert!(done && is_made().await, "{blocks}: {said}");
    }
}
