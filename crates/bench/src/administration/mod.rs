//! The administration of customers, measured: single resources of the plain-JSON faces beside a raw twin, and searches among
//! a hundred thousand customers beside the same SQL.

mod bench;
mod people;
mod report;
mod requests;
mod searches;
mod seed;
mod served;
mod signature;
mod vault;

pub mod twin;

use std::path::Path;

use anyhow::Result;

use crate::database::Database;
use crate::http::Connection;
use crate::kind::Kind;
use crate::out::{note, say};
use crate::plan::Plan;
use crate::process::{Pinning, Server};

use bench::Bench;
use report::Report;
use requests::HOST;
use vault::{server_key, vault};

/// Measures administration on one database.
///
/// # Errors
/// A server does not start, or answers what it should not.
pub async fn all(plan: &Plan, program: &Path, pinning: Pinning, folder: &Path, kind: Kind, url: &str) -> Result<()> {
    let mut environment = crate::kind::environment(folder, kind, url);
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
