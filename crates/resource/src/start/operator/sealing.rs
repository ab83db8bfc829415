//! What is kept encrypted, from one server key to the next.

use store::sealed::{self, SEALED};

use crate::{Identities, Result};

/// How many pieces are encrypted anew in one transaction.
const AT_ONCE: u64 = 500;

/// Encrypts under the key of this server all that is encrypted under the one that is good beside it; how many pieces.
///
/// # Errors
/// Something opens under neither; what came before it stays done.
pub async fn reseal(identities: &Identities) -> Result<u64> {
    let (scope, vault) = (identities.store().operator(), identities.vault());
    let mut resealed = 0;
    for of in SEALED {
        let mut after = i64::MIN;
        loop {
            let pieces = sealed::pieces(&scope, of, after, AT_ONCE).await?;
            let Some(last) = pieces.last() else { break };
            after = last.number;
            let transaction = scope.begin().await?;
            for piece in pieces {
                if vault.is_own(&piece.sealed) {
                    continue;
                }
                let again = vault.seal(identities.world(), &vault.open(&piece.sealed)?)?;
                sealed::put(&transaction, of, piece, again).await?;
                resealed += 1;
            }
            transaction.commit().await?;
        }
    }
    Ok(resealed)
}
