//! What the command line asks for.

use std::path::PathBuf;

/// What is measured, and for how long.
#[derive(Debug, Clone, clap::Args)]
pub struct Plan {
    /// Short slices: numbers to look at, not to quote
    #[arg(long)]
    pub quick: bool,
    /// Measure one row: customer, portal-user, first-page, last-page, short-page, not-modified, post, documentation or
    /// short-documentation
    #[arg(long, value_name = "ROW")]
    pub only: Option<String>,
    /// Measure on PostgreSQL too
    #[arg(long)]
    pub postgres: bool,
    /// Measure sizes instead: pages and searches out of ten thousand and out of a million
    #[arg(long, conflicts_with_all = ["images", "administration"])]
    pub scale: bool,
    /// Measure images instead: batches, a worker
    #[arg(long)]
    pub images: bool,
    /// Measure the administration of customers instead: signed requests, entitlements, searches among 100,000
    #[arg(long, conflicts_with = "images")]
    pub administration: bool,
    /// Leave out SQLite
    #[arg(long, requires = "postgres")]
    pub no_sqlite: bool,
    /// Connections that send requests
    #[arg(long, default_value_t = 16)]
    pub connections: usize,
    /// How often each server has its turn in a row [default: 10, quick 3]
    #[arg(long)]
    pub rounds: Option<usize>,
    /// The portico to measure [default: the one beside this program, built first]
    #[arg(long, value_name = "FILE")]
    pub portico: Option<PathBuf>,
}
