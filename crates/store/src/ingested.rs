//! What a worker reads and writes of images.

use std::collections::BTreeSet;

use sea_orm::Value;
use uuid::Uuid;

use crate::authority::EPOCH;
use crate::image::Image;
use crate::placeholders::placeholders;
use crate::row::Entity as _;
use crate::{ImageNumber, Result, Scope, Transaction};

/// How many versions one statement asks for.
const LOT: usize = 500;

/// What a worker found out about an image.
#[derive(Debug, Clone)]
pub struct Ingested {
    /// Pixels.
    pub width: i64,
    /// Pixels.
    pub height: i64,
    /// The media type that the content has.
    pub media_type: String,
    /// Whether it has no colours.
    pub gray: bool,
    /// Under which version its files are kept.
    pub object: Uuid,
    /// Bytes of what was fetched.
    pub size: i64,
    /// Bytes of all thumbnails.
    pub thumbnail_size: i64,
}

/// Writes down what a worker found out, or the kind of an error and what it is. What it could not make keeps the files it had.
///
/// # Errors
/// As [`crate::Error`].
pub async fn finish(
    transaction: &Transaction,
    image: ImageNumber,
    now: i64,
    outcome: std::result::Result<&Ingested, (&str, &str)>,
) -> Result<()> {
    let statement = match outcome {
        Ok(ingested) => transaction.statement(
            "UPDATE image SET ingesting = FALSE, error = NULL, error_kind = NULL, finished_at = $2, width = $3, height = $4, \
             media_type = $5, object = $6, size = $7, thumbnail_size = $8, gray = $9, version = version + 1 WHERE id = $1",
            [
                image.into(),
                now.into(),
                ingested.width.into(),
                ingested.height.into(),
                ingested.media_type.clone().into(),
                ingested.object.into(),
                ingested.size.into(),
                ingested.thumbnail_size.into(),
                ingested.gray.into(),
            ],
        ),
        Err((kind, error)) => transaction.statement(
            "UPDATE image SET ingesting = FALSE, error = $3, error_kind = $4, finished_at = $2, version = version + 1 \
             WHERE id = $1",
            [image.into(), now.into(), error.into(), kind.into()],
        ),
    };
    transaction.run(statement).await?;
    Ok(())
}

/// Those of these versions under which images have their files.
///
/// # Errors
/// As [`crate::Error`].
pub async fn objects(scope: &Scope<'_>, versions: &BTreeSet<Uuid>) -> Result<BTreeSet<Uuid>> {
    let mut kept = BTreeSet::new();
    let versions: Vec<_> = versions.iter().copied().collect();
    for lot in versions.chunks(LOT) {
        let mut values = Vec::new();
        let sql = format!(
            "SELECT object, id FROM image WHERE object IN ({})",
            placeholders(&mut values, lot.iter().copied())
        );
        let rows: Vec<(Uuid, i64)> = scope.all(scope.statement(&sql, values)).await?;
        kept.extend(rows.into_iter().map(|(object, _)| object));
    }
    Ok(kept)
}

/// Whether there is an image that has files.
///
/// # Errors
/// As [`crate::Error`].
pub async fn has_any(scope: &Scope<'_>) -> Result<bool> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM image WHERE object IS NOT NULL), {EPOCH}");
    let (has,): (bool,) = scope.facts(scope.statement(&sql, [])).await?;
    Ok(has)
}

/// Says of images that a worker has taken them out of the queue.
///
/// # Errors
/// As [`crate::Error`].
pub async fn dequeue(transaction: &Transaction, images: &[ImageNumber], now: i64) -> Result<()> {
    let mut values: Vec<Value> = vec![now.into()];
    let placeholders = placeholders(&mut values, images.iter().copied());
    let sql = format!(
        "UPDATE image SET dequeued_at = $1, version = version + 1 \
         WHERE id IN (SELECT id FROM image WHERE id IN ({placeholders}) AND ingesting AND dequeued_at IS NULL{})",
        // Whoever writes an image at this moment may hold others that are waited for here, or wait for them.
        transaction.skipping_locked()
    );
    transaction.run(transaction.statement(&sql, values)).await?;
    Ok(())
}

/// An image by its number.
///
/// # Errors
/// As [`crate::Error`].
pub async fn by_id(scope: &Scope<'_>, image: ImageNumber) -> Result<Option<Image>> {
    let sql = format!("SELECT {}, {EPOCH} FROM image WHERE id = $1", Image::COLUMNS);
    scope.one(scope.statement(&sql, [image.into()])).await
}

/// Images by their numbers, among writes, in no order.
///
/// # Errors
/// As [`crate::Error`].
pub async fn by_ids(transaction: &Transaction, images: &[ImageNumber]) -> Result<Vec<Image>> {
    let mut found = Vec::with_capacity(images.len());
    for lot in images.chunks(LOT) {
        let mut values = Vec::new();
        let these = placeholders(&mut values, lot.iter().copied());
        let sql = format!("SELECT {} FROM image WHERE id IN ({these})", Image::COLUMNS);
        found.extend(transaction.all::<Image>(transaction.statement(&sql, values)).await?);
    }
    Ok(found)
}

/// An image by its number, among writes; nobody else changes it until the transaction ends.
///
/// # Errors
/// As [`crate::Error`].
pub async fn lock_by_id(transaction: &Transaction, image: ImageNumber) -> Result<Option<Image>> {
    let sql = format!("SELECT {} FROM image WHERE id = $1{}", Image::COLUMNS, transaction.for_no_key_update());
    transaction.one(transaction.statement(&sql, [image.into()])).await
}
