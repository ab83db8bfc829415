//! Scaling.

use image::DynamicImage;
use scaling::{FilterType, Part};

use crate::{LogoError, damaged};

/// The picture with its longer side as long as this, in its ratio. No side vanishes.
pub fn fit(pixels: &DynamicImage, side: u32) -> Result<DynamicImage, LogoError> {
    let (width, height) = (u64::from(pixels.width()), u64::from(pixels.height()));
    let (longer, wanted) = (width.max(height), u64::from(side));
    let of = |length: u64| u32::try_from(((length * wanted + longer / 2) / longer).max(1)).unwrap_or(side);
    scaling::scaled(pixels, Part::all_of(pixels), of(width), of(height), FilterType::Lanczos3).map_err(damaged)
}
