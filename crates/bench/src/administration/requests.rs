//! Requests, and what they are answered with.

use anyhow::{Result, bail};
use serde_json::Value as Json;

use crate::http::Connection;

/// Headers of a request: names and values.
pub type Headers = Vec<(&'static str, String)>;

/// A request of this host.
pub fn request(method: &str, path: &str, headers: &Headers, body: &str) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nUser-Agent: bench\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    if !body.is_empty() {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    format!("{head}\r\n{body}").into_bytes()
}

/// The host that requests name, and are signed for.
pub const HOST: &str = "bench";

/// What a request is answered with, if it is answered with this status.
pub async fn answer(connection: &mut Connection, request: &[u8], status: u16) -> Result<Json> {
    let answer = connection.ask(request).await?;
    if answer.status != status {
        let line = String::from_utf8_lossy(request).lines().next().unwrap_or_default().to_owned();
        bail!("{line} is answered with {}: {}", answer.status, answer.text());
    }
    Ok(serde_json::from_slice(&answer.body)?)
}
