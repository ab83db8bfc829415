//! TIFF 6.0 and BigTIFF: what part 1 of the specification has, whole, and of the extensions what the tools of libraries write.
//!
//! Of several pictures the first is taken. What is taken and what is not is in a table in the documents (docs/operations.md);
//! everything that makes the difference is looked at before a pixel is decoded.

mod colours;
mod directory;
mod fax;
mod layout;
mod samples;
mod unpack;

use colours::Differences;
pub(super) use directory::{Directory, Form};
use layout::{Layout, Photometric, SampleNumber};
use samples::StoredSamples;
use unpack::Unpacker;

use super::{
    PictureError,
    colour::{Curve, Meaning, Points, Source},
    colour_space::ColourSpace,
    jpeg,
    raster::{Orientation, Raster, Samples},
};

/// What a TIFF says of itself before its pixels: width, height and how it is to be held.
pub(super) fn about(bytes: &[u8]) -> Result<(u32, u32, Orientation), PictureError> {
    let directory = Directory::first(bytes)?;
    let (width, height) = layout::size(&directory)?;
    Ok((width, height, orientation(&directory)))
}

fn orientation(directory: &Directory<'_>) -> Orientation {
    let said = directory.number(274).and_then(|number| u8::try_from(number).ok());
    said.and_then(Orientation::from_exif).unwrap_or(Orientation::NoTransforms)
}

/// Decodes the first picture; at the most so many bytes are taken for that.
pub(super) fn decode(bytes: &[u8], memory: u64) -> Result<Raster, PictureError> {
    let directory = Directory::first(bytes)?;
    let file = File { bytes, layout: Layout::of(&directory)?, directory };
    let layout = &file.layout;
    let wide = layout.bits > 8 && layout.photometric != Photometric::Palette;
    let channels = match layout.photometric {
        Photometric::Palette => 3,
        other => other.channels(),
    } + usize::from(layout.alpha_at.is_some());
    let needs = (layout.width * layout.height * channels) as u64 * if wide { 2 } else { 1 };
    if needs.saturating_add(file.part_needs()) > memory {
        return Err(PictureError::TooMuchMemory);
    }
    let samples = if wide {
        Samples::Sixteen(file.samples(channels, memory)?)
    } else {
        Samples::Eight(file.samples(channels, memory)?)
    };
    file.finished(samples, channels)
}

/// A file that is being decoded.
struct File<'a> {
    bytes: &'a [u8],
    directory: Directory<'a>,
    layout: Layout,
}

impl File<'_> {
    /// Bytes that a part takes.
    fn part_needs(&self) -> u64 {
        let samples = if self.layout.planar { 1 } else { self.layout.samples };
        self.layout.row(samples) as u64 * self.layout.part.1 as u64
    }

    fn unpacker(&self, memory: u64) -> Result<Unpacker, PictureError> {
        let tables = match self.directory.text(347) {
            [] => jpeg::Tables::default(),
            tables => jpeg::tables(tables)?,
        };
        let Layout { compression, reversed, .. } = self.layout;
        Ok(Unpacker { compression, reversed, tables, fax_options: self.directory.number(292).unwrap_or(0), memory })
    }

    /// All samples that mean something, of all parts.
    fn samples<T: StoredSamples>(&self, channels: usize, memory: u64) -> Result<Vec<T>, PictureError> {
        let layout = &self.layout;
        let unpacker = self.unpacker(memory)?;
        let palette = match layout.photometric {
            Photometric::Palette => Some(colours::palette(&self.directory, layout.bits)?),
            _ => None,
        };
        let (across, down) = layout.parts();
        let planes = if layout.planar { layout.samples } else { 1 };
        let (offsets, counts) = match layout.tiled {
            true => (self.directory.numbers(324), self.directory.numbers(325)),
            false => (self.directory.numbers(273), self.directory.numbers(279)),
        };
        if offsets.len() < across * down * planes {
            return Err(PictureError::Damaged("the TIFF has fewer parts than its size needs".to_owned()));
        }
        let samples = vec![T::default(); layout.width * layout.height * channels];
        let mut canvas = Canvas { samples, channels, palette };
        for plane in 0..planes {
            // A plane that means nothing need not be read.
            if layout.planar && layout.place(plane).is_none() {
                continue;
            }
            for part in 0..across * down {
                let number = plane * across * down + part;
                let packed = self.part(offsets[number], counts.get(number).copied())?;
                let (left, top) = (part % across * layout.part.0, part / across * layout.part.1);
                // A strip ends with the picture, a tile sticks out of it.
                let high = if layout.tiled { layout.part.1 } else { layout.part.1.min(layout.height - top) };
                let rows = self.rows(&unpacker, packed, high, plane)?;
                canvas.put(self, &rows, high, plane, (left, top));
            }
        }
        Ok(canvas.samples)
    }

    /// The bytes of a part; to the end of the file where nobody says how many they are.
    fn part(&self, offset: u64, count: Option<u64>) -> Result<&[u8], PictureError> {
        let rest =
            usize::try_from(offset).ok().and_then(|offset| self.bytes.get(offset..)).ok_or(PictureError::CutShort)?;
        match count {
            None => Ok(rest),
            Some(count) => {
                usize::try_from(count).ok().and_then(|count| rest.get(..count)).ok_or(PictureError::CutShort)
            }
        }
    }

    /// The rows of a part, with a sample for each pixel, whatever was shared.
    fn rows(&self, unpacker: &Unpacker, packed: &[u8], rows: usize, plane: usize) -> Result<Vec<u8>, PictureError> {
        let (layout, width) = (&self.layout, self.layout.part.0);
        let samples = if layout.planar { 1 } else { layout.samples };
        if !layout.shares() {
            let row = layout.row(samples);
            let mut rows = unpacker.rows(packed, rows, row, width, samples)?;
            samples::undo_predictor(layout, self.directory.form(), &mut rows, row, samples);
            return Ok(rows);
        }
        let (across, down) = layout.shared;
        let (units, lines) = (width.div_ceil(across), rows.div_ceil(down));
        if layout.planar {
            let (wide, high, by) = match plane {
                1 | 2 => (units, lines, (across, down)),
                _ => (width, rows, (1, 1)),
            };
            let mut few = unpacker.rows(packed, high, wide, wide, 1)?;
            samples::undo_predictor(layout, self.directory.form(), &mut few, wide, 1);
            let at = |n: usize| few[n / width / by.1 * wide + n % width / by.0];
            return Ok((0..rows * width).map(at).collect());
        }
        // A unit has the lightness of each of its pixels, and then the two differences that they share.
        let unit = across * down + 2;
        let mut packed = unpacker.rows(packed, lines, units * unit, width, unit)?;
        samples::undo_predictor(layout, self.directory.form(), &mut packed, units * unit, unit);
        let mut made = Vec::with_capacity(rows * width * 3);
        for y in 0..rows {
            for x in 0..width {
                let unit = &packed[(y / down * units + x / across) * unit..][..unit];
                made.extend([unit[y % down * across + x % across], unit[across * down], unit[across * down + 1]]);
            }
        }
        Ok(made)
    }

    /// Makes gray, red, green and blue, or inks of what the samples are.
    fn finished(self, mut samples: Samples, channels: usize) -> Result<Raster, PictureError> {
        let layout = &self.layout;
        let space = match layout.photometric {
            Photometric::WhiteIsZero | Photometric::BlackIsZero => ColourSpace::Gray,
            Photometric::Inks => ColourSpace::Inks,
            _ => ColourSpace::Rgb,
        };
        match (layout.photometric, &mut samples) {
            (Photometric::WhiteIsZero, Samples::Eight(samples)) => {
                samples.chunks_exact_mut(channels).for_each(|pixel| pixel[0] = !pixel[0]);
            }
            (Photometric::WhiteIsZero, Samples::Sixteen(samples)) => {
                samples.chunks_exact_mut(channels).for_each(|pixel| pixel[0] = !pixel[0]);
            }
            (Photometric::YCbCr, Samples::Eight(samples)) => Differences::of(&self.directory).undo(samples, channels),
            (Photometric::Lab { signed }, Samples::Eight(samples)) => {
                for pixel in samples.chunks_exact_mut(channels) {
                    let made = colours::lab_to_srgb(lab([0, 1, 2].map(|n| f64::from(pixel[n]) / 255.0), 255.0, signed));
                    pixel.iter_mut().zip(made).for_each(|(to, value)| *to = (value * 255.0).round() as u8);
                }
            }
            (Photometric::Lab { signed }, Samples::Sixteen(samples)) => {
                for pixel in samples.chunks_exact_mut(channels) {
                    let made =
                        colours::lab_to_srgb(lab([0, 1, 2].map(|n| f64::from(pixel[n]) / 65_535.0), 65_535.0, signed));
                    pixel.iter_mut().zip(made).for_each(|(to, value)| *to = (value * 65_535.0).round() as u16);
                }
            }
            _ => {}
        }
        let mut raster = Raster::new(layout.width as u32, layout.height as u32, space, samples);
        (raster.alpha, raster.orientation) = (layout.alpha, orientation(&self.directory));
        raster.meaning = match layout.photometric {
            Photometric::Lab { .. } => Meaning::Unsaid,
            _ => self.meaning(),
        };
        Ok(raster)
    }

    /// A profile; then curves and primaries (TIFF 6.0, section 20); then what Exif says.
    fn meaning(&self) -> Meaning {
        let directory = &self.directory;
        let mut sources = Vec::new();
        if let profile @ [_, ..] = directory.text(34_675) {
            sources.push(Source::Profile(profile.to_vec()));
        }
        let points = match (&directory.fractions(318)[..], &directory.fractions(319)[..]) {
            (white, [rx, ry, gx, gy, bx, by, ..]) => {
                let white = if let [x, y, ..] = white { (*x, *y) } else { (0.3127, 0.329) };
                let pairs = [white, (*rx, *ry), (*gx, *gy), (*bx, *by)];
                Some(Points(pairs.map(|(x, y)| (x as f32, y as f32))))
            }
            _ => None,
        };
        let curves = self.curves();
        if points.is_some() || !curves.is_empty() {
            let points = points.unwrap_or(Points::SRGB);
            let usual = if points.are_srgb() { Curve::Srgb } else { Curve::Power(2.2) };
            sources.push(Source::Measured { curves: if curves.is_empty() { vec![usual] } else { curves }, points });
        }
        if sources.is_empty() { Meaning::of_exif(self.bytes) } else { Meaning::Said(sources) }
    }

    /// `TransferFunction`: one curve, or three.
    fn curves(&self) -> Vec<Curve> {
        let length = 1 << self.layout.bits.min(16);
        let values: Vec<u16> = self.directory.numbers(301).into_iter().map(|value| value as u16).collect();
        let count = values.len() / length;
        if self.layout.number == SampleNumber::Float || !matches!(count, 1 | 3) {
            return Vec::new();
        }
        values.chunks_exact(length).map(|curve| Curve::Table(curve.to_vec())).collect()
    }
}

impl Layout {
    /// Where a sample goes in a pixel; nowhere where it means nothing.
    fn place(&self, sample: usize) -> Option<usize> {
        let colours = self.photometric.channels();
        match sample {
            sample if sample < colours => Some(sample),
            sample if Some(sample) == self.alpha_at => Some(colours),
            _ => None,
        }
    }
}

/// A picture that is being put together.
struct Canvas<T> {
    samples: Vec<T>,
    /// Samples of a pixel.
    channels: usize,
    palette: Option<Vec<[u8; 3]>>,
}

impl<T: StoredSamples> Canvas<T> {
    /// Puts so many rows of a part in their place; what sticks out is left out.
    fn put(&mut self, file: &File<'_>, rows: &[u8], high: usize, plane: usize, (left, top): (usize, usize)) {
        let (layout, form) = (&file.layout, file.directory.form());
        let (across, down) = (layout.part.0.min(layout.width - left), high.min(layout.height - top));
        let each = if layout.planar { 1 } else { layout.samples };
        let places: Vec<_> = (0..each).map(|n| layout.place(if layout.planar { plane } else { n })).collect();
        // Few numbers have few values.
        let few: Vec<T> = match layout.bits {
            1..=8 => (0..1 << layout.bits).map(|value| T::of(layout, value)).collect(),
            _ => Vec::new(),
        };
        let sample = |value: u64| few.get(value as usize).copied().unwrap_or_else(|| T::of(layout, value));
        let (channels, palette) = (self.channels, self.palette.as_deref());
        for (y, row) in rows.chunks_exact(rows.len() / high).take(down).enumerate() {
            let line = &mut self.samples[((top + y) * layout.width + left) * channels..][..across * channels];
            samples::each(layout, form, row, |number, value| {
                let (x, place) = (number / each, places[number % each]);
                let (Some(place), Some(pixel)) = (place, line.get_mut(x * channels..(x + 1) * channels)) else {
                    return;
                };
                match palette {
                    None => pixel[place] = sample(value),
                    // Of a palette are three, and alpha is behind them.
                    Some(_) if place > 0 => pixel[3] = sample(value),
                    Some(colours) => {
                        let colour = colours.get(value as usize).copied().unwrap_or_default();
                        pixel.iter_mut().zip(colour).for_each(|(to, byte)| *to = T::of_byte(byte));
                    }
                }
            });
        }
    }
}

/// L*, a* and b* of numbers from zero to one: differences with a sign are in two's complement.
fn lab([lightness, a, b]: [f64; 3], most: f64, signed: bool) -> [f64; 3] {
    let difference = |value: f64| {
        let steps = if most > 255.0 { 256.0 } else { 1.0 };
        let code = value * most;
        let code = match signed {
            true if code > most / 2.0 => code - most - 1.0,
            true => code,
            false => code - 128.0 * steps,
        };
        code / steps
    };
    [lightness * 100.0, difference(a), difference(b)]
}
