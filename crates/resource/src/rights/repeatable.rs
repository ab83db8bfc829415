//! Requests that are carried out once, however often they are sent (draft-ietf-httpapi-idempotency-key-header).

use std::time::Duration;

use store::repeatable::{self, Repeatable};

use crate::instant::micros;
use crate::{Actor, Cx, Identities, Result};

/// For how long it is known that a request was carried out.
const KEPT: Duration = Duration::from_hours(24);

/// What is known of a request, when it comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Earlier {
    /// It has not been carried out.
    Nothing,
    /// Another was, with the same key.
    Another,
    /// It was, or is being, and its answer is not there.
    Unanswered,
    /// It was, and this was its answer.
    Answered(String),
}

/// The instant before which requests are forgotten, given the time, in microseconds.
pub(crate) fn forgotten(now: i64) -> i64 {
    now.saturating_sub(i64::try_from(KEPT.as_micros()).unwrap_or(i64::MAX))
}

impl Identities {
    /// A request of somebody's that says this, with the key that they have chosen for it.
    pub fn repeatable(&self, actor: &Actor, key: &str, says: &[u8]) -> Repeatable {
        let now = micros(self.world().now());
        // Whoever an issuer vouches for may be called as somebody here is.
        let issuer = actor.issuer.as_deref().unwrap_or_default();
        Repeatable {
            sender: format!("{} {issuer}", actor.name).trim_end().to_owned(),
            key: key.to_owned(),
            // A body may have a password in it.
            digest: self.vault().fingerprints(says).next().unwrap_or_default(),
            at: now,
            forgotten: forgotten(now),
        }
    }

    /// Keeps the answer to a request that was carried out, encrypted: it may tell a secret, which is told once.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn keep_answer(&self, request: &Repeatable, answer: &str) -> Result<()> {
        let sealed = self.vault().seal(self.world(), answer)?;
        Ok(self.store().keep_answer(request, &sealed).await?)
    }
}

/// What is known of a request that says this, for somebody who may send it now.
///
/// # Errors
/// [`crate::Error::Stale`] if their authority has changed; the database does not answer.
pub async fn earlier(cx: &Cx<'_>, request: &Repeatable, says: &[u8]) -> Result<Earlier> {
    let vault = cx.vault();
    let known = repeatable::find(&cx.scope(), request).await?;
    Ok(match known {
        None => Earlier::Nothing,
        Some(known) if vault.fingerprints(says).all(|one| known.digest != one) => Earlier::Another,
        // What was encrypted under a server key that is gone is lost.
        Some(known) => match known.answer.and_then(|sealed| vault.open(&sealed).ok()) {
            Some(answer) => Earlier::Answered(answer),
            None => Earlier::Unanswered,
        },
    })
}
