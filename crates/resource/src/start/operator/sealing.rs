//! What is kept encrypted, from one server key to the next.

use store::changes::Changes;
use store::sealed::{self, SEALED, Sealed, SealedPiece};

use crate::{Error, Identities, Result};

/// How many pieces are read at a time, and encrypted anew in one transaction.
const AT_ONCE: u64 = 500;

/// Goes through all that is encrypted, some pieces at a time.
async fn each(
    identities: &Identities,
    mut visit: impl AsyncFnMut(Sealed, Vec<SealedPiece>) -> Result<()>,
) -> Result<()> {
    let scope = identities.store().operator();
    for of in SEALED {
        let mut after = i64::MIN;
        loop {
            let pieces = sealed::pieces(&scope, of, after, AT_ONCE).await?;
            let Some(last) = pieces.last() else { break };
            after = last.number;
            visit(of, pieces).await?;
        }
    }
    Ok(())
}

/// Encrypts under the key of this server all that is encrypted under one that is good beside it; how many pieces.
///
/// # Errors
/// Something opens under none of them; what came before it stays done.
pub async fn reseal(identities: &Identities) -> Result<u64> {
    let (scope, vault) = (identities.store().operator(), identities.vault());
    let mut resealed = 0;
    each(identities, async |of, pieces| {
        let transaction = scope.begin().await?;
        for piece in pieces {
            if vault.is_own(&piece.sealed) {
                continue;
            }
            let (table, number) = (of.table(), piece.number);
            let text = vault.open(&piece.sealed).map_err(|_| {
                let what = format_args!(
                    "cannot read what is encrypted in {table} {number}, and neither can the keys beside it; have it entered again, \
                     or give the key that it was encrypted under as server_key_also"
                );
                Error::invalid("server_key", what)
            })?;
            let again = vault.seal(identities.world(), &text)?;
            sealed::put(&transaction, of, piece, again).await?;
            resealed += 1;
        }
        Ok(transaction.commit(Changes::none("what is encrypted says the same under another key")).await?)
    })
    .await?;
    Ok(resealed)
}

/// How many pieces there are, and how many of them no key of this server opens.
///
/// # Errors
/// The database does not answer.
pub async fn unreadable(identities: &Identities) -> Result<(usize, usize)> {
    let vault = identities.vault();
    let (mut all, mut closed) = (0, 0);
    each(identities, async |_, pieces| {
        all += pieces.len();
        closed += pieces.iter().filter(|piece| vault.open(&piece.sealed).is_err()).count();
        Ok(())
    })
    .await?;
    Ok((all, closed))
}
