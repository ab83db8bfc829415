//! What was measured of images, as Markdown.

use std::fmt::Write;

use super::batches::{Batches, MEMBERS};
use super::tiles::Tiles;
use super::worker::Worker;
use crate::kind::Kind;

/// All of it.
#[derive(Debug)]
pub struct Report {
    pub kind: Kind,
    pub version: String,
    pub batches: Batches,
    pub worker: Worker,
    pub tiles: Tiles,
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
        writeln!(out, "## Images, {name} {}\n", self.version)?;
        let Batches { portico, plain, multiple } = &self.batches;
        writeln!(out, "| batches of {MEMBERS} | rows/s | time × plain |\n| --- | ---: | ---: |")?;
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
        let Tiles { first, further, multiple: larger, memory } = &self.tiles;
        writeln!(out, "\n| tiles of a JPEG | the first, ms | each further, ms | × |\n| --- | ---: | ---: | ---: |")?;
        writeln!(out, "| 25 megapixels | {:.0} | {:.2} | |", first[0], further[0])?;
        writeln!(out, "| 100 megapixels | {:.0} | {:.2} | **{larger:.2}** |", first[1], further[1])?;
        writeln!(out, "\nPeak memory of the server that makes them: {memory:.0} MiB.")?;
        writeln!(out, "\n| target | measured | |\n| --- | ---: | --- |")?;
        verdict(out, "a batch: time × plain ≤ 1.5", *multiple, *multiple <= 1.5)?;
        verdict(out, "images a second: share of the bare loop ≥ 0.9", *share, *share >= 0.9)?;
        verdict(out, "tiles of 100 megapixels: time × those of 25 ≤ 2", *larger, *larger <= 2.0)
    }
}

fn verdict(out: &mut String, what: &str, measured: f64, is_met: bool) -> std::fmt::Result {
    let met = if is_met { "met" } else { "**missed**" };
    writeln!(out, "| {what} | {measured:.2} | {met} |")
}
