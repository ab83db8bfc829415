//! What is wrong with a file, in words for whoever has it.

use hayro_jpeg2000::DecodeError;

use crate::PictureError;

pub(super) fn variant(what: impl std::fmt::Display) -> PictureError {
    PictureError::Variant(format!("it is a JPEG 2000 {what}"))
}

pub(super) fn damaged(what: &str) -> PictureError {
    PictureError::Damaged(format!("{what} of the JPEG 2000 makes no sense"))
}

impl From<DecodeError> for PictureError {
    fn from(error: DecodeError) -> Self {
        match error {
            // Its words are that there are no tiles.
            DecodeError::Tile(_) => damaged("the order of packets"),
            error => Self::Damaged(error.to_string()),
        }
    }
}
