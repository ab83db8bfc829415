//! What all measurements of images need.

use std::path::Path;
use std::process::{Child, Stdio};

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

    /// Starts a worker that has one picture in hand at a time.
    pub fn worker(&self) -> Result<Worker> {
        let mut command = self.pinning.command(self.program);
        command.arg("worker").envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.env("PORTICO_WORKER_PARALLEL", "1").env_remove("PORTICO_NO_WORKER");
        Ok(Worker(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?))
    }

    pub fn rounds(&self) -> usize {
        self.plan.rounds.unwrap_or(if self.plan.quick { 3 } else { 7 }).max(1)
    }
}

/// A worker, ended when dropped.
pub struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The value in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
