//! One database: start, seed, capture, check, measure.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::capture::{self, Captured};
use crate::database::Database;
use crate::http::Connection;
use crate::kind::{Kind, environment};
use crate::load::Load;
use crate::out::{note, say};
use crate::plan::Plan;
use crate::postgres::Postgres;
use crate::process::{self, Pinning, Server};
use crate::report::{Measured, Report, Settings};
use crate::rows::{Row, Rows};
use crate::target::Target;
use crate::turns::{self, Turn};
use crate::{administration, images, scale, seed};

/// How often the start is timed.
const STARTS: usize = 5;

/// Measures on every database that the plan names.
///
/// # Errors
/// A server does not start, or answers what it should not.
pub async fn all(plan: &Plan) -> Result<()> {
    let only = match &plan.only {
        None => Row::ALL.to_vec(),
        Some(name) => {
            let known = Row::ALL.into_iter().find(|row| row.name() == name);
            vec![known.with_context(|| format!("no row is called {name}; see --help"))?]
        }
    };
    let portico = process::portico(plan.portico.as_deref())?;
    let pinning = Pinning::possible();
    let machine = Machine { plan, portico: &portico, pinning, rows: &only };
    if !plan.no_sqlite {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("data").join("portico.db");
        let url = format!("sqlite://{}", file.display());
        machine.measured(folder.path(), Kind::Sqlite, &url).await?;
    }
    if plan.postgres {
        let folder = tempfile::tempdir()?;
        pinning.release_load();
        let server = Postgres::start().await?;
        machine.measured(folder.path(), Kind::Postgres, &server.url).await?;
    }
    Ok(())
}

struct Machine<'a> {
    plan: &'a Plan,
    portico: &'a Path,
    pinning: Pinning,
    rows: &'a [Row],
}

/// Portico and its twins.
struct Servers {
    portico: Server,
    raw: Server,
    fixed: Server,
}

impl Servers {
    fn get(&self, target: Target) -> &Server {
        match target {
            Target::Portico => &self.portico,
            Target::Raw => &self.raw,
            Target::Static => &self.fixed,
        }
    }
}

impl Machine<'_> {
    async fn measured(&self, folder: &Path, kind: Kind, url: &str) -> Result<()> {
        let Self { plan, portico, pinning, .. } = *self;
        if plan.scale {
            scale::all(plan, portico, pinning, folder, kind, url).await
        } else if plan.images {
            images::all(plan, portico, pinning, folder, kind, url).await
        } else if plan.administration {
            administration::all(plan, portico, pinning, folder, kind, url).await
        } else {
            self.one(folder, kind, url).await
        }
    }

    async fn one(&self, folder: &Path, kind: Kind, url: &str) -> Result<()> {
        note("Seeding.");
        let log = folder.join("portico.log");
        self.start_portico(folder, kind, url, Some(&log)).await?.stop().await?;
        self.make_customers(folder, kind, url)?;
        let database = Database::open(url).await?;
        let users = seed::seed(&database).await?;
        database.close().await;

        self.pinning.pin_load();
        note("Starting and stopping.");
        let mut starts = Vec::new();
        for _ in 0..STARTS {
            let portico = self.start_portico(folder, kind, url, None).await?;
            starts.push(portico.started_in);
            portico.stop().await?;
        }
        let portico = self.start_portico(folder, kind, url, None).await?;
        let base = format!("http://{}", portico.address);
        let mut connection = Connection::open(portico.address).await?;
        let (rows, captured) = Rows::discover(&base, users, &mut connection).await?;
        let file = folder.join("captured.json");
        capture::write(&file, &captured)?;
        let servers = self.start_twins(portico, &file, url, &base).await?;
        check(&servers, &rows, &captured, &mut connection).await?;

        let mut measured = Vec::new();
        for group in self.rows.chunk_by(|row, next| row.is_compared_with(*next)) {
            let titles: Vec<_> = group.iter().map(|row| row.title()).collect();
            note(&format!("Measuring: {}.", titles.join("; ")));
            measured.extend(self.measure(group, &rows, &servers).await?);
        }
        let report = Report {
            kind,
            settings: Settings {
                version: version(kind, url).await?,
                connections: self.plan.connections,
                rounds: self.rounds(),
                slice: self.slice(),
                pinning: self.pinning,
            },
            measured,
            peak_memory: servers.portico.peak_memory()?,
            starts,
        };
        say(&report.markdown());
        Ok(())
    }

    fn rounds(&self) -> usize {
        self.plan.rounds.unwrap_or(if self.plan.quick { 3 } else { 10 }).max(1)
    }

    fn slice(&self) -> Duration {
        Duration::from_millis(if self.plan.quick { 200 } else { 500 })
    }

    async fn start_portico(&self, folder: &Path, kind: Kind, url: &str, log: Option<&Path>) -> Result<Server> {
        let environment = environment(folder, kind, url);
        Server::start(self.pinning, self.portico, &["serve".to_owned()], &environment, log).await
    }

    /// Makes the customers with Portico's own command line.
    fn make_customers(&self, folder: &Path, kind: Kind, url: &str) -> Result<()> {
        let expected = [seed::CUSTOMER, seed::WRITTEN];
        for ((name, display_name), number) in seed::CUSTOMERS.into_iter().zip(expected) {
            let arguments = ["customer", "create", "--json", "--name", name, "--display-name", display_name];
            let said = process::run(self.portico, &arguments, &environment(folder, kind, url))?;
            let made: serde_json::Value = serde_json::from_str(&said)?;
            if made["customer"] != number {
                bail!("customer {number} was expected: {said}");
            }
        }
        Ok(())
    }

    async fn start_twins(&self, portico: Server, captured: &Path, url: &str, base: &str) -> Result<Servers> {
        let own: PathBuf = std::env::current_exe()?;
        let captured = captured.display().to_string();
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let fixed = words(&["static", "--captured", &captured]);
        let raw = words(&["raw", "--captured", &captured, "--database", url, "--base", base]);
        Ok(Servers {
            portico,
            raw: Server::start(self.pinning, &own, &raw, &[], None).await?,
            fixed: Server::start(self.pinning, &own, &fixed, &[], None).await?,
        })
    }

    /// Rows that are compared with each other take turns, because a machine that is shared is not as fast a second later.
    async fn measure(&self, group: &[Row], rows: &Rows, servers: &Servers) -> Result<Vec<Measured>> {
        let mut turns = Vec::new();
        let all: Vec<_> = group.iter().flat_map(|row| row.targets().iter().map(|target| (*row, *target))).collect();
        for (row, target) in &all {
            let requests = match target {
                Target::Portico => rows.requests(*row, "p"),
                Target::Raw => rows.requests(*row, "r"),
                Target::Static => rows.requests_of_static(*row),
            };
            let server = servers.get(*target);
            turns.push(Turn::new(
                server,
                Load::new(server.address, self.plan.connections, requests, row.status()).await?,
            ));
        }
        turns::take(&mut turns, self.rounds(), self.slice()).await?;
        let mut measured: Vec<_> = group.iter().map(|row| Measured { row: *row, figures: Vec::new() }).collect();
        for ((row, target), Turn { figures, .. }) in all.into_iter().zip(turns) {
            let of_row = measured.iter_mut().find(|measured| measured.row == row).context("each load is of a row")?;
            of_row.figures.push((target, figures));
        }
        Ok(measured)
    }
}

async fn version(kind: Kind, url: &str) -> Result<String> {
    let database = Database::open(url).await?;
    let version = database.version().await?;
    database.close().await;
    Ok(format!("{} {version}", kind.name()))
}

/// Whether the raw twin writes what Portico writes, to the byte. What is compared must be the same.
async fn check(servers: &Servers, rows: &Rows, captured: &[Captured], portico: &mut Connection) -> Result<()> {
    let mut raw = Connection::open(servers.raw.address).await?;
    for row in [Row::Customer, Row::PortalUser, Row::FirstPage, Row::LastPage] {
        let answer = raw.ask(&rows.request(row, 0, "c")).await?;
        same(row, &capture::of(captured, row.name())?.body, &answer.body)?;
    }
    let made = raw.ask(&rows.request(Row::Post, 1, "c")).await?;
    let iri = made.header("location")?;
    let path = iri.splitn(4, '/').nth(3).context("an address has a path")?;
    let answer = portico.ask(&rows.get(&format!("/{path}"), "")).await?;
    same(Row::Post, &answer.body, &made.body)
}

fn same(row: Row, portico: &[u8], raw: &[u8]) -> Result<()> {
    if portico == raw {
        return Ok(());
    }
    let at = portico.iter().zip(raw).take_while(|(one, other)| one == other).count();
    let around = |text: &[u8]| {
        let bytes = &text[at.saturating_sub(80).min(text.len())..(at + 80).min(text.len())];
        String::from_utf8_lossy(bytes).into_owned()
    };
    bail!(
        "{}: the raw twin does not write what Portico writes, from byte {at}.\nPortico: …{}…\nraw:     …{}…",
        row.name(),
        around(portico),
        around(raw)
    )
}
