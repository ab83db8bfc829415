//! What was done so far, for logs and for people who watch.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What became of the jobs so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Images that were ingested.
    pub done: u64,
    /// Images that could not be ingested.
    pub failed: u64,
    /// Jobs that failed and will be tried again.
    pub retried: u64,
    /// Jobs that were another worker's, or nobody's, when their end was to be written down.
    pub lost: u64,
    /// Versions of images whose files were removed.
    pub discarded: u64,
    /// Bytes of the images that were ingested.
    pub bytes: u64,
}

/// How the work gets on. Shown, it is a line for a person.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Progress {
    /// Since the start.
    pub counts: Counts,
    /// Images, ingested or failed, a second, since the line before; in the last one, since the start.
    pub per_second: f64,
    /// Images that wait or are worked on, in all processes.
    pub backlog: u64,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { counts: Counts { done, failed, .. }, per_second, backlog } = self;
        write!(f, "ingested {done} ({failed} failed), {per_second:.1}/s, {backlog} waiting")
    }
}

/// Counts, from many tasks at once.
#[derive(Debug, Default)]
pub struct Meter {
    pub done: AtomicU64,
    pub failed: AtomicU64,
    pub retried: AtomicU64,
    pub lost: AtomicU64,
    pub discarded: AtomicU64,
    pub bytes: AtomicU64,
}

impl Meter {
    pub fn counts(&self) -> Counts {
        let Self { done, failed, retried, lost, discarded, bytes } = self;
        let [done, failed, retried, lost, discarded, bytes] =
            [done, failed, retried, lost, discarded, bytes].map(|count| count.load(Relaxed));
        Counts { done, failed, retried, lost, discarded, bytes }
    }
}

/// Counts one more.
pub fn one(count: &AtomicU64) {
    count.fetch_add(1, Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_reads_how_the_work_gets_on() {
        let counts = Counts { done: 120, failed: 3, ..Counts::default() };
        let progress = Progress { counts, per_second: 14.23, backlog: 380 };
        assert_eq!(progress.to_string(), "ingested 120 (3 failed), 14.2/s, 380 waiting");
    }
}
