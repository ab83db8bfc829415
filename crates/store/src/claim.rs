//! Requests that their senders may send again: each is known by a key that its sender chose, and what it changes is made last together
//! with that (draft-ietf-httpapi-idempotency-key-header).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::Value;

/// What a request is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeatable {
    /// Whoever sent it: others may use the same key.
    pub sender: String,
    /// The key.
    pub key: String,
    /// A digest of all that it says.
    pub digest: [u8; 32],
    /// When it came, in microseconds since 1970.
    pub at: i64,
    /// Requests that came before this are forgotten.
    pub forgotten: i64,
}

#[derive(Debug)]
struct Claim {
    request: Repeatable,
    is_made: AtomicBool,
}

tokio::task_local! {
    static CLAIM: Arc<Claim>;
}

impl Repeatable {
    /// Does the work of this request. With the first commit in it, it is made last that the request was carried out, so that of two that
    /// are the same one is. Also whether there was a commit.
    pub async fn keep<T>(self, work: impl Future<Output = T>) -> (T, bool) {
        let claim = Arc::new(Claim { request: self, is_made: AtomicBool::new(false) });
        let done = CLAIM.scope(Arc::clone(&claim), work).await;
        (done, claim.is_made.load(Ordering::Relaxed))
    }
}

/// The claim of the request that is worked for, where nothing of it was made last yet.
#[derive(Debug)]
pub(crate) struct Unmade(Arc<Claim>);

impl Unmade {
    pub(crate) fn present() -> Option<Self> {
        let claim = CLAIM.try_with(Arc::clone).ok()?;
        (!claim.is_made.load(Ordering::Relaxed)).then_some(Self(claim))
    }

    /// The statement that writes it among what is about to be made last. It touches no row where the request was carried out.
    pub(crate) fn statement(&self) -> (&'static str, [Value; 5]) {
        let Repeatable { sender, key, digest, at, forgotten } = &self.0.request;
        let sql = "INSERT INTO repeatable (sender, key, digest, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT (sender, key) DO \
                   UPDATE SET digest = excluded.digest, made_at = excluded.made_at, answer = NULL WHERE repeatable.made_at < $5";
        (sql, [sender.into(), key.into(), digest.to_vec().into(), (*at).into(), (*forgotten).into()])
    }

    /// That it was made last.
    pub(crate) fn made(self) {
        self.0.is_made.store(true, Ordering::Relaxed);
    }
}
