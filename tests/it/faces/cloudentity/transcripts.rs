//! What is said, as it was said before. With `PORTICO_TRANSCRIPTS=write` in the environment it is written anew.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use cloudentity::{Code, OPERATIONS};

use super::stage::Stage;
use super::story;
use crate::support::Database;

/// Where the transcripts are.
pub fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "it", "faces", "cloudentity", "transcripts"].iter().collect()
}

async fn told(database: Database, prefix: &'static str) -> Option<BTreeMap<&'static str, String>> {
    let mut stage = Stage::set(database).await?;
    stage.prefix = prefix;
    story::tell(&mut stage).await;
    // Where it is below a path, what is said is the same but for that.
    let told = stage.pages.into_iter().map(|(name, page)| (name, page.replace("location: /portico/", "location: /")));
    Some(told.collect())
}

/// Holds what was said against the files.
fn compare(pages: &BTreeMap<&'static str, String>) {
    for (name, page) in pages {
        let file = folder().join(format!("{name}.txt"));
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        let (mut said, mut before) = (page.split("----\n"), kept.split("----\n"));
        loop {
            match (said.next(), before.next()) {
                (None, None) => break,
                (said, before) => assert_eq!(said, before, "in {name}: set PORTICO_TRANSCRIPTS=write if that is right"),
            }
        }
    }
    let files = std::fs::read_dir(folder()).expect("the folder is there").flatten();
    let files: BTreeSet<_> = files.map(|file| file.file_name().to_string_lossy().replace(".txt", "")).collect();
    assert_eq!(files, pages.keys().map(|name| (*name).to_owned()).collect(), "every transcript is of the story");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_is_what_was_said_before_on_sqlite() {
    let pages = told(Database::Sqlite, "").await.expect("it starts");
    if std::env::var("PORTICO_TRANSCRIPTS").is_ok_and(|what| what == "write") {
        for (name, page) in &pages {
            std::fs::write(folder().join(format!("{name}.txt")), page).expect("it can be written");
        }
    }
    compare(&pages);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_is_what_was_said_before_on_postgres() {
    let Some(pages) = told(Database::Postgres, "").await else { return };
    compare(&pages);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_twins_say_the_same() {
    compare(&told(Database::Sqlite, "/sla").await.expect("it starts"));
}

#[test]
fn every_operation_has_a_transcript_and_every_code_is_in_one() {
    let mut all = String::new();
    for operation in OPERATIONS {
        let number = format!("{:02}-", operation.number);
        let files = std::fs::read_dir(folder()).expect("the folder is there").flatten();
        let file = files
            .map(|file| file.path())
            .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&number)));
        let text = std::fs::read_to_string(file.unwrap_or_else(|| panic!("{operation:?} has no transcript")));
        all += &text.expect("it can be read");
    }
    all += &std::fs::read_to_string(folder().join("elsewhere.txt")).expect("it can be read");
    for code in Code::ALL {
        // Faults of ours cannot be asked for.
        if code.status() >= 500 {
            continue;
        }
        let body = format!("\n{}\n", code.status());
        assert!(all.contains(&body), "{code:?} has a status that was never answered");
        let said = format!("{{\"code\":\"{}\",\"message\":\"{}\"", code.name(), code.message());
        assert!(all.contains(&said), "{code:?} was never answered");
    }
}
