//! What stands between the scans of a JPEG: tables, the frame, what is said of the picture (ITU-T T.81, B).

use std::num::NonZero;

use super::fault::damaged;
use super::huffman::HuffmanTable;
use crate::PictureError;

/// The tables that are in force. A TIFF may have them once for all its parts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tables {
    pub(super) steps: [Option<[u16; 64]>; 4],
    pub(super) dc: [Option<HuffmanTable>; 4],
    pub(super) ac: [Option<HuffmanTable>; 4],
    pub(super) restart: usize,
}

/// How the blocks of a frame are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Process {
    Sequential,
    Progressive,
}

/// A component as the frame has it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Component {
    pub(super) id: u8,
    /// Samples, of the most that a component has, to the right and downwards.
    pub(super) across: usize,
    pub(super) down: usize,
    /// Its table of steps.
    pub(super) steps: usize,
    /// Blocks that have pixels of the picture.
    pub(super) columns: usize,
    pub(super) rows: usize,
    /// Blocks with those that only fill the last units.
    pub(super) stride: usize,
    pub(super) height: usize,
}

/// What a frame header says.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) process: Process,
    /// Bits of a sample: 8 or 12.
    pub(super) bits: u8,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) components: Vec<Component>,
    /// Units of an interleaved scan.
    pub(super) units_across: usize,
    pub(super) units_down: usize,
}

/// What a scan header says.
#[derive(Debug, Clone)]
pub(super) struct Scan {
    /// Each component by its place in the frame, with the numbers of its tables.
    pub(super) parts: Vec<(usize, usize, usize)>,
    /// The first and the last coefficient.
    pub(super) band: (usize, usize),
    /// The bit that was sent before, none at the first, and the one that is sent.
    pub(super) bits: (Option<u32>, u32),
}

/// What the headers have said so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Header<'a> {
    pub(super) tables: Tables,
    pub(super) frame: Option<Frame>,
    /// There is a JFIF segment.
    pub(super) jfif: bool,
    /// What Adobe's segment says of the colours.
    pub(super) adobe: Option<u8>,
    /// The Exif metadata, a TIFF.
    pub(super) exif: Option<&'a [u8]>,
    /// The parts of a colour profile, each with its number.
    pub(super) profile: Vec<(u8, &'a [u8])>,
}

/// Where a JPEG goes on behind the marker with which it begins.
pub(super) fn start(bytes: &[u8]) -> usize {
    if bytes.starts_with(&[0xFF, 0xD8]) { 2 } else { 0 }
}

impl<'a> Header<'a> {
    pub(super) fn with(tables: Tables) -> Self {
        Self { tables, ..Self::default() }
    }

    /// Reads to the next scan, and says where its data begins; none at the end.
    pub(super) fn next_scan(&mut self, bytes: &'a [u8], at: &mut usize) -> Result<Option<Scan>, PictureError> {
        while let Some(marker) = next_marker(bytes, at) {
            // Another picture, or the end of this one.
            if matches!(marker, 0xD8 | 0xD9) {
                return Ok(None);
            }
            if matches!(marker, 0x01 | 0xD0..=0xD7) {
                continue;
            }
            let Some(length) = bytes.get(*at..).and_then(|rest| rest.first_chunk()).copied() else { return Ok(None) };
            let length = usize::from(u16::from_be_bytes(length)).max(2);
            let Some(segment) = bytes.get(*at + 2..*at + length) else { return Ok(None) };
            *at += length;
            match marker {
                0xC0..=0xC2 => self.frame(marker, segment)?,
                0xC4 => self.codes(segment)?,
                0xDB => self.steps(segment)?,
                0xDD => self.tables.restart = usize::from(segment.first_chunk().map_or(0, |n| u16::from_be_bytes(*n))),
                0xDA => return self.scan(segment).map(Some),
                0xE0 if segment.starts_with(b"JFIF\0") => self.jfif = true,
                0xE1 => {
                    self.exif = self.exif.or_else(|| segment.strip_prefix(b"Exif\0").and_then(|rest| rest.get(1..)))
                }
                0xE2 => self.profile.extend(profile_part(segment)),
                0xEE if segment.starts_with(b"Adobe") => self.adobe = segment.get(11).copied().or(self.adobe),
                _ => {
                    if let Some(name) = not_made(marker) {
                        return Err(PictureError::Variant(format!("it is {name}, not a baseline or progressive JPEG")));
                    }
                }
            }
        }
        Ok(None)
    }

    fn frame(&mut self, marker: u8, segment: &[u8]) -> Result<(), PictureError> {
        if self.frame.is_some() {
            return Err(damaged("a second frame"));
        }
        let &[bits, h1, h0, w1, w0, count, ref rest @ ..] = segment else { return Err(damaged("the frame")) };
        let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
        if !matches!(bits, 8 | 12) {
            return Err(PictureError::Variant(format!("it is a JPEG with {bits} bits a sample")));
        }
        if width == 0 {
            return Err(PictureError::Empty);
        }
        if height == 0 {
            return Err(PictureError::Variant("it is a JPEG that tells its height behind its pixels".to_owned()));
        }
        if !matches!(count, 1 | 3 | 4) {
            return Err(PictureError::Variant(format!("it is a JPEG with {count} components")));
        }
        let listed = rest.get(..usize::from(count) * 3).ok_or_else(|| damaged("the frame"))?;
        let mut components = Vec::with_capacity(4);
        for part in listed.chunks_exact(3) {
            let (across, down) = (usize::from(part[1] >> 4), usize::from(part[1] & 15));
            if !(1..=4).contains(&across) || !(1..=4).contains(&down) || part[2] > 3 {
                return Err(damaged("the frame"));
            }
            let steps = usize::from(part[2]);
            components.push(Component { id: part[0], across, down, steps, columns: 0, rows: 0, stride: 0, height: 0 });
        }
        let across = components.iter().map(|part| part.across).max().unwrap_or(1);
        let down = components.iter().map(|part| part.down).max().unwrap_or(1);
        let units_across = usize::from(width).div_ceil(8 * across);
        let units_down = usize::from(height).div_ceil(8 * down);
        for part in &mut components {
            part.columns = (usize::from(width) * part.across).div_ceil(across).div_ceil(8);
            part.rows = (usize::from(height) * part.down).div_ceil(down).div_ceil(8);
            (part.stride, part.height) = (units_across * part.across, units_down * part.down);
        }
        let process = if marker == 0xC2 { Process::Progressive } else { Process::Sequential };
        let (width, height) = (u32::from(width), u32::from(height));
        self.frame = Some(Frame { process, bits, width, height, components, units_across, units_down });
        Ok(())
    }

    fn codes(&mut self, mut segment: &[u8]) -> Result<(), PictureError> {
        while let Some((which, rest)) = segment.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>().ok_or_else(|| damaged("a table of codes"))?;
            let total = counts.iter().map(|count| usize::from(*count)).sum();
            let (values, rest) = rest.split_at_checked(total).ok_or_else(|| damaged("a table of codes"))?;
            let tables = if which >> 4 == 0 { &mut self.tables.dc } else { &mut self.tables.ac };
            let table = tables.get_mut(usize::from(which & 15)).filter(|_| which >> 4 < 2);
            let table = table.ok_or_else(|| damaged("a table of codes"))?;
            *table = Some(HuffmanTable::new(counts, values).ok_or_else(|| damaged("a table of codes"))?);
            segment = rest;
        }
        Ok(())
    }

    fn steps(&mut self, mut segment: &[u8]) -> Result<(), PictureError> {
        while let Some((which, rest)) = segment.split_first() {
            let wide = which >> 4 != 0;
            let (values, rest) =
                rest.split_at_checked(if wide { 128 } else { 64 }).ok_or_else(|| damaged("a table of steps"))?;
            let table =
                self.tables.steps.get_mut(usize::from(which & 15)).ok_or_else(|| damaged("a table of steps"))?;
            let step = |n: usize| {
                if wide { u16::from_be_bytes([values[2 * n], values[2 * n + 1]]) } else { u16::from(values[n]) }
            };
            *table = Some(std::array::from_fn(step));
            segment = rest;
        }
        Ok(())
    }

    fn scan(&self, segment: &[u8]) -> Result<Scan, PictureError> {
        let frame = self.frame.as_ref().ok_or_else(|| damaged("a scan without a frame"))?;
        let bad = || damaged("the header of a scan");
        let (count, rest) = segment.split_first().ok_or_else(bad)?;
        let (listed, rest) = rest.split_at_checked(usize::from(*count) * 2).ok_or_else(bad)?;
        let &[first, last, bits, ..] = rest else { return Err(bad()) };
        let mut parts: Vec<(usize, usize, usize)> = Vec::with_capacity(4);
        for part in listed.chunks_exact(2) {
            let place = frame.components.iter().position(|component| component.id == part[0]).ok_or_else(bad)?;
            if part[1] >> 4 > 3 || part[1] & 15 > 3 || parts.iter().any(|(other, ..)| *other == place) {
                return Err(bad());
            }
            parts.push((place, usize::from(part[1] >> 4), usize::from(part[1] & 15)));
        }
        let (before, now) = (NonZero::new(u32::from(bits >> 4)).map(NonZero::get), u32::from(bits & 15));
        let sound = match frame.process {
            // Some write nonsense here; it is the same for all.
            Process::Sequential => true,
            Process::Progressive => {
                let band = if first == 0 { last == 0 } else { first <= last && last < 64 && parts.len() == 1 };
                band && now <= 13 && before.is_none_or(|before| before == now + 1)
            }
        };
        if parts.is_empty() || !sound {
            return Err(bad());
        }
        Ok(Scan { parts, band: (usize::from(first), usize::from(last)), bits: (before, now) })
    }
}

/// The number of a part and the part (ICC.1:2010, B.4).
fn profile_part(segment: &[u8]) -> Option<(u8, &[u8])> {
    match segment.strip_prefix(b"ICC_PROFILE\0")? {
        [number, _, part @ ..] => Some((*number, part)),
        _ => None,
    }
}

/// Processes that are not made (T.81, table B.1), as people call them.
const fn not_made(marker: u8) -> Option<&'static str> {
    match marker {
        0xC3 => Some("a lossless JPEG"),
        0xC5..=0xC7 | 0xCD..=0xCF | 0xDE => Some("a hierarchical JPEG"),
        0xC9 | 0xCA => Some("a JPEG with arithmetic coding"),
        0xCB => Some("a lossless JPEG with arithmetic coding"),
        0xF7 => Some("a JPEG-LS"),
        _ => None,
    }
}

/// The next marker; what stands in front of it is passed over.
fn next_marker(bytes: &[u8], at: &mut usize) -> Option<u8> {
    loop {
        let rest = bytes.get(*at..)?;
        *at += rest.iter().position(|byte| *byte == 0xFF)?;
        match bytes.get(*at + 1)? {
            0xFF => *at += 1,
            0x00 => *at += 2,
            marker => {
                *at += 2;
                return Some(*marker);
            }
        }
    }
}
