//! What a body gives, as the database keeps it, and back.

use hydra::Given;

use crate::{Error, Result};

/// A required member, which the check of the body has seen.
pub(crate) fn required<T>(value: Option<T>, property: &str) -> Result<T> {
    value.ok_or_else(|| Error::invalid(property, "is required"))
}

/// What is a part of the address: a body that gives it gives that.
pub(crate) fn check_fixed<T: PartialEq>(given: &Given<T>, own: &T, property: &str) -> Result<()> {
    match given {
        Given::Value(given) if given != own => {
            Err(Error::invalid(property, "is fixed: it is the last part of the address"))
        }
        _ => Ok(()),
    }
}

/// A text that may be missing, after a change.
pub(crate) fn text<T: Into<String>>(given: Given<T>, kept: Option<String>) -> Option<String> {
    match given {
        Given::Value(text) => Some(text.into()),
        Given::Null => None,
        Given::Absent => kept,
    }
}

/// A set as the database keeps it where it is never searched.
pub(crate) fn in_json<T: serde::Serialize>(values: &[T]) -> Result<String> {
    serde_json::to_string(values).map_err(|error| Error::Internal(error.to_string()))
}

/// A set that the database kept.
pub(crate) fn from_json(text: &str) -> Result<Vec<String>> {
    serde_json::from_str(text).map_err(|error| Error::Internal(error.to_string()))
}

/// Names that the database gave with commas between them, in order. No name has a comma.
pub(crate) fn names(joined: Option<String>) -> Vec<String> {
    let mut names: Vec<String> = joined.iter().flat_map(|names| names.split(',')).map(String::from).collect();
    names.sort_unstable();
    names
}
