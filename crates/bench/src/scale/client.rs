//! Who asks.

use anyhow::{Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

use super::seed;
use crate::http::Connection;
use crate::process::Server;
use crate::rows::{KEY, SECRET};

/// The administrator of the service.
pub struct Client {
    /// How often each customer has its turn.
    pub rounds: usize,
    /// Whether slices are short.
    pub quick: bool,
}

impl Client {
    /// A request of theirs.
    pub fn request(method: &str, path: &str, body: &str) -> Vec<u8> {
        let credentials = STANDARD.encode(format!("{KEY}:{SECRET}"));
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

    /// Makes the only space of a customer.
    pub async fn make_space(&self, portico: &Server, customer: i64) -> Result<()> {
        let mut connection = Connection::open(portico.address).await?;
        let body = serde_json::json!({"name": seed::SPACE}).to_string();
        let answer = connection.ask(&Self::request("POST", &format!("/customers/{customer}/spaces"), &body)).await?;
        if answer.status != 201 {
            bail!("a space is answered with {}: {}", answer.status, answer.body);
        }
        Ok(())
    }

    /// A document of Portico's.
    pub async fn document(&self, connection: &mut Connection, path: &str) -> Result<Json> {
        let answer = connection.ask(&Self::request("GET", path, "")).await?;
        if answer.status != 200 {
            bail!("{path} is answered with {}: {}", answer.status, answer.body);
        }
        Ok(serde_json::from_str(&answer.body)?)
    }
}
