//! What can go wrong with rows.

use std::pin::Pin;

use sea_orm::DbErr;

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What waits for a database. On the heap, so that whoever asks knows nothing of what is waited for, and is compiled without it.
pub(crate) type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

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

/// What is said where a row is not there that always is.
pub(crate) fn missing() -> sea_orm::DbErr {
    sea_orm::DbErr::RecordNotFound("a row that is always there".into())
}

/// What has to be unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unique {
    /// What a constraint of this name says: that of a table, and that of a column without its `_key`.
    Constraint(String),
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
    /// The identity of an image within its space.
    ImageName,
    /// The name of an entitlement or of an entitlement group.
    Definition,
    /// The key of a property descriptor.
    PropertyKey,
    /// The key of a request, which was carried out or is being.
    Request,
}

impl Error {
    /// Which unique constraint was violated. The two databases name it in different words.
    pub(crate) fn of_unique(message: &str, otherwise: impl FnOnce() -> DbErr) -> Self {
        let names = [
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
            Some((_, unique)) => Self::Taken(unique.clone()),
            None => constraint(message)
                .map_or_else(|| Self::Database(otherwise()), |constraint| Self::Taken(Unique::Constraint(constraint))),
        }
    }
}

/// The name of a unique constraint: PostgreSQL says it, SQLite says its columns, of which the last is the one.
fn constraint(message: &str) -> Option<String> {
    if let Some((_, name)) = message.split_once("unique constraint \"") {
        return name.split('"').next().map(String::from);
    }
    let (_, columns) = message.split_once("UNIQUE constraint failed: ")?;
    let column = columns.rsplit(", ").next()?.trim();
    Some(column.trim_end_matches("_key").replace('.', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_name_a_constraint_alike() {
        let postgres = r#"duplicate key value violates unique constraint "note_title""#;
        let sqlite = "UNIQUE constraint failed: note.customer_id, note.title_key";
        for message in [postgres, sqlite] {
            assert_eq!(constraint(message).as_deref(), Some("note_title"), "{message}");
        }
        assert_eq!(constraint("UNIQUE constraint failed: role.slug").as_deref(), Some("role_slug"));
        assert_eq!(constraint("FOREIGN KEY constraint failed"), None);
    }
}
