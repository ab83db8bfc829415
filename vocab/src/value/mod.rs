//! The literals of the vocabulary, as types that parse.

mod administration;
mod catalogue;
mod change;
mod contact;
mod identifier;
mod image;
mod origin;
mod property;
mod search;
mod text;

pub use administration::{
    Alias, DnsName, EulaRevision, Flag, Flags, Kind, Language, Lifecycle, Metadata, MfaMethod, TimeZone, distinct,
};
pub use catalogue::{
    GlobalName, JsonText, OriginCredentials, OriginPattern, QueryName, QueryTemplate, RoleId, Secret, ServiceName, Tag,
    Text,
};
pub use change::{ActorKind, ChangeKind};
pub use contact::{Email, Mobile, Password};
pub(crate) use identifier::uuid_id;
pub use identifier::{
    AuthServiceId, BatchId, ChangeId, CustomerId, CustomerOriginStrategyId, DomainId, EntitlementName, Identity,
    ImageId, ImageName, KeyId, PortalUserId, RoleName, SessionId, SpaceId, UserRole,
};
pub use image::{CustomNumber, ErrorKind, Note, NumberOfSpace, OpenEdge};
pub use origin::{Origin, OriginError, OriginKind, OriginText};
pub use property::{Choice, Choices, JsonObject, JsonObjects, Localised, PropertyName, ValueType};
pub use search::{KeywordField, KeywordMatch, Mark, SearchCode};
pub use text::{Description, DisplayName, Name, Uid};

/// A newtype over text: what it checks is the function given.
macro_rules! text_value {
    ($(#[$doc:meta])* $name:ident, $limits:expr, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// A text that the database vouches for.
            pub fn trusted(text: String) -> Self {
                Self(text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl hydra::Value for $name {
            const DATATYPE: hydra::Datatype = hydra::Datatype::String;
            const LIMITS: hydra::Limits = $limits;

            fn parse(json: &serde_json::Value) -> Result<Self, String> {
                let text = hydra::text(json, Self::LIMITS)?;
                let check: fn(&str) -> Result<(), &'static str> = $check;
                check(text).map_err(String::from)?;
                Ok(Self(text.to_owned()))
            }
        }

        impl hydra::Column for $name {
            const CELL: hydra::CellKind = hydra::CellKind::Text;

            fn from_cell(cell: hydra::Cell, _: i64) -> Option<Self> {
                cell.text().map(Self)
            }

            fn to_cell(&self) -> hydra::Cell {
                hydra::Cell::Text(Some(self.0.clone()))
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                hydra::Value::parse(&serde_json::Value::from(text))
            }
        }
    };
}
pub(crate) use text_value;
