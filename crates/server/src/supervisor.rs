//! What starts the process and watches it, as systemd does (`sd_notify`(3)): it is told when the service is there and when it ends, and for
//! as long as it wants to know, that it is alive. Where nobody wants to know, nothing is told.

use std::time::Duration;

use sd_notify::NotifyState;

use crate::built;

/// Says that the service answers, or that the worker works; and from now on now and then that it is alive.
pub(crate) fn ready() {
    tell(&[NotifyState::Ready, NotifyState::Status(built::ALL)]);
    if let Some(limit) = sd_notify::watchdog_enabled() {
        tokio::spawn(alive(limit / 2));
    }
}

/// Says that it is about to stop.
pub(crate) fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// It is said by a task of the runtime that does the work: a process whose runtime is stuck says nothing.
async fn alive(every: Duration) {
    loop {
        tell(&[NotifyState::Watchdog]);
        tokio::time::sleep(every).await;
    }
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "whoever started the process could not be told");
    }
}
