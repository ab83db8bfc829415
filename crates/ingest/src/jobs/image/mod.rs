//! The jobs that fetch images.

mod choice;
mod failure;
mod studio;
mod workshop;

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use resource::images::{Failed, Files, Ingest, Measured, discarding, ingestion};
use resource::jobs::{Return, TakenJob};
use tokio::time::Instant;
use vocab::value::ErrorKind;

use super::discard::clear;
use crate::meters::{self, Step};
use crate::worker::again;
use crate::worker::causes::chain;
use crate::worker::desk::Desk;
use crate::worker::held::JobHold;
use crate::worker::kind::{JobFuture, JobKind};
use crate::worker::progress::one;

pub use choice::StrategyChoice;
pub use studio::Studio;
pub use workshop::Workshop;

use failure::IngestFailure;
use workshop::shown;

/// Images, fetched with this.
#[derive(Debug)]
pub struct Ingestion(pub Workshop);

/// What became of an attempt.
enum Attempt {
    Ended(Result<Measured, IngestFailure>),
    /// The job is not this worker's any more.
    Lost,
    /// There is no time left.
    Halted,
}

impl JobKind for Ingestion {
    fn name(&self) -> &'static str {
        ingestion::KIND
    }

    fn begin<'a>(&'a self, desk: &'a Desk, taken: &'a [TakenJob]) -> JobFuture<'a, resource::Result<()>> {
        Box::pin(ingestion::begin(&desk.queue, taken))
    }

    fn run(self: Arc<Self>, desk: Arc<Desk>, job: TakenJob, hold: JobHold) -> JobFuture<'static, ()> {
        Box::pin(async move {
            let start = Instant::now();
            let ingest = match ingestion::ready(&desk.queue, &job).await {
                Ok(Some(ingest)) => ingest,
                // An image that was deleted a moment ago took its job along.
                Ok(None) => return,
                Err(error) => {
                    tracing::warn!(%error, "what there is to fetch could not be found out");
                    desk.give_back(&job, Return::Later(again::AWAY)).await;
                    return;
                }
            };
            let attempt = self.attempt(&desk, &job, &ingest, &hold).await;
            let outcome = self.conclude(&desk, &job, &ingest.files, attempt).await;
            let (image, (customer, space)) = (&ingest.files.image, ingest.files.numbers());
            let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
            meters::ended(outcome);
            tracing::info!(customer, space, image, origin = shown(&ingest), outcome, milliseconds, "image");
        })
    }
}

impl Ingestion {
    async fn attempt(&self, desk: &Desk, job: &TakenJob, ingest: &Ingest, hold: &JobHold) -> Attempt {
        if job.attempts > desk.attempts {
            return Attempt::Ended(Err(IngestFailure::Deadly(desk.attempts)));
        }
        let made = tokio::select! {
            made = self.0.make(ingest, !job.patience.is_zero()) => made,
            () = hold.lost.cancelled() => return Attempt::Lost,
            () = desk.halt.cancelled() => return Attempt::Halted,
        };
        match made {
            Ok(made) => Attempt::Ended(Step::Keep.measured(Workshop::keep(&desk.objects, &ingest.files, made)).await),
            Err(failure) => Attempt::Ended(Err(failure)),
        }
    }

    /// Writes down what became of an image; the word for it in the log.
    async fn conclude(&self, desk: &Desk, job: &TakenJob, files: &Files, attempt: Attempt) -> &'static str {
        let failure = match attempt {
            Attempt::Ended(Ok(measured)) => return self.succeed(desk, job, files, measured).await,
            Attempt::Lost => return desk.lose(),
            Attempt::Halted | Attempt::Ended(Err(IngestFailure::Interrupted)) => {
                return desk.give_back(job, Return::Untouched).await;
            }
            Attempt::Ended(Err(failure)) => failure,
        };
        if let IngestFailure::Store(error) = &failure {
            self.clear(desk, files).await;
            return desk.wait(job, error).await;
        }
        let (image, (customer, space)) = (&files.image, files.numbers());
        let reason = chain(&failure);
        let attempts = job.attempts;
        if failure.is_ours() {
            tracing::warn!(customer, space, image, attempts, reason, "image not ingested");
        } else {
            tracing::info!(customer, space, image, attempts, reason, "image not ingested");
        }
        let kind = failure.kind();
        if let Some(patience) = failure.patience() {
            let asked = patience.from(desk.queue.time().instant().into());
            return match again::patiently(asked, job.patience, job.id) {
                Some(after) => desk.give_back(job, Return::Asked(after)).await,
                None => self.fail(desk, job, files, Failed { kind, told: failure.told_in_vain() }).await,
            };
        }
        let told = match failure.is_permanent() {
            true => failure.told(),
            false if job.attempts >= desk.attempts => failure.told_after(job.attempts),
            false => return self.retry(desk, job).await,
        };
        self.fail(desk, job, files, Failed { kind, told }).await
    }

    /// Writes down why there is no image.
    async fn fail(&self, desk: &Desk, job: &TakenJob, files: &Files, failed: Failed) -> &'static str {
        match ingestion::finish(&desk.queue, job, files, Err(failed)).await {
            Ok(true) => {
                one(&desk.meter.failed);
                "failed"
            }
            Ok(false) => desk.lose(),
            Err(error) => {
                tracing::warn!(%error, "the end of a job could not be written down");
                desk.give_back(job, Return::Later(again::AWAY)).await
            }
        }
    }

    async fn succeed(&self, desk: &Desk, job: &TakenJob, files: &Files, measured: Measured) -> &'static str {
        let size = measured.size;
        let done = || {
            one(&desk.meter.done);
            desk.meter.bytes.fetch_add(size, Relaxed);
            "ingested"
        };
        match ingestion::finish(&desk.queue, job, files, Ok(measured)).await {
            Ok(true) => return done(),
            Ok(false) => {
                self.clear(desk, files).await;
                return desk.lose();
            }
            // Others were done meanwhile.
            Err(resource::Error::Full(told)) => {
                self.clear(desk, files).await;
                return self.fail(desk, job, files, Failed { kind: ErrorKind::Storage, told }).await;
            }
            Err(error) => tracing::warn!(%error, "the end of a job could not be written down"),
        }
        // It may have been written all the same. Files are removed only where they are certain not to be in use: a job that
        // can be given back has not ended and cannot any more.
        match desk.given_back(job, Return::Later(again::AWAY)).await {
            Some(true) => {
                self.clear(desk, files).await;
                one(&desk.meter.retried);
                "retried"
            }
            Some(false) => match ingestion::is_kept(&desk.queue, job, files).await {
                Ok(true) => done(),
                Ok(false) => {
                    self.clear(desk, files).await;
                    desk.lose()
                }
                Err(_) => "unknown",
            },
            None => "unknown",
        }
    }

    async fn retry(&self, desk: &Desk, job: &TakenJob) -> &'static str {
        desk.give_back(job, Return::Tried(again::after(job.attempts, again::IMAGE, job.id))).await
    }

    /// Removes what was stored in vain, now or by a job of its own.
    async fn clear(&self, desk: &Desk, files: &Files) {
        let Err(error) = clear(&desk.objects, files).await else { return };
        let (Files { image, version, .. }, (customer, space)) = (files, files.numbers());
        tracing::debug!(customer, space, image, %version, error = chain(&error), "files are to be removed later");
        if let Err(error) = discarding::discard(&desk.queue, files).await {
            tracing::warn!(customer, space, image, %version, %error, "files are left behind, for the next sweep");
        }
    }
}
