//! Portico measured beside plain twins: how much of a request is what any server has to do, and how much is ours.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

mod administration;
mod capture;
mod database;
mod http;
mod images;
mod load;
mod postgres;
mod process;
mod report;
mod rows;
mod run;
mod seed;
mod twin_raw;
mod twin_static;

/// Measures Portico beside plain twins.
#[derive(Debug, Parser)]
#[command(name = "bench", version)]
struct Arguments {
    #[command(flatten)]
    plan: Plan,
    #[command(subcommand)]
    twin: Option<Twin>,
}

/// What is measured, and for how long.
#[derive(Debug, Clone, clap::Args)]
struct Plan {
    /// Short slices: numbers to look at, not to quote
    #[arg(long)]
    quick: bool,
    /// Measure one row: customer, portal-user, first-page, last-page, not-modified or post
    #[arg(long, value_name = "ROW")]
    only: Option<String>,
    /// Measure on PostgreSQL too
    #[arg(long)]
    postgres: bool,
    /// Measure images instead: pages out of a million, batches, a worker
    #[arg(long)]
    images: bool,
    /// Measure the administration of customers instead: signed requests, entitlements, searches among 100,000
    #[arg(long, conflicts_with = "images")]
    administration: bool,
    /// Leave out SQLite
    #[arg(long, requires = "postgres")]
    no_sqlite: bool,
    /// Connections that send requests
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// How often each server has its turn in a row [default: 10, quick 3]
    #[arg(long)]
    rounds: Option<usize>,
    /// The portico to measure [default: the one beside this program, built first]
    #[arg(long, value_name = "FILE")]
    portico: Option<PathBuf>,
}

/// The twins, which the benchmark starts by itself.
#[derive(Debug, Subcommand)]
enum Twin {
    /// Answers what is in a file, from memory
    #[command(hide = true)]
    Static(twin_static::Options),
    /// Answers from the database, plainly
    #[command(hide = true)]
    Raw(twin_raw::Options),
    /// Answers of the administration of customers from the database, plainly
    #[command(hide = true)]
    RawAdministration(administration::twin::Options),
    /// Writes batches of images, plainly
    #[command(hide = true)]
    Plain(images::plain::Options),
    /// Decodes a picture and makes it small, in a loop
    #[command(hide = true)]
    Bare(images::bare::Options),
}

fn main() -> Result<()> {
    let Arguments { plan, twin } = Arguments::parse();
    // A twin runs as Portico does; the load has one thread to itself.
    let runtime = match twin {
        Some(_) => tokio::runtime::Builder::new_multi_thread().enable_all().build()?,
        None => tokio::runtime::Builder::new_current_thread().enable_all().build()?,
    };
    match twin {
        Some(Twin::Static(options)) => runtime.block_on(twin_static::serve(options)),
        Some(Twin::Raw(options)) => runtime.block_on(twin_raw::serve(options)),
        Some(Twin::RawAdministration(options)) => runtime.block_on(administration::twin::serve(options)),
        Some(Twin::Plain(options)) => runtime.block_on(images::plain::write(options)),
        Some(Twin::Bare(options)) => images::bare::run(&options),
        None => runtime.block_on(run::all(&plan)),
    }
}

/// A line of the report.
fn say(line: &str) {
    // A reader that has gone away is no reason to fail.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A line about how far it is, for the person who waits.
fn note(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
