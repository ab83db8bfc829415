//! From pixels to encoded images.

mod encode;
mod error;
mod thumbnail;

use std::borrow::Cow;

use image::{DynamicImage, ImageBuffer};
use scaling::{Crop, FilterType};

pub use encode::JPEG_QUALITY;
pub use error::RenderError;
pub use thumbnail::{Thumbnail, thumbnail, thumbnails};

use crate::{
    Plan, Rectangle,
    picture::Picture,
    request::{Quality, Rotation, Turn},
};

/// Which way of making images this is: another number where the same plan of the same picture comes to other pixels, so that
/// nobody takes what was made before for what is made now.
pub const EDITION: u32 = 3;

/// Makes the image of the plan: cropped, scaled, mirrored, turned, coloured and encoded, in this order (Image API 3.0, §4.6).
///
/// # Errors
/// [`RenderError::OtherPicture`] when the plan is for a picture of another size.
pub fn render(picture: &Picture, plan: &Plan) -> Result<Vec<u8>, RenderError> {
    let source = &picture.pixels;
    if (source.width(), source.height()) != (plan.source_width, plan.source_height) {
        return Err(RenderError::OtherPicture);
    }
    finish(scale(source, plan.region, plan.width, plan.height)?, plan)
}

/// Makes the image of the plan of nothing but the pixels of its region, which have so many channels of a byte: gray, gray and
/// alpha, RGB, or RGB and alpha.
///
/// # Errors
/// [`RenderError::OtherPicture`] when these are not as many pixels as the region has.
pub fn render_region(pixels: Vec<u8>, channels: usize, plan: &Plan) -> Result<Vec<u8>, RenderError> {
    let Rectangle { width, height, .. } = plan.region;
    let image = match channels {
        1 => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageLuma8),
        2 => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageLumaA8),
        3 => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8),
        4 => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgba8),
        _ => None,
    };
    let image = image.ok_or(RenderError::OtherPicture)?;
    let all = Rectangle { x: 0, y: 0, width, height };
    finish(scale(&image, all, plan.width, plan.height)?, plan)
}

/// A picture with half as many pixels each way; what has no neighbour at the end of a line, or below, is left out.
///
/// # Errors
/// As [`render`].
pub fn half(picture: &Picture) -> Result<Picture, RenderError> {
    let (width, height) = (picture.pixels.width() / 2, picture.pixels.height() / 2);
    let part = Crop { x: 0, y: 0, width: width * 2, height: height * 2 };
    let pixels = scaling::scaled(&picture.pixels, part, width, height, FilterType::Box)?;
    Ok(Picture { pixels, media_type: picture.media_type })
}

fn finish(image: Cow<'_, DynamicImage>, plan: &Plan) -> Result<Vec<u8>, RenderError> {
    let image = turn(image, plan.rotation);
    let image = match plan.quality {
        Quality::Default | Quality::Color => image,
        Quality::Gray => Cow::Owned(gray(&image)),
        Quality::Bitonal => Cow::Owned(bitonal(&image)),
    };
    encode::encode(&image, plan.format)
}

/// The region of the picture at this size. Nothing is copied when that is the picture itself, and only the region is read.
fn scale(
    source: &DynamicImage,
    region: Rectangle,
    width: u32,
    height: u32,
) -> Result<Cow<'_, DynamicImage>, RenderError> {
    let Rectangle { x, y, .. } = region;
    if (region.width, region.height) == (width, height) {
        return Ok(if region.is_all_of(source.width(), source.height()) {
            Cow::Borrowed(source)
        } else {
            Cow::Owned(source.crop_imm(x, y, width, height))
        });
    }
    // Lanczos is the sharpest when pixels are taken away and rings when they are added.
    let filter =
        if width > region.width || height > region.height { FilterType::CatmullRom } else { FilterType::Lanczos3 };
    let part = Crop { x, y, width: region.width, height: region.height };
    Ok(Cow::Owned(scaling::scaled(source, part, width, height, filter)?))
}

fn turn(image: Cow<'_, DynamicImage>, Rotation { mirror, turn }: Rotation) -> Cow<'_, DynamicImage> {
    let image = if mirror { Cow::Owned(image.fliph()) } else { image };
    match turn {
        Turn::None => image,
        Turn::Quarter => Cow::Owned(image.rotate90()),
        Turn::Half => Cow::Owned(image.rotate180()),
        Turn::ThreeQuarters => Cow::Owned(image.rotate270()),
    }
}

fn gray(image: &DynamicImage) -> DynamicImage {
    if image.color().has_alpha() {
        DynamicImage::ImageLumaA8(image.to_luma_alpha8())
    } else {
        DynamicImage::ImageLuma8(image.to_luma8())
    }
}

fn bitonal(image: &DynamicImage) -> DynamicImage {
    let mut gray = encode::flatten(image).to_luma8();
    for value in gray.iter_mut() {
        *value = if *value < 128 { 0 } else { u8::MAX };
    }
    DynamicImage::ImageLuma8(gray)
}
