//! Settings that are numbers, and the ranges in which they work.

use std::ops::RangeInclusive;

use anyhow::{Result, bail};

use super::cores::cores;
use super::settings::Settings;

/// Threads that answer, at the most: each has files open, of which a process has a thousand by default.
const WORKERS: usize = 128;

const DAY: u64 = 24 * 60 * 60;

impl Settings {
    /// Threads that answer requests.
    pub(crate) fn workers(&self) -> usize {
        self.workers.unwrap_or_else(|| cores().min(WORKERS))
    }

    /// Whether every number lies in the range in which it works.
    ///
    /// # Errors
    /// The first that does not.
    pub(super) fn check_numbers(&self) -> Result<()> {
        within("database_connections", self.database_connections, 1..=250)?;
        within("workers", self.workers, 1..=WORKERS)?;
        within("max_body", self.max_body, 256..=1 << 30)?;
        within("request_timeout", self.request_timeout, 1..=DAY)?;
        within("derivatives_cache", self.derivatives_cache, 0..=1 << 40)?;
        within("viewer_session", self.viewer_session, 0..=365 * DAY)?;
        within("drain", self.drain, 0..=DAY)?;
        within("shutdown_timeout", self.shutdown_timeout, 0..=DAY)?;
        within("worker_parallel", self.worker_parallel, 1..=1024)?;
        within("max_pixels", self.max_pixels, 1..=10_000)?;
        within("origin_max_bytes", self.origin_max_bytes, 1..=1 << 40)?;
        within("origin_timeout", self.origin_timeout, 1..=DAY)?;
        within("origin_redirects", self.origin_redirects, 0..=20)?;
        // 0 attempts lets everybody ask as often as they like; no time in which they are counted says nothing.
        within("fetch_lock_window", self.fetch_lock_window, 1..=365 * DAY)
    }
}

fn within<N: PartialOrd + std::fmt::Display>(name: &str, number: Option<N>, range: RangeInclusive<N>) -> Result<()> {
    match number {
        Some(number) if !range.contains(&number) => {
            bail!("{name} must be a number from {} to {}, not {number}", range.start(), range.end())
        }
        _ => Ok(()),
    }
}
