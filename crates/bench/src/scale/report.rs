//! What was measured of sizes, as Markdown.

use std::fmt::Write;
use std::time::Duration;

use super::followers::FOLLOWERS;
use super::pages::Page;
use super::seed::COUNTS;
use crate::kind::Kind;
use crate::report::median;

/// All of it.
#[derive(Debug)]
pub struct Report {
    pub kind: Kind,
    pub version: String,
    /// How long it took to make the rows.
    pub seeded: Duration,
    /// Bytes of each table that has rows, with its indexes.
    pub bytes: Vec<(String, i64)>,
    pub starts: Vec<Duration>,
    /// KiB.
    pub peak_memory: u64,
    /// KiB that those who follow take.
    pub following: i64,
    pub pages: Vec<Page>,
}

/// How many KiB those may take who follow.
const FOLLOWING: i64 = 16 << 10;
/// How many times as long a page out of many may take.
const MOST: f64 = 1.3;

impl Report {
    /// The report as Markdown.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        // Writing to a string does not fail.
        let _ = self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let name = self.kind.name();
        let [few, many] = COUNTS;
        writeln!(out, "## Sizes, {name} {}\n", self.version)?;
        writeln!(out, "| a page of 100 | out of {few}: p50 ms (CPU µs) | out of {many} | × | ≤ {MOST} |")?;
        writeln!(out, "| --- | ---: | ---: | ---: | --- |")?;
        for Page { title, millis, micros, multiple } in &self.pages {
            let [one, other] = [0, 1].map(|at| format!("{:.2} ({:.0})", millis[at], micros[at]));
            let met = if *multiple <= MOST { "met" } else { "**missed**" };
            writeln!(out, "| {title} | {one} | {other} | **{multiple:.2}** | {met} |")?;
        }
        writeln!(out, "\n| table | MB, with its indexes |\n| --- | ---: |")?;
        for (table, bytes) in &self.bytes {
            writeln!(out, "| `{table}` | {} |", bytes / 1_000_000)?;
        }
        let millis: Vec<_> = self.starts.iter().map(|start| start.as_secs_f64() * 1000.0).collect();
        writeln!(out, "\nMade in {:.0} s. ", self.seeded.as_secs_f64())?;
        #[expect(clippy::cast_precision_loss, reason = "memory in KiB is less than a float counts")]
        let mebibytes = self.peak_memory as f64 / 1024.0;
        writeln!(out, "Start on this database: {:.0} ms. Peak memory: {mebibytes:.1} MiB.", median(&millis))?;
        let met = if self.following <= FOLLOWING { "met" } else { "**missed**" };
        writeln!(out, "\n{FOLLOWERS} who follow changes take {} KiB more, of {FOLLOWING}: {met}.", self.following)
    }
}
