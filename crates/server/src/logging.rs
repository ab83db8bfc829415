//! Logs: structured, written by a thread of their own, never by the one that answers.
//!
//! Lines are collected and written together. Waking a thread for each line costs a request more than making the line
//! does, and one write takes a hundred lines as easily as one.

mod filter;
mod line;
mod traces;

use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::Result;
use chrono::Utc;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

pub use filter::filter;
use line::line;
use traces::Traces;

use crate::config::Settings;

/// How long lines are collected.
const PAUSE: Duration = Duration::from_millis(20);
/// Bytes that may wait. Where nobody reads the log, the process goes on and counts what is lost.
const WAITING: usize = 4 << 20;

/// Begins to log to standard error. What is still unwritten is written when the guard is dropped.
///
/// # Errors
/// The filter is not one, or the place for traces is none.
pub fn begin(settings: &Settings) -> Result<Logs> {
    let filter = self::filter(&settings.log)?;
    let lines = Lines::default();
    let traces = settings.traces.as_deref().map(|to| Traces::to(to, settings.traces_percent)).transpose()?;
    // A second start in one process, as in tests, keeps the first one's logs.
    let _ = match &traces {
        None => tracing_subscriber::registry().with(filter).with(lines.clone()).try_init(),
        // Each has its own: what is traced is not logged.
        Some(traces) => {
            tracing_subscriber::registry().with(lines.clone().with_filter(filter)).with(traces.layer()).try_init()
        }
    };
    let guard = lines.write_to(io::stderr())?;
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(panic = %panic, place, "panic");
    }));
    Ok(Logs { traces, _lines: guard })
}

/// What is told while the process runs. What is still unsent and unwritten then is sent and written when it is dropped.
#[derive(Debug)]
pub struct Logs {
    traces: Option<Traces>,
    _lines: LogGuard,
}

impl Drop for Logs {
    fn drop(&mut self) {
        if let Some(traces) = &self.traces {
            traces.end();
        }
    }
}

/// Lines that wait to be written.
#[derive(Debug, Clone, Default)]
struct Lines(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    text: Vec<u8>,
    lost: u64,
    ended: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    /// Starts the thread that writes.
    fn write_to(&self, mut out: impl Write + Send + 'static) -> io::Result<LogGuard> {
        let shared = Arc::clone(&self.0);
        let thread = thread::Builder::new().name("log".into()).spawn(move || {
            let mut text = Vec::new();
            loop {
                let mut state = shared.state();
                while state.text.is_empty() && !state.ended {
                    state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
                if !state.ended {
                    // Awake now, it is not woken again until it has waited for more.
                    drop(state);
                    thread::sleep(PAUSE);
                    state = shared.state();
                }
                mem::swap(&mut text, &mut state.text);
                let (lost, ended) = (mem::take(&mut state.lost), state.ended);
                drop(state);
                // Nobody can be told that the log cannot be written.
                let _ = out.write_all(&text);
                if lost > 0 {
                    let _ = writeln!(out, "{{\"level\":\"WARN\",\"message\":\"{lost} lines of the log are lost\"}}");
                }
                let _ = out.flush();
                text.clear();
                if ended {
                    return;
                }
            }
        })?;
        Ok(LogGuard { lines: self.clone(), thread: Some(thread) })
    }
}

impl Write for &Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut state = self.0.state();
        if state.text.len() + line.len() > WAITING {
            state.lost += 1;
        } else {
            let sleeps = state.text.is_empty();
            state.text.extend_from_slice(line);
            drop(state);
            if sleeps {
                self.0.changed.notify_one();
            }
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<S: Subscriber> Layer<S> for Lines {
    #[expect(
        clippy::disallowed_methods,
        reason = "a log tells when something was told, whatever time the rules are told"
    )]
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        // What does not fit is counted.
        let _ = { self }.write_all(&line(event, Utc::now()));
    }
}

/// Keeps the log being written.
#[derive(Debug)]
pub struct LogGuard {
    lines: Lines,
    thread: Option<JoinHandle<()>>,
}

impl Drop for LogGuard {
    fn drop(&mut self) {
        self.lines.0.state().ended = true;
        self.lines.0.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // It ends, or it has panicked, and then there is nothing left to do.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Default)]
    struct Out(Arc<Mutex<Vec<u8>>>);

    impl Write for Out {
        fn write(&mut self, text: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(text);
            Ok(text.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_line_is_written_whole_and_none_is_lost_at_the_end() {
        let (lines, out) = (Lines::default(), Out::default());
        let guard = lines.write_to(out.clone()).unwrap();
        thread::scope(|scope| {
            for thread in 0..4 {
                let lines = lines.clone();
                scope.spawn(move || {
                    for line in 0..1000 {
                        (&lines).write_all(format!("{thread} {line}\n").as_bytes()).unwrap();
                    }
                });
            }
        });
        drop(guard);
        let text = String::from_utf8(out.0.lock().unwrap().clone()).unwrap();
        let mut found: Vec<_> = text.lines().collect();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), 4000);
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let (lines, out) = (Lines::default(), Out::default());
        (&lines).write_all(&vec![b'x'; WAITING]).unwrap();
        (&lines).write_all(b"y\n").unwrap();
        drop(lines.write_to(out.clone()).unwrap());
        let text = String::from_utf8(out.0.lock().unwrap().clone()).unwrap();
        assert!(text.ends_with("1 lines of the log are lost\"}\n"), "{}", &text[WAITING..]);
    }
}
