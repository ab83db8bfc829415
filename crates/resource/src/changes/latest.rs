//! What is new in the log, for all who follow it: one look a process at a time, however many they are.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use store::change::{self as rows, Change};
use store::changes::Happened;
use tokio::sync::{Notify, watch};
use tokio::time::sleep;

use crate::{Identities, Result};

/// How long after one look at the log the next one is.
const BETWEEN: Duration = Duration::from_millis(250);
/// How many changes are looked at at once.
const LOT: u64 = 500;
/// How many changes are kept for those who are told a little later, at the most, how many bytes of states, and for how long: what is
/// erased meanwhile is told to nobody after that.
const KEPT: (usize, usize, Duration) = (1_000, 4 << 20, Duration::from_secs(2));

/// What is new.
#[derive(Debug, Clone)]
pub struct LatestChanges {
    /// The greatest number that has been seen.
    pub last: i64,
    /// How often anybody's authority had changed when that was seen.
    pub epoch: i64,
    /// All after this are kept.
    from: i64,
    kept: VecDeque<(Instant, Arc<Change>)>,
    bytes: usize,
}

/// Nothing is known yet.
impl Default for LatestChanges {
    fn default() -> Self {
        Self { last: 0, epoch: 0, from: i64::MAX, kept: VecDeque::new(), bytes: 0 }
    }
}

impl LatestChanges {
    /// The changes after a number; none where that is too far back.
    pub(crate) fn after(&self, number: i64) -> Option<impl Iterator<Item = &Change>> {
        let later = self.kept.iter().map(|(_, change)| &**change).filter(move |change| change.number > number);
        (number >= self.from).then_some(later)
    }

    fn add(&mut self, changes: Vec<Change>) {
        // What something was may have been taken away with it, and what is read now is read after that.
        if changes.iter().any(|change| change.kind == Happened::Deleted.as_str()) {
            (self.from, self.bytes) = (self.last, 0);
            self.kept.clear();
        }
        let now = Instant::now();
        for change in changes {
            self.last = change.number;
            self.bytes += size(&change);
            self.kept.push_back((now, Arc::new(change)));
        }
        self.forget(now);
    }

    /// Forgets what is too much, or was kept for long enough.
    fn forget(&mut self, now: Instant) {
        let (most, bytes, long) = KEPT;
        while let Some((since, old)) = self.kept.front() {
            if self.kept.len() <= most && self.bytes <= bytes && now.duration_since(*since) < long {
                break;
            }
            (self.from, self.bytes) = (old.number, self.bytes - size(old));
            self.kept.pop_front();
        }
    }
}

fn size(change: &Change) -> usize {
    change.state.as_ref().map_or(0, String::len)
}

/// Where news are to be had.
#[derive(Debug)]
pub struct Feed {
    news: watch::Receiver<Arc<LatestChanges>>,
    wanted: Arc<Notify>,
}

/// Who looks for news.
#[derive(Debug)]
pub struct Herald {
    news: watch::Sender<Arc<LatestChanges>>,
    wanted: Arc<Notify>,
}

/// Somebody who looks for news, and where those are to be had.
pub fn feed() -> (Herald, Feed) {
    let (sender, receiver) = watch::channel(Arc::default());
    let wanted = Arc::new(Notify::new());
    (Herald { news: sender, wanted: Arc::clone(&wanted) }, Feed { news: receiver, wanted })
}

impl Feed {
    /// The news from now on. They end where nobody looks for them any more.
    pub fn follow(&self) -> watch::Receiver<Arc<LatestChanges>> {
        let receiver = self.news.clone();
        self.wanted.notify_one();
        receiver
    }
}

impl Herald {
    /// Looks for news, as long as anybody wants them.
    pub async fn run(self, identities: Arc<Identities>) {
        loop {
            // One receiver is there for others to be made of.
            if self.news.receiver_count() <= 1 {
                self.news.send_replace(Arc::default());
                self.wanted.notified().await;
            }
            let is_begun = self.news.borrow().from < i64::MAX;
            let looked = if is_begun { self.look(&identities).await } else { self.present(&identities).await };
            match looked {
                Ok(Some(news)) => drop(self.news.send_replace(Arc::new(news))),
                Ok(None) => self.forget(),
                Err(error) => tracing::debug!(%error, "the log of changes was not looked at"),
            }
            sleep(BETWEEN).await;
        }
    }

    /// News that begin now.
    async fn present(&self, identities: &Identities) -> Result<Option<LatestChanges>> {
        let store = identities.store();
        store.number_changes().await?;
        let last = rows::ends(&store.operator()).await?.last;
        let epoch = store.operator().epoch().await?;
        Ok(Some(LatestChanges { last, from: last, epoch, ..LatestChanges::default() }))
    }

    /// The news, where there are any.
    async fn look(&self, identities: &Identities) -> Result<Option<LatestChanges>> {
        let store = identities.store();
        store.number_changes().await?;
        let known = Arc::clone(&self.news.borrow());
        let (changes, epoch) = rows::news(store, known.last, LOT).await?;
        if changes.is_empty() && epoch == known.epoch {
            return Ok(None);
        }
        let mut news = LatestChanges { epoch, ..LatestChanges::clone(&known) };
        news.add(changes);
        Ok(Some(news))
    }

    /// Forgets what was kept for long enough. Nobody has to be told.
    fn forget(&self) {
        let now = Instant::now();
        let is_old = self.news.borrow().kept.front().is_some_and(|(since, _)| now.duration_since(*since) >= KEPT.2);
        if is_old {
            self.news.send_if_modified(|news| {
                Arc::make_mut(news).forget(now);
                false
            });
        }
    }
}
