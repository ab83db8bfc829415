//! The boxes of a JP2 file (T.800, I). Of a JPX those that are a JP2 file's count, and its first picture.

use super::marker::SegmentReader;
use super::wrong::{damaged, variant};
use crate::PictureError;

/// Whether these bytes begin a file of this kind.
pub(crate) fn begins(bytes: &[u8]) -> bool {
    BEGINNINGS.iter().any(|beginning| bytes.starts_with(beginning))
}

/// The signature box (T.800, I.5.1), and the first markers of a codestream.
pub(crate) const BEGINNINGS: [&[u8]; 2] = [b"\0\0\0\x0CjP  \r\n\x87\n", b"\xFF\x4F\xFF\x51"];

/// What a file has.
#[derive(Debug)]
pub(super) struct File<'a> {
    pub(super) codestream: &'a [u8],
    /// What is said of the colours, in this order.
    pub(super) colours: Vec<Said<'a>>,
    pub(super) palette: Option<Palette>,
    /// Which component each channel is, and which column of the palette it is looked up in.
    pub(super) mapping: Option<Vec<(u16, Option<u8>)>>,
    pub(super) definitions: Option<Vec<ChannelDefinition>>,
}

/// What a box says of the colours (T.800, I.5.3.3; T.801, M.11.7.3).
#[derive(Debug, Clone, Copy)]
pub(super) enum Said<'a> {
    Number(u32),
    Profile(&'a [u8]),
    /// In another way.
    Otherwise,
}

#[derive(Debug)]
pub(super) struct Palette {
    pub(super) columns: Vec<PaletteColumn>,
}

#[derive(Debug)]
pub(super) struct PaletteColumn {
    pub(super) bits: u8,
    pub(super) values: Vec<u64>,
}

/// What a channel is (T.800, I.5.3.6).
#[derive(Debug, Clone, Copy)]
pub(super) struct ChannelDefinition {
    pub(super) channel: u16,
    pub(super) kind: u16,
    /// The number of the colour that it belongs to; none is all of them.
    pub(super) of: u16,
}

/// A box, and whether all of it is there.
struct Boxed<'a> {
    name: [u8; 4],
    content: &'a [u8],
    whole: bool,
}

/// The next box; none at the end.
fn next<'a>(reader: &mut SegmentReader<'a>) -> Result<Option<Boxed<'a>>, PictureError> {
    if reader.rest().is_empty() {
        return Ok(None);
    }
    let short = reader.u32()?;
    let name = reader.array()?;
    let length = match short {
        0 => reader.rest().len() as u64,
        1 => u64::from_be_bytes(reader.array()?).checked_sub(16).ok_or_else(|| damaged("the length of a box"))?,
        _ => u64::from(short).checked_sub(8).ok_or_else(|| damaged("the length of a box"))?,
    };
    let there = usize::try_from(length).unwrap_or(usize::MAX).min(reader.rest().len());
    Ok(Some(Boxed { name, content: reader.take(there)?, whole: there as u64 == length }))
}

impl<'a> File<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Result<Self, PictureError> {
        let mut file = Self { codestream: bytes, colours: Vec::new(), palette: None, mapping: None, definitions: None };
        if !begins(bytes) {
            return Err(PictureError::NotUnderstood);
        }
        if bytes.starts_with(&[0xFF]) {
            return Ok(file);
        }
        let (mut reader, mut header, mut brand) = (SegmentReader::new(bytes), false, None);
        while let Some(found) = next(&mut reader)? {
            match &found.name {
                b"ftyp" => brand = found.content.first_chunk::<4>(),
                b"jp2h" if !found.whole => return Err(PictureError::CutShort),
                b"jp2h" if !header => {
                    file.header(found.content)?;
                    header = true;
                }
                // How much of it must be there is told by what is in it.
                b"jp2c" if header => {
                    file.codestream = found.content;
                    return Ok(file);
                }
                b"jp2c" => return Err(variant("whose colours are said elsewhere than in JP2 files")),
                b"ftbl" => return Err(variant("in fragments")),
                _ => {}
            }
        }
        Err(match brand {
            Some(b"mjp2") => variant("of moving pictures"),
            Some(b"jpm ") => variant("of pages in layers (JPM)"),
            _ => PictureError::CutShort,
        })
    }

    fn header(&mut self, content: &'a [u8]) -> Result<(), PictureError> {
        let mut reader = SegmentReader::new(content);
        let broken = |_| damaged("the header");
        while let Some(found) = next(&mut reader).map_err(broken)? {
            if !found.whole {
                return Err(damaged("the header"));
            }
            let mut content = SegmentReader::new(found.content);
            match &found.name {
                b"ihdr" if found.content.get(11) != Some(&7) => return Err(variant("file with another compression")),
                b"colr" => self.colours.push(colours(&mut content).map_err(broken)?),
                b"pclr" => self.palette = Some(palette(&mut content)?),
                b"cmap" => self.mapping = Some(mapping(found.content)?),
                b"cdef" => self.definitions = Some(definitions(&mut content).map_err(broken)?),
                _ => {}
            }
        }
        Ok(())
    }
}

fn colours<'a>(reader: &mut SegmentReader<'a>) -> Result<Said<'a>, PictureError> {
    let [method, _, _] = reader.array()?;
    Ok(match method {
        1 => Said::Number(reader.u32()?),
        2 | 3 => Said::Profile(reader.rest()),
        _ => Said::Otherwise,
    })
}

fn palette(reader: &mut SegmentReader<'_>) -> Result<Palette, PictureError> {
    let broken = |_| damaged("the palette");
    let entries = reader.u16().map_err(broken)?;
    let columns = reader.u8().map_err(broken)?;
    if !(1..=1024).contains(&entries) || columns == 0 {
        return Err(damaged("the palette"));
    }
    let depths = reader.take(usize::from(columns)).map_err(broken)?;
    if depths.iter().any(|depth| depth & 0x80 != 0) {
        return Err(variant("with a palette whose values have a sign"));
    }
    if depths.iter().any(|depth| *depth > 37) {
        return Err(damaged("the palette"));
    }
    let mut columns: Vec<_> = depths
        .iter()
        .map(|depth| PaletteColumn { bits: depth + 1, values: Vec::with_capacity(entries.into()) })
        .collect();
    for _ in 0..entries {
        for column in &mut columns {
            let bytes = reader.take(usize::from(column.bits).div_ceil(8)).map_err(broken)?;
            column.values.push(bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)));
        }
    }
    Ok(Palette { columns })
}

fn mapping(content: &[u8]) -> Result<Vec<(u16, Option<u8>)>, PictureError> {
    let entry = |entry: &[u8]| match entry {
        [high, low, 0, _] => Ok((u16::from_be_bytes([*high, *low]), None)),
        [high, low, 1, column] => Ok((u16::from_be_bytes([*high, *low]), Some(*column))),
        _ => Err(damaged("the use of the palette")),
    };
    content.chunks(4).map(entry).collect()
}

fn definitions(reader: &mut SegmentReader<'_>) -> Result<Vec<ChannelDefinition>, PictureError> {
    let count = reader.u16()?;
    (0..count)
        .map(|_| Ok(ChannelDefinition { channel: reader.u16()?, kind: reader.u16()?, of: reader.u16()? }))
        .collect()
}
