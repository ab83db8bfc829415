//! One job from its beginning to what is written down of it.

use std::error::Error;
use std::iter::successors;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use resource::{Files, Ingest, Intake, Job, Measured, Task};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::again;
use super::held::Hold;
use super::progress::{Meter, one};
use crate::jobs::{Failure, Workshop, discard, shown};

/// What every job is done with.
#[derive(Debug)]
pub struct Tasks {
    pub intake: Intake,
    pub workshop: Workshop,
    pub attempts: u64,
    pub meter: Meter,
    /// Cancelled when there is no time left: what can be given back is.
    pub halt: CancellationToken,
}

/// What became of an attempt.
enum Attempt {
    Ended(Result<Measured, Failure>),
    /// The job is not this worker's any more.
    Lost,
    /// There is no time left.
    Halted,
}

impl Tasks {
    /// Does a job, writes down what became of it, and lets it go.
    pub async fn work(&self, job: Job, hold: Hold) {
        match &job.task {
            Task::Discard(files) => self.discard(&job, files).await,
            Task::Ingest(ingest) => {
                let start = Instant::now();
                let attempt = self.attempt(&job, ingest, &hold).await;
                let outcome = self.conclude(&job, &ingest.files, attempt).await;
                let Files { customer, space, image, .. } = &ingest.files;
                let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
                tracing::info!(customer, space, image, origin = shown(ingest), outcome, milliseconds, "image");
            }
        }
    }

    async fn attempt(&self, job: &Job, ingest: &Ingest, hold: &Hold) -> Attempt {
        if job.attempts > self.attempts {
            return Attempt::Ended(Err(Failure::Deadly(self.attempts)));
        }
        let made = tokio::select! {
            made = self.workshop.make(ingest) => made,
            () = hold.lost.cancelled() => return Attempt::Lost,
            () = self.halt.cancelled() => return Attempt::Halted,
        };
        match made {
            Ok(made) => Attempt::Ended(self.workshop.keep(&ingest.files, made).await),
            Err(failure) => Attempt::Ended(Err(failure)),
        }
    }

    /// Writes down what became of an image; the word for it in the log.
    async fn conclude(&self, job: &Job, files: &Files, attempt: Attempt) -> &'static str {
        let failure = match attempt {
            Attempt::Ended(Ok(measured)) => return self.succeed(job, files, measured).await,
            Attempt::Lost => return self.lose(),
            Attempt::Halted | Attempt::Ended(Err(Failure::Interrupted)) => {
                return self.give_back(job, Duration::ZERO, true).await;
            }
            Attempt::Ended(Err(failure)) => failure,
        };
        let Files { customer, space, image, .. } = files;
        let reason = chain(&failure);
        let attempts = job.attempts;
        if failure.is_ours() {
            tracing::warn!(customer, space, image, attempts, reason, "image not ingested");
        } else {
            tracing::info!(customer, space, image, attempts, reason, "image not ingested");
        }
        if matches!(failure, Failure::Store(_)) {
            self.clear(files).await;
        }
        let told = match failure.is_permanent() {
            true => failure.told(),
            false if job.attempts >= self.attempts => failure.told_after(job.attempts),
            false => return self.retry(job).await,
        };
        self.fail(job, told).await
    }

    /// Writes down why there is no image.
    async fn fail(&self, job: &Job, told: String) -> &'static str {
        match self.intake.finish(job, Err(told)).await {
            Ok(true) => {
                one(&self.meter.failed);
                "failed"
            }
            Ok(false) => self.lose(),
            Err(error) => {
                tracing::warn!(%error, "the end of a job could not be written down");
                self.retry(job).await
            }
        }
    }

    async fn succeed(&self, job: &Job, files: &Files, measured: Measured) -> &'static str {
        let size = measured.size;
        let done = || {
            one(&self.meter.done);
            self.meter.bytes.fetch_add(size, Relaxed);
            "ingested"
        };
        match self.intake.finish(job, Ok(measured)).await {
            Ok(true) => return done(),
            Ok(false) => {
                self.clear(files).await;
                return self.lose();
            }
            // Others were done meanwhile.
            Err(resource::Error::Full(told)) => {
                self.clear(files).await;
                return self.fail(job, told).await;
            }
            Err(error) => tracing::warn!(%error, "the end of a job could not be written down"),
        }
        // It may have been written all the same. Files are removed only where they are certain not to be in use: a job that
        // can be given back has not ended and cannot any more.
        let after = again::after(job.attempts, again::IMAGE, job.id);
        match self.intake.give_back(job, after, false).await {
            Ok(true) => {
                self.clear(files).await;
                one(&self.meter.retried);
                "retried"
            }
            Ok(false) => match self.intake.is_kept(job).await {
                Ok(true) => done(),
                Ok(false) => {
                    self.clear(files).await;
                    self.lose()
                }
                Err(_) => "unknown",
            },
            Err(_) => "unknown",
        }
    }

    async fn discard(&self, job: &Job, files: &Files) {
        if let Err(error) = discard(&self.workshop.objects, files).await {
            tracing::warn!(error = chain(&error), "files could not be removed");
            self.give_back(job, again::after(job.attempts, again::DISCARD, job.id), false).await;
            return;
        }
        // Nothing is written of files that are gone; the text is for nobody.
        match self.intake.finish(job, Err(String::new())).await {
            Ok(true) => one(&self.meter.discarded),
            Ok(false) => one(&self.meter.lost),
            // To remove them again does no harm.
            Err(error) => tracing::warn!(%error, "the end of a job could not be written down"),
        }
    }

    async fn retry(&self, job: &Job) -> &'static str {
        self.give_back(job, again::after(job.attempts, again::IMAGE, job.id), false).await
    }

    /// Gives a job back. Where that fails it comes back all the same, when its lease ends.
    pub async fn give_back(&self, job: &Job, after: Duration, untried: bool) -> &'static str {
        match self.intake.give_back(job, after, untried).await {
            Ok(true) if untried => "given back",
            Ok(true) => {
                one(&self.meter.retried);
                "retried"
            }
            Ok(false) => self.lose(),
            Err(error) => {
                tracing::warn!(%error, "a job could not be given back");
                "unknown"
            }
        }
    }

    fn lose(&self) -> &'static str {
        one(&self.meter.lost);
        "lost"
    }

    /// Removes what was stored in vain.
    async fn clear(&self, files: &Files) {
        if let Err(error) = discard(&self.workshop.objects, files).await {
            let Files { customer, space, image, version } = files;
            tracing::warn!(customer, space, image, %version, error = chain(&error), "files are left behind");
        }
    }
}

/// An error and all its causes, for the log.
fn chain(error: &(dyn Error + 'static)) -> String {
    let texts: Vec<_> = successors(Some(error), |error| (*error).source()).map(ToString::to_string).collect();
    texts.join(": ")
}
