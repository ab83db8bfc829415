//! Lists of images: of a customer, a space, a queue, a batch.

use sea_orm::Value;

use crate::image::Image;
use crate::kept::CUSTOMER_EXISTS;
use crate::listing::{Listing, Ownership, RowPage, Table};
use crate::order::OrderBy;
use crate::{BatchNumber, Number, Result, Scope, Tenant, of};

/// Declares a table of images; what differs is which there are, whose existence matters, and where tags are looked up.
macro_rules! images {
    ($(#[$doc:meta])* $name:ident, $owner:literal, $condition:literal, $exists:expr, $extents:expr, $among:literal) => {
        $(#[$doc])*
        pub(crate) const $name: Table = Table {
            name: "image",
            ownership: Ownership::In($owner),
            condition: $condition,
            owner_exists: $exists,
            extents: $extents,
            text: &[],
            has_trigrams: false,
            filters: &[
                ("id", "name", false),
                ("space", "space_number", false),
                ("string1", "string1", false),
                ("string2", "string2", false),
                ("string3", "string3", false),
                ("number1", "number1", false),
                ("number2", "number2", false),
                ("number3", "number3", false),
                ("tags", concat!("id IN (SELECT image_id FROM image_tag WHERE ", $among, " AND tag = ?)"), false),
                ("roles", concat!("id IN (SELECT image_id FROM image_role WHERE ", $among, " AND role = ?)"), false),
            ],
            orders: &[
                ("id", OrderBy::Text("name")),
                ("created", OrderBy::Whole("created_at")),
                ("string1", OrderBy::Text("string1")),
                ("string2", OrderBy::Text("string2")),
                ("string3", OrderBy::Text("string3")),
                ("number1", OrderBy::Whole("number1")),
                ("number2", OrderBy::Whole("number2")),
                ("number3", OrderBy::Whole("number3")),
            ],
        };
    };
}

images!(
    /// Of a customer.
    OF_CUSTOMER,
    "customer_id",
    "TRUE",
    CUSTOMER_EXISTS,
    Some("image"),
    "customer_id = $1"
);
images!(
    /// Of a space, by the number that other tables refer to.
    OF_SPACE,
    "space_id",
    "TRUE",
    "EXISTS (SELECT 1 FROM space WHERE id = $1)",
    Some("image_of_space"),
    "space_id = $1"
);
images!(
    /// That were submitted to a queue.
    OF_QUEUE,
    "customer_id",
    "batch_id IS NOT NULL",
    CUSTOMER_EXISTS,
    None,
    "customer_id = $1"
);
images!(
    /// Of a batch, and of no later one.
    OF_BATCH,
    "batch_id",
    "TRUE",
    "EXISTS (SELECT 1 FROM batch WHERE id = $1)",
    None,
    "image_id = image.id"
);
images!(
    /// Of a batch, ingested.
    COMPLETED,
    "batch_id",
    "id IN (SELECT image_id FROM batch_image WHERE batch_id = $1 AND state = 'completed')",
    "EXISTS (SELECT 1 FROM batch WHERE id = $1)",
    None,
    "image_id = image.id"
);
images!(
    /// Of a batch, failed.
    FAILED,
    "batch_id",
    "id IN (SELECT image_id FROM batch_image WHERE batch_id = $1 AND state = 'error')",
    "EXISTS (SELECT 1 FROM batch WHERE id = $1)",
    None,
    "image_id = image.id"
);

/// Which images to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichImages {
    /// All of a customer.
    Customer,
    /// Those of a customer that were ever submitted to its queue.
    Queue,
    /// Those of a space, by its number among all.
    Space(Number<of::Space>),
    /// Those of a batch, whatever became of them.
    Batch(BatchNumber),
    /// Those of a batch that were ingested.
    Completed(BatchNumber),
    /// Those of a batch that failed.
    Failed(BatchNumber),
}

/// Lists images. Whoever asks has proved that the space or batch is the tenant's.
///
/// # Errors
/// As [`crate::Error`].
pub async fn list(
    scope: &Scope<'_>,
    tenant: Tenant,
    among: WhichImages,
    listing: &Listing,
) -> Result<Option<RowPage<Image>>> {
    let (table, owner): (_, Value) = match among {
        WhichImages::Customer => (&OF_CUSTOMER, tenant.id().into()),
        WhichImages::Queue => (&OF_QUEUE, tenant.id().into()),
        WhichImages::Space(space) => (&OF_SPACE, space.into()),
        WhichImages::Batch(batch) => (&OF_BATCH, batch.into()),
        WhichImages::Completed(batch) => (&COMPLETED, batch.into()),
        WhichImages::Failed(batch) => (&FAILED, batch.into()),
    };
    table.list(scope, Some(owner), listing).await
}
