//! An event as a line of JSON, in one piece.
//!
//! The subscriber's own form writes each comma by itself, and looks through each piece for what is no UTF-8: a sixth of what a 304
//! costs. Spans are for traces: a line says which request it is about.

use std::fmt;

use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_log::NormalizeEvent;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::request_id;

/// Lines of JSON.
#[derive(Debug)]
pub struct LogLine;

impl<S, N> FormatEvent<S, N> for LogLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut now = String::with_capacity(32);
        SystemTime.format_time(&mut Writer::new(&mut now))?;
        writer.write_str(&String::from_utf8(line(event, &now)).map_err(|_| fmt::Error)?)
    }
}

fn line(event: &Event<'_>, now: &str) -> Vec<u8> {
    // What comes by way of the crate `log` says only so what it is of.
    let own = event.normalized_metadata();
    let metadata = own.as_ref().unwrap_or_else(|| event.metadata());
    let mut line = Line(Vec::with_capacity(512));
    line.member("timestamp", now);
    line.member("level", metadata.level().as_str());
    event.record(&mut line);
    request_id::current(|id| line.member("request_id", id.as_str()));
    line.member("target", metadata.target());
    line.0.extend_from_slice(b"}\n");
    line.0
}

/// A line that grows by what it tells.
struct Line(Vec<u8>);

impl Line {
    /// The names are ours: nothing in them has to be escaped.
    fn member(&mut self, name: &str, value: impl Serialize) {
        self.0.extend_from_slice(if self.0.is_empty() { b"{\"" } else { b",\"" });
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(b"\":");
        let length = self.0.len();
        if serde_json::to_writer(&mut self.0, &value).is_err() {
            self.0.truncate(length);
            self.0.extend_from_slice(b"null");
        }
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.member(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field.name(), value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.member(field.name(), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.member(field.name(), format!("{value:?}"));
    }
}
