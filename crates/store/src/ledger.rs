//! What a piece of work has done to the database so far, as far as it is known: so that whoever answers for it says no more
//! than that, and nothing is made last after it was said that nothing was.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use crate::{Error, Result};

/// What somebody's work has done to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: whatever was begun is undone.
    Nothing,
    /// Something is being made last. In a moment it is certain whether it was.
    Pending,
    /// Something was made last.
    Done,
    /// Something may have been made last. Nobody can say.
    Unknown,
}

/// The commits of one piece of work.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    is_closed: bool,
    pending: u32,
    is_done: bool,
    is_unknown: bool,
}

impl Entries {
    fn effect(&self) -> Effect {
        match self {
            Self { is_unknown: true, .. } => Effect::Unknown,
            Self { pending: 1.., .. } => Effect::Pending,
            Self { is_done: true, .. } => Effect::Done,
            _ => Effect::Nothing,
        }
    }
}

tokio::task_local! {
    static LEDGER: Arc<Ledger>;
}

impl Ledger {
    /// Does some work. Every commit in it is entered, whichever way it takes.
    pub async fn keep<T>(self: Arc<Self>, work: impl Future<Output = T>) -> T {
        LEDGER.scope(self, work).await
    }

    /// What the work has done so far.
    pub fn effect(&self) -> Effect {
        self.with(|entries| entries.effect())
    }

    /// Lets the work commit nothing more, and says what it has done. Where that is nothing, it stays so.
    pub fn close(&self) -> Effect {
        self.with(|entries| {
            entries.is_closed = true;
            entries.effect()
        })
    }

    /// The ledger of the work that calls this, if it has one.
    pub fn present() -> Option<Arc<Self>> {
        LEDGER.try_with(Arc::clone).ok()
    }

    fn with<T>(&self, look: impl FnOnce(&mut Entries) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// How a commit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// What was written lasts.
    Made,
    /// Nothing was written.
    Undone,
    /// Nobody can say.
    Lost,
}

/// A commit that is on its way. Dropped without a word, its end is not known.
#[derive(Debug)]
pub(crate) struct Entry(Option<Arc<Ledger>>);

impl Entry {
    /// Enters that something is about to be committed.
    ///
    /// # Errors
    /// Whoever asked for the work has given it up: it is to be undone.
    pub fn open(ledger: Option<Arc<Ledger>>) -> Result<Self> {
        let may = ledger.as_ref().is_none_or(|ledger| {
            ledger.with(|entries| {
                entries.pending += u32::from(!entries.is_closed);
                !entries.is_closed
            })
        });
        if may { Ok(Self(ledger)) } else { Err(Error::Away("it was given up before it was committed".to_owned())) }
    }

    /// Enters how it ended.
    pub fn close(mut self, end: End) {
        self.enter(end);
    }

    fn enter(&mut self, end: End) {
        let Some(ledger) = self.0.take() else { return };
        ledger.with(|entries| {
            entries.pending -= 1;
            entries.is_done |= end == End::Made;
            entries.is_unknown |= end == End::Lost;
        });
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.enter(End::Lost);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_done_is_what_is_said() {
        let ledger = Arc::new(Ledger::default());
        let open = || Entry::open(Ledger::present()).unwrap();
        let work = async {
            assert_eq!(ledger.effect(), Effect::Nothing);
            let entry = open();
            assert_eq!(ledger.effect(), Effect::Pending);
            entry.close(End::Undone);
            assert_eq!(ledger.effect(), Effect::Nothing);
            open().close(End::Made);
            assert_eq!(ledger.effect(), Effect::Done);
            open().close(End::Undone);
            assert_eq!(ledger.effect(), Effect::Done);
            drop(open());
            assert_eq!(ledger.effect(), Effect::Unknown);
        };
        Arc::clone(&ledger).keep(work).await;
        let other = Arc::new(Ledger::default());
        open().close(End::Lost);
        assert_eq!(other.effect(), Effect::Nothing, "what others do is not entered");
    }

    #[tokio::test]
    async fn what_was_given_up_is_not_committed() {
        let ledger = Arc::new(Ledger::default());
        let pending = Entry::open(Some(Arc::clone(&ledger))).unwrap();
        assert_eq!(ledger.close(), Effect::Pending);
        assert!(Entry::open(Some(Arc::clone(&ledger))).is_err());
        pending.close(End::Undone);
        assert_eq!(ledger.effect(), Effect::Nothing);
    }
}
