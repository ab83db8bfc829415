//! The jobs that a worker has, kept for as long as it works on them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use resource::JobNumber;
use resource::jobs::{JobQueue, TakenJob};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// By what a job is kept, and what tells its task that it is not kept any more.
type Jobs = HashMap<(JobNumber, Uuid), CancellationToken>;

/// The jobs that this worker has now.
#[derive(Debug, Clone, Default)]
pub struct HeldJobs(Arc<Mutex<Jobs>>);

/// A job for as long as this lives.
#[derive(Debug)]
pub struct JobHold {
    held: HeldJobs,
    job: (JobNumber, Uuid),
    /// Cancelled when the job is somebody else's, or nobody's.
    pub lost: CancellationToken,
}

impl HeldJobs {
    /// From now on the job is kept.
    pub fn hold(&self, job: &TakenJob) -> JobHold {
        let lost = CancellationToken::new();
        self.jobs().insert(job.hold(), lost.clone());
        JobHold { held: self.clone(), job: job.hold(), lost }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.jobs().is_empty()
    }

    /// Keeps the jobs, and never ends. Leases are renewed three times as often as they have to be: to fail twice in a row does
    /// no harm.
    pub async fn beat(self, queue: JobQueue, lease: Duration) {
        let mut beats = interval((lease / 3).max(Duration::from_millis(1)));
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            beats.tick().await;
            let jobs: Vec<_> = self.jobs().keys().copied().collect();
            if jobs.is_empty() {
                continue;
            }
            match queue.renew(&jobs, lease).await {
                Ok(kept) => {
                    let known = self.jobs();
                    // Those that have come meanwhile are not among those that were asked about.
                    for job in jobs.iter().filter(|(id, _)| !kept.contains(id)) {
                        if let Some(lost) = known.get(job) {
                            lost.cancel();
                        }
                    }
                }
                // The lease may last until the next beat. If not, the job's end is refused, and nothing is written twice.
                Err(error) => tracing::warn!(%error, "jobs could not be kept"),
            }
        }
    }

    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for JobHold {
    fn drop(&mut self) {
        self.held.jobs().remove(&self.job);
    }
}
