//! What is known of requests that their senders may send again, and of their answers.

pub use crate::claim::Repeatable;

use crate::authority::EPOCH;
use crate::changes::Changes;
use crate::{Result, Scope, Store};

/// What is known of a request with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedOut {
    /// The digest of all that it said.
    pub digest: Vec<u8>,
    /// Its answer, encrypted; none where it was lost, or is not there yet.
    pub answer: Option<Vec<u8>>,
}

/// What is known of a request.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, request: &Repeatable) -> Result<Option<CarriedOut>> {
    let sql =
        format!("SELECT digest, answer, {EPOCH} FROM repeatable WHERE sender = $1 AND key = $2 AND made_at >= $3");
    let values = [(&request.sender).into(), (&request.key).into(), request.forgotten.into()];
    let row: Option<(Vec<u8>, Option<Vec<u8>>)> = scope.one(scope.statement(&sql, values)).await?;
    Ok(row.map(|(digest, answer)| CarriedOut { digest, answer }))
}

impl Store {
    /// Keeps the answer to a request that was carried out.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn keep_answer(&self, request: &Repeatable, answer: &[u8]) -> Result<()> {
        let transaction = self.operator().begin().await?;
        let Repeatable { sender, key, digest, at, .. } = request;
        let sql = "INSERT INTO repeatable (sender, key, digest, made_at, answer) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (sender, key) \
                   DO UPDATE SET answer = excluded.answer \
                   WHERE repeatable.made_at = excluded.made_at AND repeatable.digest = excluded.digest";
        let values = [sender.into(), key.into(), digest.to_vec().into(), (*at).into(), answer.to_vec().into()];
        transaction.run(transaction.statement(sql, values)).await?;
        transaction.commit(Changes::none("requests are no resources")).await
    }

    /// Forgets requests that came before an instant.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn forget_requests(&self, before: i64) -> Result<()> {
        let transaction = self.operator().begin().await?;
        let sql = "DELETE FROM repeatable WHERE made_at < $1";
        transaction.run(transaction.statement(sql, [before.into()])).await?;
        transaction.commit(Changes::none("requests are no resources")).await
    }
}
