//! What is given to those who run the service says what there is: settings, flags, files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::binary::{Place, json_of, program, stdout};
use crate::support::{Database, files};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are in a workspace")
}

fn packaging() -> Vec<(PathBuf, String)> {
    let all = files(&root().join("crates/server/packaging"));
    assert!(all.len() > 8, "{all:?}");
    all.into_iter().map(|path| (path.clone(), std::fs::read_to_string(&path).expect("it is text"))).collect()
}

/// Words of a text that begin so.
fn words<'a>(text: &'a str, begin: &str) -> BTreeSet<&'a str> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    let all = text.split(|letter| !is_part(letter));
    all.filter(|word| word.starts_with(begin) && word.len() > begin.len()).collect()
}

#[test]
fn settings_that_are_given_are_settings() {
    let help = stdout(&program().args(["serve", "--help"]).output().expect("it runs"));
    let known = words(&help, "PORTICO_");
    assert!(known.len() > 40, "{known:?}");
    for (path, text) in packaging() {
        for name in words(&text, "PORTICO_") {
            assert!(known.contains(name), "{}: {name} is no setting", path.display());
        }
    }
}

#[test]
fn what_the_compiler_is_told_is_not_called_like_a_setting() {
    let build = std::fs::read_to_string(root().join("crates/server/build.rs")).expect("it is there");
    assert!(
        build.contains("rustc-env=") && !build.contains("rustc-env=PORTICO_"),
        "cargo run hands it on to the program"
    );
}

#[tokio::test]
async fn the_file_of_settings_that_is_installed_is_right_with_each_of_its_suggestions() {
    let text = std::fs::read_to_string(root().join("crates/server/packaging/portico.toml")).expect("it is there");
    let place = Place::new(Database::Sqlite).await.expect("there is always SQLite");
    let suggested: Vec<_> = text.lines().filter(|line| line.starts_with('#') && line.contains(" = \"")).collect();
    assert!(suggested.len() > 3, "{suggested:?}");
    for all in [false, true] {
        let lines = text.lines().map(|line| match all && suggested.contains(&line) {
            true => line.trim_start_matches('#'),
            false => line,
        });
        let file = place.data().with_extension("toml");
        std::fs::write(&file, lines.collect::<Vec<_>>().join("\n")).expect("it can be written");
        let mut command = place.command();
        command.env_remove("PORTICO_DATA_DIR").args(["config", "check", "--json", "--config"]).arg(&file);
        assert_eq!(json_of(&command.output().expect("it runs"))["right"], true);
    }
}

#[tokio::test]
async fn what_is_ready_says_so_to_its_container() {
    let place = Place::new(Database::Sqlite).await.expect("there is always SQLite");
    let process = place.serve();
    let bind = process.url.trim_start_matches("http://");
    let ready = |bind: &str| place.command().args(["ready", "--bind", bind]).output().expect("it runs");
    assert!(stdout(&ready(bind)).is_empty());
    process.terminate();
    assert!(process.ended());
    let away = ready("127.0.0.1:1");
    assert!(!away.status.success() && String::from_utf8_lossy(&away.stderr).contains("nobody answers"), "{away:?}");
}

#[tokio::test]
async fn whoever_started_it_is_told_when_it_is_there_and_when_it_ends() {
    let place = Place::new(Database::Sqlite).await.expect("there is always SQLite");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notify");
    let socket = std::os::unix::net::UnixDatagram::bind(&path).expect("a socket");
    socket.set_read_timeout(Some(std::time::Duration::from_secs(20))).expect("it can be set");
    let told = || {
        let mut bytes = [0; 1000];
        let length = socket.recv(&mut bytes).expect("it is told");
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    };
    let path = path.display().to_string();
    let process = place.serve_with(&[("NOTIFY_SOCKET", &path), ("WATCHDOG_USEC", "200000")]);
    assert!(told().contains("READY=1"));
    for _ in 0..3 {
        assert!(told().contains("WATCHDOG=1"), "it says that it is alive");
    }
    process.terminate();
    let last = (0..1000).map(|_| told()).find(|told| !told.contains("WATCHDOG=1"));
    assert!(last.is_some_and(|last| last.contains("STOPPING=1")));
    assert!(process.ended());
}
