//! WebP and GIF.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageError,
    codecs::{gif::GifDecoder, webp::WebPDecoder},
};

use super::{
    PictureError,
    colour::Meaning,
    colour_space::ColourSpace,
    raster::{Alpha, Orientation, Raster, Samples},
};

/// A decoder that is told how much memory it may take.
pub(super) struct Other<D> {
    decoder: D,
    memory: u64,
}

pub(super) fn webp(bytes: &[u8], memory: u64) -> Result<Other<WebPDecoder<Cursor<&[u8]>>>, PictureError> {
    if !is_riff_whole(bytes) {
        return Err(PictureError::CutShort);
    }
    Other::new(WebPDecoder::new(Cursor::new(bytes)), memory)
}

pub(super) fn gif(bytes: &[u8], memory: u64) -> Result<Other<GifDecoder<Cursor<&[u8]>>>, PictureError> {
    Other::new(GifDecoder::new(Cursor::new(bytes)), memory)
}

impl<D: ImageDecoder> Other<D> {
    fn new(decoder: Result<D, ImageError>, memory: u64) -> Result<Self, PictureError> {
        let mut decoder = decoder?;
        let mut limits = image::Limits::no_limits();
        limits.max_alloc = Some(memory);
        decoder.set_limits(limits)?;
        Ok(Self { decoder, memory })
    }

    /// Width, height and how it is to be held.
    pub(super) fn about(mut self) -> (u32, u32, Orientation) {
        let (width, height) = self.decoder.dimensions();
        (width, height, self.decoder.orientation().unwrap_or(Orientation::NoTransforms))
    }

    pub(super) fn decode(mut self) -> Result<Raster, PictureError> {
        if self.decoder.total_bytes() > self.memory {
            return Err(PictureError::TooMuchMemory);
        }
        // A profile that cannot be read is none.
        let profile = self.decoder.icc_profile().ok().flatten();
        let orientation = self.decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let image = DynamicImage::from_decoder(self.decoder)?;
        let (width, height) = (image.width(), image.height());
        let (space, alpha, samples) = match image {
            DynamicImage::ImageLuma8(image) => (ColourSpace::Gray, Alpha::None, image.into_raw()),
            DynamicImage::ImageLumaA8(image) => (ColourSpace::Gray, Alpha::Plain, image.into_raw()),
            DynamicImage::ImageRgb8(image) => (ColourSpace::Rgb, Alpha::None, image.into_raw()),
            other => (ColourSpace::Rgb, Alpha::Plain, other.into_rgba8().into_raw()),
        };
        let mut raster = Raster::new(width, height, space, Samples::Eight(samples));
        (raster.alpha, raster.orientation) = (alpha, orientation);
        raster.meaning = profile.map_or(Meaning::Unsaid, Meaning::profile);
        Ok(raster)
    }
}

/// Whether a WebP is as long as it says after its first four bytes; its decoder calls one that is not corrupt.
fn is_riff_whole(bytes: &[u8]) -> bool {
    let Some((length, rest)) = bytes.get(4..).and_then(|bytes| bytes.split_first_chunk()) else { return false };
    usize::try_from(u32::from_le_bytes(*length)).is_ok_and(|length| length <= rest.len())
}
