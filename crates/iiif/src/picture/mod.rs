//! Pictures as they come in: recognised by their content, measured before they are decoded, set upright.

mod error;
mod kind;
mod whole;

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageReader};

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

/// A decoded picture, upright, with 8 bits a channel: gray or RGB, with alpha only if something shows through.
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
/// When the bytes are not a picture of the five kinds, or the picture is beyond the ceiling.
pub fn probe(bytes: &[u8], ceiling: &Ceiling) -> Result<Probe, PictureError> {
    let (mut decoder, media_type) = open(bytes, ceiling)?;
    let (width, height) = decoder.dimensions();
    let (width, height) = if turned(&mut decoder) { (height, width) } else { (width, height) };
    Ok(Probe { width, height, media_type })
}

/// Decodes a picture and sets it upright. Colour profiles are not applied.
///
/// # Errors
/// Those of [`probe`], and when the picture is cut short, damaged, or of a variant that is not understood.
pub fn decode(bytes: &[u8], ceiling: &Ceiling) -> Result<Picture, PictureError> {
    let (mut decoder, media_type) = open(bytes, ceiling)?;
    if decoder.total_bytes() > ceiling.max_memory {
        return Err(PictureError::TooMuchMemory);
    }
    if !whole::is_whole(bytes, media_type) {
        return Err(PictureError::CutShort);
    }
    let orientation = decoder.orientation().map_err(PictureError::from)?;
    let mut pixels = eight_bits(DynamicImage::from_decoder(decoder)?);
    pixels.apply_orientation(orientation);
    Ok(Picture { pixels, media_type })
}

fn open<'a>(bytes: &'a [u8], ceiling: &Ceiling) -> Result<(impl ImageDecoder + 'a, MediaType), PictureError> {
    let media_type = MediaType::sniff(bytes).ok_or(PictureError::NotUnderstood)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), media_type.format());
    let mut limits = image::Limits::no_limits();
    limits.max_alloc = Some(ceiling.max_memory);
    reader.limits(limits);
    let decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    ceiling.check(width, height)?;
    Ok((decoder, media_type))
}

/// Whether width and height change places when the picture is set upright.
fn turned(decoder: &mut impl ImageDecoder) -> bool {
    use image::metadata::Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(decoder.orientation(), Ok(Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH))
}

/// Everything that is made of a picture has 8 bits a channel; alpha costs in every step, so it is dropped where it says
/// nothing.
fn eight_bits(pixels: DynamicImage) -> DynamicImage {
    use DynamicImage::{
        ImageLuma8, ImageLuma16, ImageLumaA8, ImageLumaA16, ImageRgb8, ImageRgb16, ImageRgb32F, ImageRgba8,
    };
    let pixels = match pixels {
        ImageLuma8(_) | ImageRgb8(_) | ImageLumaA8(_) | ImageRgba8(_) => pixels,
        ImageLuma16(_) => ImageLuma8(pixels.into_luma8()),
        ImageLumaA16(_) => ImageLumaA8(pixels.into_luma_alpha8()),
        ImageRgb16(_) | ImageRgb32F(_) => ImageRgb8(pixels.into_rgb8()),
        _ => ImageRgba8(pixels.into_rgba8()),
    };
    match &pixels {
        ImageRgba8(with) if with.pixels().all(|pixel| pixel.0[3] == u8::MAX) => ImageRgb8(pixels.into_rgb8()),
        ImageLumaA8(with) if with.pixels().all(|pixel| pixel.0[1] == u8::MAX) => ImageLuma8(pixels.into_luma8()),
        _ => pixels,
    }
}
