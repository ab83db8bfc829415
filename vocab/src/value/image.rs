//! The literals of images.

use hydra::{Datatype, Limits, Value};
use serde_json::Value as Json;

use super::administration::choice;
use super::{SpaceId, text_value};

choice! {
    /// Of what kind the error of an image is: who can do something about it.
    ErrorKind {
        /// The image could not be fetched from its origin.
        Origin = "origin",
        /// No origin strategy of the customer, or of the service, leads to the origin.
        Strategy = "strategy",
        /// What was fetched is no picture that is taken in.
        Picture = "picture",
        /// The customer may not store that much.
        Storage = "storage",
        /// A fault of the service.
        Service = "service",
    }
}

text_value! {
    /// A text of the customer's own; empty where there is none.
    Note, Limits::text(0, 1000), |_| Ok(())
}

/// Declares a whole number with bounds of its own.
macro_rules! whole_value {
    ($(#[$doc:meta])* $name:ident, $datatype:expr, $range:expr, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl Value for $name {
            const DATATYPE: Datatype = $datatype;

            fn parse(json: &Json) -> Result<Self, String> {
                json.as_i64().filter(|number| $range.contains(number)).map(Self).ok_or_else(|| $what.into())
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

whole_value! {
    /// A number of the customer's own; 0 where there is none.
    CustomNumber, Datatype::NonNegativeInteger, (0..=i64::MAX), "must be a whole number from 0 to 9223372036854775807"
}

whole_value! {
    /// The longest edge, in pixels, that anybody may see.
    OpenEdge, Datatype::Integer, (-1..=i64::from(i32::MAX)),
    "must be -1 where nothing is said, 0 for nothing, or the pixels of an edge, at most 2147483647"
}

impl OpenEdge {
    /// Nothing is said.
    pub const UNSAID: Self = Self(-1);
}

/// The number of a space in a body. Programs in use send it as a text as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberOfSpace(pub SpaceId);

impl serde::Serialize for NumberOfSpace {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0.0)
    }
}

impl Value for NumberOfSpace {
    const DATATYPE: Datatype = Datatype::Integer;

    fn parse(json: &Json) -> Result<Self, String> {
        let lexical = json.as_str().map_or_else(|| json.to_string(), String::from);
        lexical.parse().map(Self).map_err(|()| "must be the number of a space".into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::ImageName;
    use super::*;

    #[test]
    fn a_space_is_a_number_however_it_is_written() {
        for (json, number) in [
            (json!(3), Some(3)),
            (json!("3"), Some(3)),
            (json!("03"), None),
            (json!(0), None),
            (json!(-1), None),
            (json!(1.5), None),
            (json!(""), None),
            (json!(null), None),
            (json!("99999999999999999999"), None),
        ] {
            assert_eq!(NumberOfSpace::parse(&json).ok().map(|space| space.0.0), number, "{json}");
        }
    }

    #[test]
    fn an_image_is_named_within_its_space_or_whole() {
        for (text, good) in [
            ("page-1", true),
            ("Seite 1 (ä).jpg", true),
            ("2/5/page-1", true),
            ("2/5/", false),
            ("2/x/page-1", false),
            ("02/5/page-1", false),
            ("5/page-1", false),
            ("2/5/page/1", false),
            ("..", false),
            ("2/5/..", false),
            ("a\\b", false),
            ("", false),
        ] {
            assert_eq!(ImageName::parse(&json!(text)).is_ok(), good, "{text}");
        }
    }
}
