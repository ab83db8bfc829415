//! Images.

use sea_orm::Value;
use uuid::Uuid;

use crate::authority::EPOCH;
use crate::placeholders::{self, placeholders};
use crate::row::{Entity, row};
use crate::state::{State as _, state};
use crate::{
    BatchNumber, Birth, CustomerNumber, ImageNumber, Number, Result, Scope, SpaceNumber, Tenant, Transaction, of,
};

row! {
    /// An image. Instants are microseconds since 1970, lengths pixels, sizes bytes.
    Image {
        /// The number that other tables refer to; never shown.
        id: ImageNumber = "id",
        /// Whose it is.
        customer: CustomerNumber = "customer_id",
        /// The number of its space within the customer.
        space: SpaceNumber = "space_number",
        /// The number of its space among all; never shown.
        space_id: Number<of::Space> = "space_id",
        /// The last part of its address.
        name: String = "name",
        /// Where it comes from.
        origin: String = "origin",
        /// Where it was fetched from for the first time, if that was elsewhere.
        initial_origin: Option<String> = "initial_origin",
        /// The longest edge that anybody may see; -1 where none is said.
        max_unauthorised: i64 = "max_unauthorised",
        /// Its tags, as a JSON array.
        tags: String = "tags",
        /// The last parts of the addresses of its roles, as a JSON array.
        roles: String = "roles",
        /// A text of the customer's own.
        string1: String = "string1",
        /// A text of the customer's own.
        string2: String = "string2",
        /// A text of the customer's own.
        string3: String = "string3",
        /// A number of the customer's own.
        number1: i64 = "number1",
        /// A number of the customer's own.
        number2: i64 = "number2",
        /// A number of the customer's own.
        number3: i64 = "number3",
        /// The batch that it was submitted in last.
        batch: Option<BatchNumber> = "batch_id",
        /// Whether it waits for a worker, or one works on it.
        ingesting: bool = "ingesting",
        /// When it was put into the queue last.
        queued_at: Option<i64> = "queued_at",
        /// When a worker took it out of the queue last.
        dequeued_at: Option<i64> = "dequeued_at",
        /// When a worker was done with it last.
        finished_at: Option<i64> = "finished_at",
        /// Why it could not be ingested.
        error: Option<String> = "error",
        /// Of what kind that is.
        error_kind: Option<String> = "error_kind",
        /// Its width.
        width: Option<i64> = "width",
        /// Its height.
        height: Option<i64> = "height",
        /// The media type that its content has.
        media_type: Option<String> = "media_type",
        /// Under which version its files are kept; none where there are no files.
        object: Option<Uuid> = "object",
        /// Of what was fetched.
        size: i64 = "size",
        /// Of all thumbnails.
        thumbnail_size: i64 = "thumbnail_size",
        /// The sizes that its thumbnails are made in.
        thumbnail_policy: String = "thumbnail_policy",
        /// How it is prepared for delivery.
        image_optimisation_policy: String = "image_optimisation_policy",
        /// When it was registered.
        created_at: i64 = "created_at",
        /// Rises with each change.
        version: i64 = "version",
    }
}

state! {
    /// What clients say of an image.
    State {
        /// Where it comes from.
        origin: String = "origin";
        /// Where it is fetched from for the first time.
        initial_origin: Option<String> = "initial_origin";
        /// The longest edge that anybody may see; -1 where none is said.
        max_unauthorised: i64 = "max_unauthorised";
        /// Its tags, as a JSON array.
        tags: String = "tags";
        /// The last parts of the addresses of its roles, as a JSON array.
        roles: String = "roles";
        /// A text of the customer's own.
        string1: String = "string1";
        /// A text of the customer's own.
        string2: String = "string2";
        /// A text of the customer's own.
        string3: String = "string3";
        /// A number of the customer's own.
        number1: i64 = "number1";
        /// A number of the customer's own.
        number2: i64 = "number2";
        /// A number of the customer's own.
        number3: i64 = "number3";
    }
}

const BY_NAME: &str = "customer_id = $1 AND name = $3 \
    AND space_id = (SELECT id FROM space WHERE customer_id = $1 AND number = $2)";

/// An image.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, tenant: Tenant, space: SpaceNumber, name: &str) -> Result<Option<Image>> {
    let sql = format!("SELECT {}, {EPOCH} FROM image WHERE {BY_NAME}", Image::COLUMNS);
    scope.one(scope.statement(&sql, [tenant.id().into(), space.into(), name.into()])).await
}

/// The same, among writes, and nobody else changes it until the transaction ends.
///
/// # Errors
/// As [`crate::Error`].
pub async fn lock(transaction: &Transaction, tenant: Tenant, space: SpaceNumber, name: &str) -> Result<Option<Image>> {
    let sql = format!("SELECT {} FROM image WHERE {BY_NAME}{}", Image::COLUMNS, transaction.for_no_key_update());
    transaction.one(transaction.statement(&sql, [tenant.id().into(), space.into(), name.into()])).await
}

/// Those of these images of one space that there are, by their names, in the order of their numbers; nobody else changes
/// them until the transaction ends.
///
/// # Errors
/// As [`crate::Error`].
pub async fn lock_all(transaction: &Transaction, space_id: Number<of::Space>, names: &[String]) -> Result<Vec<Image>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let mut values: Vec<Value> = vec![space_id.into()];
    let names = placeholders::column(&mut values, names.iter().cloned());
    // Each name is looked for by itself: of a space that is larger than most, PostgreSQL would rather read all images than expect so many.
    let sql = format!(
        "SELECT id FROM (SELECT (SELECT image.id FROM image WHERE space_id = $1 AND name = wanted.column1) AS id \
         FROM (VALUES {names}) AS wanted) AS named WHERE id IS NOT NULL"
    );
    let found: Vec<(ImageNumber,)> = transaction.all(transaction.statement(&sql, values)).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = Vec::new();
    let numbers = placeholders(&mut values, found.into_iter().map(|(id,)| id));
    let sql = format!(
        "SELECT {} FROM image WHERE id IN ({numbers}) ORDER BY id{}",
        Image::COLUMNS,
        transaction.for_no_key_update()
    );
    transaction.all(transaction.statement(&sql, values)).await
}

/// A new image.
#[derive(Debug)]
pub struct NewImage {
    /// The number of its space among all.
    pub space_id: Number<of::Space>,
    /// The number of its space within the customer.
    pub space: SpaceNumber,
    /// The last part of its address.
    pub name: String,
    /// The batch that it comes in.
    pub batch: Option<BatchNumber>,
    /// What clients say of it.
    pub state: State,
}

/// How many rows one statement makes: PostgreSQL takes 65535 values, SQLite 32766.
const LOT: usize = 500;

/// Makes images that wait for a worker.
///
/// # Errors
/// [`crate::Error::Taken`] if one of them is there already.
pub async fn insert(transaction: &Transaction, tenant: Tenant, birth: Birth, new: Vec<NewImage>) -> Result<Vec<Image>> {
    let mut made: Vec<Image> = Vec::with_capacity(new.len());
    let mut new = new.into_iter().peekable();
    while new.peek().is_some() {
        let mut columns = vec![];
        let mut values: Vec<Value> = vec![tenant.id().into(), birth.at.into(), birth.version.into()];
        let mut lot = Vec::new();
        for NewImage { space_id, space, name, batch, state } in new.by_ref().take(LOT) {
            let mut row: Vec<(&str, Value)> = vec![
                ("space_id", space_id.into()),
                ("space_number", space.into()),
                ("name", name.into()),
                ("batch_id", batch.into()),
            ];
            row.extend(state.columns());
            let values: Vec<Value>;
            (columns, values) = row.into_iter().unzip();
            lot.push(values);
        }
        let sql = format!(
            "INSERT INTO image (customer_id, created_at, queued_at, version, {}) VALUES {} RETURNING {}",
            columns.join(", "),
            placeholders::rows(&mut values, "$1, $2, $2, $3", &lot),
            Image::COLUMNS
        );
        made.extend(transaction.all::<Image>(transaction.statement(&sql, values)).await?);
    }
    Ok(made)
}

/// Replaces what clients say of an image that still has the version of the row given. None if it has changed or gone.
///
/// # Errors
/// As [`crate::Error`].
pub async fn update(transaction: &Transaction, row: &Image, state: State) -> Result<Option<Image>> {
    let mut values: Vec<Value> = vec![row.id.into(), row.version.into()];
    let mut sets = String::new();
    for (column, value) in state.columns() {
        values.push(value);
        sets += &format!("{column} = ${}, ", values.len());
    }
    let sql = format!(
        "UPDATE image SET {sets}version = version + 1 WHERE id = $1 AND version = $2 RETURNING {}",
        Image::COLUMNS
    );
    transaction.one(transaction.statement(&sql, values)).await
}

/// Says that an image waits for a worker, in a batch if one is given.
///
/// # Errors
/// As [`crate::Error`].
pub async fn enqueue(
    transaction: &Transaction,
    image: ImageNumber,
    batch: Option<BatchNumber>,
    now: i64,
) -> Result<Option<Image>> {
    let sql = format!(
        "UPDATE image SET ingesting = TRUE, error = NULL, error_kind = NULL, queued_at = $2, dequeued_at = NULL, finished_at = NULL, \
         batch_id = coalesce($3, batch_id), version = version + 1 WHERE id = $1 RETURNING {}",
        Image::COLUMNS
    );
    transaction.one(transaction.statement(&sql, [image.into(), now.into(), batch.into()])).await
}

/// Removes an image.
///
/// # Errors
/// As [`crate::Error`].
pub async fn delete(transaction: &Transaction, image: ImageNumber) -> Result<()> {
    transaction.run(transaction.statement("DELETE FROM image WHERE id = $1", [image.into()])).await?;
    Ok(())
}

/// How many of a space's images there are.
///
/// # Errors
/// As [`crate::Error`].
pub async fn in_space(transaction: &Transaction, space_id: Number<of::Space>) -> Result<i64> {
    let sql = "SELECT images FROM storage WHERE space_id = $1";
    let row: Option<(i64,)> = transaction.one(transaction.statement(sql, [space_id.into()])).await?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Whether an image of the customer asks for a role.
///
/// # Errors
/// As [`crate::Error`].
pub async fn asks_for(transaction: &Transaction, tenant: Tenant, role: &str) -> Result<bool> {
    let sql = "SELECT image_id FROM image_role WHERE customer_id = $1 AND role = $2 LIMIT 1";
    let row: Option<(i64,)> = transaction.one(transaction.statement(sql, [tenant.id().into(), role.into()])).await?;
    Ok(row.is_some())
}
