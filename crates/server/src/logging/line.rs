//! An event as a line of JSON, in one piece.
//!
//! The subscriber's own form writes each comma by itself, and looks through each piece for what is no UTF-8: a sixth of what a 304
//! costs. Spans are for traces: a line says which request it is about.

use std::cell::Cell;
use std::fmt;
use std::io::Write;

use chrono::{DateTime, Utc};
use serde::Serialize;
use tracing::Event;
use tracing::field::{Field, Visit};
use tracing_log::NormalizeEvent;

use crate::request_id;

/// What is told by an event at an instant.
pub fn line(event: &Event<'_>, now: DateTime<Utc>) -> Vec<u8> {
    // What comes by way of the crate `log` says only so what it is of.
    let own = event.normalized_metadata();
    let metadata = own.as_ref().unwrap_or_else(|| event.metadata());
    let mut line = Line(Vec::with_capacity(512));
    line.0.extend_from_slice(b"{\"timestamp\":\"");
    instant(now, &mut line.0);
    line.0.push(b'"');
    line.member("level", metadata.level().as_str());
    event.record(&mut line);
    request_id::current(|id| line.member("request_id", id.as_str()));
    line.member("target", metadata.target());
    line.0.extend_from_slice(b"}\n");
    line.0
}

/// As RFC 3339 has it, to the microsecond. The day and the time of it are made once a second, as they are the same until then.
fn instant(now: DateTime<Utc>, line: &mut Vec<u8>) {
    thread_local! {
        static SECOND: Cell<(i64, [u8; 19])> = const { Cell::new((i64::MIN, [0; 19])) };
    }
    let (mut second, mut text) = SECOND.get();
    if second != now.timestamp() {
        second = now.timestamp();
        // A year of five digits would be cut; nothing is told that late.
        let _ = write!(&mut text[..], "{}", now.format("%Y-%m-%dT%H:%M:%S"));
        SECOND.set((second, text));
    }
    line.extend_from_slice(&text);
    let micros = now.timestamp_subsec_micros();
    let _ = write!(line, ".{micros:06}Z");
}

/// A line that grows by what it tells.
struct Line(Vec<u8>);

impl Line {
    /// The names are ours: nothing in them has to be escaped.
    fn member(&mut self, name: &str, value: impl Serialize) {
        self.0.extend_from_slice(b",\"");
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
        self.member(field.name(), format_args!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_told_whole_whatever_was_told_before_it() {
        for micros in [0, 1, 999_999, 1_000_000, 1_796_061_029_000_007, 1_796_061_029_999_999, 1_796_061_030_000_000] {
            let now = DateTime::from_timestamp_micros(micros).unwrap();
            let mut told = Vec::new();
            instant(now, &mut told);
            assert_eq!(String::from_utf8(told).unwrap(), now.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string());
        }
    }
}
