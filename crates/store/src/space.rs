//! Spaces, numbered within their customer.

use crate::listing::{OrderBy, Table};
use crate::owned::{CUSTOMER_EXISTS, owned, state};
use crate::row::row;
use crate::{Number, Result, SpaceNumber, Tenant, Transaction};

row! {
    /// A space. Instants are microseconds since 1970.
    Space {
        /// The number that other tables refer to; never shown.
        id: Number<Self> = "id",
        /// The number within the customer.
        number: SpaceNumber = "number",
        /// Its name.
        name: String = "name",
        /// Tags of images without tags, as a JSON array.
        default_tags: String = "default_tags",
        /// The longest edge that anybody may see.
        default_max_unauthorised: i64 = "default_max_unauthorised",
        /// Roles of images without roles, as a JSON array.
        default_roles: String = "default_roles",
        /// When it was made.
        created_at: i64 = "created_at",
        /// How many images are in it.
        images: i64 = "coalesce((SELECT images FROM storage WHERE storage.space_id = space.id), 0)",
        /// Rises with each change.
        version: i64 = "version",
    }
}

state! {
    /// All that is kept of a space and can change.
    State {
        /// Its name.
        name: String = "name", folded "name_key";
        /// Tags of images without tags, as a JSON array.
        default_tags: String = "default_tags";
        /// The longest edge that anybody may see.
        default_max_unauthorised: i64 = "default_max_unauthorised";
        /// Roles of images without roles, as a JSON array.
        default_roles: String = "default_roles";
    }
}

owned!(
    Space,
    State,
    SpaceNumber = "number",
    Table {
        name: "space",
        condition: "customer_id = $1",
        owned: true,
        owner_exists: CUSTOMER_EXISTS,
        total: None,
        text: &["name_key"],
        filters: &[("name", "name_key", true)],
        orders: &[("name", OrderBy::Text("name_key")), ("created", OrderBy::Whole("created_at"))],
    }
);

/// The number for a new space: the one asked for, or the one after the greatest that was ever given. The customer's row
/// stays as it is until the transaction ends, so that no two spaces get one number. None if there is no such customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn number(
    transaction: &Transaction,
    tenant: Tenant,
    wanted: Option<SpaceNumber>,
) -> Result<Option<SpaceNumber>> {
    let sql = "UPDATE customer SET last_space = CASE WHEN $2 IS NULL THEN last_space + 1 \
        WHEN $2 > last_space THEN $2 ELSE last_space END \
        WHERE id = $1 AND lifecycle <> 'deleted' RETURNING last_space";
    let values = [tenant.id().into(), wanted.into()];
    let row: Option<(SpaceNumber,)> = transaction.one(transaction.statement(sql, values)).await?;
    Ok(row.map(|(last,)| wanted.unwrap_or(last)))
}

/// The number of a space that gives a role to its images.
///
/// # Errors
/// As [`crate::Error`].
pub async fn giving(transaction: &Transaction, tenant: Tenant, role: &str) -> Result<Option<SpaceNumber>> {
    let sql = "SELECT number FROM space WHERE customer_id = $1 AND default_roles LIKE $2 ESCAPE '\\' LIMIT 1";
    let pattern = format!("%\"{}\"%", role.replace('_', "\\_"));
    let row: Option<(SpaceNumber,)> =
        transaction.one(transaction.statement(sql, [tenant.id().into(), pattern.into()])).await?;
    Ok(row.map(|(number,)| number))
}
