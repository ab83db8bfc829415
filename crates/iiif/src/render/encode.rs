//! Pixels written as JPEG, PNG and WebP.

use std::borrow::Cow;

use image::{
    DynamicImage, ImageBuffer, Luma, Rgb,
    codecs::{
        png::{CompressionType, FilterType, PngEncoder},
        webp::WebPEncoder,
    },
};
use jpeg_encoder::{ColorType, Encoder};

use super::RenderError;
use crate::request::Format;

/// The quality of JPEGs, of 100: about where what is lost is no longer seen. Colours have half the resolution each way.
pub const JPEG_QUALITY: u8 = 85;

pub(super) fn encode(image: &DynamicImage, format: Format) -> Result<Vec<u8>, RenderError> {
    match format {
        Format::Jpg => jpeg(image),
        Format::Png => {
            let mut bytes = Vec::new();
            // A person waits for it, once.
            let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Adaptive);
            image.write_with_encoder(encoder)?;
            Ok(bytes)
        }
        Format::Webp => {
            let mut bytes = Vec::new();
            image.write_with_encoder(WebPEncoder::new_lossless(&mut bytes))?;
            Ok(bytes)
        }
    }
}

pub(super) fn jpeg(image: &DynamicImage) -> Result<Vec<u8>, RenderError> {
    let flat = flatten(image);
    let edge = |length: u32| u16::try_from(length).map_err(|_| RenderError::TooLong);
    let (width, height) = (edge(flat.width())?, edge(flat.height())?);
    // Half a byte a pixel is more than most need.
    let mut bytes = Vec::with_capacity(flat.as_bytes().len() / 8);
    let encoder = Encoder::new(&mut bytes, JPEG_QUALITY);
    let colors = if matches!(*flat, DynamicImage::ImageLuma8(_)) { ColorType::Luma } else { ColorType::Rgb };
    encoder.encode(flat.as_bytes(), width, height, colors)?;
    Ok(bytes)
}

/// The image on white, in 8-bit gray or RGB.
pub(super) fn flatten(image: &DynamicImage) -> Cow<'_, DynamicImage> {
    let over = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        u8::try_from((value * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
    };
    match image {
        DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => Cow::Borrowed(image),
        DynamicImage::ImageLumaA8(from) => {
            let flat = ImageBuffer::from_fn(from.width(), from.height(), |x, y| {
                let [gray, alpha] = from.get_pixel(x, y).0;
                Luma([over(gray, alpha)])
            });
            Cow::Owned(DynamicImage::ImageLuma8(flat))
        }
        DynamicImage::ImageRgba8(from) => {
            let flat = ImageBuffer::from_fn(from.width(), from.height(), |x, y| {
                let [red, green, blue, alpha] = from.get_pixel(x, y).0;
                Rgb([over(red, alpha), over(green, alpha), over(blue, alpha)])
            });
            Cow::Owned(DynamicImage::ImageRgb8(flat))
        }
        other => Cow::Owned(flatten(&DynamicImage::ImageRgba8(other.to_rgba8())).into_owned()),
    }
}
