//! Size, measured: the same pages and searches out of ten thousand and out of a million, in one database.

mod followers;
mod pages;
mod report;
mod seed;
mod ways;

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::Value as Json;

use crate::client::Client;
use crate::database::Database;
use crate::kind::Kind;
use crate::out::{note, say};
use crate::plan::Plan;
use crate::process::{self, Pinning, Server};
use crate::rows::{KEY, SECRET};

use report::Report;

/// How often the start is timed.
const STARTS: usize = 5;

/// Measures the sizes of one database.
///
/// # Errors
/// A server does not start, or answers what it should not.
pub async fn all(plan: &Plan, program: &Path, pinning: Pinning, folder: &Path, kind: Kind, url: &str) -> Result<()> {
    let environment = crate::kind::environment(folder, kind, url);
    let log = folder.join("portico.log");
    let serve = async || Server::start(pinning, program, &["serve".into()], &environment, Some(&log)).await;
    let portico = serve().await?;
    let client = Client::new(&format!("{KEY}:{SECRET}"));
    let mut owners = Vec::new();
    for name in seed::NAMES {
        let arguments = ["customer", "create", "--json", "--name", name, "--display-name", name];
        let made: Json = serde_json::from_str(&process::run(program, &arguments, &environment)?)?;
        let number = made["customer"].as_i64().with_context(|| format!("no customer was made: {made}"))?;
        client.make_space(&portico, number, seed::SPACE).await?;
        owners.push(number);
    }
    portico.stop().await?;
    note("Seeding a million of each.");
    let began = Instant::now();
    let database = Database::open(url).await?;
    seed::seed(&database, &owners).await?;
    let (version, bytes) = (database.version().await?, database.bytes().await?);
    database.close().await;
    let seeded = began.elapsed();

    pinning.pin_load();
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let portico = serve().await?;
        starts.push(portico.started_in);
        portico.stop().await?;
    }
    let portico = serve().await?;
    let pages = pages::measure(plan, &client, &portico, &owners).await?;
    let peak_memory = portico.peak_memory()?;
    portico.stop().await?;
    note("Measuring: a thousand who follow.");
    let portico = serve().await?;
    let following = followers::measure(&client, &portico, owners[0]).await?;
    portico.stop().await?;
    say(&Report { kind, version, seeded, bytes, starts, peak_memory, following, pages }.markdown());
    Ok(())
}
