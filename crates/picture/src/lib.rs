//! Pictures as they come in: recognised by their content, measured before they are decoded, set upright, and made sRGB. Bytes go
//! in, and pixels or a sentence come out. What a file means is what is decoded; where that cannot be, it is refused.
//!
//! There is no scaling here and no encoding, no storage and no HTTP. Nothing here waits; decoding keeps a core busy for
//! milliseconds to seconds, so call it where that is allowed.

mod colour;
mod colour_space;
mod error;
mod gray;
mod jp2;
mod jpeg;
mod kind;
mod other;
mod png;
mod raster;
mod tiff;

use image::DynamicImage;
use raster::Orientation;

pub use error::PictureError;
pub use kind::MediaType;

/// How large a picture may be that is taken in. It is held against the picture's own header, before anything is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ceiling {
    /// The longest edge, in pixels.
    pub max_edge: u32,
    /// The most pixels.
    pub max_pixels: u64,
    /// The most memory for the decoded picture and for the decoder, in bytes.
    pub max_memory: u64,
}

impl Ceiling {
    /// So many millions of pixels, no edge longer than `max_edge` pixels, and memory for 16 bits in four channels each.
    pub const fn megapixels(megapixels: u32, max_edge: u32) -> Self {
        let max_pixels = megapixels as u64 * 1_000_000;
        Self { max_edge, max_pixels, max_memory: max_pixels * 8 + (32 << 20) }
    }

    fn check(&self, width: u32, height: u32) -> Result<(), PictureError> {
        let (edge, pixels) = (width.max(height), u64::from(width) * u64::from(height));
        if pixels == 0 {
            return Err(PictureError::Empty);
        }
        if edge > self.max_edge {
            return Err(PictureError::TooLong { edge, max: self.max_edge });
        }
        if pixels > self.max_pixels {
            return Err(PictureError::TooManyPixels { pixels, max: self.max_pixels });
        }
        Ok(())
    }
}

/// What a picture says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probe {
    /// The width in pixels, upright.
    pub width: u32,
    /// The height in pixels, upright.
    pub height: u32,
    /// What it is encoded as.
    pub media_type: MediaType,
}

/// A decoded picture, upright, in sRGB or in its gray, with 8 bits a channel and with alpha only if something shows through.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The pixels. Of a moving picture, they are those of the first frame.
    pub pixels: DynamicImage,
    /// What it was encoded as.
    pub media_type: MediaType,
}

/// Reads the picture's header alone. It says nothing on whether the rest is there and sound.
///
/// # Errors
/// When the bytes are not a picture of the six kinds, or the picture is beyond the ceiling.
pub fn probe(bytes: &[u8], ceiling: &Ceiling) -> Result<Probe, PictureError> {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    let media_type = MediaType::of(bytes)?;
    let memory = ceiling.max_memory;
    let (width, height, orientation) = match media_type {
        MediaType::Jpeg => jpeg::about(bytes)?,
        MediaType::Png => png::about(bytes, memory)?,
        MediaType::Tiff => tiff::about(bytes)?,
        MediaType::Jpeg2000 => jp2::about(bytes)?,
        MediaType::Webp => other::webp(bytes, memory)?.about(),
        MediaType::Gif => other::gif(bytes, memory)?.about(),
    };
    ceiling.check(width, height)?;
    // Width and height change places when the picture is set upright.
    let (width, height) = match orientation {
        Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH => (height, width),
        _ => (width, height),
    };
    Ok(Probe { width, height, media_type })
}

/// Decodes a picture, sets it upright and makes it sRGB, by the profile that is in it or by whatever else its kind of file has
/// to say what its colours are. A profile that is broken, or for other pictures, is left aside.
///
/// # Errors
/// Those of [`probe`], and when the picture is cut short, damaged, or of a variant that is not understood.
pub fn decode(bytes: &[u8], ceiling: &Ceiling) -> Result<Picture, PictureError> {
    let Probe { media_type, .. } = probe(bytes, ceiling)?;
    let memory = ceiling.max_memory;
    let raster = match media_type {
        MediaType::Jpeg => jpeg::decode(bytes, memory),
        MediaType::Png => png::decode(bytes, memory),
        MediaType::Tiff => tiff::decode(bytes, memory),
        MediaType::Jpeg2000 => jp2::decode(bytes, memory),
        MediaType::Webp => other::webp(bytes, memory)?.decode(),
        MediaType::Gif => other::gif(bytes, memory)?.decode(),
    }?;
    Ok(Picture { pixels: raster.finished()?, media_type })
}
