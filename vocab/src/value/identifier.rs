//! Identities: newtypes, so that none is taken for another.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use super::text_value;

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ();

            /// Digits alone, without leading zeros: one resource has one address.
            fn from_str(text: &str) -> Result<Self, ()> {
                let canonical = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
                if canonical { text.parse().map(Self).map_err(drop) } else { Err(()) }
            }
        }

        impl hydra::Column for $name {
            const CELL: hydra::CellKind = hydra::CellKind::Whole;

            fn from_cell(cell: hydra::Cell, _: i64) -> Option<Self> {
                cell.whole().map(Self)
            }

            fn to_cell(&self) -> hydra::Cell {
                hydra::Cell::Whole(Some(self.0))
            }
        }
    };
}

number_id! {
    /// The number of a customer, from 1.
    CustomerId
}

number_id! {
    /// The number of a domain, from 1.
    DomainId
}

number_id! {
    /// The number of a space within its customer, from 1.
    SpaceId
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();

            /// The hyphenated form in lower case alone: one resource has one address.
            fn from_str(text: &str) -> Result<Self, ()> {
                let id = uuid::Uuid::try_parse(text).map_err(drop)?;
                let mut buffer = uuid::Uuid::encode_buffer();
                if id.as_hyphenated().encode_lower(&mut buffer) == text { Ok(Self(id)) } else { Err(()) }
            }
        }

        impl hydra::Column for $name {
            const CELL: hydra::CellKind = hydra::CellKind::Uuid;

            fn from_cell(cell: hydra::Cell, _: i64) -> Option<Self> {
                if let hydra::Cell::Uuid(id) = cell { id.map(Self) } else { None }
            }

            fn to_cell(&self) -> hydra::Cell {
                hydra::Cell::Uuid(Some(self.0))
            }
        }
    };
}

pub(crate) use uuid_id;

uuid_id! {
    /// The identity of a portal user.
    PortalUserId
}

uuid_id! {
    /// What a session is known by; no secret.
    SessionId
}

uuid_id! {
    /// The public half of an API key.
    KeyId
}

uuid_id! {
    /// The identity of an auth service.
    AuthServiceId
}

uuid_id! {
    /// The identity of a customer's origin strategy.
    CustomerOriginStrategyId
}

text_value! {
    /// The name of a portal role.
    RoleName, hydra::Limits::text(1, 60), |text| {
        if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte)) {
            Ok(())
        } else {
            Err("must be the name of a portal role")
        }
    }
}

text_value! {
    /// The name of an entitlement or of an entitlement group.
    EntitlementName, hydra::Limits::text(1, 128), |text| {
        if text.bytes().all(|byte| byte == b'.') {
            Err("must not consist of dots alone")
        } else if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte)) {
            Ok(())
        } else {
            Err("must consist of letters, digits, '_', '.', ':' and '-'")
        }
    }
}

number_id! {
    /// The number of a batch, from 1.
    BatchId
}

number_id! {
    /// The number of a change, from 1.
    ChangeId
}

text_value! {
    /// The identity of an image within its space: the last part of its address.
    ImageId, hydra::Limits::text(1, 250), |text| {
        if text.contains(['/', '\\']) {
            Err("must not contain / or \\")
        } else if text.bytes().all(|byte| byte == b'.') {
            Err("must not consist of dots alone")
        } else {
            Ok(())
        }
    }
}

/// The identity of an image as bodies give it: within its space, or whole, as `customer/space/image`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ImageName {
    /// Whose it is, and in which space, where it is given whole.
    pub place: Option<(CustomerId, SpaceId)>,
    /// The identity within the space.
    pub id: ImageId,
}

impl From<ImageId> for ImageName {
    fn from(id: ImageId) -> Self {
        Self { place: None, id }
    }
}

impl serde::Serialize for ImageName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.id.serialize(serializer)
    }
}

impl hydra::Value for ImageName {
    const DATATYPE: hydra::Datatype = hydra::Datatype::String;
    const LIMITS: hydra::Limits = hydra::Limits::text(1, 300);

    fn parse(json: &serde_json::Value) -> Result<Self, String> {
        const FORM: &str = "must be the identity of an image within its space, or customer/space/image";
        let mut parts = hydra::text(json, Self::LIMITS)?.split('/');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(id), None, None, None) => Ok(id.parse::<ImageId>()?.into()),
            (Some(customer), Some(space), Some(id), None) => {
                let place = (customer.parse().map_err(|()| FORM)?, space.parse().map_err(|()| FORM)?);
                Ok(Self { place: Some(place), id: id.parse()? })
            }
            _ => Err(FORM.into()),
        }
    }
}

/// An identity that is shown, and never given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Identity(pub Uuid);

impl hydra::Value for Identity {
    const DATATYPE: hydra::Datatype = hydra::Datatype::String;
    const LIMITS: hydra::Limits = hydra::Limits::text(36, 36);

    fn parse(json: &serde_json::Value) -> Result<Self, String> {
        let text = hydra::text(json, Self::LIMITS)?;
        Uuid::try_parse(text).map(Self).map_err(|_| "must be a UUID".into())
    }
}

text_value! {
    /// What somebody can be responsible for.
    UserRole, hydra::Limits::text(1, 60), |text| {
        if text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Ok(())
        } else {
            Err("must consist of letters and digits")
        }
    }
}
