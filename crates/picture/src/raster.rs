//! Pixels as a file has them, until they are made 8 bits of sRGB.

use std::borrow::Cow;

pub(super) use image::metadata::Orientation;
use image::{DynamicImage, GrayAlphaImage, GrayImage, RgbImage, RgbaImage};

use super::{
    PictureError,
    colour::{Converter, Depth, Meaning},
    colour_space::ColourSpace,
};

/// Whether there is a channel of opacity behind the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alpha {
    None,
    /// The colours are as they are.
    Plain,
    /// The colours are multiplied by it already.
    Multiplied,
}

/// The channels of all pixels, of so many bits.
#[derive(Debug, Clone)]
pub(super) enum Samples {
    Eight(Vec<u8>),
    Sixteen(Vec<u16>),
}

/// A decoded file.
#[derive(Debug, Clone)]
pub(super) struct Raster {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) space: ColourSpace,
    pub(super) alpha: Alpha,
    pub(super) samples: Samples,
    /// How it is to be held.
    pub(super) orientation: Orientation,
    /// What colours its numbers are.
    pub(super) meaning: Meaning,
}

impl Raster {
    /// Upright, without alpha, and nothing said of its colours.
    pub(super) fn new(width: u32, height: u32, space: ColourSpace, samples: Samples) -> Self {
        let (alpha, orientation, meaning) = (Alpha::None, Orientation::NoTransforms, Meaning::Unsaid);
        Self { width, height, space, alpha, samples, orientation, meaning }
    }

    /// The picture, upright, in sRGB of 8 bits or in its gray, with alpha only if something shows through.
    pub(super) fn finished(self) -> Result<DynamicImage, PictureError> {
        let (width, height, orientation) = (self.width, self.height, self.orientation);
        let alpha = self.alpha != Alpha::None;
        let gray = self.space == ColourSpace::Gray;
        let samples = match self.samples {
            Samples::Eight(mut samples) => {
                self.alpha.undo(self.space, &mut samples);
                eight_bits(samples, self.space, alpha, &self.meaning)?
            }
            Samples::Sixteen(mut samples) => {
                self.alpha.undo(self.space, &mut samples);
                eight_bits(samples, self.space, alpha, &self.meaning)?
            }
        };
        // What is opaque everywhere says nothing, and alpha costs in every step.
        let channels = if gray { 1 } else { 3 };
        let opaque = alpha && samples.chunks_exact(channels + 1).all(|pixel| pixel[channels] == u8::MAX);
        let samples = if opaque { without_alpha(&samples, channels) } else { samples };
        let image = match (gray, alpha && !opaque) {
            (true, false) => GrayImage::from_raw(width, height, samples).map(DynamicImage::ImageLuma8),
            (true, true) => GrayAlphaImage::from_raw(width, height, samples).map(DynamicImage::ImageLumaA8),
            (false, false) => RgbImage::from_raw(width, height, samples).map(DynamicImage::ImageRgb8),
            (false, true) => RgbaImage::from_raw(width, height, samples).map(DynamicImage::ImageRgba8),
        };
        let mut image = image.ok_or_else(|| PictureError::Damaged("it has fewer pixels than it says".to_owned()))?;
        image.apply_orientation(orientation);
        Ok(image)
    }
}

impl Alpha {
    /// Divides colours by the opacity that they were multiplied by. Inks are light on white as well, so they are, too.
    fn undo<T: Depth>(self, space: ColourSpace, samples: &mut [T]) {
        if self != Self::Multiplied {
            return;
        }
        let channels = space.channels();
        for pixel in samples.chunks_exact_mut(channels + 1) {
            let alpha = pixel[channels].into();
            for value in &mut pixel[..channels] {
                let whole = (Into::<u64>::into(*value) * T::MOST + alpha / 2).checked_div(alpha).unwrap_or(0);
                *value = T::of(whole.min(T::MOST));
            }
        }
    }
}

fn without_alpha(samples: &[u8], channels: usize) -> Vec<u8> {
    let mut kept = Vec::with_capacity(samples.len() / (channels + 1) * channels);
    samples.chunks_exact(channels + 1).for_each(|pixel| kept.extend_from_slice(&pixel[..channels]));
    kept
}

/// How many pixels are converted at once.
const BAND: usize = 4096;

/// The samples as gray or sRGB of 8 bits, with alpha behind them where there is.
fn eight_bits<T: Depth>(
    samples: Vec<T>,
    space: ColourSpace,
    alpha: bool,
    meaning: &Meaning,
) -> Result<Vec<u8>, PictureError> {
    let converter = Converter::<T>::new(meaning, space);
    if space != ColourSpace::Inks && matches!(converter, Converter::None) {
        return Ok(T::into_eight(samples));
    }
    let (from, to) = (space.channels(), if space == ColourSpace::Gray { 1 } else { 3 });
    let (from_all, to_all) = (from + usize::from(alpha), to + usize::from(alpha));
    let mut made = vec![0; samples.len() / from_all * to_all];
    let mut colours = [T::default(); BAND * 3];
    for (band, made) in samples.chunks(BAND * from_all).zip(made.chunks_mut(BAND * to_all)) {
        let pixels = band.len() / from_all;
        let plain: Cow<'_, [T]> = if alpha {
            Cow::Owned(band.chunks_exact(from_all).flat_map(|pixel| &pixel[..from]).copied().collect())
        } else {
            Cow::Borrowed(band)
        };
        let colours = &mut colours[..pixels * 3];
        converter.convert(space, &plain, colours).map_err(|error| PictureError::Damaged(error.to_string()))?;
        for ((made, colour), pixel) in
            made.chunks_exact_mut(to_all).zip(colours.chunks_exact(3)).zip(band.chunks_exact(from_all))
        {
            for (made, value) in made.iter_mut().zip(&colour[..to]) {
                *made = value.eight();
            }
            if alpha {
                made[to] = pixel[from].eight();
            }
        }
    }
    Ok(made)
}
