//! What all measurements of administration need.

use std::path::Path;

use super::people::People;
use crate::plan::Plan;
use crate::process::Pinning;

/// What everything here needs.
pub struct Bench<'a> {
    pub plan: &'a Plan,
    pub pinning: Pinning,
    pub folder: &'a Path,
    pub url: &'a str,
    pub people: People,
}

impl Bench<'_> {
    pub fn rounds(&self) -> usize {
        self.plan.rounds.unwrap_or(if self.plan.quick { 3 } else { 10 }).max(1)
    }
}
