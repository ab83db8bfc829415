//! JPEG (ITU-T T.81): baseline, extended sequential and progressive, with Huffman codes, of 8 and 12 bits, with any sampling
//! and in any grouping of scans.
//!
//! A picture is taken when each block of each component has been decoded from data of its own. What stands behind the last of
//! them is not looked at: it may be an end, a trailer, another picture or nothing.

mod bits;
mod decode;
mod fault;
mod header;
mod huffman;
mod idct;
mod planes;
mod scan;

pub(super) use header::Tables;
use header::{Frame, Header};

use super::{
    PictureError,
    colour::Meaning,
    colour_space::ColourSpace,
    raster::{Orientation, Raster, Samples},
};

/// Width, height and how it is to be held.
pub(super) fn about(bytes: &[u8]) -> Result<(u32, u32, Orientation), PictureError> {
    let mut header = Header::default();
    let first = header.next_scan(bytes, &mut header::start(bytes))?;
    match (first, &header.frame) {
        (Some(_), Some(frame)) => Ok((frame.width, frame.height, header.orientation())),
        _ => Err(PictureError::CutShort),
    }
}

/// Decodes a file; at the most so many bytes are taken for that.
pub(super) fn decode(bytes: &[u8], memory: u64) -> Result<Raster, PictureError> {
    let mut header = Header::default();
    let planes = decode::planes(&mut header, bytes, memory)?;
    let frame = header.frame.as_ref().ok_or(PictureError::CutShort)?;
    let colours = Colours::of(&header, frame);
    let mut samples = planes.interleaved();
    drop(planes);
    colours.undo(&mut samples);
    let space = match frame.components.len() {
        1 => ColourSpace::Gray,
        3 => ColourSpace::Rgb,
        _ => ColourSpace::Inks,
    };
    let mut raster = Raster::new(frame.width, frame.height, space, Samples::Eight(samples));
    raster.orientation = header.orientation();
    raster.meaning = header.meaning();
    Ok(raster)
}

/// The samples of a JPEG that is a part of something else, of all components after each other, 8 bits each, and how many
/// components there are. What they mean is not looked at.
pub(super) fn part(bytes: &[u8], tables: &Tables, memory: u64) -> Result<ScanPart, PictureError> {
    let mut header = Header::with(tables.clone());
    let planes = decode::planes(&mut header, bytes, memory)?;
    let frame = header.frame.as_ref().ok_or(PictureError::CutShort)?;
    let (width, height, components) = (frame.width as usize, frame.height as usize, frame.components.len());
    Ok(ScanPart { width, height, components, samples: planes.interleaved() })
}

/// A JPEG within something else.
#[derive(Debug)]
pub(super) struct ScanPart {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) components: usize,
    pub(super) samples: Vec<u8>,
}

/// Tables that stand on their own.
pub(super) fn tables(bytes: &[u8]) -> Result<Tables, PictureError> {
    let mut header = Header::default();
    match header.next_scan(bytes, &mut header::start(bytes))? {
        None => Ok(header.tables),
        Some(_) => Err(fault::damaged("the tables")),
    }
}

/// How the components of a file make colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Colours {
    /// They are what they are.
    Plain,
    /// Lightness and two differences of colour.
    Differences,
    /// Inks, the less the more.
    Inverted,
    /// The first three of four are lightness and differences of inverted inks.
    InvertedDifferences,
}

impl Colours {
    fn of(header: &Header<'_>, frame: &Frame) -> Self {
        let names: Vec<u8> = frame.components.iter().map(|part| part.id).collect();
        match (frame.components.len(), header.adobe) {
            // JFIF knows no other colours; then Adobe's segment counts, then what the components are called.
            (3, _) if header.jfif => Self::Differences,
            (3, Some(0)) => Self::Plain,
            (3, None) if names == *b"RGB" => Self::Plain,
            (3, _) => Self::Differences,
            // Adobe writes inks inverted, and so do all others, with its segment or without.
            (4, Some(2)) => Self::InvertedDifferences,
            (4, _) => Self::Inverted,
            _ => Self::Plain,
        }
    }

    fn undo(self, samples: &mut [u8]) {
        match self {
            Self::Plain => {}
            Self::Differences => samples.chunks_exact_mut(3).for_each(planes::to_rgb),
            Self::Inverted => samples.iter_mut().for_each(|sample| *sample = !*sample),
            Self::InvertedDifferences => samples.chunks_exact_mut(4).for_each(|pixel| {
                planes::to_rgb(&mut pixel[..3]);
                pixel.iter_mut().for_each(|sample| *sample = !*sample);
            }),
        }
    }
}

impl Header<'_> {
    fn orientation(&self) -> Orientation {
        self.exif.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms)
    }

    fn meaning(&self) -> Meaning {
        let mut parts = self.profile.clone();
        // They may come in any order.
        parts.sort_by_key(|(number, _)| *number);
        match parts.is_empty() {
            false => Meaning::profile(parts.into_iter().flat_map(|(_, part)| part).copied().collect()),
            true => self.exif.map_or(Meaning::Unsaid, Meaning::of_exif),
        }
    }
}
