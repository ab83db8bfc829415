//! What can go wrong with rows.

use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody's authority changed since the caller's was looked up, or a transaction was undone because another was in its
    /// way: look the authority up again, and ask again.
    #[error("authority has changed")]
    Stale,
    /// Another row has this value already.
    #[error("{0:?} is taken")]
    Taken(Unique),
    /// The database cannot be reached, cannot be written, or was busy beyond patience. Of what was asked nothing was done. The
    /// text is for the log.
    #[error("the database is not to be had: {0}")]
    Away(String),
    /// The database refused what it was asked: a fault of ours.
    #[error(transparent)]
    Database(DbErr),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        if has_given_way(&error) { Self::Stale } else { Self::Database(error) }
    }
}

/// Whether PostgreSQL undid a transaction so that others could go on: `serialization_failure` and `deadlock_detected`
/// (PostgreSQL, appendix A). Made again it comes after them.
fn has_given_way(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = error else {
        return false;
    };
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| matches!(&*code, "40001" | "40P01"))
}

/// What has to be unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unique {
    /// The name of a customer.
    CustomerName,
    /// The alias of a customer.
    Alias,
    /// The e-mail address of a portal user within its customer.
    Email,
    /// The sign-in name of a portal user.
    Uid,
    /// An identity that was chosen by a client, and that another customer's resource has.
    Identity,
    /// The name of a named query within its customer.
    QueryName,
    /// The pattern of an origin strategy within its customer.
    OriginPattern,
    /// The name of an auth service within its customer.
    ServiceName,
    /// The last part of a role's address within its customer.
    RoleSlug,
    /// The name of a space within its customer.
    SpaceName,
    /// The number of a space within its customer.
    SpaceNumber,
    /// The identity of an image within its space.
    ImageName,
    /// The name of an entitlement or of an entitlement group.
    Definition,
    /// The key of a property descriptor.
    PropertyKey,
}

impl Error {
    /// Tells a violated unique constraint from other failures.
    pub(crate) fn from_write(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(message)) => Self::of_unique(&message, || error),
            _ => error.into(),
        }
    }

    /// Which unique constraint was violated. The two databases name it in different words.
    pub(crate) fn of_unique(message: &str, otherwise: impl FnOnce() -> DbErr) -> Self {
        let names = [
            ("named_query_name", Unique::QueryName),
            ("named_query.name_key", Unique::QueryName),
            ("customer_origin_strategy_regex", Unique::OriginPattern),
            ("customer_origin_strategy.regex", Unique::OriginPattern),
            ("auth_service_name", Unique::ServiceName),
            ("auth_service.name_key", Unique::ServiceName),
            ("role_slug", Unique::RoleSlug),
            ("role.slug", Unique::RoleSlug),
            ("space_name", Unique::SpaceName),
            ("space.name_key", Unique::SpaceName),
            ("space_number", Unique::SpaceNumber),
            ("space.number", Unique::SpaceNumber),
            ("image_name", Unique::ImageName),
            ("image.name", Unique::ImageName),
            ("entitlement_pkey", Unique::Definition),
            ("entitlement.name", Unique::Definition),
            ("entitlement_group_pkey", Unique::Definition),
            ("entitlement_group.name", Unique::Definition),
            ("property_descriptor_key", Unique::PropertyKey),
            ("property_descriptor.key", Unique::PropertyKey),
            ("uuid", Unique::Identity),
            ("cid_key", Unique::CustomerName),
            ("customer_alias", Unique::Alias),
            ("alias_key", Unique::Alias),
            ("portal_user_email", Unique::Email),
            ("email_key", Unique::Email),
            ("uid_key", Unique::Uid),
        ];
        match names.iter().find(|(name, _)| message.contains(name)) {
            Some((_, unique)) => Self::Taken(*unique),
            None => Self::Database(otherwise()),
        }
    }
}
