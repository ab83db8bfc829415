//! The kinds of picture that are understood.

use std::fmt;

use super::{PictureError, jp2, tiff::Form};

/// What a picture is encoded as, told by its first bytes; what its sender calls it does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaType {
    /// `image/jpeg`
    Jpeg,
    /// `image/jp2`
    Jpeg2000,
    /// `image/png`
    Png,
    /// `image/webp`
    Webp,
    /// `image/tiff`
    Tiff,
    /// `image/gif`
    Gif,
}

impl MediaType {
    /// The kind of picture that these bytes begin, if it is one that is understood.
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            _ if jp2::begins(bytes) => Some(Self::Jpeg2000),
            _ => Form::of(bytes).map(|_| Self::Tiff),
        }
    }

    /// The kind of picture that these bytes are.
    ///
    /// # Errors
    /// They are of none, or too few to be of any.
    pub(super) fn of(bytes: &[u8]) -> Result<Self, PictureError> {
        const BEGINNINGS: [&[u8]; 7] =
            [b"\xFF\xD8\xFF", b"\x89PNG\r\n\x1A\n", b"RIFF", b"GIF87a", b"GIF89a", b"II\x2A\0", b"MM\0\x2A"];
        Self::sniff(bytes).ok_or_else(|| {
            let begins = bytes.len() > 1
                && BEGINNINGS.iter().chain(&jp2::BEGINNINGS).any(|beginning| beginning.starts_with(bytes));
            if begins { PictureError::CutShort } else { PictureError::NotUnderstood }
        })
    }

    /// The media type's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Jpeg2000 => "image/jp2",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Tiff => "image/tiff",
            Self::Gif => "image/gif",
        }
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
