//! What was measured of administration, as Markdown.

use std::fmt::Write;

use super::searches::Searched;
use super::seed::CUSTOMERS;
use super::served::Served;
use crate::kind::Kind;

/// How many times the CPU of raw a single resource may take.
const RESOURCE: f64 = 1.25;
/// How many times as long as its SQL a search may take.
const SEARCH: f64 = 1.3;
/// How long it may take, in milliseconds, half of the time.
const SEARCH_MILLIS: f64 = 15.0;

/// All of it.
#[derive(Debug)]
pub struct Report {
    pub kind: Kind,
    pub version: String,
    pub served: Vec<Served>,
    pub searches: Vec<Searched>,
}

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
        writeln!(out, "## Administration, {name} {}\n", self.version)?;
        writeln!(out, "| | server | req/s | p50 ms at half | p99 ms at half | CPU µs/request | × raw |")?;
        writeln!(out, "| --- | --- | ---: | ---: | ---: | ---: | ---: |")?;
        for Served { title, portico, raw } in &self.served {
            let multiple = format!("**{:.2}**", portico.multiple(raw));
            for (title, server, figures, multiple) in
                [(*title, "**portico**", portico, multiple.as_str()), ("", "raw", raw, "")]
            {
                writeln!(
                    out,
                    "| {title} | {server} | {:.0} | {:.2} | {:.2} | {:.1} | {multiple} |",
                    figures.rate(),
                    figures.percentile(50),
                    figures.percentile(99),
                    figures.cpu()
                )?;
            }
        }
        writeln!(out, "\n| a search among {CUSTOMERS} customers | found | p50 ms | the SQL alone, p50 ms | × |")?;
        writeln!(out, "| --- | ---: | ---: | ---: | ---: |")?;
        for Searched { title, found, millis: [ours, plain], multiple } in &self.searches {
            writeln!(out, "| {title} | {found} | {ours:.2} | {plain:.2} | **{multiple:.2}** |")?;
        }
        writeln!(out, "\n| target | measured | |\n| --- | ---: | --- |")?;
        for Served { title, portico, raw } in &self.served {
            verdict(out, &format!("{title}: CPU over raw"), RESOURCE, portico.multiple(raw), "×")?;
        }
        for Searched { title, multiple, millis: [ours, _], .. } in &self.searches {
            verdict(out, &format!("{title}: p50 over that of the SQL alone"), SEARCH, *multiple, "×")?;
            verdict(out, &format!("{title}: p50"), SEARCH_MILLIS, *ours, "ms")?;
        }
        Ok(())
    }
}

fn verdict(out: &mut String, what: &str, limit: f64, measured: f64, unit: &str) -> std::fmt::Result {
    let met = if measured <= limit { "met" } else { "**missed**" };
    writeln!(out, "| {what} ≤ {limit} {unit} | {measured:.2} {unit} | {met} |")
}
