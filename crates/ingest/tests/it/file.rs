use std::path::Path;

use ingest::origin::{FetchError, Fetcher, OriginAccess, SetupError};

use crate::support::{basic, fetch_with, fetcher, settings};

fn with_folder(folder: &Path) -> Fetcher {
    let mut settings = settings(&[]);
    settings.folder = Some(folder.to_owned());
    Fetcher::new(settings).expect("the folder is there")
}

/// A folder `inside` with `a b.jpg`, beside a file `outside.jpg`.
fn folders() -> tempfile::TempDir {
    let parent = tempfile::tempdir().expect("there is room");
    std::fs::create_dir(parent.path().join("inside")).expect("it is new");
    std::fs::write(parent.path().join("inside/a b.jpg"), b"inside").expect("there is room");
    std::fs::write(parent.path().join("outside.jpg"), b"outside").expect("there is room");
    parent
}

async fn fetch(fetcher: &Fetcher, path: &str) -> Result<bytes::Bytes, FetchError> {
    fetch_with(fetcher, &format!("file://{path}"), &OriginAccess::Default).await.map(|fetched| fetched.bytes)
}

#[tokio::test]
async fn a_file_below_the_folder_is_read() {
    let parent = folders();
    let inside = parent.path().join("inside");
    let fetcher = with_folder(&inside);
    assert_eq!(fetch(&fetcher, &format!("{}/a%20b.jpg", inside.display())).await.unwrap(), "inside");
    assert_eq!(fetch(&fetcher, &format!("localhost{}/x/../a%20b.jpg", inside.display())).await.unwrap(), "inside");
}

#[tokio::test]
async fn without_a_folder_there_are_no_files() {
    let error = fetch(&fetcher(&[]), "/etc/passwd").await.unwrap_err();
    assert_eq!(error.to_string(), "origins may not be files here: no folder is configured for them");
    assert!(error.is_permanent());
}

#[tokio::test]
async fn nothing_outside_is_read_nor_told_of() {
    let parent = folders();
    let inside = parent.path().join("inside");
    std::os::unix::fs::symlink(parent.path().join("outside.jpg"), inside.join("link.jpg")).unwrap();
    std::os::unix::fs::symlink(parent.path(), inside.join("up")).unwrap();
    let fetcher = with_folder(&inside);
    let (parent, inside) = (parent.path().display(), inside.display());
    for path in [
        format!("{parent}/outside.jpg"),
        format!("{parent}/nothing.jpg"),
        format!("{parent}/inside-too/a.jpg"),
        format!("{inside}/../outside.jpg"),
        format!("{inside}/%2e%2e/outside.jpg"),
        format!("{inside}/..%2foutside.jpg"),
        format!("{inside}/..%2fnothing.jpg"),
        format!("{inside}/x/..%2f..%2foutside.jpg"),
        format!("{inside}/link.jpg"),
        format!("{inside}/up/outside.jpg"),
        "/etc/passwd".to_owned(),
        "/proc/self/environ".to_owned(),
        "/".to_owned(),
    ] {
        let error = fetch(&fetcher, &path).await.unwrap_err();
        assert!(matches!(error, FetchError::OutsideFolder), "{path}: {error:?}");
        assert!(error.is_permanent());
    }
}

#[tokio::test]
async fn a_link_within_the_folder_may_be_followed() {
    let parent = folders();
    let inside = parent.path().join("inside");
    std::os::unix::fs::symlink("a b.jpg", inside.join("link.jpg")).unwrap();
    std::os::unix::fs::symlink(&inside, parent.path().join("same")).unwrap();
    let fetcher = with_folder(&parent.path().join("same"));
    for folder in ["inside", "same"] {
        assert_eq!(fetch(&fetcher, &format!("{}/{folder}/link.jpg", parent.path().display())).await.unwrap(), "inside");
    }
}

#[tokio::test]
async fn only_regular_files_of_a_bounded_length_are_read() {
    let parent = folders();
    let inside = parent.path().join("inside");
    std::fs::write(inside.join("fits"), vec![7; 100_000]).unwrap();
    std::fs::write(inside.join("long"), vec![7; 100_001]).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(inside.join("pipe")).status().unwrap().success());
    let fetcher = with_folder(&inside);
    let inside = inside.display();
    assert_eq!(fetch(&fetcher, &format!("{inside}/fits")).await.unwrap().len(), 100_000);
    assert!(matches!(fetch(&fetcher, &format!("{inside}/long")).await, Err(FetchError::TooLong { limit: 100_000 })));
    for path in [format!("{inside}"), format!("{inside}/pipe")] {
        assert!(matches!(fetch(&fetcher, &path).await, Err(FetchError::NotAFile)), "{path}");
    }
    for path in [format!("{inside}/nothing"), format!("{inside}/fits/x"), format!("{inside}/a%00b")] {
        assert!(matches!(fetch(&fetcher, &path).await, Err(FetchError::NoFile)), "{path}");
    }
}

#[tokio::test]
async fn a_strategy_is_not_for_each_kind_of_origin() {
    let fetcher = fetcher(&[]);
    for (origin, access, said) in [
        ("file:///a", basic("u", "p"), "the origin strategy basic-http-authentication is not for file origins"),
        ("s3://bucket/a", OriginAccess::Default, "the origin strategy default is not for s3 origins"),
        ("https://example.org/a", OriginAccess::S3Ambient, "the origin strategy s3-ambient is not for http origins"),
    ] {
        let error = fetch_with(&fetcher, origin, &access).await.unwrap_err();
        assert_eq!(error.to_string(), said);
        assert!(error.is_permanent());
    }
}

#[test]
fn a_folder_that_is_not_there_stops_the_start() {
    let mut settings = settings(&[]);
    settings.folder = Some("/nowhere/at/all".into());
    assert!(matches!(Fetcher::new(settings), Err(SetupError::Folder { .. })));
}
