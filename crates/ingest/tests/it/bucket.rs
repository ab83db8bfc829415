use ingest::origin::{AmbientBuckets, FetchError, Fetcher, OriginAccess};

use crate::support::{Answer, Server, answer, fetch_with, fetcher, path, settings, status};

fn s3(request: &str) -> Answer {
    let head = "ETag: \"1\"\r\nLast-Modified: Wed, 21 Oct 2015 07:28:00 GMT\r\n";
    match path(request) {
        "/scans/folder/a%20b.jpg" => answer("200 OK", &format!("{head}Content-Length: 5\r\n"), b"image"),
        "/scans/long" => answer("200 OK", &format!("{head}Content-Length: 100001\r\n"), &[7; 100_001]),
        "/scans/denied" => status("403 Forbidden"),
        "/scans/busy" => status("503 Slow Down"),
        _ => status("404 Not Found"),
    }
}

fn with_buckets(server: &Server) -> Fetcher {
    let mut settings = settings(&[]);
    let access = objects::S3Key { key: "AKIA".to_owned(), secret: "hush".to_owned().into() };
    let s3 = objects::S3 { endpoint: Some(server.url("")), region: None, access: Some(access), allow_http: true };
    settings.buckets = Some(AmbientBuckets { s3, names: vec!["scans".to_owned()] });
    assert!(!format!("{settings:?}").contains("hush"));
    Fetcher::new(settings).expect("the settings are good")
}

#[tokio::test]
async fn an_object_of_a_bucket_is_read_with_the_services_own_key() {
    let server = Server::start(s3).await;
    let fetched =
        fetch_with(&with_buckets(&server), "s3://scans/folder/a b.jpg", &OriginAccess::S3Ambient).await.unwrap();
    assert_eq!(fetched.bytes, "image");
    let asked = server.asked().remove(0);
    assert!(asked.contains("AWS4-HMAC-SHA256 Credential=AKIA/") && !asked.contains("hush"), "{asked}");
}

#[tokio::test]
async fn what_a_bucket_answers_is_said() {
    let server = Server::start(s3).await;
    let fetcher = with_buckets(&server);
    for (key, said, permanent) in [
        ("nothing", "there is no such object in the bucket scans", true),
        ("denied", "the bucket scans does not let this service read", true),
        ("long", "the origin is longer than 100 kB, the most that is taken", true),
        ("busy", "the bucket scans could not be read", false),
        ("../other/key", "there is no such object in the bucket scans", true),
        ("a//b", "there is no such object in the bucket scans", true),
    ] {
        let error = fetch_with(&fetcher, &format!("s3://scans/{key}"), &OriginAccess::S3Ambient).await.unwrap_err();
        assert_eq!(error.to_string(), said, "{error:?}");
        assert_eq!(error.is_permanent(), permanent, "{key}");
    }
}

#[tokio::test]
async fn a_bucket_that_is_not_named_is_not_read() {
    let server = Server::start(s3).await;
    let error =
        fetch_with(&with_buckets(&server), "s3://portico-objects/2/1/a/original", &OriginAccess::S3Ambient).await;
    assert!(matches!(error, Err(FetchError::Bucket(objects::ReadError::UnknownBucket(_)))));
    assert!(server.asked().is_empty());
    let error = fetch_with(&fetcher(&[]), "s3://scans/a", &OriginAccess::S3Ambient).await.unwrap_err();
    assert_eq!(error.to_string(), "origins may not lie in S3 here: no buckets are configured for them");
}
