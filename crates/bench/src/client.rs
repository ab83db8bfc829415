//! Who asks for documents of Portico's, with a key.

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

use crate::http::Connection;
use crate::process::Server;

/// Whoever has a key.
#[derive(Debug)]
pub struct Client {
    credentials: String,
}

impl Client {
    /// With this key and its secret, a colon between them.
    pub fn new(key: &str) -> Self {
        Self { credentials: STANDARD.encode(key) }
    }

    /// A request of theirs.
    pub fn request(&self, method: &str, path: &str, body: &str) -> Vec<u8> {
        let credentials = &self.credentials;
        let content = match body.len() {
            0 => String::new(),
            length => format!("Content-Type: application/ld+json\r\nContent-Length: {length}\r\n"),
        };
        format!(
            "{method} {path} HTTP/1.1\r\nHost: bench\r\nUser-Agent: bench\r\nAccept: application/ld+json\r\n\
             Authorization: Basic {credentials}\r\n{content}\r\n{body}"
        )
        .into_bytes()
    }

    /// Makes a space of a customer.
    pub async fn make_space(&self, portico: &Server, customer: i64, name: &str) -> Result<()> {
        let mut connection = Connection::open(portico.address).await?;
        let body = serde_json::json!({"name": name}).to_string();
        let answer = connection.ask(&self.request("POST", &format!("/customers/{customer}/spaces"), &body)).await?;
        if answer.status != 201 {
            bail!("a space is answered with {}: {}", answer.status, answer.text());
        }
        Ok(())
    }

    /// A document of Portico's.
    pub async fn document(&self, connection: &mut Connection, path: &str) -> Result<Json> {
        let answer = connection.ask(&self.request("GET", path, "")).await?;
        if answer.status != 200 {
            bail!("{path} is answered with {}: {}", answer.status, answer.text());
        }
        Ok(serde_json::from_slice(&answer.body)?)
    }
}

/// The path and query of an IRI of Portico's.
pub fn path_of(iri: &str) -> Result<String> {
    let path = iri.splitn(4, '/').nth(3).context("an IRI has a path")?;
    Ok(format!("/{path}"))
}
