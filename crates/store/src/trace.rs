//! Traces: which of what is done is done because of what, also where it is done later and elsewhere. Whoever collects them says how
//! (`collect`); otherwise nothing is written down, and a span costs a look at a flag.
//!
//! Spans have the target `TARGET` and the lowest level, so that a log, which is for events, has none of them.

use std::sync::OnceLock;

use tracing::Span;

/// What spans of traces are told by from what is logged.
pub const TARGET: &str = "portico::trace";

/// How what is done is written down.
#[derive(Debug)]
pub struct Collector {
    /// The span that is worked in, as `traceparent` has it (Trace Context §3.2).
    pub current: fn() -> Option<String>,
    /// Has a span belong to what such a text says.
    pub resume: fn(&Span, &str),
}

static COLLECTOR: OnceLock<Collector> = OnceLock::new();

/// Has spans written down from now on.
pub fn collect(collector: Collector) {
    // A second start in one process, as in tests, keeps the first one's.
    let _ = COLLECTOR.set(collector);
}

/// Whether something is worked in that is written down: what is done for nobody in particular, such as looking whether there is something to
/// do, has no trace.
pub fn is_within() -> bool {
    COLLECTOR.get().is_some() && !Span::current().is_none()
}

/// What is worked in, for whoever goes on with it elsewhere; none where nothing is written down.
pub fn current() -> Option<String> {
    COLLECTOR.get().and_then(|collector| (collector.current)())
}

/// Has a span belong to what was worked in when something was left for later.
pub fn resume(span: &Span, traceparent: Option<&str>) {
    if let (Some(collector), Some(traceparent)) = (COLLECTOR.get(), traceparent) {
        (collector.resume)(span, traceparent);
    }
}
