//! The store of objects is away: nothing is taken from the queue meanwhile, and it is said once.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

use objects::Objects;
use tokio::time::timeout;
use uuid::Uuid;

use super::causes::chain;

/// How long the store may take to show that it is there.
const TIME: Duration = Duration::from_secs(10);
/// How long to wait before it is asked again.
pub const PAUSE: Duration = Duration::from_secs(2);

/// Whether the store is away, as far as this worker knows.
#[derive(Debug, Default)]
pub struct Outage(AtomicBool);

impl Outage {
    pub fn lasts(&self) -> bool {
        self.0.load(SeqCst)
    }

    /// Looks whether the store can be used, and says what has changed. The number is one that nobody else uses.
    pub async fn look(&self, objects: &Objects, number: Uuid) {
        let reason = match timeout(TIME, objects.check(number)).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(chain(&error)),
            Err(_) => Some(format!("it did not answer within {} s", TIME.as_secs())),
        };
        match (self.0.swap(reason.is_some(), SeqCst), reason) {
            (false, Some(reason)) => {
                tracing::error!(reason, "the store of objects is away; what is in the queue waits for it");
            }
            (true, None) => tracing::info!("the store of objects is back; the queue goes on"),
            _ => {}
        }
    }
}
