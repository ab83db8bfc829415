//! A worker in this process: beside the service, or alone.

use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use ingest::origin::Fetcher;
use ingest::{Counts, Progress, Swept, Worker};
use objects::Objects;
use resource::images::discarding::has_files;
use resource::jobs::JobQueue;
use resource::{Identities, Store, World};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::Settings;
use crate::health::Health;
use crate::opening::{identities, objects};
use crate::signals::Signals;
use crate::supervisor;
use crate::watching::Watching;

/// What fetches origins as the settings allow it.
///
/// # Errors
/// A setting is wrong, or the folder of origins is none.
pub(crate) fn fetcher(settings: &Settings) -> Result<Fetcher> {
    Ok(Fetcher::new(settings.origins()?)?)
}

/// The worker that the settings describe.
pub(crate) fn worker(settings: &Settings, identities: &Identities, fetcher: Fetcher, objects: Objects) -> Worker {
    Worker::new(JobQueue::new(identities), fetcher, objects, settings.worker())
}

/// A worker that works.
#[derive(Debug)]
pub(crate) struct Working {
    stop: CancellationToken,
    task: JoinHandle<Counts>,
    progress: watch::Receiver<Progress>,
}

impl Working {
    pub(crate) fn begin(worker: Worker) -> Self {
        let (stop, progress) = (CancellationToken::new(), worker.progress());
        Self { task: tokio::spawn(worker.run(stop.clone())), stop, progress }
    }

    /// Stops it: nothing more is taken, what runs finishes or is given back.
    pub(crate) async fn stop(self) -> Result<()> {
        self.stop.cancel();
        self.task.await.context("the worker broke")?;
        Ok(())
    }

    /// Why it ended by itself; it does not if all is well.
    pub(crate) async fn broken(&mut self) -> anyhow::Error {
        match (&mut self.task).await {
            Ok(_) => anyhow!("the worker ended"),
            Err(error) => anyhow!(error).context("the worker broke"),
        }
    }
}

/// A worker that is all of this process.
#[derive(Debug)]
pub(crate) struct Alone {
    working: Working,
    store: Store,
    health: Arc<Health>,
    watching: Option<Watching>,
}

/// Migrates, and begins to work.
///
/// # Errors
/// A setting is wrong, or the database does not answer.
pub(crate) async fn alone(settings: &Settings, world: &World) -> Result<Alone> {
    let (worker, identities, objects) = open(settings, world).await?;
    let health = Arc::new(Health::new(&identities, objects));
    let watching = Watching::begin(settings, &identities, Arc::clone(&health))?;
    Ok(Alone { working: Working::begin(worker), store: identities.store().clone(), health, watching })
}

impl Alone {
    /// How the work gets on.
    pub(crate) fn progress(&self) -> watch::Receiver<Progress> {
        self.working.progress.clone()
    }

    /// Works until the process is told to stop.
    ///
    /// # Errors
    /// The worker broke, or the database did not close well.
    pub(crate) async fn until_signal(mut self, signals: &mut Signals) -> Result<()> {
        tokio::select! {
            error = self.working.broken() => return Err(error),
            () = signals.stop() => {}
        }
        self.health.leave();
        supervisor::stopping();
        tracing::info!("stopping; jobs finish or are given back");
        let ended = self.working.stop().await;
        self.store.close().await?;
        if let Some(watching) = self.watching {
            watching.stop().await?;
        }
        ended
    }
}

/// Does all jobs that are due, and those that come of them, as a worker beside the service would.
///
/// # Errors
/// A setting is wrong, or the database does not answer.
pub async fn drain(settings: &Settings, world: &World) -> Result<Counts> {
    let (worker, identities, _) = open(settings, world).await?;
    let counts = worker.drain().await;
    identities.store().clone().close().await?;
    Ok(counts)
}

/// Removes what lies in the store of objects, for longer than a job is somebody's without a sign of life, and no image has; by
/// `force` also where no image has any files, and so all that lies there.
///
/// # Errors
/// A setting is wrong, or the database or the store does not answer.
pub async fn sweep(settings: &Settings, identities: &Identities, force: bool) -> Result<Swept> {
    let (objects, queue) = (objects(settings)?, JobQueue::new(identities));
    if !force && !has_files(&queue).await? {
        bail!(
            "no image of this database has files: is it the one whose files lie there? Nothing was removed; --force removes all"
        );
    }
    let swept = ingest::sweep(&objects, &queue, settings.worker().lease).await;
    identities.store().clone().close().await?;
    Ok(swept?)
}

async fn open(settings: &Settings, world: &World) -> Result<(Worker, Identities, Objects)> {
    // What is wrong shows before anything is made that lasts.
    settings.check()?;
    let objects = objects(settings)?;
    let fetcher = fetcher(settings)?;
    let identities = identities(settings, world, "portico").await?;
    let worker = worker(settings, &identities, fetcher, objects.clone());
    Ok((worker, identities, objects))
}
