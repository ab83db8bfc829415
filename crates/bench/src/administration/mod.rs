//! The administration of customers, measured: single resources of the plain-JSON faces beside a raw twin, and searches among
//! a hundred thousand customers beside the same SQL.

mod people;
mod report;
mod searches;
mod seed;
mod served;

pub mod twin;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use resource::Vault;
use serde_json::Value as Json;

use crate::database::Database;
use crate::http::Connection;
use crate::process::{Pinning, Server};
use crate::run::Kind;
use crate::{Plan, note, say};

use people::People;
use report::Report;

/// What everything here needs.
struct Bench<'a> {
    plan: &'a Plan,
    pinning: Pinning,
    folder: &'a Path,
    url: &'a str,
    people: People,
}

/// Measures administration on one database.
///
/// # Errors
/// A server does not start, or answers what it should not.
pub async fn all(plan: &Plan, program: &Path, pinning: Pinning, folder: &Path, kind: Kind, url: &str) -> Result<()> {
    let mut environment = crate::run::environment(folder, kind, url);
    // A session is good for as long as the service goes by the same name.
    environment.push(("PORTICO_PUBLIC_URL", format!("http://{HOST}")));
    let serve = async || Server::start(pinning, program, &["serve".into()], &environment, None).await;
    let portico = serve().await?;
    let vault = vault(&server_key(folder))?;
    let database = Database::open(url).await?;
    let mut connection = Connection::open(portico.address).await?;
    let people = people::make(program, &environment, &mut connection, &database, &vault).await?;
    portico.stop().await?;
    note("Seeding customers.");
    seed::seed(&database).await?;
    let version = database.version().await?;
    database.close().await;

    pinning.pin_load();
    let portico = serve().await?;
    let bench = Bench { plan, pinning, folder, url, people };
    let served = served::measure(&bench, &portico).await?;
    let searches = searches::measure(&bench, &portico).await?;
    portico.stop().await?;
    say(&Report { kind, version, served, searches }.markdown());
    Ok(())
}

/// Where Portico keeps what it encrypts under.
fn server_key(folder: &Path) -> PathBuf {
    folder.join("data").join("server.key")
}

/// What Portico keeps keys of customers in.
fn vault(server_key: &Path) -> Result<Vault> {
    let text = std::fs::read_to_string(server_key).with_context(|| format!("cannot read {}", server_key.display()))?;
    Ok(Vault::new(&STANDARD.decode(text.trim())?))
}

/// Headers of a request: names and values.
type Headers = Vec<(&'static str, String)>;

/// A request of this host.
fn request(method: &str, path: &str, headers: &Headers, body: &str) -> Vec<u8> {
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
const HOST: &str = "bench";

/// What a request is answered with, if it is answered with this status.
async fn answer(connection: &mut Connection, request: &[u8], status: u16) -> Result<Json> {
    let answer = connection.ask(request).await?;
    if answer.status != status {
        let line = String::from_utf8_lossy(request).lines().next().unwrap_or_default().to_owned();
        bail!("{line} is answered with {}: {}", answer.status, answer.body);
    }
    Ok(serde_json::from_str(&answer.body)?)
}

impl Bench<'_> {
    fn rounds(&self) -> usize {
        self.plan.rounds.unwrap_or(if self.plan.quick { 3 } else { 10 }).max(1)
    }
}
