//! The jobs that remove files which nothing refers to any more.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::TryStreamExt;
use objects::{Error, ObjectPrefix, Objects};
use resource::images::{Files, discarding};
use resource::jobs::{JobQueue, Return, TakenJob};

use crate::worker::again;
use crate::worker::desk::Desk;
use crate::worker::held::JobHold;
use crate::worker::kind::{JobFuture, JobKind};
use crate::worker::progress::one;

/// Why files were not removed.
#[derive(Debug, thiserror::Error)]
pub enum Discarding {
    /// The store failed; some may be left.
    #[error("the files could not be removed")]
    Store(#[from] Error),
    /// What is known of them could not be asked for.
    #[error("what is known of the files could not be found out")]
    Queue(#[source] resource::Error),
}

/// Removes the files of one version of an image. To do so again changes nothing.
///
/// # Errors
/// The store failed; some may be left.
pub async fn clear(objects: &Objects, files: &Files) -> Result<(), Error> {
    let (customer, space) = files.numbers();
    let prefix = ObjectPrefix::version(customer, space, &files.image, files.version);
    objects.delete_prefix(&prefix).await?;
    Ok(())
}

/// Removes the files of one version of an image, and all of other versions that nobody knows: a worker that was killed has
/// left them. To do so again changes nothing.
///
/// # Errors
/// See [`Discarding`].
pub async fn discard(objects: &Objects, queue: &JobQueue, files: &Files) -> Result<(), Discarding> {
    let (customer, space) = files.numbers();
    let image = ObjectPrefix::image(customer, space, &files.image);
    let lying = objects.lying(Some(&image)).map_ok(|lying| (lying.version, lying.prefix));
    let mut lying: BTreeMap<_, _> = lying.try_collect().await?;
    clear(objects, files).await?;
    lying.remove(&files.version);
    if lying.is_empty() {
        return Ok(());
    }
    let versions = lying.keys().copied().collect();
    for version in discarding::unknown(queue, &versions).await.map_err(Discarding::Queue)? {
        if let Some(prefix) = lying.get(&version) {
            objects.delete_prefix(prefix).await?;
        }
    }
    Ok(())
}

/// Files, removed.
#[derive(Debug)]
pub struct Discard;

impl JobKind for Discard {
    fn name(&self) -> &'static str {
        discarding::KIND
    }

    fn run(self: Arc<Self>, desk: Arc<Desk>, job: TakenJob, _hold: JobHold) -> JobFuture<'static, ()> {
        Box::pin(async move {
            let Some(files) = discarding::files(&job) else { return };
            match discard(&desk.objects, &desk.queue, &files).await {
                Ok(()) => {}
                Err(Discarding::Store(error)) => {
                    desk.wait(&job, &error).await;
                    return;
                }
                Err(Discarding::Queue(error)) => {
                    tracing::warn!(%error, "what is known of files could not be found out");
                    let after = again::after(job.attempts, again::DISCARD, job.id);
                    desk.give_back(&job, Return::Tried(after)).await;
                    return;
                }
            }
            match desk.queue.end(&job).await {
                Ok(true) => one(&desk.meter.discarded),
                Ok(false) => one(&desk.meter.lost),
                // To remove them again does no harm.
                Err(error) => tracing::warn!(%error, "the end of a job could not be written down"),
            }
        })
    }
}
