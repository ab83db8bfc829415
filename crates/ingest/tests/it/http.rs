use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base64::Engine;
use ingest::origin::FetchError;

use crate::support::{Server, answer, basic, fetch, fetch_with, fetcher, ok, path, redirect, status};

const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 0, 0x10, b'J', b'F', b'I', b'F', 0, 1, 2, 0xff, 0xd9];
const LOOPBACK: &[&str] = &["127.0.0.0/8"];

#[tokio::test]
async fn an_image_is_fetched_byte_for_byte() {
    let server = Server::start(|_| ok(JPEG)).await;
    let fetched = fetch(&server.url("/a.jpg?signature=1")).await.unwrap();
    assert_eq!(fetched.bytes, JPEG);
    assert_eq!(fetched.media_type.as_deref(), Some("image/jpeg"));
    let asked = server.asked().remove(0).to_lowercase();
    assert!(asked.starts_with("get /a.jpg?signature=1 http/1.1\r\n"), "{asked}");
    assert!(asked.contains(concat!("\r\nuser-agent: portico/", env!("CARGO_PKG_VERSION"), "\r\n")), "{asked}");
    assert!(asked.contains("\r\naccept-encoding: identity\r\n") && !asked.contains("authorization"), "{asked}");
}

#[tokio::test]
async fn what_the_origin_answers_is_said_and_some_of_it_is_permanent() {
    let server = Server::start(|request| status(&path(request)[1..].replace('-', " "))).await;
    for (said, permanent) in [
        ("404 Not Found", true),
        ("410 Gone", true),
        ("401 Unauthorized", true),
        ("403 Forbidden", true),
        ("204 No Content", true),
        ("304 Not Modified", true),
        ("429 Too Many Requests", false),
        ("500 Internal Server Error", false),
        ("503 Service Unavailable", false),
    ] {
        let error = fetch(&server.url(&format!("/{}", said.replace(' ', "-")))).await.unwrap_err();
        assert_eq!(error.to_string(), format!("the origin answered {said}"));
        assert_eq!(error.is_permanent(), permanent, "{said}");
    }
}

#[tokio::test]
async fn an_origin_that_failed_once_can_be_fetched_again() {
    let times = AtomicUsize::new(0);
    let server = Server::start(move |_| match times.fetch_add(1, Ordering::SeqCst) {
        0 => status("500 Internal Server Error"),
        _ => ok(JPEG),
    })
    .await;
    let fetcher = fetcher(LOOPBACK);
    let url = server.url("/");
    assert!(!fetch_with(&fetcher, &url, &ingest::origin::OriginAccess::Default).await.unwrap_err().is_permanent());
    assert!(fetch_with(&fetcher, &url, &ingest::origin::OriginAccess::Default).await.is_ok());
}

#[tokio::test]
async fn an_origin_may_be_as_long_as_the_limit_and_no_longer() {
    let server = Server::start(|request| {
        let content = vec![7; path(request).len().max(2) * 10_000];
        match path(request).ends_with('u') {
            // Without a length the content ends with the connection.
            true => answer("200 OK", "", &content),
            false => ok(&content),
        }
    })
    .await;
    for (path, length) in
        [("/23456789a", Some(100_000)), ("/23456789u", Some(100_000)), ("/23456789aa", None), ("/23456789au", None)]
    {
        match (fetch(&server.url(path)).await, length) {
            (Ok(fetched), Some(length)) => assert_eq!(fetched.bytes.len(), length),
            (Err(error), None) => {
                assert_eq!(error.to_string(), "the origin is longer than 100 kB, the most that is taken");
                assert!(error.is_permanent());
            }
            (other, _) => panic!("{path}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn an_announced_length_is_believed_before_anything_is_read() {
    let server = Server::start(|_| {
        let mut answer = answer("200 OK", "Content-Length: 99999999999999\r\n", b"");
        answer[0].1 = Duration::from_secs(30);
        answer
    })
    .await;
    assert!(matches!(fetch(&server.url("/")).await, Err(FetchError::TooLong { limit: 100_000 })));
}

#[tokio::test]
async fn an_endless_answer_in_chunks_ends_at_the_limit() {
    let server = Server::start(|_| {
        let mut pieces = answer("200 OK", "Transfer-Encoding: chunked\r\n", b"");
        let chunk = [b"1000\r\n".as_slice(), &[7; 4096], b"\r\n"].concat();
        pieces.extend((0..10_000).map(|_| (chunk.clone(), Duration::ZERO)));
        pieces
    })
    .await;
    assert!(matches!(fetch(&server.url("/")).await, Err(FetchError::TooLong { limit: 100_000 })));
}

#[tokio::test]
async fn a_slow_origin_is_not_waited_for() {
    let server = Server::start(|request| {
        let wait = Duration::from_millis(200);
        match path(request) {
            "/silent" => vec![(Vec::new(), Duration::from_secs(60))],
            // Each piece in time, all of them never.
            _ => {
                let mut pieces = answer("200 OK", "Content-Length: 1000\r\n", b"");
                pieces.extend((0..1000).map(|_| (vec![7], wait)));
                pieces
            }
        }
    })
    .await;
    for path in ["/silent", "/dripping"] {
        let start = Instant::now();
        let error = fetch(&server.url(path)).await.unwrap_err();
        assert_eq!(error.to_string(), "the origin did not answer within 2 s");
        assert!(!error.is_permanent() && start.elapsed() < Duration::from_secs(10));
    }
}

#[tokio::test]
async fn a_connection_that_breaks_off_or_is_refused_is_worth_another_try() {
    let server = Server::start(|request| match path(request) {
        "/short" => answer("200 OK", "Content-Length: 1000\r\n", b"only this"),
        "/nothing" => Vec::new(),
        _ => vec![(b"SSH-2.0-OpenSSH\r\n\r\n".to_vec(), Duration::ZERO)],
    })
    .await;
    for path in ["/short", "/nothing", "/garbage"] {
        let error = fetch(&server.url(path)).await.unwrap_err();
        assert!(matches!(error, FetchError::Broken { .. }) && !error.is_permanent(), "{path}: {error:?}");
    }
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = fetch(&format!("http://{closed}/?hush")).await.unwrap_err();
    assert!(error.to_string().starts_with("no connection to 127.0.0.1: Connection refused"), "{error}");
    assert!(!error.is_permanent() && !format!("{error:?}").contains("hush"));
    let error = fetch("http://name.invalid/").await.unwrap_err();
    assert_eq!(error.to_string(), "the address of name.invalid could not be found out");
}

#[tokio::test]
async fn tls_to_what_speaks_none_is_said() {
    let server = Server::canary().await;
    let error = fetch(&format!("https://127.0.0.1:{}/", server.port())).await.unwrap_err();
    assert!(matches!(error, FetchError::Unreachable { .. } | FetchError::TimedOut { .. }), "{error:?}");
}

#[tokio::test]
async fn what_an_origin_compressed_is_not_any_more() {
    let gzip = || {
        let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut to, JPEG).expect("there is room");
        to.finish().expect("there is room")
    };
    let server = Server::start(move |request| match path(request) {
        "/twice" => answer("200 OK", "Content-Encoding: gzip\r\nContent-Encoding: identity\r\n", &gzip()),
        "/once" => answer("200 OK", "Content-Encoding: GZIP\r\n", &gzip()),
        "/beyond" => answer("200 OK", "Content-Encoding: gzip\r\n", &[&gzip()[..], &[0; 10]].concat()[..12]),
        path => answer("200 OK", &format!("Content-Encoding: {}\r\n", &path[1..]), JPEG),
    })
    .await;
    for path in ["twice", "once", "", "Identity", "aws-chunked", "none", "utf-8", "gzip", "br", "deflate", "zstd"] {
        assert_eq!(fetch(&server.url(&format!("/{path}"))).await.unwrap().bytes, JPEG, "{path}");
    }
    assert!(!fetch(&server.url("/beyond")).await.unwrap_err().is_permanent());
    let error = fetch(&server.url("/compress")).await.unwrap_err();
    let said = "the origin answered with the content encoding compress, which was not asked for and is not undone";
    assert_eq!(error.to_string(), said);
}

#[tokio::test]
async fn a_redirect_is_followed_whatever_octets_it_has() {
    let server = Server::start(|request| {
        let location: &[u8] = match path(request) {
            "/utf-8" => "/pl\u{e4}in-\u{e9}?\u{fc}=1#\u{fc}".as_bytes(),
            "/latin-1" => b"/pl\xe4in",
            "/relative" => "\u{e4}/b".as_bytes(),
            "/space" => b"/a b",
            "/pl%C3%A4in-%C3%A9?%C3%BC=1" | "/pl%E4in" | "/%C3%A4/b" | "/a%20b" => return ok(JPEG),
            _ => return status("404 Not Found"),
        };
        let head =
            [b"HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\nLocation: ", location, b"\r\n\r\n"];
        vec![(head.concat(), Duration::ZERO)]
    })
    .await;
    for path in ["/utf-8", "/latin-1", "/relative", "/space"] {
        assert!(fetch(&server.url(path)).await.is_ok(), "{path}: {:?}", server.asked());
    }
    // What is found there is checked like any other address.
    let server = Server::start(|_| {
        let location = "http://169.254.169.254/\u{e4}";
        vec![(
            format!("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: {location}\r\n\r\n").into_bytes(),
            Duration::ZERO,
        )]
    })
    .await;
    assert!(matches!(fetch(&server.url("/")).await, Err(FetchError::Private { .. })));
}

#[tokio::test]
async fn credentials_are_needed_and_must_be_right() {
    let server = Server::start(|request| {
        let expected = base64::engine::general_purpose::STANDARD.encode("müller:pass:word");
        match request.to_lowercase().contains(&format!("authorization: basic {}\r\n", expected.to_lowercase())) {
            true => ok(JPEG),
            false => status("401 Unauthorized"),
        }
    })
    .await;
    let fetcher = fetcher(LOOPBACK);
    let url = server.url("/");
    assert!(fetch_with(&fetcher, &url, &basic("müller", "pass:word")).await.is_ok());
    let error = fetch_with(&fetcher, &url, &basic("müller", "hush")).await.unwrap_err();
    assert!(error.is_permanent() && !format!("{error} {error:?}").contains("hush"));
    assert!(fetch(&url).await.unwrap_err().is_permanent());
    assert!(!format!("{:?}", basic("müller", "hush")).contains("hush"));
}

#[tokio::test]
async fn redirects_are_followed_to_the_fifth() {
    let server = Server::start(|request| match path(request)[1..].parse::<u32>() {
        Ok(0) => ok(JPEG),
        Ok(left) => redirect(&format!("/{}", left - 1)),
        Err(_) => redirect("/again"),
    })
    .await;
    assert!(fetch(&server.url("/5")).await.is_ok());
    for path in ["/6", "/again"] {
        let error = fetch(&server.url(path)).await.unwrap_err();
        assert_eq!(error.to_string(), "the origin redirected more than 5 times");
        assert!(error.is_permanent());
    }
    assert_eq!(server.asked().len(), 18);
}

#[tokio::test]
async fn each_kind_of_redirect_is_one() {
    let server = Server::start(|request| match path(request) {
        "/there" => ok(JPEG),
        path => answer(&format!("{} Moved", &path[1..]), "Location: there\r\nContent-Length: 0\r\n", b""),
    })
    .await;
    for status in [301, 302, 303, 307, 308] {
        assert!(fetch(&server.url(&format!("/{status}"))).await.is_ok(), "{status}");
    }
    assert!(matches!(fetch(&server.url("/300")).await, Err(FetchError::Status(_))));
}

#[tokio::test]
async fn credentials_stay_at_the_host_that_they_are_for() {
    let elsewhere = Server::start(|_| ok(JPEG)).await;
    let there = elsewhere.url("/there");
    let server = Server::start(move |request| match path(request) {
        "/here" => ok(JPEG),
        "/to-here" => redirect("/here"),
        _ => redirect(&there),
    })
    .await;
    let fetcher = fetcher(LOOPBACK);
    for path in ["/to-here", "/to-there"] {
        assert!(fetch_with(&fetcher, &server.url(path), &basic("user", "hush")).await.is_ok());
    }
    let authorized = |server: &Server| {
        server.asked().iter().map(|asked| asked.to_lowercase().contains("authorization:")).collect::<Vec<_>>()
    };
    assert_eq!(authorized(&server), [true, true, true]);
    // The other port of one host is another origin already.
    assert_eq!(authorized(&elsewhere), [false]);
}

#[tokio::test]
async fn credentials_do_not_go_on_from_a_host_that_was_redirected_to() {
    let last = Server::start(|_| ok(JPEG)).await;
    let to_last = last.url("/");
    let middle = Server::start(move |_| redirect(&to_last)).await;
    let to_middle = middle.url("/");
    let first = Server::start(move |_| redirect(&to_middle)).await;
    assert!(fetch_with(&fetcher(LOOPBACK), &first.url("/"), &basic("user", "hush")).await.is_ok());
    for server in [middle, last] {
        assert!(!server.asked()[0].to_lowercase().contains("authorization:"));
    }
}

#[tokio::test]
async fn a_redirect_to_no_address_is_an_error() {
    let server = Server::start(|request| match path(request) {
        "/none" => answer("302 Found", "Content-Length: 0\r\n", b""),
        "/bad" => redirect("http://[::1"),
        "/file" => redirect("file:///etc/passwd"),
        "/s3" => redirect("s3://bucket/key"),
        _ => redirect("http://user:hush@127.0.0.1/"),
    })
    .await;
    for path in ["/none", "/bad"] {
        assert!(matches!(fetch(&server.url(path)).await, Err(FetchError::Nowhere)), "{path}");
    }
    for path in ["/file", "/s3", "/userinfo"] {
        let error = fetch(&server.url(path)).await.unwrap_err();
        assert!(matches!(error, FetchError::Redirected(_)), "{path}: {error:?}");
        assert!(error.is_permanent() && !error.to_string().contains("hush"));
    }
}
