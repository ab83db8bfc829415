//! JPEG 2000, part 1 (ITU-T T.800): a JP2 file, or a codestream alone.
//!
//! The samples are decoded by `hayro_jpeg2000`, tile by tile. What it is given was looked at here: the boxes, the main header and
//! those of all parts of tiles, so that nothing is missing and nothing is taken that a few bytes only claim. What the samples
//! mean is made of them here, too.

mod boxes;
mod codestream;
mod coding;
mod colours;
mod grid;
mod marker;
mod wrong;

pub(super) use boxes::{BEGINNINGS, begins};

use boxes::File;
use codestream::Codestream;
use colours::Layout;
use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};
use wrong::damaged;

use super::{
    PictureError,
    colour::Depth,
    raster::{Orientation, Raster, Samples},
};

/// Width, height and how it is to be held: there is nothing to say otherwise.
pub(super) fn about(bytes: &[u8]) -> Result<(u32, u32, Orientation), PictureError> {
    let (width, height) = grid::of_codestream(File::of(bytes)?.codestream)?.size();
    Ok((width, height, Orientation::NoTransforms))
}

/// Decodes a file; at the most so many bytes are taken for that.
pub(super) fn decode(bytes: &[u8], memory: u64) -> Result<Raster, PictureError> {
    let file = File::of(bytes)?;
    let stream = Codestream::of(file.codestream)?;
    let layout = Layout::of(&file, &stream.grid)?;
    let (width, height) = stream.grid.size();
    let made = u64::from(width) * u64::from(height) * layout.channels.len() as u64 * if layout.wide() { 2 } else { 1 };
    if made.saturating_add(stream.needs()?) > memory {
        return Err(PictureError::TooMuchMemory);
    }
    let samples = match layout.wide() {
        true => Samples::Sixteen(samples(&stream, &layout)?),
        false => Samples::Eight(samples(&stream, &layout)?),
    };
    let mut raster = Raster::new(width, height, layout.space(), samples);
    (raster.alpha, raster.meaning) = (layout.alpha, layout.meaning);
    Ok(raster)
}

/// All samples that mean something.
fn samples<T: Depth>(stream: &Codestream<'_>, layout: &Layout) -> Result<Vec<T>, PictureError> {
    // What it does not take in this way it would guess.
    let settings = DecodeSettings { resolve_palette_indices: false, strict: true, target_resolution: None };
    let (channels, (width, height)) = (layout.channels.len(), stream.grid.size());
    let mut made = vec![T::default(); width as usize * height as usize * channels];
    for number in 0..stream.tiles.len() {
        let area = stream.grid.area_of(number);
        if area.is_empty() {
            continue;
        }
        if is_short(&stream.alone(number, true), &settings) {
            return Err(PictureError::CutShort);
        }
        let alone = stream.alone(number, false);
        let image = Image::new(&alone, &settings)?;
        if (image.width(), image.height()) != (area.width(), area.height()) {
            return Err(damaged("the size of a tile"));
        }
        let mut context = DecoderContext::default();
        let decoded = image.decode(&mut context)?;
        let planes: Vec<&[f32]> = decoded.components().iter().map(|component| component.samples()).collect();
        let across = area.width() as usize;
        for y in 0..area.height() as usize {
            let start = ((area.top as usize + y) * width as usize + area.left as usize) * channels;
            layout.convert(&planes, y * across, &mut made[start..][..across * channels]);
        }
    }
    Ok(made)
}

/// Whether there is room for another packet. Where there is not, it is told before anything is decoded.
fn is_short(with_another: &[u8], settings: &DecodeSettings) -> bool {
    Image::new(with_another, settings).is_ok_and(|image| image.decode(&mut DecoderContext::default()).is_ok())
}
