//! Images, measured: pages out of many, batches beside plain inserts, and what a worker gets through beside a bare loop.

mod batches;
mod origin;
mod pages;
mod report;
mod seed;
mod worker;

pub mod bare;
pub mod plain;

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value as Json;

use crate::database::Database;
use crate::http::Connection;
use crate::process::{self, Pinning, Server};
use crate::run::Kind;
use crate::{Plan, note, say};

use report::Report;

/// Name and display name of the customer.
const CUSTOMER: (&str, &str) = ("riverside-museum", "Riverside Museum of Photography");
/// Its spaces: few images, many, and those that the measurement makes.
const SPACES: [&str; 3] = ["Few", "Many", "Made"];

/// What everything here needs.
struct Bench<'a> {
    plan: &'a Plan,
    program: &'a Path,
    pinning: Pinning,
    url: &'a str,
    environment: Vec<(&'static str, String)>,
    key: String,
    customer: i64,
}

/// Measures images on one database.
///
/// # Errors
/// A server does not start, or answers what it should not.
pub async fn all(plan: &Plan, program: &Path, pinning: Pinning, folder: &Path, kind: Kind, url: &str) -> Result<()> {
    let mut environment = crate::run::environment(folder, kind, url);
    environment.push(("PORTICO_ORIGIN_ALLOW", "127.0.0.0/8".into()));
    let log = folder.join("portico.log");
    Server::start(pinning, program, &["serve".into()], &environment, Some(&log)).await?.stop().await?;
    let (customer, key) = customer(program, &environment)?;
    let bench = Bench { plan, program, pinning, url, environment, key, customer };
    let portico = bench.serve().await?;
    bench.make_spaces(&portico).await?;
    portico.stop().await?;
    note("Seeding images.");
    let database = Database::open(url).await?;
    seed::seed(&database, customer).await?;
    let version = database.version().await?;
    database.close().await;

    pinning.pin_load();
    let portico = bench.serve().await?;
    note("Measuring pages of images.");
    let pages = pages::measure(&bench, &portico).await?;
    note("Measuring batches.");
    let batches = batches::measure(&bench, &portico).await?;
    note("Measuring a worker.");
    let worker = worker::measure(&bench, &portico, folder).await?;
    portico.stop().await?;
    say(&Report { kind, version, pages, batches, worker }.markdown());
    Ok(())
}

/// Makes the customer with Portico's own command line: its number, and a key of it as the text of Basic credentials.
fn customer(program: &Path, environment: &[(&'static str, String)]) -> Result<(i64, String)> {
    let (name, display_name) = CUSTOMER;
    let arguments = ["customer", "create", "--json", "--name", name, "--display-name", display_name];
    let made: Json = serde_json::from_str(&process::run(program, &arguments, environment)?)?;
    let number = made["customer"].as_i64().with_context(|| format!("no customer was made: {made}"))?;
    let arguments = ["key", "create", "--json", "--customer", name];
    let made: Json = serde_json::from_str(&process::run(program, &arguments, environment)?)?;
    let half = |name: &str| made[name].as_str().with_context(|| format!("no key was made: {made}"));
    Ok((number, format!("{}:{}", half("key")?, half("secret")?)))
}

impl Bench<'_> {
    async fn serve(&self) -> Result<Server> {
        Server::start(self.pinning, self.program, &["serve".into()], &self.environment, None).await
    }

    async fn make_spaces(&self, portico: &Server) -> Result<()> {
        let mut connection = Connection::open(portico.address).await?;
        let path = format!("/customers/{}/spaces", self.customer);
        for name in SPACES {
            let body = serde_json::json!({"name": name}).to_string();
            let answer = connection.ask(&self.request("POST", &path, &body)).await?;
            if answer.status != 201 {
                bail!("a space is answered with {}: {}", answer.status, answer.body);
            }
        }
        Ok(())
    }

    /// A request with the customer's key.
    fn request(&self, method: &str, path: &str, body: &str) -> Vec<u8> {
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
    async fn document(&self, connection: &mut Connection, path: &str) -> Result<Json> {
        let answer = connection.ask(&self.request("GET", path, "")).await?;
        if answer.status != 200 {
            bail!("{path} is answered with {}: {}", answer.status, answer.body);
        }
        Ok(serde_json::from_str(&answer.body)?)
    }

    fn rounds(&self) -> usize {
        self.plan.rounds.unwrap_or(if self.plan.quick { 3 } else { 7 }).max(1)
    }
}

/// The path and query of an IRI of Portico's.
fn path_of(iri: &str) -> Result<String> {
    let path = iri.splitn(4, '/').nth(3).context("an IRI has a path")?;
    Ok(format!("/{path}"))
}

/// The value in the middle.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
