//! Images, measured: batches beside plain inserts, what a worker gets through beside a bare loop, and tiles of a large picture beside
//! those of a smaller one.

mod batches;
mod bench;
mod origin;
mod report;
mod tiles;
mod worker;

pub mod bare;
pub mod plain;

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value as Json;

use crate::client::Client;
use crate::database::Database;
use crate::kind::Kind;
use crate::out::{note, say};
use crate::plan::Plan;
use crate::process::{self, Pinning, Server};

use bench::{Bench, SPACE};
use report::Report;

/// Name and display name of the customer.
const CUSTOMER: (&str, &str) = ("riverside-museum", "Riverside Museum of Photography");
/// Measures images on one database.
///
/// # Errors
/// A server does not start, or answers what it should not.
pub async fn all(plan: &Plan, program: &Path, pinning: Pinning, folder: &Path, kind: Kind, url: &str) -> Result<()> {
    let mut environment = crate::kind::environment(folder, kind, url);
    environment.push(("PORTICO_ORIGIN_ALLOW", "127.0.0.0/8".into()));
    let log = folder.join("portico.log");
    Server::start(pinning, program, &["serve".into()], &environment, Some(&log)).await?.stop().await?;
    let (customer, key) = customer(program, &environment)?;
    let bench = Bench { plan, program, pinning, url, environment, client: Client::new(&key), customer };
    let portico = bench.serve().await?;
    bench.client.make_space(&portico, customer, SPACE).await?;
    portico.stop().await?;
    let database = Database::open(url).await?;
    let version = database.version().await?;
    database.close().await;

    pinning.pin_load();
    let portico = bench.serve().await?;
    note("Measuring batches.");
    let batches = batches::measure(&bench, &portico).await?;
    note("Measuring a worker.");
    worker::clear(&bench).await?;
    let running = bench.worker()?;
    let worker = worker::measure(&bench, &portico, folder).await?;
    portico.stop().await?;
    note("Measuring tiles.");
    let tiles = tiles::measure(&bench, folder).await?;
    drop(running);
    say(&Report { kind, version, batches, worker, tiles }.markdown());
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
