//! What is wrong with a picture.

use std::io;

use image::{ImageError, error::ParameterErrorKind};

/// Why a picture is not taken. The texts continue a sentence: "The image *is cut short*".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// The content is of no kind that is understood.
    #[error("is not a picture that is understood (JPEG, JPEG 2000, PNG, WebP, TIFF, GIF are)")]
    NotUnderstood,
    /// The end is missing.
    #[error("is cut short")]
    CutShort,
    /// The content is wrong; the decoder's words follow.
    #[error("is damaged: {0}")]
    Damaged(String),
    /// The kind is understood, this variant of it is not; the decoder's words follow.
    #[error("is of a variant that is not understood: {0}")]
    Variant(String),
    /// There is no pixel.
    #[error("has no pixels")]
    Empty,
    /// An edge is too long.
    #[error("is {edge} pixels long; at most {max} are taken")]
    TooLong {
        /// The longer edge, in pixels.
        edge: u32,
        /// The longest that is taken, in pixels.
        max: u32,
    },
    /// There are too many pixels.
    #[error("has {} megapixels; at most {} are taken", tenths(pixels.div_ceil(100_000)), tenths(max / 100_000))]
    TooManyPixels {
        /// Its pixels.
        pixels: u64,
        /// The most that are taken.
        max: u64,
    },
    /// Decoding it would take too much memory.
    #[error("needs more memory than a picture is given")]
    TooMuchMemory,
}

impl From<ImageError> for PictureError {
    fn from(error: ImageError) -> Self {
        if ends_early(&error) {
            return Self::CutShort;
        }
        match error {
            ImageError::Limits(_) => Self::TooMuchMemory,
            ImageError::Unsupported(error) => Self::Variant(error.to_string()),
            error => Self::Damaged(error.to_string()),
        }
    }
}

/// The decoders say in different words that they want more bytes; what they have in common is an I/O error or its text.
fn ends_early(error: &ImageError) -> bool {
    match error {
        ImageError::IoError(error) => error.kind() == io::ErrorKind::UnexpectedEof,
        ImageError::Parameter(error) => matches!(error.kind(), ParameterErrorKind::NoMoreData),
        error => error.to_string().to_ascii_lowercase().contains("end of file"),
    }
}

fn tenths(tenths: u64) -> String {
    match (tenths / 10, tenths % 10) {
        (whole, 0) => whole.to_string(),
        (whole, tenth) => format!("{whole}.{tenth}"),
    }
}

#[cfg(test)]
mod tests {
    use super::PictureError;

    #[test]
    fn megapixels_are_told_so_that_the_limit_is_seen_to_be_passed() {
        let told = |pixels, max| PictureError::TooManyPixels { pixels, max }.to_string();
        assert_eq!(told(250_000_000, 100_000_000), "has 250 megapixels; at most 100 are taken");
        assert_eq!(told(100_000_001, 100_000_000), "has 100.1 megapixels; at most 100 are taken");
    }
}
