//! When the store of objects was last compared with what is known of it.

use crate::changes::Changes;
use crate::{Result, Store};

impl Store {
    /// Whether that is to be done now, so many microseconds after the last time; to nobody else is the same said. The first
    /// time is as long after the first question: whoever has connected the wrong database has that time to find out.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn is_to_be_swept(&self, now: i64, every: i64) -> Result<bool> {
        let transaction = self.operator().begin().await?;
        let sql = format!("SELECT swept_at FROM sweep{}", transaction.for_update());
        let row: Option<(i64,)> = transaction.one(transaction.statement(&sql, [])).await?;
        let last = row.map_or(0, |(last,)| last);
        // A time that is yet to come was written by a clock that was wrong.
        if last > 0 && last <= now && now - last < every {
            return Ok(false);
        }
        transaction.run(transaction.statement("UPDATE sweep SET swept_at = $1", [now.into()])).await?;
        transaction.commit(Changes::none("files are no resources")).await?;
        Ok(last > 0 && last <= now)
    }
}
