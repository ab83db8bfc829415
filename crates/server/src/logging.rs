//! Logs: structured, written by a thread of their own, never by the one that answers.

use anyhow::{Context, Result};
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

/// Begins to log to standard error. What is still unwritten is written when the guard is dropped.
///
/// # Errors
/// The filter is not one.
pub fn begin(filter: Option<&str>) -> Result<WorkerGuard> {
    let text = filter.unwrap_or("info,actix_server=warn");
    let filter = EnvFilter::try_new(text).with_context(|| format!("log: {text:?} is not a filter"))?;
    let (writer, guard) = tracing_appender::non_blocking(std::io::stderr());
    let logs = tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(filter);
    // A second start in one process, as in tests, keeps the first one's logs.
    let _ = logs.with_span_events(FmtSpan::NONE).with_writer(writer).try_init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(panic = %panic, place, "panic");
    }));
    Ok(guard)
}
