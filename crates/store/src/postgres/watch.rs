//! What is known of connections that broke.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Since when connections are to be trusted, and whether the database seems to be away.
#[derive(Debug)]
pub(super) struct Watch {
    began: Instant,
    /// When the last one broke, in milliseconds since `began`; 0 is never.
    broke: AtomicU64,
    is_away: AtomicBool,
}

impl Watch {
    pub fn new() -> Self {
        // Nothing that can be told apart from never broke in the first millisecond.
        let began = Instant::now().checked_sub(Duration::from_millis(1)).unwrap_or_else(Instant::now);
        Self { began, broke: AtomicU64::new(0), is_away: AtomicBool::new(false) }
    }

    /// A connection broke: whatever cut it may have cut all that there were.
    pub fn broken(&self) {
        self.broke.fetch_max(self.millis(Duration::ZERO), Ordering::Relaxed);
        self.away();
    }

    /// No connection was to be had.
    pub fn away(&self) {
        self.is_away.store(true, Ordering::Relaxed);
    }

    /// A connection was to be had.
    pub fn here(&self) {
        self.is_away.store(false, Ordering::Relaxed);
    }

    /// Whether no connection was to be had the last time, or one has broken since.
    pub fn is_away(&self) -> bool {
        self.is_away.load(Ordering::Relaxed)
    }

    /// Whether a connection of this age was made after the last one that broke.
    pub fn trusts(&self, age: Duration) -> bool {
        match self.broke.load(Ordering::Relaxed) {
            0 => true,
            broke => self.millis(age) > broke,
        }
    }

    fn millis(&self, ago: Duration) -> u64 {
        u64::try_from(self.began.elapsed().saturating_sub(ago).as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_older_than_the_last_break_is_not_trusted() {
        let watch = Watch::new();
        assert!(watch.trusts(Duration::ZERO) && !watch.is_away());
        watch.broken();
        assert!(!watch.trusts(Duration::from_secs(1)) && watch.is_away());
        watch.here();
        assert!(!watch.trusts(Duration::from_secs(1)) && !watch.is_away());
    }
}
