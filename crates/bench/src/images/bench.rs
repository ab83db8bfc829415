//! What all measurements of images need.

use std::path::Path;

use anyhow::Result;

use crate::client::Client;
use crate::plan::Plan;
use crate::process::{Pinning, Server};

/// Its only space.
pub const SPACE: &str = "Made";

/// What everything here needs.
pub struct Bench<'a> {
    pub plan: &'a Plan,
    pub program: &'a Path,
    pub pinning: Pinning,
    pub url: &'a str,
    pub environment: Vec<(&'static str, String)>,
    pub client: Client,
    pub customer: i64,
}

impl Bench<'_> {
    pub async fn serve(&self) -> Result<Server> {
        Server::start(self.pinning, self.program, &["serve".into()], &self.environment, None).await
    }

    pub fn rounds(&self) -> usize {
        self.plan.rounds.unwrap_or(if self.plan.quick { 3 } else { 7 }).max(1)
    }
}

/// The value in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
