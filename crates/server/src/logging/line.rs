//! An event as a line of JSON, in one piece.
//!
//! The subscriber's own form writes each comma by itself, and looks through each piece for what is no UTF-8: a sixth of what a 304
//! costs. Spans are for traces: a line says which request it is about.

use std::fmt;

use serde::Serializer;
use serde::ser::SerializeMap;
use tracing::{Event, Subscriber};
use tracing_log::NormalizeEvent;
use tracing_serde::{AsSerde, SerdeMapVisitor};
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
        let line = line(event, &now).map_err(|_| fmt::Error)?;
        writer.write_str(&String::from_utf8(line).map_err(|_| fmt::Error)?)
    }
}

fn line(event: &Event<'_>, now: &str) -> serde_json::Result<Vec<u8>> {
    // What comes by way of the crate `log` says only so what it is of.
    let own = event.normalized_metadata();
    let metadata = own.as_ref().unwrap_or_else(|| event.metadata());
    let mut line = Vec::with_capacity(512);
    let mut json = serde_json::Serializer::new(&mut line);
    let mut map = json.serialize_map(None)?;
    map.serialize_entry("timestamp", now)?;
    map.serialize_entry("level", &metadata.level().as_serde())?;
    let mut fields = SerdeMapVisitor::new(map);
    event.record(&mut fields);
    let mut map = fields.take_serializer()?;
    if let Some(written) = request_id::current(|id| map.serialize_entry("request_id", id.as_str())) {
        written?;
    }
    map.serialize_entry("target", metadata.target())?;
    map.end()?;
    line.push(b'\n');
    Ok(line)
}
