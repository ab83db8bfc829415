//! How the region is turned, coloured and encoded.

use std::fmt;

use super::{Decimal, RequestError};

/// The rotation parameter (Image API 3.0, §4.3), as far as it is made: quarter turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rotation {
    /// Whether `!` stands before it: left and right are swapped, before the turn.
    pub mirror: bool,
    /// The turn.
    pub turn: Turn,
}

/// A turn, clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Turn {
    /// `0`, and `360`.
    None,
    /// `90`.
    Quarter,
    /// `180`.
    Half,
    /// `270`.
    ThreeQuarters,
}

impl Turn {
    /// The angle in degrees.
    pub const fn degrees(self) -> u16 {
        match self {
            Self::None => 0,
            Self::Quarter => 90,
            Self::Half => 180,
            Self::ThreeQuarters => 270,
        }
    }

    /// Whether width and height change places.
    pub const fn swaps(self) -> bool {
        matches!(self, Self::Quarter | Self::ThreeQuarters)
    }
}

impl Rotation {
    /// Reads the rotation parameter.
    ///
    /// # Errors
    /// [`RequestError::RotationNotMade`] for angles between the quarter turns.
    pub fn parse(text: &str) -> Result<Self, RequestError> {
        let (mirror, rest) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let angle = Decimal::parse(rest).ok_or(RequestError::Rotation)?;
        let turn = match angle.whole() {
            Some(0 | 360) => Turn::None,
            Some(90) => Turn::Quarter,
            Some(180) => Turn::Half,
            Some(270) => Turn::ThreeQuarters,
            Some(361..) => return Err(RequestError::Rotation),
            _ if angle > Decimal::FULL_TURN => return Err(RequestError::Rotation),
            _ => return Err(RequestError::RotationNotMade),
        };
        Ok(Self { mirror, turn })
    }
}

impl fmt::Display for Rotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.mirror { "!" } else { "" }, self.turn.degrees())
    }
}

/// The quality parameter (Image API 3.0, §4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quality {
    /// `default`: the picture's own colours.
    Default,
    /// `color`: the same.
    Color,
    /// `gray`.
    Gray,
    /// `bitonal`: black and white.
    Bitonal,
}

impl Quality {
    /// Reads the quality parameter.
    pub fn parse(text: &str) -> Result<Self, RequestError> {
        match text {
            "default" => Ok(Self::Default),
            "color" => Ok(Self::Color),
            "gray" => Ok(Self::Gray),
            "bitonal" => Ok(Self::Bitonal),
            _ => Err(RequestError::Quality),
        }
    }

    /// The word in the request.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Color => "color",
            Self::Gray => "gray",
            Self::Bitonal => "bitonal",
        }
    }
}

/// The format parameter (Image API 3.0, §4.5), as far as it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// `jpg`.
    Jpg,
    /// `png`.
    Png,
    /// `webp`, without loss.
    Webp,
}

impl Format {
    /// Reads the format parameter.
    ///
    /// # Errors
    /// [`RequestError::FormatNotMade`] for the specification's other formats, [`RequestError::Format`] for the rest.
    pub fn parse(text: &str) -> Result<Self, RequestError> {
        match text {
            "jpg" => Ok(Self::Jpg),
            "png" => Ok(Self::Png),
            "webp" => Ok(Self::Webp),
            "tif" => Err(RequestError::FormatNotMade("tif")),
            "gif" => Err(RequestError::FormatNotMade("gif")),
            "jp2" => Err(RequestError::FormatNotMade("jp2")),
            "pdf" => Err(RequestError::FormatNotMade("pdf")),
            _ => Err(RequestError::Format),
        }
    }

    /// The word in the request.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }

    /// The `Content-Type` of what is made.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }

    /// The longest edge that the format can express, in pixels.
    pub(crate) const fn longest_edge(self) -> u32 {
        match self {
            Self::Jpg => 65_535,
            Self::Png => i32::MAX.unsigned_abs(),
            Self::Webp => 16_384,
        }
    }
}
