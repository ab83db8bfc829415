//! Settings that are numbers, and the ranges in which they work.

use anyhow::{Result, bail};

use super::cores::cores;
use super::settings::Settings;

/// Threads that answer, at the most: each has files open, of which a process has a thousand by default.
const WORKERS: usize = 128;

pub(super) const DAY: u64 = 24 * 60 * 60;

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
        for (name, number, least, most) in self.numbers() {
            if let Some(number) = number.filter(|number| !(least..=most).contains(number)) {
                bail!("{name} must be a number from {least} to {most}, not {number}");
            }
        }
        Ok(())
    }

    /// Every setting that is a number: its name, what it is if something is said of it, and the range in which it works.
    pub(super) fn numbers(&self) -> [(&'static str, Option<u64>, u64, u64); 18] {
        let some = |number: usize| Some(number as u64);
        [
            ("database_connections", self.database_connections.map(u64::from), 1, 250),
            ("workers", self.workers.and_then(some), 1, WORKERS as u64),
            ("max_body", some(self.max_body), 256, 1 << 30),
            ("request_timeout", Some(self.request_timeout), 1, DAY),
            ("derivatives_cache", Some(self.derivatives_cache), 0, 1 << 40),
            ("viewer_session", Some(self.viewer_session), 0, 365 * DAY),
            ("drain", Some(self.drain), 0, DAY),
            ("shutdown_timeout", Some(self.shutdown_timeout), 0, DAY),
            ("worker_parallel", self.worker_parallel.and_then(some), 1, 1024),
            ("max_pixels", Some(self.max_pixels.into()), 1, 10_000),
            ("retain_batches", self.retain_batches, 1, 36_500),
            ("retain_failed_images", self.retain_failed_images, 1, 36_500),
            ("changes_keep", self.changes_keep, 1, 36_500),
            ("origin_max_bytes", Some(self.origin_max_bytes), 1, 1 << 40),
            ("origin_timeout", Some(self.origin_timeout), 1, DAY),
            ("traces_percent", Some(self.traces_percent.into()), 0, 100),
            ("origin_redirects", some(self.origin_redirects), 0, 20),
            // 0 attempts lets everybody ask as often as they like; no time in which they are counted says nothing.
            ("fetch_lock_window", Some(self.fetch_lock_window), 1, 365 * DAY),
        ]
    }
}
