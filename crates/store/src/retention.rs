//! What is not kept for ever.

use crate::changes::Changes;
use crate::row::{Entity as _, row};
use crate::{BatchNumber, CustomerNumber, Result, SpaceNumber, Store, session, viewer_session};

/// How many rows go at a time: whoever writes meanwhile waits no longer than that takes.
const LOT: u64 = 100;

row! {
    /// An image that was removed.
    ExpiredImage {
        /// The customer that it belonged to.
        customer: CustomerNumber = "customer_id",
        /// The number of its space within the customer.
        space: SpaceNumber = "(SELECT number FROM space WHERE space.id = space_id)",
        /// Its name within the space.
        name: String = "name",
    }
}

impl Store {
    /// Removes batches that were finished before an instant; how many. Images of which that was the last are of none then.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn expire_batches(
        &self,
        before: i64,
        changes: impl Fn(&[(CustomerNumber, BatchNumber)]) -> Changes,
    ) -> Result<u64> {
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
            let mut gone: Vec<(CustomerNumber, BatchNumber)> = Vec::new();
            for (batch,) in lot {
                let free = "UPDATE image SET batch_id = NULL, version = version + 1 WHERE batch_id = $1";
                transaction.run(transaction.statement(free, [batch.into()])).await?;
                let sql = "DELETE FROM batch WHERE id = $1 AND finished_at < $2 RETURNING customer_id, id";
                gone.extend(
                    transaction
                        .all::<(CustomerNumber, BatchNumber)>(transaction.statement(sql, [batch.into(), before.into()]))
                        .await?,
                );
            }
            expired += gone.len() as u64;
            transaction.commit(changes(&gone)).await?;
        }
    }

    /// Removes images that failed before an instant and of which nothing is stored; how many.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn expire_failed_images(&self, before: i64, changes: impl Fn(&[ExpiredImage]) -> Changes) -> Result<u64> {
        let operator = self.operator();
        // One that was taken in before, and failed when it was submitted again, is there.
        let sql = format!(
            "DELETE FROM image WHERE id IN (SELECT id FROM image WHERE error IS NOT NULL AND finished_at < $1 AND object IS NULL \
             AND NOT ingesting ORDER BY finished_at LIMIT {LOT}) RETURNING {}",
            ExpiredImage::COLUMNS
        );
        let mut expired = 0;
        loop {
            let transaction = operator.begin().await?;
            let lot: Vec<ExpiredImage> = transaction.all(transaction.statement(&sql, [before.into()])).await?;
            transaction.commit(changes(&lot)).await?;
            expired += lot.len() as u64;
            if (lot.len() as u64) < LOT {
                return Ok(expired);
            }
        }
    }

    /// Removes changes from the log that were made before an instant; how many. The latest of each resource stays: it says what there is.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn expire_changes(&self, before: i64) -> Result<u64> {
        self.number_changes().await?;
        let operator = self.operator();
        let sql = format!(
            "DELETE FROM change WHERE id IN (SELECT id FROM change AS one WHERE made_at < $1 AND (kind = 'deleted' \
             OR EXISTS (SELECT 1 FROM change AS other WHERE other.path = one.path AND other.id > one.id)) \
             ORDER BY made_at, id LIMIT {LOT}) RETURNING id"
        );
        let mut expired = 0;
        loop {
            let transaction = operator.begin().await?;
            let lot: Vec<(i64,)> = transaction.all(transaction.statement(&sql, [before.into()])).await?;
            if let Some((greatest,)) = lot.iter().max() {
                let removed = "UPDATE change_number SET removed = $1 WHERE removed < $1";
                transaction.run(transaction.statement(removed, [(*greatest).into()])).await?;
            }
            transaction.commit(Changes::none("the log itself is none of the resources")).await?;
            let lot = lot.len() as u64;
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
        transaction.commit(Changes::none("sessions are not logged")).await?;
        Ok(expired)
    }
}
