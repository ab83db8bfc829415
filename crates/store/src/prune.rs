//! All images and batches of a customer, gone.

use sea_orm::Value;

use crate::authority::EPOCH;
use crate::placeholders::placeholders;
use crate::row::row;
use crate::{BatchNumber, ImageNumber, Result, Scope, SpaceNumber, Tenant, Transaction, job};

row! {
    /// What is needed of an image that goes.
    Going {
        /// Its number.
        id: ImageNumber = "id",
        /// The number of its space within the customer.
        space: SpaceNumber = "space_number",
        /// The last part of its address.
        name: String = "name",
        /// Under which version its files are kept; none where there are no files.
        object: Option<uuid::Uuid> = "object",
    }
}

/// How many images go with one statement: each takes a few places, and a statement has room for some thousands.
const LOT: i64 = 500;

/// Keeps the images of a customer for this transaction, all before the first of them goes: whoever has one of them waits for
/// nothing that this transaction has.
///
/// # Errors
/// As [`crate::Error`].
pub async fn hold(transaction: &Transaction, tenant: Tenant) -> Result<()> {
    let lock = transaction.for_no_key_update();
    let sql = format!(
        "SELECT CAST(count(*) AS BIGINT) FROM (SELECT id FROM image WHERE customer_id = $1 ORDER BY id{lock}) AS held"
    );
    let _: Option<(i64,)> = transaction.one(transaction.statement(&sql, [tenant.id().into()])).await?;
    Ok(())
}

/// How many images and batches a customer has.
///
/// # Errors
/// As [`crate::Error`].
pub async fn counts(scope: &Scope<'_>, tenant: Tenant) -> Result<(i64, i64)> {
    let sql = format!(
        "SELECT (SELECT CAST(count(*) AS BIGINT) FROM image WHERE customer_id = $1), \
         (SELECT CAST(count(*) AS BIGINT) FROM batch WHERE customer_id = $1), {EPOCH}"
    );
    scope.facts(scope.statement(&sql, [tenant.id().into()])).await
}

/// Some of the images that a customer still has.
///
/// # Errors
/// As [`crate::Error`].
pub async fn next(transaction: &Transaction, tenant: Tenant) -> Result<Vec<Going>> {
    use crate::row::Entity as _;
    let sql = format!("SELECT {} FROM image WHERE customer_id = $1 ORDER BY id LIMIT $2", Going::COLUMNS);
    transaction.all(transaction.statement(&sql, [tenant.id().into(), LOT.into()])).await
}

/// Removes images of a customer, and has files discarded.
///
/// # Errors
/// As [`crate::Error`].
pub async fn images(
    transaction: &Transaction,
    tenant: Tenant,
    images: &[ImageNumber],
    objects: Vec<String>,
) -> Result<()> {
    job::discard(transaction, tenant.id(), objects).await?;
    let mut values: Vec<Value> = Vec::new();
    let placeholders = placeholders(&mut values, images.iter().copied());
    let sql = format!("DELETE FROM image WHERE id IN ({placeholders})");
    transaction.run(transaction.statement(&sql, values)).await?;
    Ok(())
}

/// Removes the batches of a customer whose images are gone; their numbers.
///
/// # Errors
/// As [`crate::Error`].
pub async fn batches(transaction: &Transaction, tenant: Tenant) -> Result<Vec<BatchNumber>> {
    let sql = "DELETE FROM batch WHERE customer_id = $1 RETURNING id";
    let rows: Vec<(BatchNumber,)> = transaction.all(transaction.statement(sql, [tenant.id().into()])).await?;
    Ok(rows.into_iter().map(|(batch,)| batch).collect())
}
