//! Many jobs at once: taken, kept for as long as somebody works on them, given back where there is no time left.
//!
//! Any number of workers may work for one database. Whose a job is, is decided there, by a lease; a worker that dies stops
//! renewing its leases, and its jobs are there for others.

pub(crate) mod again;
pub(crate) mod causes;
pub(crate) mod desk;
pub(crate) mod held;
pub(crate) mod kind;
mod outage;
pub(crate) mod progress;

use std::sync::Arc;
use std::time::Duration;

use iiif::picture::Ceiling;
use objects::Objects;
use resource::images::discarding::is_to_be_swept;
use resource::jobs::retention::{Expired, Retention, expire};
use resource::jobs::{JobQueue, Return, TakenJob};
use resource::trace::{self, TARGET};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, trace_span};

pub use kind::JobKind;
pub use progress::{Counts, Progress};

use crate::jobs::kinds;
use crate::meters;
use crate::origin::Fetcher;
use crate::sweep::{Swept, sweep};
use causes::chain;
use desk::Desk;
use held::HeldJobs;
use outage::{Outage, PAUSE};
use progress::Meter;

/// The longest edge, in pixels: that of a JPEG.
const LONGEST_EDGE: u32 = 65_535;
/// How many jobs are taken for each picture that is decoded at a time: some are fetched meanwhile.
const AHEAD: usize = 2;
/// What the last tasks have to give their jobs back, once the grace is over.
const LAST: Duration = Duration::from_secs(5);
/// How often the store is compared with what is known of it.
const SWEEP: Duration = Duration::from_secs(24 * 60 * 60);
/// How often a worker asks whether it is time to.
const SWEEP_ASKED: Duration = Duration::from_secs(10 * 60);

/// How a worker works.
#[derive(Debug, Clone)]
pub struct WorkerSettings {
    /// Pictures that are decoded at a time.
    pub parallel: usize,
    /// How large a picture may be.
    pub ceiling: Ceiling,
    /// How long a job is this worker's without a sign of life.
    pub lease: Duration,
    /// How often an image is tried.
    pub attempts: u64,
    /// How soon the queue is asked again when nothing is due.
    pub idle: Duration,
    /// What that grows to while nothing comes.
    pub idle_most: Duration,
    /// What running jobs are given when the worker stops.
    pub grace: Duration,
    /// How often progress is told.
    pub report: Duration,
    /// For how long what is over is kept.
    pub retention: Retention,
}

impl WorkerSettings {
    /// Pictures of so many millions of pixels at the most.
    #[must_use]
    pub fn megapixels(self, megapixels: u32) -> Self {
        Self { ceiling: Ceiling::megapixels(megapixels, LONGEST_EDGE), ..self }
    }
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            parallel: std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
            ceiling: Ceiling::megapixels(200, LONGEST_EDGE),
            lease: Duration::from_secs(60),
            attempts: 5,
            idle: Duration::from_millis(200),
            idle_most: Duration::from_secs(2),
            grace: Duration::from_secs(25),
            report: Duration::from_secs(5),
            retention: Retention::default(),
        }
    }
}

/// Does the jobs of a queue.
#[derive(Debug)]
pub struct Worker {
    desk: Arc<Desk>,
    kinds: Vec<Arc<dyn JobKind>>,
    held: HeldJobs,
    settings: WorkerSettings,
    progress: watch::Sender<Progress>,
}

/// What it ends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    Told,
    NothingIsDue,
}

impl Worker {
    /// A worker for a queue, that fetches with this fetcher and keeps what it makes in these objects.
    pub fn new(queue: JobQueue, fetcher: Fetcher, objects: Objects, settings: WorkerSettings) -> Self {
        meters::begin();
        let desk = Desk {
            queue,
            objects,
            attempts: settings.attempts,
            meter: Meter::default(),
            outage: Outage::default(),
            halt: CancellationToken::new(),
        };
        let kinds = kinds(fetcher, settings.parallel, settings.ceiling);
        Self { desk: Arc::new(desk), kinds, held: HeldJobs::default(), settings, progress: watch::Sender::default() }
    }

    /// How the work gets on, told every few seconds while there is some, and at the end.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// Works until it is told to stop. Then nothing more is taken, what runs is given the grace, and the rest is given back
    /// as if it had not been tried.
    pub async fn run(self, stop: CancellationToken) -> Counts {
        let start = Instant::now();
        // Beside the work itself, and not longer than it.
        tokio::select! {
            () = self.work(&stop, Until::Told) => {}
            () = self.held.clone().beat(self.desk.queue.clone(), self.settings.lease) => {}
            () = self.report() => {}
            () = self.tidy() => {}
        }
        let counts = self.desk.meter.counts();
        self.tell(counts, counts, start).await;
        tracing::info!("the worker has stopped");
        counts
    }

    /// Works until nothing is due and nothing runs. What is to be tried again later is left.
    pub async fn drain(self) -> Counts {
        let stop = CancellationToken::new();
        tokio::select! {
            () = self.work(&stop, Until::NothingIsDue) => {}
            () = self.held.clone().beat(self.desk.queue.clone(), self.settings.lease) => {}
        }
        self.sweep().await;
        self.expire().await;
        self.desk.meter.counts()
    }

    /// Sweeps the store when it is time to, and never ends.
    async fn tidy(&self) {
        let mut ticks = interval(SWEEP_ASKED);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.sweep().await;
            self.expire().await;
        }
    }

    /// Removes what has been kept for long enough. Several workers that do it at once find nothing left.
    async fn expire(&self) {
        match expire(&self.desk.queue, self.settings.retention).await {
            Ok(Expired { batches: 0, failed_images: 0, sessions: 0, changes: 0 }) => {}
            Ok(Expired { batches, failed_images, sessions, changes }) => {
                tracing::info!(batches, failed_images, sessions, changes, "what was kept for long enough is removed");
            }
            Err(error) => tracing::warn!(%error, "what was kept for long enough could not be removed"),
        }
    }

    /// Sweeps the store, if it is time to and nobody else does.
    async fn sweep(&self) {
        let Desk { queue, objects, outage, .. } = &*self.desk;
        if outage.lasts() {
            return;
        }
        match is_to_be_swept(queue, SWEEP).await {
            Ok(false) => return,
            Ok(true) => {}
            Err(error) => return tracing::warn!(%error, "whether it is time to sweep could not be asked"),
        }
        match sweep(objects, queue, self.settings.lease).await {
            Ok(Swept { seen, removed }) => tracing::info!(seen, removed, "the store of objects was swept"),
            Err(error) => tracing::warn!(error = chain(&error), "the store of objects could not be swept"),
        }
    }

    async fn work(&self, stop: &CancellationToken, until: Until) {
        let most = self.settings.parallel.max(1).saturating_mul(AHEAD);
        let mut running = JoinSet::new();
        let mut idle = self.settings.idle;
        while !stop.is_cancelled() {
            while running.try_join_next().is_some() {}
            if self.desk.outage.lasts() {
                self.desk.outage.look(&self.desk.objects, self.desk.queue.number()).await;
                if self.desk.outage.lasts() {
                    if running.is_empty() && until == Until::NothingIsDue {
                        return;
                    }
                    tokio::select! {
                        () = stop.cancelled() => {}
                        Some(_) = running.join_next() => {}
                        () = sleep(PAUSE) => {}
                    }
                    continue;
                }
            }
            let free = u32::try_from(most.saturating_sub(running.len())).unwrap_or(u32::MAX);
            let jobs = match free {
                0 => Vec::new(),
                // Not to be dropped half-way: what was taken would be nobody's until its lease ends.
                _ => self.desk.queue.claim(free, self.settings.lease).await.unwrap_or_else(|error| {
                    tracing::warn!(%error, "the queue could not be asked");
                    Vec::new()
                }),
            };
            let taken = !jobs.is_empty();
            self.begin(jobs, stop, &mut running).await;
            if taken {
                idle = self.settings.idle;
                continue;
            }
            if running.is_empty() && until == Until::NothingIsDue {
                return;
            }
            let pause = async { if free == 0 { std::future::pending().await } else { sleep(idle).await } };
            tokio::select! {
                () = stop.cancelled() => {}
                Some(_) = running.join_next() => {}
                () = pause => idle = (idle * 2).min(self.settings.idle_most),
            }
        }
        self.stop(running).await;
    }

    /// Begins with jobs that were taken together: each kind with its own.
    async fn begin(&self, mut jobs: Vec<TakenJob>, stop: &CancellationToken, running: &mut JoinSet<()>) {
        for kind in &self.kinds {
            let own: Vec<_> = jobs.extract_if(.., |job| job.kind == kind.name()).collect();
            if own.is_empty() {
                continue;
            }
            if let Err(error) = kind.begin(&self.desk, &own).await {
                tracing::warn!(%error, "the queue could not be told that jobs were begun");
                self.give_back(own, Return::Later(again::AWAY)).await;
                continue;
            }
            for job in own {
                if stop.is_cancelled() {
                    self.desk.give_back(&job, Return::Untouched).await;
                    continue;
                }
                let hold = self.held.hold(&job);
                let span = trace_span!(target: TARGET, "job", otel.kind = "consumer", job.kind = job.kind, job.attempts = job.attempts);
                trace::resume(&span, job.traceparent.as_deref());
                running.spawn(Arc::clone(kind).run(Arc::clone(&self.desk), job, hold).instrument(span));
            }
        }
        if !jobs.is_empty() {
            // A later version of this program makes jobs of a kind that this one does not know.
            tracing::warn!(
                jobs = jobs.len(),
                kind = jobs[0].kind,
                "jobs of a kind that is not known here are left to others"
            );
            self.give_back(jobs, Return::Later(again::ALONE)).await;
        }
    }

    async fn give_back(&self, jobs: Vec<TakenJob>, how: Return) {
        for job in jobs {
            self.desk.give_back(&job, how).await;
        }
    }

    async fn stop(&self, mut running: JoinSet<()>) {
        if timeout(self.settings.grace, ended(&mut running)).await.is_ok() {
            return;
        }
        tracing::warn!(jobs = running.len(), "there is no time left; jobs are given back");
        self.desk.halt.cancel();
        // What does not end now comes back when its lease does.
        let _ = timeout(LAST, ended(&mut running)).await;
    }

    /// Tells of progress while there is some, and never ends.
    async fn report(&self) {
        let every = self.settings.report.max(Duration::from_millis(1));
        let mut ticks = interval_at(Instant::now() + every, every);
        let (mut before, mut at) = (Counts::default(), Instant::now());
        loop {
            ticks.tick().await;
            let counts = self.desk.meter.counts();
            if counts != before || !self.held.is_empty() {
                self.tell(counts, since(counts, before), at).await;
            }
            (before, at) = (counts, Instant::now());
        }
    }

    async fn tell(&self, counts: Counts, lately: Counts, start: Instant) {
        let seconds = start.elapsed().as_secs_f64().max(0.001);
        // The precision of a float is more than anybody reads.
        let per_second = f64::from(u32::try_from(lately.done + lately.failed).unwrap_or(u32::MAX)) / seconds;
        let backlog = self.desk.queue.backlog().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the queue could not be asked");
            0
        });
        let Counts { done, failed, retried, bytes, .. } = counts;
        let rounded = (per_second * 10.0).round() / 10.0;
        tracing::info!(done, failed, retried, per_second = rounded, backlog, bytes, "progress");
        self.progress.send_replace(Progress { counts, per_second, backlog });
    }
}

fn since(now: Counts, before: Counts) -> Counts {
    Counts { done: now.done - before.done, failed: now.failed - before.failed, ..now }
}

/// Waits for all; that a task panicked is in the log already, and its job comes back when its lease ends.
async fn ended(running: &mut JoinSet<()>) {
    while running.join_next().await.is_some() {}
}
