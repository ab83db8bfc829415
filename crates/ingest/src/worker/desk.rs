//! What every job is done with, and how one is given back.

use resource::jobs::{JobQueue, Return, TakenJob};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::again;
use super::causes::chain;
use super::outage::{Outage, PAUSE};
use super::progress::{Meter, one};

/// What every job is done with.
#[derive(Debug)]
pub struct Desk {
    pub queue: JobQueue,
    pub objects: objects::Objects,
    /// How often a job is tried.
    pub attempts: u64,
    pub meter: Meter,
    pub outage: Outage,
    /// Cancelled when there is no time left: what can be given back is.
    pub halt: CancellationToken,
}

impl Desk {
    /// The store did not do what was asked of it. That is nothing of the job's, which waits until it does, and was not tried.
    pub async fn wait(&self, job: &TakenJob, error: &objects::Error) -> &'static str {
        self.outage.look(&self.objects, self.queue.number()).await;
        let after = match self.outage.lasts() {
            true => again::AWAY,
            false => {
                tracing::warn!(error = chain(error), "the store of objects failed, and can be used");
                again::ALONE
            }
        };
        self.give_back(job, Return::Later(after)).await
    }

    /// Gives a job back.
    pub async fn give_back(&self, job: &TakenJob, how: Return) -> &'static str {
        match self.given_back(job, how).await {
            Some(true) if how == Return::Untouched => "given back",
            Some(true) => {
                one(&self.meter.retried);
                match how {
                    Return::Asked(_) => "put off",
                    _ => "retried",
                }
            }
            Some(false) => self.lose(),
            None => "unknown",
        }
    }

    /// Gives a job back; whether it was this worker's. A database that does not answer is asked again: what is not given back
    /// counts as tried when its lease ends. None where there is no time left for that.
    pub async fn given_back(&self, job: &TakenJob, how: Return) -> Option<bool> {
        let mut told = false;
        loop {
            match self.queue.give_back(job, how).await {
                Ok(given) => return Some(given),
                Err(error) if !told => {
                    told = true;
                    tracing::warn!(%error, "a job could not be given back; it is tried again");
                }
                Err(_) => {}
            }
            tokio::select! {
                () = self.halt.cancelled() => return None,
                () = sleep(PAUSE) => {}
            }
        }
    }

    /// Counts a job that is not this worker's any more.
    pub fn lose(&self) -> &'static str {
        one(&self.meter.lost);
        "lost"
    }
}
