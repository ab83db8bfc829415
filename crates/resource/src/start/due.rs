//! What one start makes no later one makes again.

use store::{Transaction, made_once};

use crate::instant::micros;
use crate::{Identities, Result};

/// Whether something is to be made: it is not there, and no start has made it before. That one has is noted.
pub(crate) async fn is_due(
    identities: &Identities,
    transaction: &Transaction,
    what: &str,
    there: bool,
) -> Result<bool> {
    let is_new = made_once::note(transaction, what, micros(identities.world().now())).await?;
    if !there && !is_new {
        tracing::warn!(
            what,
            "an earlier start made it, and it was taken away since; it stays away until somebody makes it"
        );
    }
    Ok(!there && is_new)
}
