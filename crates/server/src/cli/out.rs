//! What is said to the person at the terminal, or to a program.

use std::io::Write;

use anyhow::{Context, Result};
use serde::Serialize;

/// A line; a terminal that has gone away is no reason to fail.
pub(super) fn say(to: &mut impl Write, line: &str) {
    let _ = writeln!(to, "{line}");
}

/// Who is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    /// A program, which reads JSON.
    pub(super) json: bool,
}

impl Told {
    /// Says what there is.
    pub(super) fn say(self, what: &impl Serialize, words: impl FnOnce() -> String) -> Result<()> {
        let text = if self.json { serde_json::to_string(what)? } else { words() };
        // What was done is done; but whoever was to have a secret of it has not.
        let mut out = std::io::stdout().lock();
        writeln!(out, "{text}").and_then(|()| out.flush()).context("cannot write to standard output")
    }
}

/// Names and what they are, one a line.
pub(super) fn fields(all: &[(&str, String)]) -> String {
    let width = all.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let line = |(name, value): &(&str, String)| format!("{name:width$}  {value}").trim_end().to_owned();
    all.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Columns, each as wide as what is in it.
pub(super) fn table<const N: usize>(names: &[&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let rows: Vec<[String; N]> = std::iter::once(names.map(|name| name.to_uppercase())).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
