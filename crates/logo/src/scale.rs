//! Scaling.

use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::DynamicImage;

use crate::{LogoError, damaged};

/// The picture with its longer side as long as this, in its ratio. No side vanishes.
pub fn fit(pixels: &DynamicImage, side: u32) -> Result<DynamicImage, LogoError> {
    let (width, height) = (u64::from(pixels.width()), u64::from(pixels.height()));
    let (longer, wanted) = (width.max(height), u64::from(side));
    let of = |length: u64| u32::try_from(((length * wanted + longer / 2) / longer).max(1)).unwrap_or(side);
    let mut small = DynamicImage::new(of(width), of(height), pixels.color());
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new().resize(pixels, &mut small, &options).map_err(damaged)?;
    Ok(small)
}
