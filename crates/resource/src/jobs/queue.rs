//! The queue: what there is to do, whose it is, and for how long.

use std::time::Duration;

use hydra::Timestamp;
use store::changes::Changes;
use store::{JobNumber, Store, job};
use uuid::Uuid;

use super::taken::{Return, TakenJob, length};
use crate::instant::micros;
use crate::{Identities, Result, Vault, World};

/// The queue, as a worker sees it.
#[derive(Debug, Clone)]
pub struct JobQueue {
    pub(crate) store: Store,
    world: World,
    pub(crate) vault: Vault,
}

/// How far apart the clocks of the machines may be. What somebody is to have written down later than that from now was
/// written down by a clock that was wrong.
const APART: Duration = Duration::from_secs(60);

impl JobQueue {
    /// The queue in the database of a service.
    pub fn new(identities: &Identities) -> Self {
        Self { store: identities.store().clone(), world: identities.world().clone(), vault: identities.vault().clone() }
    }

    /// The time in microseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        micros(self.world.now())
    }

    fn after(&self, time: Duration) -> i64 {
        self.now().saturating_add(length(time))
    }

    /// Puts in line what has waited long enough.
    async fn wake(&self) -> Result<()> {
        let ahead = self.store.wake(self.now(), self.after(APART)).await?;
        if ahead > 0 {
            tracing::warn!(jobs = ahead, "a clock has gone back; what waited for a later time is due now");
        }
        Ok(())
    }

    /// Takes jobs, the most urgent first and by turns of their customers, for as long as the lease lasts. No more than so
    /// many are taken.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn claim(&self, most: u32, lease: Duration) -> Result<Vec<TakenJob>> {
        self.wake().await?;
        let token = self.world.uuid();
        let rows = self.store.claim(most, self.now(), length(lease), token).await?;
        let taken = rows.into_iter().map(|row| TakenJob {
            id: row.id,
            kind: row.kind,
            attempts: row.attempts.cast_unsigned(),
            patience: Duration::from_micros(row.patience.try_into().unwrap_or_default()),
            traceparent: row.traceparent,
            lease: token,
            abandoned: row.abandoned,
            image: row.image,
            object: row.object,
        });
        Ok(taken.collect())
    }

    /// Keeps jobs for the time of a lease from now on; the numbers of those that are still this worker's.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn renew(&self, jobs: &[(JobNumber, Uuid)], lease: Duration) -> Result<Vec<JobNumber>> {
        let mut kept = Vec::with_capacity(jobs.len());
        for (job, token) in jobs {
            kept.extend(self.store.renew(&[*job], *token, self.after(lease)).await?);
        }
        Ok(kept)
    }

    /// Gives a job back. False if it is not this worker's any more.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn give_back(&self, job: &TakenJob, how: Return) -> Result<bool> {
        let transaction = self.store.operator().begin().await?;
        let given = job::give_back(&transaction, job.id, job.lease, self.now(), how.how()).await?;
        transaction.commit(Changes::none("jobs are no resources")).await?;
        Ok(given)
    }

    /// Ends a job of which nothing is to be written down. False if it is not this worker's any more.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn end(&self, job: &TakenJob) -> Result<bool> {
        let transaction = self.store.operator().begin().await?;
        let ended = job::end(&transaction, job.id, job.lease).await?;
        transaction.commit(Changes::none("jobs are no resources")).await?;
        Ok(ended)
    }

    /// The time, as the queue has it.
    pub fn time(&self) -> Timestamp {
        self.world.now()
    }

    /// A number that nobody else has.
    pub fn number(&self) -> Uuid {
        self.world.uuid()
    }

    /// How many images wait, of all customers, those included that somebody works on.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn backlog(&self) -> Result<u64> {
        Ok(self.store.backlog().await?.cast_unsigned())
    }

    /// The same, and for how long that one has waited that has waited longest.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn waiting(&self) -> Result<(u64, Duration)> {
        let since = self.store.waiting_since().await?;
        let micros = since.map_or(0, |since| self.now().saturating_sub(since).max(0));
        Ok((self.backlog().await?, Duration::from_micros(micros.cast_unsigned())))
    }
}
