//! Logos: pictures that are taken in whatever their size, and kept small.
//!
//! Bytes go in and bytes come out; there is no database here and no HTTP. Nothing here waits. Taking in a picture keeps a
//! core busy for up to a second, so call it where that is allowed.

mod default;

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};
use picture::{Ceiling, MediaType, PictureError};
use scaling::{Crop, FilterType};

pub use default::default_logo;

/// The most bytes of a picture that is taken in.
pub const MOST_BYTES: usize = 5 << 20;
/// The longest side of a picture that is taken in, in pixels.
pub const LONGEST_SIDE: u32 = 10_000;
/// The most pixels of a picture that is taken in.
pub const MOST_PIXELS: u64 = 25_000_000;
/// The longest side of what is kept, in pixels.
pub const KEPT_SIDE: u32 = 512;

/// What a logo is encoded as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoKind {
    /// `image/png`
    Png,
    /// `image/jpeg`
    Jpeg,
}

impl LogoKind {
    /// The kind that a media type names; `image/jpg` is no media type, and is in use.
    pub fn of(media_type: &str) -> Option<Self> {
        let is = |name: &str| media_type.trim().eq_ignore_ascii_case(name);
        if is("image/png") {
            Some(Self::Png)
        } else if is("image/jpeg") || is("image/jpg") {
            Some(Self::Jpeg)
        } else {
            None
        }
    }

    /// The name of the media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }

    /// What the first bytes of a picture say that it is.
    fn sniff(bytes: &[u8]) -> Option<Self> {
        match MediaType::sniff(bytes)? {
            MediaType::Png => Some(Self::Png),
            MediaType::Jpeg => Some(Self::Jpeg),
            _ => None,
        }
    }

    const fn format(self) -> ImageFormat {
        match self {
            Self::Png => ImageFormat::Png,
            Self::Jpeg => ImageFormat::Jpeg,
        }
    }
}

/// A picture that is small enough to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// What it is encoded as.
    pub kind: LogoKind,
    /// The width in pixels.
    pub width: u32,
    /// The height in pixels.
    pub height: u32,
    /// The picture.
    pub bytes: Vec<u8>,
}

/// Why a picture is not taken. The texts continue a sentence: "The picture *has no pixels*".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogoError {
    /// There are too many bytes.
    #[error("takes {0} bytes; at most {MOST_BYTES} are taken")]
    TooManyBytes(usize),
    /// It is of another kind than was said.
    #[error("is not what its media type says: it must begin as a {} does", .0.media_type())]
    OtherKind(LogoKind),
    /// A side is too long, or there are too many pixels.
    #[error("is {width} by {height} pixels; at most {LONGEST_SIDE} a side and {MOST_PIXELS} in all are taken")]
    TooLarge {
        /// The width in pixels.
        width: u32,
        /// The height in pixels.
        height: u32,
    },
    /// There is no pixel.
    #[error("has no pixels")]
    Empty,
    /// It cannot be decoded.
    #[error(transparent)]
    Undecoded(PictureError),
    /// It cannot be scaled or written; the words of what does that follow.
    #[error("cannot be made small: {0}")]
    Damaged(String),
}

/// Takes in a picture of this kind: upright, no side longer than [`KEPT_SIDE`], and written anew, so that nothing is kept of
/// it but what is seen.
///
/// # Errors
/// It is not of this kind, too large, or damaged. What is too large is refused before it is decoded.
pub fn take_in(bytes: &[u8], kind: LogoKind) -> Result<Logo, LogoError> {
    if bytes.len() > MOST_BYTES {
        return Err(LogoError::TooManyBytes(bytes.len()));
    }
    if LogoKind::sniff(bytes) != Some(kind) {
        return Err(LogoError::OtherKind(kind));
    }
    let mut pixels = decode(bytes)?;
    if pixels.width().max(pixels.height()) > KEPT_SIDE {
        pixels = scaled(&pixels, KEPT_SIDE)?;
    }
    write(&pixels, kind)
}

/// The picture with no side longer than this many pixels. One that is smaller stays as it is.
///
/// # Errors
/// The picture is damaged, which one that was taken in is not.
pub fn fit(logo: Logo, side: u32) -> Result<Logo, LogoError> {
    if logo.width.max(logo.height) <= side {
        return Ok(logo);
    }
    write(&scaled(&decode(&logo.bytes)?, side)?, logo.kind)
}

/// The picture with its longer side as long as this, in its ratio. No side vanishes.
fn scaled(pixels: &DynamicImage, side: u32) -> Result<DynamicImage, LogoError> {
    let (width, height) = (u64::from(pixels.width()), u64::from(pixels.height()));
    let (longer, wanted) = (width.max(height), u64::from(side));
    let of = |length: u64| u32::try_from(((length * wanted + longer / 2) / longer).max(1)).unwrap_or(side);
    scaling::scaled(pixels, Crop::all_of(pixels), of(width), of(height), FilterType::Lanczos3).map_err(damaged)
}

fn damaged(error: impl std::fmt::Display) -> LogoError {
    LogoError::Damaged(error.to_string())
}

/// The pixels, in sRGB, once the header says that there are not too many.
fn decode(bytes: &[u8]) -> Result<DynamicImage, LogoError> {
    // 16 bits in four channels each, and something for the decoder.
    let any = Ceiling { max_edge: u32::MAX, max_pixels: u64::MAX, max_memory: MOST_PIXELS * 8 + (32 << 20) };
    let undecoded = |error| match error {
        PictureError::Empty => LogoError::Empty,
        error => LogoError::Undecoded(error),
    };
    let (width, height) = picture::probe(bytes, &any).map(|probe| (probe.width, probe.height)).map_err(undecoded)?;
    if width.max(height) > LONGEST_SIDE || u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(LogoError::TooLarge { width, height });
    }
    let pixels = picture::decode(bytes, &any).map_err(undecoded)?.pixels;
    Ok(match pixels.color().has_alpha() {
        true => pixels.into_rgba8().into(),
        false => pixels.into_rgb8().into(),
    })
}

fn write(pixels: &DynamicImage, kind: LogoKind) -> Result<Logo, LogoError> {
    let mut bytes = Cursor::new(Vec::new());
    // JPEG has no alpha, and a picture that came as one has none either.
    pixels.write_to(&mut bytes, kind.format()).map_err(damaged)?;
    Ok(Logo { kind, width: pixels.width(), height: pixels.height(), bytes: bytes.into_inner() })
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    fn picture(width: u32, height: u32, kind: LogoKind) -> Vec<u8> {
        let pixels = RgbImage::from_fn(width, height, |x, y| Rgb([(x % 256) as u8, (y % 256) as u8, 128]));
        write(&pixels.into(), kind).expect("it is written").bytes
    }

    #[test]
    fn what_is_too_large_is_kept_in_its_ratio_and_what_is_small_as_it_is() {
        for kind in [LogoKind::Png, LogoKind::Jpeg] {
            for (size, kept) in [((1024, 512), (512, 256)), ((30, 1200), (13, 512)), ((100, 80), (100, 80))] {
                let logo = take_in(&picture(size.0, size.1, kind), kind).expect("it is taken");
                assert_eq!((logo.width, logo.height, logo.kind), (kept.0, kept.1, kind));
                assert_eq!(LogoKind::sniff(&logo.bytes), Some(kind));
                let small = fit(logo.clone(), 64).expect("it is scaled");
                assert_eq!(small.width.max(small.height), 64);
                assert_eq!(fit(logo.clone(), 512).expect("it is left"), logo, "nothing is enlarged");
            }
        }
        let thin = take_in(&picture(5000, 2, LogoKind::Png), LogoKind::Png).expect("it is taken");
        assert_eq!((thin.width, thin.height), (512, 1), "a side never vanishes");
    }

    #[test]
    fn what_is_no_such_picture_is_refused() {
        let png = picture(10, 10, LogoKind::Png);
        assert_eq!(take_in(&png, LogoKind::Jpeg), Err(LogoError::OtherKind(LogoKind::Jpeg)));
        assert_eq!(take_in(b"GIF89a", LogoKind::Png), Err(LogoError::OtherKind(LogoKind::Png)));
        assert_eq!(take_in(&png[..40], LogoKind::Png), Err(LogoError::Undecoded(PictureError::CutShort)));
        assert_eq!(take_in(&vec![0; MOST_BYTES + 1], LogoKind::Png), Err(LogoError::TooManyBytes(MOST_BYTES + 1)));
    }

    /// A header that promises more than a machine has is believed before anything is decoded.
    #[test]
    fn a_bomb_is_refused_by_its_header() {
        let mut bomb = picture(10, 10, LogoKind::Png);
        for (width, height) in [(100_000_u32, 100_000_u32), (10_001, 1), (9_000, 9_000)] {
            bomb[16..20].copy_from_slice(&width.to_be_bytes());
            bomb[20..24].copy_from_slice(&height.to_be_bytes());
            let sum = crc(&bomb[12..29]);
            bomb[29..33].copy_from_slice(&sum.to_be_bytes());
            assert_eq!(take_in(&bomb, LogoKind::Png), Err(LogoError::TooLarge { width, height }));
        }
    }

    /// The checksum of PNG (ISO 15948, D).
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 })
        })
    }

    #[test]
    fn the_default_is_a_picture_like_any_other() {
        let logo = default_logo();
        assert_eq!(logo.width.max(logo.height), KEPT_SIDE);
        assert_eq!(take_in(&logo.bytes, logo.kind).expect("it is taken").width, logo.width);
    }
}
