//! Files that nothing refers to any more: the jobs that remove them, and what is known of the others.

use std::collections::BTreeSet;
use std::time::Duration;

use store::changes::Changes;
use store::ingested;
use uuid::Uuid;

use crate::Result;
use crate::images::files::{Files, version};
use crate::jobs::{JobQueue, TakenJob, length};

/// What the queue calls these jobs.
pub const KIND: &str = "discard";

/// The files that a job removes; none where they cannot be read.
pub fn files(job: &TakenJob) -> Option<Files> {
    job.object.as_deref().and_then(|text| serde_json::from_str(text).ok())
}

/// Has files discarded that nothing refers to: they were stored in vain, and could not be removed.
///
/// # Errors
/// The database does not answer.
pub async fn discard(queue: &JobQueue, files: &Files) -> Result<()> {
    let transaction = queue.store.operator().begin().await?;
    files.discard(&transaction).await?;
    Ok(transaction.commit(Changes::none("files are no resources")).await?)
}

/// Those of these versions under which no files are to be kept: no image has them, and nobody is making them. They must
/// have been in the store before this is asked, for what is being made is asked for first.
///
/// # Errors
/// The database does not answer.
pub async fn unknown(queue: &JobQueue, versions: &BTreeSet<Uuid>) -> Result<BTreeSet<Uuid>> {
    let made: BTreeSet<_> = queue.store.held().await?.into_iter().map(|(job, lease)| version(lease, job)).collect();
    let kept = ingested::objects(&queue.store.operator(), versions).await?;
    Ok(versions.iter().filter(|version| !made.contains(version) && !kept.contains(version)).copied().collect())
}

/// Whether the store is to be compared with what is known of it now, so long after the last time; to one worker alone. Not
/// where there is no image that has files: then it is rather the database that is not the right one.
///
/// # Errors
/// The database does not answer.
pub async fn is_to_be_swept(queue: &JobQueue, every: Duration) -> Result<bool> {
    Ok(queue.store.is_to_be_swept(queue.now(), length(every)).await? && has_files(queue).await?)
}

/// Whether there is an image that has files.
///
/// # Errors
/// The database does not answer.
pub async fn has_files(queue: &JobQueue) -> Result<bool> {
    Ok(ingested::has_any(&queue.store.operator()).await?)
}
