//! Signals: some stop the process, the others leave it alone.

use std::io::{self, IsTerminal};

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Signals that would end a process, and say nothing to this one: those of timers, of users, of a power supply. Signals that tell
/// of a fault of the process itself, such as SIGSEGV and SIGABRT, end it.
const IGNORED: [SignalKind; 4] =
    [SignalKind::user_defined1(), SignalKind::user_defined2(), SignalKind::alarm(), SignalKind::io()];

/// More of them, by the numbers that Linux gives them (signal(7)): SIGSTKFLT, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGPWR, and
/// those of real time.
#[cfg(target_os = "linux")]
const MORE: [std::ops::RangeInclusive<i32>; 4] = [16..=16, 24..=27, 30..=30, 34..=64];
#[cfg(not(target_os = "linux"))]
const MORE: [std::ops::RangeInclusive<i32>; 0] = [];

/// What tells the process to stop. From the moment that there is one, no other signal ends it.
#[derive(Debug)]
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
    hang_up: Signal,
}

impl Signals {
    /// Takes signals over, for as long as the process lives.
    ///
    /// # Errors
    /// The system refused.
    pub(crate) fn take_over() -> io::Result<Self> {
        let more = MORE.into_iter().flatten().map(SignalKind::from_raw);
        for kind in IGNORED.into_iter().chain(more) {
            // What was taken over once is never again what it was, also where nobody waits for it. A signal that this system
            // does not have cannot come.
            let _ = signal(kind);
        }
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// Waits until the process is told to stop: by SIGTERM, SIGINT or SIGQUIT, or by its terminal, which goes away. Without a
    /// terminal, SIGHUP is for those who read a configuration again, which is not done here.
    pub(crate) async fn stop(&mut self) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.quit.recv() => return,
                _ = self.hang_up.recv() => {
                    if io::stdout().is_terminal() {
                        return;
                    }
                    tracing::info!("SIGHUP changes nothing; settings are read at the start");
                }
            }
        }
    }
}
