//! Medians, multiples, and whether the targets are met: a Markdown text.

use std::fmt::Write;
use std::time::Duration;

use crate::kind::Kind;
use crate::load::Slice;
use crate::process::Pinning;
use crate::rows::Row;
use crate::target::Target;

/// What came of the slices of one server in one row.
#[derive(Debug, Default)]
pub struct Figures {
    rates: Vec<f64>,
    cpu: Vec<f64>,
    waits: Vec<u32>,
}

impl Figures {
    /// Adds a slice, and the processor time that the server spent on it.
    pub fn add(&mut self, slice: Slice, cpu: Duration) {
        #[expect(clippy::cast_precision_loss, reason = "a slice has fewer requests than a float counts")]
        let requests = slice.latencies.len().max(1) as f64;
        self.rates.push(requests / slice.elapsed.as_secs_f64());
        self.cpu.push(cpu.as_secs_f64() * 1e6 / requests);
    }

    /// Adds a slice in which requests came at their times.
    pub fn wait(&mut self, slice: Slice) {
        self.waits.extend(slice.latencies);
    }

    /// Requests a second.
    pub fn rate(&self) -> f64 {
        median(&self.rates)
    }

    /// Microseconds of a processor for each request.
    pub fn cpu(&self) -> f64 {
        median(&self.cpu)
    }

    /// How long this share of those who came at their times waited at the most, in milliseconds.
    pub fn percentile(&self, share: usize) -> f64 {
        let mut sorted = self.waits.clone();
        sorted.sort_unstable();
        let index = (sorted.len() * share / 100).min(sorted.len().saturating_sub(1));
        sorted.get(index).map_or(0.0, |micros| f64::from(*micros) / 1000.0)
    }

    /// How many times the processor time of another server this one takes: the median over slices that followed each
    /// other, so that what disturbs the machine for a while disturbs both.
    pub fn multiple(&self, of: &Self) -> f64 {
        median(&self.cpu.iter().zip(&of.cpu).map(|(one, other)| one / other).collect::<Vec<_>>())
    }
}

/// The value in the middle; between the two in the middle, where there are as many on either side.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match (sorted.get(middle), sorted.len() % 2) {
        (None, _) => 0.0,
        (Some(value), 1) => *value,
        (Some(value), _) => f64::midpoint(sorted[middle - 1], *value),
    }
}

/// A row, measured.
#[derive(Debug)]
pub struct Measured {
    /// Which one.
    pub row: Row,
    /// For each server.
    pub figures: Vec<(Target, Figures)>,
}

impl Measured {
    fn figures(&self, target: Target) -> Option<&Figures> {
        self.figures.iter().find(|(known, _)| *known == target).map(|(_, figures)| figures)
    }

    /// Microseconds of a processor for each request to a server.
    fn cpu(&self, target: Target) -> f64 {
        self.figures(target).map_or(0.0, Figures::cpu)
    }

    /// How many times the processor time of `of` a server takes, where both were asked.
    fn multiple(&self, target: Target, of: Target) -> Option<f64> {
        Some(self.figures(target)?.multiple(self.figures(of)?))
    }
}

/// Under which circumstances.
#[derive(Debug)]
pub struct Settings {
    /// The database and its version.
    pub version: String,
    /// Connections that send.
    pub connections: usize,
    /// Slices of each server in each row.
    pub rounds: usize,
    /// How long a slice is.
    pub slice: Duration,
    /// Who runs where.
    pub pinning: Pinning,
}

/// All of it.
#[derive(Debug)]
pub struct Report {
    /// The database.
    pub kind: Kind,
    /// The circumstances.
    pub settings: Settings,
    /// The rows.
    pub measured: Vec<Measured>,
    /// Portico's peak, in KiB.
    pub peak_memory: u64,
    /// Portico's starts.
    pub starts: Vec<Duration>,
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
        let Settings { version, connections, rounds, slice, pinning } = &self.settings;
        let durability = match self.kind {
            Kind::Sqlite => "WAL, synchronous=FULL",
            Kind::Postgres => {
                "fsync and synchronous_commit on; its processes run on any core and are not in the CPU column"
            }
        };
        let place = match pinning {
            Pinning::Apart => "servers on core 0, load on core 1",
            Pinning::None => "not pinned",
        };
        writeln!(out, "## {version}\n")?;
        writeln!(
            out,
            "Durability: {durability}. One worker each, {place}, {connections} keep-alive connections, {rounds} slices of \
             {} ms each in turns. Portico in its default configuration: sign-in by key, policy, entity tags, operations, \
             log at info (to /dev/null). CPU is time of the server's process, median of the slices; multiples are medians over \
             slices that followed each other. p50 and p99 are of requests that come at half the rate whatever the answers, \
             each timed from when it was due.\n",
            slice.as_millis()
        )?;
        writeln!(out, "| | server | req/s | p50 ms at half | p99 ms at half | CPU µs/request | × raw | × static |")?;
        writeln!(out, "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")?;
        for measured in &self.measured {
            for (target, figures) in &measured.figures {
                let title = if *target == Target::Portico { measured.row.title() } else { "" };
                let multiple = |of: Target| match (*target, measured.multiple(*target, of)) {
                    (Target::Portico, Some(multiple)) => format!("**{multiple:.2}**"),
                    (Target::Raw, Some(multiple)) if of == Target::Static => format!("{multiple:.2}"),
                    _ => String::new(),
                };
                writeln!(
                    out,
                    "| {title} | {} | {:.0} | {:.2} | {:.2} | {:.1} | {} | {} |",
                    target.name(),
                    figures.rate(),
                    figures.percentile(50),
                    figures.percentile(99),
                    figures.cpu(),
                    multiple(Target::Raw),
                    multiple(Target::Static)
                )?;
            }
        }
        writeln!(out, "\n| target | measured | |\n| --- | ---: | --- |")?;
        for (what, limit, measured, unit) in self.targets() {
            let met = if measured <= limit { "met" } else { "**missed**" };
            let places = if unit == "×" { 2 } else { 1 };
            writeln!(out, "| {what} ≤ {limit} {unit} | {measured:.places$} {unit} | {met} |")?;
        }
        Ok(())
    }

    /// What is asked for, how much, how much it is, in which unit.
    fn targets(&self) -> Vec<(String, f64, f64, &'static str)> {
        let find = |row: Row| self.measured.iter().find(|measured| measured.row == row);
        let mut targets = Vec::new();
        for measured in &self.measured {
            let Some((twin, limit)) = limit(self.kind, measured.row) else { continue };
            let what = format!("{}: CPU over {}", measured.row.title(), twin.name());
            targets.push((what, limit, measured.multiple(Target::Portico, twin).unwrap_or(f64::NAN), "×"));
        }
        if let (Some(first), Some(last)) = (find(Row::FirstPage), find(Row::LastPage)) {
            let multiple = last.cpu(Target::Portico) / first.cpu(Target::Portico);
            targets.push(("last page: CPU over first page".into(), 1.0, multiple, "×"));
        }
        let mebibytes = f64::from(u32::try_from(self.peak_memory).unwrap_or(u32::MAX)) / 1024.0;
        targets.push(("peak resident memory".into(), 48.0, mebibytes, "MiB"));
        let starts: Vec<f64> = self.starts.iter().map(|start| start.as_secs_f64() * 1000.0).collect();
        targets.push(("start on an existing database".into(), 50.0, median(&starts), "ms"));
        targets
    }
}

/// How many times the processor time of which twin a row may take.
fn limit(kind: Kind, row: Row) -> Option<(Target, f64)> {
    let of_raw = |times| Some((Target::Raw, times));
    match (kind, row) {
        (_, Row::ShortPage) => None,
        (_, Row::Documentation | Row::ShortDocumentation) => Some((Target::Static, 2.0)),
        (Kind::Sqlite, Row::Customer | Row::PortalUser) => of_raw(1.3),
        (Kind::Sqlite, Row::FirstPage | Row::LastPage | Row::NotModified) => of_raw(1.0),
        (Kind::Sqlite, Row::Post) => of_raw(1.5),
        (Kind::Postgres, Row::Customer | Row::PortalUser | Row::NotModified) => of_raw(1.15),
        (Kind::Postgres, Row::FirstPage | Row::LastPage) => of_raw(1.05),
        (Kind::Postgres, Row::Post) => of_raw(1.25),
    }
}
