//! What was measured of images, as Markdown.

use std::fmt::Write;

use super::batches::{Batches, MEMBERS};
use super::pages::Page;
use super::seed::COUNTS;
use super::worker::Worker;
use crate::kind::Kind;

/// All of it.
#[derive(Debug)]
pub struct Report {
    pub kind: Kind,
    pub version: String,
    pub pages: Vec<Page>,
    pub batches: Batches,
    pub worker: Worker,
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
        let name = match self.kind {
            Kind::Sqlite => "SQLite",
            Kind::Postgres => "PostgreSQL",
        };
        let [few, many] = COUNTS;
        writeln!(out, "## Images, {name} {}\n", self.version)?;
        writeln!(out, "| a page of 100 images | out of {few}: p50 ms (CPU µs) | out of {many} | × |")?;
        writeln!(out, "| --- | ---: | ---: | ---: |")?;
        for Page { title, millis, micros, multiple } in &self.pages {
            let [one, other] = [0, 1].map(|at| format!("{:.2} ({:.0})", millis[at], micros[at]));
            writeln!(out, "| {title} | {one} | {other} | **{multiple:.2}** |")?;
        }
        let Batches { portico, plain, multiple } = &self.batches;
        writeln!(out, "\n| batches of {MEMBERS} | rows/s | time × plain |\n| --- | ---: | ---: |")?;
        writeln!(
            out,
            "| POST to the queue | {portico:.0} | **{multiple:.2}** |\n| plain inserts of the same rows | {plain:.0} | |"
        )?;
        let Worker { portico, bare, share } = &self.worker;
        writeln!(out, "\n| JPEG of 2 megapixels, on one core | images/s | share of bare |\n| --- | ---: | ---: |")?;
        writeln!(
            out,
            "| a worker | {portico:.1} | **{share:.2}** |\n| decode, make small and encode, alone | {bare:.1} | |"
        )?;
        writeln!(out, "\n| target | measured | |\n| --- | ---: | --- |")?;
        for page in &self.pages {
            verdict(
                out,
                &format!("{}: out of many over out of few ≤ 2 ×", page.title),
                page.multiple,
                page.multiple <= 2.0,
            )?;
        }
        verdict(out, "images a second: share of the bare loop ≥ 0.8", *share, *share >= 0.8)
    }
}

fn verdict(out: &mut String, what: &str, measured: f64, is_met: bool) -> std::fmt::Result {
    let met = if is_met { "met" } else { "**missed**" };
    writeln!(out, "| {what} | {measured:.2} | {met} |")
}
