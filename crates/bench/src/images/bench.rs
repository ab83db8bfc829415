//! What all measurements of images need.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value as Json;

use crate::http::Connection;
use crate::plan::Plan;
use crate::process::{Pinning, Server};

/// Its only space.
pub const SPACE: &str = "Made";

/// What everything here needs.
pub struct Bench<'a> {
    pub plan: &'a Plan,
    pub program: &'a Path,
    pub pinning: Pinning,
    pub url: &'a str,
    pub environment: Vec<(&'static str, String)>,
    pub key: String,
    pub customer: i64,
}

impl Bench<'_> {
    pub async fn serve(&self) -> Result<Server> {
        Server::start(self.pinning, self.program, &["serve".into()], &self.environment, None).await
    }

    pub async fn make_space(&self, portico: &Server) -> Result<()> {
        let mut connection = Connection::open(portico.address).await?;
        let path = format!("/customers/{}/spaces", self.customer);
        let body = serde_json::json!({"name": SPACE}).to_string();
        let answer = connection.ask(&self.request("POST", &path, &body)).await?;
        if answer.status != 201 {
            bail!("a space is answered with {}: {}", answer.status, answer.body);
        }
        Ok(())
    }

    /// A request with the customer's key.
    pub fn request(&self, method: &str, path: &str, body: &str) -> Vec<u8> {
        use base64::Engine;
        let credentials = base64::engine::general_purpose::STANDARD.encode(&self.key);
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

    /// A document of Portico's.
    pub async fn document(&self, connection: &mut Connection, path: &str) -> Result<Json> {
        let answer = connection.ask(&self.request("GET", path, "")).await?;
        if answer.status != 200 {
            bail!("{path} is answered with {}: {}", answer.status, answer.body);
        }
        Ok(serde_json::from_str(&answer.body)?)
    }

    pub fn rounds(&self) -> usize {
        self.plan.rounds.unwrap_or(if self.plan.quick { 3 } else { 7 }).max(1)
    }
}

/// The path and query of an IRI of Portico's.
pub fn path_of(iri: &str) -> Result<String> {
    let path = iri.splitn(4, '/').nth(3).context("an IRI has a path")?;
    Ok(format!("/{path}"))
}

/// The value in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
