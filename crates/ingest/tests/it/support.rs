//! A server that answers as a test wants and tells what it was asked.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ingest::origin::{FetchError, FetchLimits, Fetched, Fetcher, Origin, OriginAccess, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// An answer: bytes as they go over the wire, and how long to wait after each piece.
pub type Answer = Vec<(Vec<u8>, Duration)>;

/// A server on loopback.
pub struct Server {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers each request, given as its text, with what the function says, and closes.
    pub async fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_at("127.0.0.1", answer).await
    }

    pub async fn start_at(host: &str, answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((host, 0)).await.expect("loopback has free ports");
        let address = listener.local_addr().expect("it is bound");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let server = Self { address, asked: asked.clone() };
        let answer = Arc::new(answer);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (asked, answer) = (asked.clone(), answer.clone());
                // Before anything is read: a connection alone is already too much where there must be none.
                let index = {
                    let mut asked = asked.lock().expect("no test panics while it holds this");
                    asked.push(String::new());
                    asked.len() - 1
                };
                tokio::spawn(async move {
                    let mut request = Vec::new();
                    let mut buffer = [0; 4096];
                    while !request.ends_with(b"\r\n\r\n") {
                        match stream.read(&mut buffer).await {
                            Ok(read) if read > 0 => request.extend_from_slice(&buffer[..read]),
                            _ => return,
                        }
                    }
                    let request = String::from_utf8_lossy(&request).into_owned();
                    asked.lock().expect("no test panics while it holds this")[index] = request.clone();
                    for (bytes, wait) in answer(&request) {
                        if stream.write_all(&bytes).await.is_err() {
                            return;
                        }
                        tokio::time::sleep(wait).await;
                    }
                    let _ = stream.shutdown().await;
                });
            }
        });
        server
    }

    /// A server that nobody should come to.
    pub async fn canary() -> Self {
        Self::start(|_| ok(b"secret")).await
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The requests so far, one for each connection.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no test panics while it holds this").clone()
    }
}

/// 200 with this content.
pub fn ok(content: &[u8]) -> Answer {
    let head = format!("Content-Type: image/jpeg\r\nContent-Length: {}\r\n", content.len());
    answer("200 OK", &head, content)
}

/// A status and nothing else.
pub fn status(status: &str) -> Answer {
    answer(status, "Content-Length: 0\r\n", b"")
}

/// A redirect.
pub fn redirect(to: &str) -> Answer {
    answer("302 Found", &format!("Location: {to}\r\nContent-Length: 0\r\n"), b"")
}

pub fn answer(status: &str, head: &str, content: &[u8]) -> Answer {
    let mut bytes = format!("HTTP/1.1 {status}\r\nConnection: close\r\n{head}\r\n").into_bytes();
    bytes.extend_from_slice(content);
    vec![(bytes, Duration::ZERO)]
}

/// What the path of a request is.
pub fn path(request: &str) -> &str {
    request.split(' ').nth(1).unwrap_or_default()
}

/// A fetcher for which these networks are allowed, and that takes 100 kB and 2 s.
pub fn fetcher(allow: &[&str]) -> Fetcher {
    Fetcher::new(settings(allow)).expect("the settings are good")
}

pub fn settings(allow: &[&str]) -> Settings {
    Settings {
        allow: allow.iter().map(|network| network.parse().expect("it is a network")).collect(),
        limits: FetchLimits { longest: 100_000, time: Duration::from_secs(2), ..FetchLimits::default() },
        ..Settings::default()
    }
}

/// Fetches as nobody, from loopback.
pub async fn fetch(url: &str) -> Result<Fetched, FetchError> {
    fetch_with(&fetcher(&["127.0.0.0/8"]), url, &OriginAccess::Default).await
}

pub async fn fetch_with(fetcher: &Fetcher, url: &str, access: &OriginAccess) -> Result<Fetched, FetchError> {
    fetcher.fetch(&Origin::parse(url)?, access, false).await
}

pub fn basic(user: &str, password: &str) -> OriginAccess {
    OriginAccess::Basic { user: user.to_owned(), password: password.to_owned().into() }
}
