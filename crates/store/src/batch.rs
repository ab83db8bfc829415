//! Batches: what was submitted together. All their counts are counted, never kept.

use sea_orm::Value;

use crate::authority::EPOCH;
use crate::kept::CUSTOMER_EXISTS;
use crate::listing::{Listing, Ownership, RowPage, Table};
use crate::order::OrderBy;
use crate::row::{Entity, row};
use crate::{BatchNumber, ImageNumber, Result, Scope, Tenant, Transaction};

/// The images of a batch are those that are in no later one. What became of the others is kept with it, for named queries, and
/// not counted.
macro_rules! counted {
    ($what:literal, $condition:literal) => {
        concat!(
            "(SELECT ",
            $what,
            " FROM image JOIN batch_image ON batch_image.image_id = image.id AND batch_image.batch_id = image.batch_id \
             WHERE image.batch_id = batch.id",
            $condition,
            ")"
        )
    };
}

row! {
    /// A batch. Instants are microseconds since 1970.
    Batch {
        /// Its number.
        id: BatchNumber = "id",
        /// When it was submitted.
        submitted_at: i64 = "submitted_at",
        /// When the last of its images was done.
        finished_at: Option<i64> = "finished_at",
        /// Whether all its images are in later batches.
        superseded: bool = "superseded",
        /// How many images it has.
        count: i64 = counted!("count(*)", ""),
        /// How many of them were ingested.
        completed: i64 = counted!("count(*)", " AND batch_image.state = 'completed'"),
        /// How many of them failed.
        errors: i64 = counted!("count(*)", " AND batch_image.state = 'error'"),
        /// When the last one was done so far.
        last_done_at: Option<i64> = counted!("max(batch_image.finished_at)", ""),
        /// Rises with each change, of the counts too.
        version: i64 = "version",
    }
}

const ALL: Table = Table {
    name: "batch",
    ownership: Ownership::In("customer_id"),
    condition: "TRUE",
    owner_exists: CUSTOMER_EXISTS,
    extents: Some("batch"),
    text: &[],
    has_trigrams: false,
    filters: &[],
    orders: &[],
};

/// Those in which images still wait.
const ACTIVE: Table = Table { condition: "finished_at IS NULL AND NOT superseded", extents: None, ..ALL };

/// Those that are done, the latest first.
const RECENT: Table = Table {
    condition: "finished_at IS NOT NULL AND NOT superseded",
    extents: Some("recent_batch"),
    orders: &[("finished", OrderBy::Whole("finished_at"))],
    ..ALL
};

/// Which batches to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichBatches {
    /// All.
    All,
    /// Those in which images still wait.
    Active,
    /// Those that are done, unless superseded.
    Recent,
}

/// Lists the batches of a customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn list(
    scope: &Scope<'_>,
    tenant: Tenant,
    among: WhichBatches,
    listing: &Listing,
) -> Result<Option<RowPage<Batch>>> {
    let table = match among {
        WhichBatches::All => &ALL,
        WhichBatches::Active => &ACTIVE,
        WhichBatches::Recent => &RECENT,
    };
    table.list(scope, Some(tenant.id().into()), listing).await
}

/// A batch.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, tenant: Tenant, batch: BatchNumber) -> Result<Option<Batch>> {
    let sql = format!("SELECT {}, {EPOCH} FROM batch WHERE id = $1 AND customer_id = $2", Batch::COLUMNS);
    scope.one(scope.statement(&sql, [batch.into(), tenant.id().into()])).await
}

/// The same, among writes.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find_within(transaction: &Transaction, tenant: Tenant, batch: BatchNumber) -> Result<Option<Batch>> {
    let sql = format!("SELECT {} FROM batch WHERE id = $1 AND customer_id = $2", Batch::COLUMNS);
    transaction.one(transaction.statement(&sql, [batch.into(), tenant.id().into()])).await
}

/// Makes a batch; its number.
///
/// # Errors
/// As [`crate::Error`].
pub async fn insert(transaction: &Transaction, tenant: Tenant, now: i64) -> Result<Option<BatchNumber>> {
    let sql = "INSERT INTO batch (customer_id, submitted_at) VALUES ($1, $2) RETURNING id";
    let row: Option<(BatchNumber,)> =
        transaction.one(transaction.statement(sql, [tenant.id().into(), now.into()])).await?;
    Ok(row.map(|(id,)| id))
}

/// Puts images into a batch, all waiting.
///
/// # Errors
/// As [`crate::Error`].
pub async fn fill(transaction: &Transaction, batch: BatchNumber, images: &[ImageNumber]) -> Result<()> {
    for lot in images.chunks(1000) {
        let mut values: Vec<Value> = vec![batch.into()];
        let mut rows = Vec::with_capacity(lot.len());
        for image in lot {
            values.push((*image).into());
            rows.push(format!("($1, ${})", values.len()));
        }
        let sql = format!("INSERT INTO batch_image (batch_id, image_id) VALUES {}", rows.join(", "));
        transaction.run(transaction.statement(&sql, values)).await?;
    }
    Ok(())
}

/// Writes down, in every batch in which an image waits, what became of it; the batches.
///
/// # Errors
/// As [`crate::Error`].
pub async fn finish_image(
    transaction: &Transaction,
    image: ImageNumber,
    completed: bool,
    now: i64,
) -> Result<Vec<BatchNumber>> {
    let sql = "UPDATE batch_image SET state = $2, finished_at = $3 WHERE image_id = $1 AND state = 'waiting' \
        RETURNING batch_id";
    let state = if completed { "completed" } else { "error" };
    let rows: Vec<(BatchNumber,)> =
        transaction.all(transaction.statement(sql, [image.into(), state.into(), now.into()])).await?;
    Ok(rows.into_iter().map(|(batch,)| batch).collect())
}

/// The batches that an image is in.
///
/// # Errors
/// As [`crate::Error`].
pub async fn of_image(transaction: &Transaction, image: ImageNumber) -> Result<Vec<BatchNumber>> {
    let sql = "SELECT batch_id FROM batch_image WHERE image_id = $1";
    let rows: Vec<(BatchNumber,)> = transaction.all(transaction.statement(sql, [image.into()])).await?;
    Ok(rows.into_iter().map(|(batch,)| batch).collect())
}

/// Whether images of a batch wait.
macro_rules! waiting {
    () => {
        concat!("(", counted!("count(*)", " AND batch_image.state = 'waiting'"), " > 0)")
    };
}
/// Whether a batch has images.
macro_rules! current {
    () => {
        "EXISTS (SELECT 1 FROM image WHERE image.batch_id = batch.id)"
    };
}
const WAITING: &str = waiting!();
const CURRENT: &str = current!();
/// Whether a batch says something else than its images.
const UNSETTLED: &str = concat!("(superseded = ", current!(), " OR (finished_at IS NULL) <> ", waiting!(), ")");

/// Makes batches say what their images say: whether they are finished, whether superseded. The number of those that did
/// not. Images come before their batches: whoever changes both locks the images first.
///
/// # Errors
/// As [`crate::Error`].
pub async fn settle(transaction: &Transaction, batches: &[BatchNumber], now: i64) -> Result<u64> {
    let mut batches = batches.to_vec();
    batches.sort_unstable();
    batches.dedup();
    let mut changed = 0;
    for batch in batches {
        // The lock comes in a statement of its own: the next one sees what others wrote before they gave it up.
        let lock = "UPDATE batch SET version = version + 1 WHERE id = $1";
        transaction.run(transaction.statement(lock, [batch.into()])).await?;
        let sql = format!(
            "UPDATE batch SET superseded = NOT {CURRENT}, \
             finished_at = CASE WHEN {WAITING} THEN NULL ELSE coalesce(finished_at, $2) END \
             WHERE id = $1 AND {UNSETTLED}"
        );
        changed += transaction.run(transaction.statement(&sql, [batch.into(), now.into()])).await?;
    }
    Ok(changed)
}

/// Whether a batch says what its images say; see [`settle`].
///
/// # Errors
/// As [`crate::Error`].
pub async fn is_settled(scope: &Scope<'_>, batch: BatchNumber) -> Result<bool> {
    let sql = format!("SELECT NOT {UNSETTLED}, {EPOCH} FROM batch WHERE id = $1");
    let row: Option<(bool,)> = scope.one(scope.statement(&sql, [batch.into()])).await?;
    Ok(row.is_none_or(|(settled,)| settled))
}

row! {
    /// What waits in a customer's queue.
    Waiting {
        /// Images of no urgency.
        normal: i64 = "(SELECT count(*) FROM job WHERE customer_id = $1 AND kind = 'ingest' AND urgency = 1)",
        /// Urgent images.
        urgent: i64 = "(SELECT count(*) FROM job WHERE customer_id = $1 AND kind = 'ingest' AND urgency = 0)",
        /// Batches with images that wait.
        batches: i64 =
            "(SELECT count(*) FROM batch WHERE customer_id = $1 AND finished_at IS NULL AND NOT superseded)",
    }
}

/// What waits in a customer's queue; none where there is no such customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn waiting(scope: &Scope<'_>, tenant: Tenant) -> Result<Option<Waiting>> {
    let sql = format!("SELECT {}, {EPOCH} WHERE {CUSTOMER_EXISTS}", Waiting::COLUMNS);
    scope.one(scope.statement(&sql, [tenant.id().into()])).await
}
