//! What comes where a request should and is none that HTTP allows: it is answered in the words of the face that it was sent
//! to, so that a person reads what to do and a script of any origin may see it.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{ADMIN_KEY, ADMIN_SECRET, Portico, each_database};

/// An answer as it came over the wire.
struct Raw {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Raw {
    fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// Sends bytes, and reads answers until the other end closes the connection.
async fn told(portico: &Portico, sent: &[u8]) -> Vec<Raw> {
    let authority = portico.origin().strip_prefix("http://").expect("it is HTTP");
    let mut stream = TcpStream::connect(authority).await.expect("it listens");
    // It may be answered, and closed, before all was sent.
    drop(stream.write_all(sent).await);
    let mut came = Vec::new();
    drop(stream.read_to_end(&mut came).await);
    let mut answers = Vec::new();
    let mut rest = &came[..];
    while let Some(end) = rest.windows(4).position(|window| window == b"\r\n\r\n") {
        let head = String::from_utf8(rest[..end].to_vec()).expect("heads are ASCII");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let mut answer = Raw { status, head, body: Vec::new() };
        rest = &rest[end + 4..];
        if !sent.starts_with(b"HEAD") {
            let length = answer.header("content-length").and_then(|length| length.parse().ok()).expect("a length");
            answer.body = rest[..length].to_vec();
            rest = &rest[length..];
        }
        answers.push(answer);
    }
    assert!(rest.is_empty(), "{}", String::from_utf8_lossy(rest));
    answers
}

/// Asserts that this is an answer in the words of the face that a path is in, and gives its sentence.
fn sentence_of(answer: &Raw, path: &str) -> String {
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{}", answer.head);
    assert_eq!(answer.header("connection"), Some("close"), "{}", answer.head);
    assert!(answer.header("date").is_some() && answer.header("x-content-type-options").is_some(), "{}", answer.head);
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.head));
    let (kind, sentence) = if path.starts_with("/api/") {
        ("application/json", &body["message"])
    } else if path.starts_with("/customeradmin/") {
        assert_eq!(body["responseCode"], answer.status);
        ("application/json", &body["messages"][0]["message"])
    } else {
        assert_eq!(body["status"], answer.status);
        ("application/problem+json", &body["detail"])
    };
    assert!(answer.header("content-type").is_some_and(|it| it.starts_with(kind)), "{}", answer.head);
    sentence.as_str().unwrap_or_else(|| panic!("no sentence in {body}")).to_owned()
}

const PATHS: [&str; 4] = ["/customers/1/spaces", "/", "/customeradmin/v2/customers", "/api/system/customers"];

each_database!(what_is_no_request_is_told_so_by_the_face_it_was_sent_to, async |portico: Portico| {
    let long = "x".repeat(70_000);
    let fields = "x: y\r\n".repeat(200);
    let large = format!("x: {}\r\n", "y".repeat(200_000));
    for path in PATHS {
        for (sent, status) in [
            (format!("GET {path}?name=Häfen HTTP/1.1\r\nHost: x\r\n\r\n"), 400),
            (format!("GET {path}?q={{\"a\":\"b\"}} HTTP/1.1\r\nHost: x\r\n\r\n"), 400),
            (format!("GET {path}?q=a b HTTP/1.1\r\nHost: x\r\n\r\n"), 400),
            (format!("GET {path}?name={long} HTTP/1.1\r\nHost: x\r\n\r\n"), 414),
            (format!("GET {path} HTTP/1.1\r\nHost: x\r\nb\0: c\r\n\r\n"), 400),
            (format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n"), 400),
            (format!("GET {path} HTTP/9.9\r\nHost: x\r\n\r\n"), 400),
            (format!("GET {path} HTTP/1.1\r\nHost: x\r\n{fields}\r\n"), 431),
            (format!("GET {path} HTTP/1.1\r\nHost: x\r\n{large}\r\n"), 431),
        ] {
            let start: String = sent.chars().take(80).collect();
            let answers = told(&portico, sent.as_bytes()).await;
            let [answer] = &answers[..] else { panic!("{} answers to {start}", answers.len()) };
            assert_eq!(answer.status, status, "{start}");
            assert!(sentence_of(answer, path).len() > 20, "{start}");
        }
    }
});

each_database!(what_is_no_request_ends_a_connection_on_which_others_were, async |portico: Portico| {
    let good = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";
    // One after the other, as a program that keeps its connection does.
    let authority = portico.origin().strip_prefix("http://").expect("it is HTTP");
    let mut stream = TcpStream::connect(authority).await.expect("it listens");
    let mut came = vec![0; 4096];
    for _ in 0..3 {
        stream.write_all(good.as_bytes()).await.expect("it reads");
        let length = stream.read(&mut came).await.expect("it answers");
        assert!(came[..length].starts_with(b"HTTP/1.1 2"), "{}", String::from_utf8_lossy(&came[..length]));
    }
    stream.write_all("GET /häfen HTTP/1.1\r\n\r\n".as_bytes()).await.expect("it reads");
    let mut last = Vec::new();
    stream.read_to_end(&mut last).await.expect("it answers, and closes");
    let last = String::from_utf8_lossy(&last);
    assert!(last.starts_with("HTTP/1.1 400") && last.contains("/h%C3%A4fen"), "{last}");
    // What was sent behind it is no request either.
    let twice = told(&portico, format!("GET /häfen HTTP/1.1\r\n\r\n{good}").as_bytes()).await;
    assert_eq!(twice.iter().map(|answer| answer.status).collect::<Vec<_>>(), [400]);
    // Of two that come at once the first is answered as ever.
    let both = told(&portico, format!("{good}GET /häfen HTTP/1.1\r\n\r\n").as_bytes()).await;
    assert_eq!(both[0].status / 100, 2);
    assert_eq!(both.get(1).map(|answer| answer.status), Some(400));
    // Where only the head was asked for there is no more.
    let head = told(&portico, "HEAD /häfen HTTP/1.1\r\n\r\n".as_bytes()).await;
    assert_eq!(head.iter().map(|answer| (answer.status, answer.body.len())).collect::<Vec<_>>(), [(400, 0)]);
});

each_database!(who_announces_too_much_and_sends_nothing_is_told_so, async |portico: Portico| {
    let authority = portico.origin().strip_prefix("http://").expect("it is HTTP");
    for path in ["/customers/1/spaces", "/customeradmin/v2/customer", "/api/system/customers", "/oauth/token"] {
        let key = STANDARD.encode(format!("{ADMIN_KEY}:{ADMIN_SECRET}"));
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {key}\r\nContent-Type: application/json\r\n\
             Content-Length: 500000000\r\n\r\n{{"
        );
        let mut stream = TcpStream::connect(authority).await.expect("it listens");
        stream.write_all(head.as_bytes()).await.expect("it reads");
        let mut came = vec![0; 4096];
        let answer = tokio::time::timeout(Duration::from_secs(15), stream.read(&mut came)).await;
        let length = answer.expect("nobody waits for what does not come").expect("it answers");
        let came = String::from_utf8_lossy(&came[..length]);
        assert!(came.starts_with("HTTP/1.1 4"), "{path}: {came}");
        assert!(path != "/customers/1/spaces" || came.starts_with("HTTP/1.1 413"), "{path}: {came}");
    }
});

each_database!(who_is_answered_before_all_was_read_can_send_the_rest, async |portico: Portico| {
    let authority = portico.origin().strip_prefix("http://").expect("it is HTTP");
    for path in PATHS {
        let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n");
        let mut stream = TcpStream::connect(authority).await.expect("it listens");
        stream.write_all(head.as_bytes()).await.expect("it reads");
        stream.write_all(&vec![b' '; 8_000_000]).await.expect("it reads on");
        let mut came = Vec::new();
        stream.read_to_end(&mut came).await.expect("it answers, and closes");
        assert!(came.starts_with(b"HTTP/1.1 4"), "{path}: {}", String::from_utf8_lossy(&came));
    }
});
