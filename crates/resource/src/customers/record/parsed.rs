//! The columns of a row as rules have them: each type says what it is kept as.

use hydra::Timestamp;
use store::{CustomerNumber, DomainNumber};
use uuid::Uuid;
use vocab::value::{CustomerId, DomainId, Flags, Kind, Language, Lifecycle, Metadata, MfaMethod};

use crate::columns::{from_json, in_json};
use crate::instant::{instant, micros};
use crate::number::{Named, Numbered};
use crate::{Error, Result};

/// Declares what a row is to the rules: each field with its type, and with its column where that has another name. It is made of
/// the row, and the row of it.
macro_rules! parsed {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $field:ident: $type:ty $(= $column:ident)?),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name { $($(#[$of])* pub $field: $type),* }

        impl $name {
            /// What the database keeps, as the rules have it.
            pub(crate) fn of(row: store::record::$name) -> $crate::Result<Self> {
                use $crate::customers::record::parsed::{Parsed as _, column};
                Ok(Self { $($field: <$type>::parse(column!(row $field $($column)?))?),* })
            }

            /// What the database keeps of it.
            pub(crate) fn row(&self) -> $crate::Result<store::record::$name> {
                use $crate::customers::record::parsed::{Parsed as _, row};
                row!($name, self, {} $($field $(= $column)?,)*)
            }
        }
    };
}
pub(super) use parsed;

/// The column of a field.
macro_rules! column {
    ($row:ident $field:ident) => {
        $row.$field
    };
    ($row:ident $field:ident $column:ident) => {
        $row.$column
    };
}
pub(super) use column;

/// A row of all fields, one after the other.
macro_rules! row {
    ($name:ident, $self:ident, {$($done:tt)*}) => { Ok(store::record::$name { $($done)* }) };
    ($name:ident, $self:ident, {$($done:tt)*} $field:ident, $($rest:tt)*) => {
        $crate::customers::record::parsed::row!($name, $self, {$($done)* $field: $self.$field.keep()?,} $($rest)*)
    };
    ($name:ident, $self:ident, {$($done:tt)*} $field:ident = $column:ident, $($rest:tt)*) => {
        $crate::customers::record::parsed::row!($name, $self, {$($done)* $column: $self.$field.keep()?,} $($rest)*)
    };
}
pub(super) use row;

/// A type that a column is read as.
pub(super) trait Parsed: Sized {
    /// What is kept of it.
    type Kept;

    /// What was kept, as the rules have it.
    fn parse(kept: Self::Kept) -> Result<Self>;
    /// What is kept of it.
    fn keep(&self) -> Result<Self::Kept>;
}

impl<T: Parsed> Parsed for Option<T> {
    type Kept = Option<T::Kept>;

    fn parse(kept: Self::Kept) -> Result<Self> {
        kept.map(T::parse).transpose()
    }

    fn keep(&self) -> Result<Self::Kept> {
        self.as_ref().map(T::keep).transpose()
    }
}

/// Types that are kept as they are, as something of their own, or as one of a few words.
macro_rules! parsed_as {
    ($($type:ty as $kept:ty: |$given:ident| $parse:expr, |$value:ident| $keep:expr;)*) => {$(
        impl Parsed for $type {
            type Kept = $kept;

            fn parse($given: $kept) -> Result<Self> {
                $parse
            }

            fn keep(&self) -> Result<$kept> {
                let $value = self;
                $keep
            }
        }
    )*};
}

parsed_as! {
    String as String: |text| Ok(text), |text| Ok(text.clone());
    bool as bool: |flag| Ok(flag), |flag| Ok(*flag);
    i64 as i64: |number| Ok(number), |number| Ok(*number);
    Uuid as Uuid: |uuid| Ok(uuid), |uuid| Ok(*uuid);
    Timestamp as i64: |at| Ok(instant(at)), |at| Ok(micros(*at));
    CustomerId as CustomerNumber: |number| Ok(number.identity()), |id| Ok(id.number());
    DomainId as DomainNumber: |number| Ok(number.identity()), |id| Ok(id.number());
    Flags as i64: |bits| Ok(Flags::of_bits(bits)), |flags| Ok(flags.bits());
    Metadata as String: |text| Ok(Metadata::trusted(text)), |metadata| Ok(metadata.as_str().to_owned());
    Vec<String> as String: |text| from_json(&text), |texts| in_json(texts);
    Lifecycle as String: |word| chosen(&word), |choice| Ok(choice.as_str().to_owned());
    Kind as String: |word| chosen(&word), |choice| Ok(choice.as_str().to_owned());
    Language as String: |word| chosen(&word), |choice| Ok(choice.as_str().to_owned());
    MfaMethod as String: |word| chosen(&word), |choice| Ok(choice.as_str().to_owned());
}

/// A choice that the database kept.
fn chosen<T: std::str::FromStr<Err = String>>(text: &str) -> Result<T> {
    text.parse().map_err(|what| Error::Internal(format!("'{text}' {what}")))
}
