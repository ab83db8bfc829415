//! Policies, the same for all customers. There are few of each.

use crate::authority::EPOCH;
use crate::row::{Entity, row};
use crate::{Result, Scope};

row! {
    /// Limits on what a customer stores.
    StoragePolicy {
        /// Its name.
        name: String = "name",
        /// How many images may be stored.
        maximum_images: i64 = "maximum_images",
        /// How many bytes they may take.
        maximum_bytes: i64 = "maximum_bytes",
    }
}

row! {
    /// A set of sizes of thumbnails.
    ThumbnailPolicy {
        /// Its name.
        name: String = "name",
        /// The sizes, as a JSON array.
        sizes: String = "sizes",
    }
}

row! {
    /// A way of preparing images.
    ImageOptimisationPolicy {
        /// Its name.
        name: String = "name",
        /// What it does.
        technical_details: String = "technical_details",
    }
}

/// A kind of policy.
pub trait Policy: Entity {
    /// The table.
    const TABLE: &'static str;
}

impl Policy for StoragePolicy {
    const TABLE: &'static str = "storage_policy";
}

impl Policy for ThumbnailPolicy {
    const TABLE: &'static str = "thumbnail_policy";
}

impl Policy for ImageOptimisationPolicy {
    const TABLE: &'static str = "image_optimisation_policy";
}

/// A policy.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find<P: Policy>(scope: &Scope<'_>, name: &str) -> Result<Option<P>> {
    let sql = format!("SELECT {}, {EPOCH} FROM {} WHERE name = $1", P::COLUMNS, P::TABLE);
    scope.one(scope.statement(&sql, [name.into()])).await
}

/// All policies of a kind.
///
/// # Errors
/// As [`crate::Error`].
pub async fn all<P: Policy>(scope: &Scope<'_>) -> Result<Vec<P>> {
    scope.few(&format!("{} ORDER BY name", P::TABLE)).await
}
