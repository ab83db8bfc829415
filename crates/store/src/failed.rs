//! Images that failed, to be tried again.

use sea_orm::Value;

use crate::authority::EPOCH;
use crate::image::Image;
use crate::job::{self, Urgency};
use crate::placeholders::placeholders;
use crate::row::Entity as _;
use crate::{BatchNumber, CustomerNumber, ImageNumber, Result, Scope, SpaceNumber, Tenant, Transaction, batch};

/// How many images are tried again at a time.
pub const MOST: usize = 1000;

/// Which of a customer's images that failed.
#[derive(Debug, Clone, Default)]
pub struct Which {
    /// These alone, by the number of their space within the customer and their name; where there is none of them, all.
    pub images: Vec<(SpaceNumber, String)>,
    /// Those alone that failed in this batch.
    pub batch: Option<BatchNumber>,
    /// Those alone whose error is of this kind.
    pub kind: Option<String>,
    /// Those alone that come after this one, by the numbers that other tables refer to.
    pub after: Option<ImageNumber>,
}

/// How many images of a customer failed; none where there is no such customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn count(scope: &Scope<'_>, tenant: Tenant) -> Result<Option<i64>> {
    let sql = format!(
        "SELECT (SELECT count(*) FROM image WHERE customer_id = $1 AND error IS NOT NULL), {EPOCH} \
         FROM customer WHERE id = $1"
    );
    let row: Option<(i64,)> = scope.one(scope.statement(&sql, [tenant.id().into()])).await?;
    Ok(row.map(|(count,)| count))
}

/// The customers that have images that failed.
///
/// # Errors
/// As [`crate::Error`].
pub async fn customers(scope: &Scope<'_>) -> Result<Vec<CustomerNumber>> {
    let sql = format!("SELECT DISTINCT customer_id, {EPOCH} FROM image WHERE error IS NOT NULL ORDER BY customer_id");
    let rows: Vec<(CustomerNumber, i64)> = scope.all(scope.statement(&sql, [])).await?;
    Ok(rows.into_iter().map(|(customer, _)| customer).collect())
}

/// Puts images that failed into the queue again, and into the batches that they were submitted in last; what they are then, in the same
/// order.
///
/// # Errors
/// As [`crate::Error`].
pub async fn retry(transaction: &Transaction, tenant: Tenant, images: &[ImageNumber], now: i64) -> Result<Vec<Image>> {
    if images.is_empty() {
        return Ok(Vec::new());
    }
    let mut values: Vec<Value> = vec![now.into()];
    let these = placeholders(&mut values, images.iter().copied());
    let sql = format!(
        "UPDATE image SET ingesting = TRUE, error = NULL, error_kind = NULL, queued_at = $1, dequeued_at = NULL, \
         finished_at = NULL, version = version + 1 WHERE id IN ({these}) RETURNING {}",
        Image::COLUMNS
    );
    let mut again: Vec<Image> = transaction.all(transaction.statement(&sql, values)).await?;
    again.sort_unstable_by_key(|image| image.id);
    job::ingest(transaction, tenant.id(), images, Urgency::Normal).await?;
    let mut values = Vec::new();
    let these = placeholders(&mut values, images.iter().copied());
    let sql = format!(
        "UPDATE batch_image SET state = 'waiting', finished_at = NULL WHERE image_id IN ({these}) AND state = 'error' \
         AND batch_id = (SELECT image.batch_id FROM image WHERE image.id = batch_image.image_id) RETURNING batch_id"
    );
    let rows: Vec<(BatchNumber,)> = transaction.all(transaction.statement(&sql, values)).await?;
    let batches: Vec<_> = rows.into_iter().map(|(batch,)| batch).collect();
    batch::settle(transaction, &batches, now).await?;
    Ok(again)
}

/// Images that failed, in the order of their numbers, at most [`MOST`]; nobody else changes them until the transaction ends.
///
/// # Errors
/// As [`crate::Error`].
pub async fn choose(transaction: &Transaction, tenant: Tenant, which: &Which) -> Result<Vec<Image>> {
    let mut values: Vec<Value> = vec![tenant.id().into()];
    let mut sql = format!("SELECT {} FROM image WHERE customer_id = $1 AND error IS NOT NULL", Image::COLUMNS);
    if let Some(after) = which.after {
        values.push(after.into());
        sql += &format!(" AND id > ${}", values.len());
    }
    if let Some(batch) = which.batch {
        values.push(batch.into());
        let condition = "id IN (SELECT image_id FROM batch_image WHERE state = 'error' AND batch_id";
        sql += &format!(" AND {condition} = ${})", values.len());
    }
    if let Some(kind) = &which.kind {
        values.push(kind.clone().into());
        sql += &format!(" AND error_kind = ${}", values.len());
    }
    if !which.images.is_empty() {
        let mut named = Vec::with_capacity(which.images.len());
        for (space, name) in &which.images {
            values.extend([(*space).into(), name.clone().into()]);
            named.push(format!("(space_number = ${} AND name = ${})", values.len() - 1, values.len()));
        }
        sql += &format!(" AND ({})", named.join(" OR "));
    }
    sql += &format!(" ORDER BY id LIMIT {MOST}{}", transaction.for_no_key_update());
    transaction.all(transaction.statement(&sql, values)).await
}
