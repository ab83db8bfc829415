//! Waiting for what is not there at once, because somebody else does it.

use std::time::{Duration, Instant};

/// How long something is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// How soon it is looked again.
const PAUSE: Duration = Duration::from_millis(20);

/// Waits until something is so.
///
/// # Panics
/// It is not, for a minute.
pub async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so().await {
        assert!(Instant::now() < end, "in vain: {what}");
        tokio::time::sleep(PAUSE).await;
    }
}
