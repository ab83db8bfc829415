//! What is not kept for ever, and for how long it is.

use std::time::Duration;

use super::queue::JobQueue;
use super::taken::length;
use crate::Result;
use crate::rights::repeatable::forgotten;

/// For how long what is over is kept; for ever where nothing is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retention {
    /// Batches, from when they were finished.
    pub batches: Option<Duration>,
    /// Images that failed and of which nothing is stored, from when they did.
    pub failed_images: Option<Duration>,
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
        expired.failed_images = queue.store.expire_failed_images(before(kept)).await?;
    }
    if let Some(kept) = retention.batches {
        expired.batches = queue.store.expire_batches(before(kept)).await?;
    }
    Ok(expired)
}
