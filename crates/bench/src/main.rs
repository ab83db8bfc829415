//! Portico measured beside plain twins: how much of a request is what any server has to do, and how much is ours.

use anyhow::Result;
use clap::{Parser, Subcommand};

mod administration;
mod capture;
mod client;
mod database;
mod http;
mod images;
mod kind;
mod load;
mod out;
mod plan;
mod postgres;
mod process;
mod report;
mod rows;
mod run;
mod scale;
mod seed;
mod target;
mod turns;
mod twin_raw;
mod twin_static;

use plan::Plan;

/// Measures Portico beside plain twins.
#[derive(Debug, Parser)]
#[command(name = "bench", version)]
struct Arguments {
    #[command(flatten)]
    plan: Plan,
    #[command(subcommand)]
    twin: Option<Twin>,
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
