//! Images as far as delivering them goes: one short row for each request.

use uuid::Uuid;

use crate::authority::EPOCH;
use crate::row::{Entity as _, row};
use crate::{Result, Scope, SpaceNumber, Tenant};

row! {
    /// An image that has files.
    Deliverable {
        /// Under which version its files are kept.
        object: Uuid = "object",
        /// Pixels.
        width: i64 = "width",
        /// Pixels.
        height: i64 = "height",
        /// Whether it has no colours.
        gray: bool = "gray",
        /// The longest edge that anybody may see; -1 where none is said.
        max_unauthorised: i64 = "max_unauthorised",
        /// The last parts of the addresses of its roles, as a JSON array.
        roles: String = "roles",
        /// The edges of its thumbnails, as a JSON array.
        sizes: String = "(SELECT sizes FROM thumbnail_policy WHERE thumbnail_policy.name = image.thumbnail_policy)",
    }
}

/// An image of a customer that is active; none where it has no files yet.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, tenant: Tenant, space: SpaceNumber, name: &str) -> Result<Option<Deliverable>> {
    let sql = format!(
        "SELECT {}, {EPOCH} FROM image WHERE name = $3 \
         AND space_id = (SELECT id FROM space WHERE customer_id = $1 AND number = $2) \
         AND object IS NOT NULL AND width IS NOT NULL AND height IS NOT NULL \
         AND EXISTS (SELECT 1 FROM customer WHERE id = $1 AND lifecycle = 'active')",
        Deliverable::COLUMNS
    );
    scope.one(scope.statement(&sql, [tenant.id().into(), space.into(), name.into()])).await
}
