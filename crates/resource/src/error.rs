//! What a rule can answer when it is not the resource.

use hydra::Violation;
use store::Unique;

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request is not carried out. Faces turn it into their own words.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such resource, or it is not the caller's to see.
    #[error("not found")]
    NotFound,
    /// The caller may see it, and not do this.
    #[error("forbidden")]
    Forbidden,
    /// The credentials are missing, wrong, or not valid any more.
    #[error("unauthenticated")]
    Unauthenticated,
    /// There is no definition of the name that was to be granted or revoked.
    #[error("{0:?} of this name is not defined")]
    Undefined(Defined),
    /// What is core is not granted or revoked like this.
    #[error("core")]
    CoreNotAllowed,
    /// The body breaks rules: all of them.
    #[error("invalid: {0:?}")]
    Invalid(Vec<Violation>),
    /// Something else stands in the way: everything that does. The sentences say what.
    #[error("conflict: {0:?}")]
    Conflict(Vec<Violation>),
    /// There is no room for more. The sentence says what is full.
    #[error("full: {0}")]
    Full(String),
    /// The resource is not in the state that the caller named.
    #[error("changed")]
    Changed,
    /// Too many attempts; the number is the seconds to wait.
    #[error("too many attempts")]
    TooMany(u64),
    /// Somebody's authority changed while the request ran: look it up and begin again.
    #[error("authority has changed")]
    Stale,
    /// What the service needs (the database, the store of objects) is not to be had at the moment, and nothing was done. The
    /// text is for the log.
    #[error("away: {0}")]
    Away(String),
    /// A fault of ours. The text is for the log.
    #[error("internal: {0}")]
    Internal(String),
}

/// An error after which a request may have to begin again: those of the rules, and what faces make of them.
pub trait Retry {
    /// Whether somebody's authority has changed, as [`Error::Stale`] says.
    fn is_stale(&self) -> bool;

    /// Whether somebody was refused for who they are: they may not, or it is not theirs to see. Nothing was done then.
    fn is_refusal(&self) -> bool;
}

impl Retry for Error {
    fn is_stale(&self) -> bool {
        matches!(self, Self::Stale)
    }

    fn is_refusal(&self) -> bool {
        matches!(self, Self::NotFound | Self::Forbidden | Self::Unauthenticated)
    }
}

/// What has a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defined {
    /// An entitlement.
    Entitlement,
    /// An entitlement group.
    Group,
}

impl Error {
    /// One violation.
    pub fn invalid(property: &str, what: impl std::fmt::Display) -> Self {
        Self::Invalid(vec![Violation::new(property, what)])
    }

    /// The same with its members called as another model calls them: a whole path, or a part of one wherever it stands.
    #[must_use]
    pub fn named(self, names: &[(&str, &str)]) -> Self {
        let name = |known: &str| names.iter().find(|(name, _)| *name == known).map(|(_, other)| (*other).to_owned());
        let part = |part: &str| {
            let (member, place) = part.split_at(part.find('[').unwrap_or(part.len()));
            name(member).map_or_else(|| part.to_owned(), |other| other + place)
        };
        let one = |Violation { property_path, message }| {
            let path: String = name(&property_path)
                .unwrap_or_else(|| property_path.split('.').map(part).collect::<Vec<_>>().join("."));
            Violation { message: message.replacen(&property_path, &path, 1), property_path: path }
        };
        match self {
            Self::Invalid(violations) => Self::Invalid(violations.into_iter().map(one).collect()),
            Self::Conflict(violations) => Self::Conflict(violations.into_iter().map(one).collect()),
            error => error,
        }
    }

    /// A conflict over one property.
    pub fn conflict(property: &str, what: impl std::fmt::Display) -> Self {
        Self::Conflict(vec![Violation::new(property, what)])
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Stale => Self::Stale,
            store::Error::Taken(Unique::CustomerName) => Self::conflict("name", "is taken by another customer"),
            store::Error::Taken(Unique::Alias) => Self::conflict("alias", "is taken by another customer"),
            store::Error::Taken(Unique::Email) => {
                Self::conflict("email", "is taken by another portal user of this customer")
            }
            store::Error::Taken(Unique::Uid) => Self::conflict("uid", "is taken"),
            store::Error::Taken(Unique::Identity) => Self::conflict("@id", "is taken"),
            store::Error::Taken(Unique::ImageName) => Self::conflict("id", "is taken by another image of this space"),
            store::Error::Taken(Unique::Definition) => Self::conflict("name", "is defined already"),
            store::Error::Taken(Unique::PropertyKey) => Self::conflict("key", "is taken by another descriptor"),
            store::Error::Taken(Unique::Request) => {
                Self::conflict("Idempotency-Key", "is that of a request that was carried out meanwhile")
            }
            store::Error::Taken(Unique::Constraint(name)) => Self::Internal(format!("nobody says what {name} is")),
            store::Error::Away(text) => Self::Away(text),
            store::Error::Database(error) => Self::Internal(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_calls_members_by_its_own_names() {
        let names = &[("names", "localizedNames"), ("properties.colour.red", "value")];
        for (known, named) in [
            ("names", "localizedNames"),
            ("choices[3].names", "choices[3].localizedNames"),
            ("names[2].names", "localizedNames[2].localizedNames"),
            ("surnames", "surnames"),
            ("properties.colour.red", "value"),
        ] {
            let Error::Invalid(violations) = Error::invalid(known, "is wrong").named(names) else { panic!("it was") };
            assert_eq!(violations, [Violation::new(named, "is wrong")]);
        }
    }
}
