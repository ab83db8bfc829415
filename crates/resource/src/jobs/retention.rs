//! What is not kept for ever, and for how long it is.

use std::time::Duration;

use store::changes::Changes;
use store::{BatchNumber, CustomerNumber, ExpiredImage};
use vocab::value::ImageId;
use vocab::{Batch, BatchKey, Image, ImageKey};

use super::queue::JobQueue;
use super::taken::length;
use crate::Result;
use crate::changes::Changing;
use crate::number::Numbered as _;
use crate::rights::repeatable::forgotten;

/// For how long what is over is kept; for ever where nothing is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retention {
    /// Batches, from when they were finished.
    pub batches: Option<Duration>,
    /// Images that failed and of which nothing is stored, from when they did.
    pub failed_images: Option<Duration>,
    /// Changes in the log, from when they were made.
    pub changes: Option<Duration>,
}

/// How much was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expired {
    /// Batches.
    pub batches: u64,
    /// Images that had failed.
    pub failed_images: u64,
    /// Sessions that had ended.
    pub sessions: u64,
    /// Changes in the log.
    pub changes: u64,
}

/// Removes what has been kept for long enough. Sessions that have ended are not kept.
///
/// # Errors
/// The database does not answer; what was removed is, and asking again removes the rest.
pub async fn expire(queue: &JobQueue, retention: Retention) -> Result<Expired> {
    let before = |kept: Duration| queue.now().saturating_sub(length(kept));
    queue.store.forget_requests(forgotten(queue.now())).await?;
    let mut expired = Expired { sessions: queue.store.expire_sessions(queue.now()).await?, ..Expired::default() };
    // First what refers to the other.
    if let Some(kept) = retention.failed_images {
        expired.failed_images =
            queue.store.expire_failed_images(before(kept), |gone| images(gone, queue.now())).await?;
    }
    if let Some(kept) = retention.batches {
        expired.batches = queue.store.expire_batches(before(kept), |gone| batches(gone, queue.now())).await?;
    }
    if let Some(kept) = retention.changes {
        expired.changes = queue.store.expire_changes(before(kept)).await?;
    }
    Ok(expired)
}

/// Who removes what is kept no longer, as the log of changes knows it.
fn changing(now: i64) -> Changing {
    Changing::by_service("service", "retention", now)
}

fn batches(gone: &[(CustomerNumber, BatchNumber)], now: i64) -> Changes {
    let key = |(customer, batch): &(CustomerNumber, BatchNumber)| BatchKey {
        customer: customer.identity(),
        batch: batch.identity(),
    };
    gone.iter().map(key).fold(changing(now), |changing, key| changing.deleted::<Batch>(&key)).finish()
}

fn images(gone: &[ExpiredImage], now: i64) -> Changes {
    let key = |image: &ExpiredImage| ImageKey {
        customer: image.customer.identity(),
        space: image.space.identity(),
        image: ImageId::trusted(image.name.clone()),
    };
    gone.iter().map(key).fold(changing(now), |changing, key| changing.deleted::<Image>(&key)).finish()
}
