//! What is not kept for ever.

use crate::{Result, Store, session, viewer_session};

/// How many rows go at a time: whoever writes meanwhile waits no longer than that takes.
const LOT: u64 = 100;

impl Store {
    /// Removes batches that were finished before an instant; how many. Images of which that was the last are of none then.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn expire_batches(&self, before: i64) -> Result<u64> {
        let operator = self.operator();
        let sql = format!(
            "SELECT id FROM batch WHERE finished_at IS NOT NULL AND finished_at < $1 ORDER BY finished_at LIMIT {LOT}"
        );
        let mut expired = 0;
        loop {
            let lot: Vec<(i64,)> = operator.all(operator.statement(&sql, [before.into()])).await?;
            if lot.is_empty() {
                return Ok(expired);
            }
            let transaction = operator.begin().await?;
            for (batch,) in lot {
                let free = "UPDATE image SET batch_id = NULL, version = version + 1 WHERE batch_id = $1";
                transaction.run(transaction.statement(free, [batch.into()])).await?;
                let sql = "DELETE FROM batch WHERE id = $1 AND finished_at < $2";
                expired += transaction.run(transaction.statement(sql, [batch.into(), before.into()])).await?;
            }
            transaction.commit().await?;
        }
    }

    /// Removes images that failed before an instant and of which nothing is stored; how many.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn expire_failed_images(&self, before: i64) -> Result<u64> {
        let operator = self.operator();
        // One that was taken in before, and failed when it was submitted again, is there.
        let sql = format!(
            "DELETE FROM image WHERE id IN (SELECT id FROM image WHERE error IS NOT NULL AND finished_at < $1 AND object IS NULL \
             AND NOT ingesting ORDER BY finished_at LIMIT {LOT})"
        );
        let mut expired = 0;
        loop {
            let transaction = operator.begin().await?;
            let lot = transaction.run(transaction.statement(&sql, [before.into()])).await?;
            transaction.commit().await?;
            expired += lot;
            if lot < LOT {
                return Ok(expired);
            }
        }
    }

    /// Removes what has ended of sessions, of users and of viewers; how many of users.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn expire_sessions(&self, now: i64) -> Result<u64> {
        let transaction = self.operator().begin().await?;
        let expired = session::delete_expired(&transaction, now).await?;
        viewer_session::delete_expired(&transaction, now).await?;
        transaction.commit().await?;
        Ok(expired)
    }
}
