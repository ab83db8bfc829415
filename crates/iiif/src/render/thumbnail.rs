//! Small JPEGs of a whole picture.

use std::borrow::Cow;

use image::DynamicImage;
use scaling::{Crop, FilterType};

use super::{RenderError, encode};
use crate::{fit, picture::Picture};

/// A small JPEG of a whole picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumbnail {
    /// The width in pixels.
    pub width: u32,
    /// The height in pixels.
    pub height: u32,
    /// The JPEG.
    pub bytes: Vec<u8>,
}

/// The picture as JPEG with no edge longer than `edge` pixels; one that is smaller stays as large as it is.
///
/// # Errors
/// When scaling or encoding fails, which no decoded picture is known to make happen.
pub fn thumbnail(pixels: &DynamicImage, edge: u32) -> Result<Vec<u8>, RenderError> {
    let (width, height) = fit(pixels.width(), pixels.height(), edge);
    let small = shrink(pixels, width, height)?;
    encode::jpeg(&small)
}

/// Thumbnails for these edges in pixels, the smallest first. Edges that come to the same size, as those beyond the picture's
/// own do, have one thumbnail together.
///
/// # Errors
/// Those of [`thumbnail`].
pub fn thumbnails(picture: &Picture, edges: &[u32]) -> Result<Vec<Thumbnail>, RenderError> {
    let source = &picture.pixels;
    let mut sizes: Vec<_> = edges.iter().map(|edge| fit(source.width(), source.height(), *edge)).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let mut made: Vec<Cow<'_, DynamicImage>> = Vec::with_capacity(sizes.len());
    let mut thumbnails = Vec::with_capacity(sizes.len());
    for (width, height) in sizes.into_iter().rev() {
        // From a larger one where that has twice the pixels each way: what it lost is lost at this size anyway.
        let larger = made.iter().rev().find(|larger| larger.width() / 2 >= width && larger.height() / 2 >= height);
        let small = match larger {
            Some(larger) => Cow::Owned(shrink(larger, width, height)?.into_owned()),
            None => shrink(source, width, height)?,
        };
        let small = if small.color().has_alpha() { Cow::Owned(encode::flatten(&small).into_owned()) } else { small };
        thumbnails.push(Thumbnail { width, height, bytes: encode::jpeg(&small)? });
        made.push(small);
    }
    thumbnails.reverse();
    Ok(thumbnails)
}

fn shrink(source: &DynamicImage, width: u32, height: u32) -> Result<Cow<'_, DynamicImage>, RenderError> {
    if (source.width(), source.height()) == (width, height) {
        return Ok(Cow::Borrowed(source));
    }
    Ok(Cow::Owned(scaling::scaled(source, Crop::all_of(source), width, height, FilterType::Lanczos3)?))
}
