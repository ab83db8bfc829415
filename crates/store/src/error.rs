//! What can go wrong with rows.

use sea_orm::{DbErr, RuntimeErr};

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

/// What comes by way of sea-orm: changes of the schema, and long reads of a file.
impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        let cause = match &error {
            DbErr::Conn(RuntimeErr::SqlxError(cause))
            | DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause)) => cause.as_ref(),
            DbErr::ConnectionAcquire(_) => return Self::Away(error.to_string()),
            _ => return Self::Database(error),
        };
        match crate::postgres::is_of_the_way(cause) || crate::sqlite::is_of_the_file(cause) {
            true => Self::Away(error.to_string()),
            false => Self::Database(error),
        }
    }
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
