//! One job from its beginning to what is written down of it.

use std::error::Error;
use std::iter::successors;
use std::sync::atomic::Ordering::Relaxed;

use resource::images::{Failed, Files, Ingest, Intake, Job, Measured, Return, Task};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use vocab::value::ErrorKind;

use super::again;
use super::held::Hold;
use super::outage::{Outage, PAUSE};
use super::progress::{Meter, one};
use crate::jobs::{Discarding, Failure, Workshop, clear, discard, shown};

/// What every job is done with.
#[derive(Debug)]
pub struct Tasks {
    pub intake: Intake,
    pub workshop: Workshop,
    pub attempts: u64,
    pub meter: Meter,
    pub outage: Outage,
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
                let (image, (customer, space)) = (&ingest.files.image, ingest.files.place());
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
            made = self.workshop.make(ingest, !job.patience.is_zero()) => made,
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
                return self.give_back(job, Return::Untouched).await;
            }
            Attempt::Ended(Err(failure)) => failure,
        };
        if let Failure::Store(error) = &failure {
            self.clear(files).await;
            return self.wait(job, error).await;
        }
        let (image, (customer, space)) = (&files.image, files.place());
        let reason = chain(&failure);
        let attempts = job.attempts;
        if failure.is_ours() {
            tracing::warn!(customer, space, image, attempts, reason, "image not ingested");
        } else {
            tracing::info!(customer, space, image, attempts, reason, "image not ingested");
        }
        let kind = failure.kind();
        if let Some(patience) = failure.patience() {
            let asked = patience.from(self.intake.time().instant().into());
            return match again::patiently(asked, job.patience, job.id) {
                Some(after) => self.give_back(job, Return::Asked(after)).await,
                None => self.fail(job, Failed { kind, told: failure.told_in_vain() }).await,
            };
        }
        let told = match failure.is_permanent() {
            true => failure.told(),
            false if job.attempts >= self.attempts => failure.told_after(job.attempts),
            false => return self.retry(job).await,
        };
        self.fail(job, Failed { kind, told }).await
    }

    /// The store did not do what was asked of it. That is nothing of the job's, which waits until it does, and was not tried.
    async fn wait(&self, job: &Job, error: &objects::Error) -> &'static str {
        self.outage.look(&self.workshop.objects, self.intake.number()).await;
        let after = match self.outage.lasts() {
            true => again::AWAY,
            false => {
                tracing::warn!(error = chain(error), "the store of objects failed, and can be used");
                again::ALONE
            }
        };
        self.give_back(job, Return::Later(after)).await
    }

    /// Writes down why there is no image.
    async fn fail(&self, job: &Job, failed: Failed) -> &'static str {
        match self.intake.finish(job, Err(failed)).await {
            Ok(true) => {
                one(&self.meter.failed);
                "failed"
            }
            Ok(false) => self.lose(),
            Err(error) => {
                tracing::warn!(%error, "the end of a job could not be written down");
                self.give_back(job, Return::Later(again::AWAY)).await
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
                return self.fail(job, Failed { kind: ErrorKind::Storage, told }).await;
            }
            Err(error) => tracing::warn!(%error, "the end of a job could not be written down"),
        }
        // It may have been written all the same. Files are removed only where they are certain not to be in use: a job that
        // can be given back has not ended and cannot any more.
        match self.given_back(job, Return::Later(again::AWAY)).await {
            Some(true) => {
                self.clear(files).await;
                one(&self.meter.retried);
                "retried"
            }
            Some(false) => match self.intake.is_kept(job).await {
                Ok(true) => done(),
                Ok(false) => {
                    self.clear(files).await;
                    self.lose()
                }
                Err(_) => "unknown",
            },
            None => "unknown",
        }
    }

    async fn discard(&self, job: &Job, files: &Files) {
        if let Err(error) = discard(&self.workshop.objects, &self.intake, files).await {
            match error {
                Discarding::Store(error) => self.wait(job, &error).await,
                Discarding::Queue(error) => {
                    tracing::warn!(%error, "what is known of files could not be found out");
                    self.give_back(job, Return::Tried(again::after(job.attempts, again::DISCARD, job.id))).await
                }
            };
            return;
        }
        // Nothing is written of files that are gone; the text is for nobody.
        match self.intake.finish(job, Err(Failed { kind: ErrorKind::Service, told: String::new() })).await {
            Ok(true) => one(&self.meter.discarded),
            Ok(false) => one(&self.meter.lost),
            // To remove them again does no harm.
            Err(error) => tracing::warn!(%error, "the end of a job could not be written down"),
        }
    }

    async fn retry(&self, job: &Job) -> &'static str {
        self.give_back(job, Return::Tried(again::after(job.attempts, again::IMAGE, job.id))).await
    }

    /// Gives a job back.
    pub async fn give_back(&self, job: &Job, how: Return) -> &'static str {
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
    async fn given_back(&self, job: &Job, how: Return) -> Option<bool> {
        let mut told = false;
        loop {
            match self.intake.give_back(job, how).await {
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

    fn lose(&self) -> &'static str {
        one(&self.meter.lost);
        "lost"
    }

    /// Removes what was stored in vain, now or by a job of its own.
    async fn clear(&self, files: &Files) {
        let Err(error) = clear(&self.workshop.objects, files).await else { return };
        let (Files { image, version, .. }, (customer, space)) = (files, files.place());
        tracing::debug!(customer, space, image, %version, error = chain(&error), "files are to be removed later");
        if let Err(error) = self.intake.discard(files).await {
            tracing::warn!(customer, space, image, %version, %error, "files are left behind, for the next sweep");
        }
    }
}

/// An error and all its causes, for the log.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let texts: Vec<_> = successors(Some(error), |error| (*error).source()).map(ToString::to_string).collect();
    texts.join(": ")
}
