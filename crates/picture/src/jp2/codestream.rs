//! A codestream: its main header and the parts of its tiles (T.800, A and B).

use super::coding::{Coding, Cost};
use super::grid::Grid;
use super::marker::{self, SegmentReader, put};
use super::wrong::{damaged, variant};
use crate::PictureError;

/// A part of a tile: headers of packets that stand apart from them, and what else there is.
#[derive(Debug)]
struct Part<'a> {
    headers: Vec<&'a [u8]>,
    data: &'a [u8],
}

#[derive(Debug, Default)]
pub(super) struct Tile<'a> {
    /// What differs from the main header.
    coding: Coding<'a>,
    parts: Vec<Part<'a>>,
    /// How many parts it says it has; none where it does not say.
    announced: u8,
}

#[derive(Debug)]
pub(super) struct Codestream<'a> {
    pub(super) grid: Grid,
    coding: Coding<'a>,
    pub(super) tiles: Vec<Tile<'a>>,
}

/// How far from its origin a grid reaches. The number guards what is added and multiplied.
const REACH: u32 = 1 << 26;

impl<'a> Codestream<'a> {
    /// Reads all headers.
    pub(super) fn of(bytes: &'a [u8]) -> Result<Self, PictureError> {
        let mut reader = SegmentReader::new(bytes);
        let grid = Grid::read(&mut reader)?;
        if grid.capabilities & 0x4000 != 0 {
            return Err(variant("of high throughput (HTJ2K)"));
        }
        if grid.area.right > REACH || grid.area.bottom > REACH {
            return Err(variant("that lies far out on its grid"));
        }
        if let Some(component) = grid.components.iter().find(|component| component.bits > 24) {
            return Err(variant(format!("with samples of {} bits", component.bits)));
        }
        let mut coding = Coding::default();
        let mut next = reader.u16()?;
        while next != marker::SOT {
            match next {
                marker::TLM | marker::PLM | marker::CRG | marker::COM | marker::PRF => {
                    reader.segment()?;
                }
                marker::PPM => return Err(variant("whose packets have their headers elsewhere (PPM)")),
                // Markers without anything behind them (T.800, A.1.1).
                0xFF30..=0xFF3F => {}
                other => coding.read(other, &mut reader, &grid)?,
            }
            next = reader.u16()?;
        }
        coding.is_complete()?;
        let (across, down) = grid.tiles();
        let count = across.saturating_mul(down);
        if count > 65_535 {
            return Err(damaged("the number of tiles"));
        }
        // Each has at least one part, which is no shorter than its first and last marker.
        if count * 14 > reader.rest().len() as u64 + 2 {
            return Err(PictureError::CutShort);
        }
        let tiles = (0..count).map(|_| Tile::default()).collect();
        let mut stream = Self { grid, coding, tiles };
        let mut ended = false;
        while next == marker::SOT {
            stream.part(&mut reader)?;
            // It may be all; whether it is, is told below.
            next = reader.u16().unwrap_or_default();
            ended = next == marker::EOC;
        }
        let whole = |tile: &Tile<'_>| match usize::from(tile.announced) {
            0 => ended && !tile.parts.is_empty(),
            announced => tile.parts.len() >= announced,
        };
        if stream.tiles.iter().all(whole) { Ok(stream) } else { Err(PictureError::CutShort) }
    }

    /// A part of a tile, behind its first marker.
    fn part(&mut self, reader: &mut SegmentReader<'a>) -> Result<(), PictureError> {
        if reader.u16()? != 10 {
            return Err(damaged("the part of a tile"));
        }
        let (number, length, [place, announced]) = (reader.u16()?, reader.u32()?, reader.array()?);
        // None is said where it is the last, which then has an end.
        let mut content = match length {
            0 => *reader,
            _ => {
                let length = length.checked_sub(12).ok_or_else(|| damaged("the part of a tile"))?;
                SegmentReader::new(reader.take(length as usize)?)
            }
        };
        let tile = self.tiles.get_mut(usize::from(number)).ok_or_else(|| damaged("the number of a tile"))?;
        if usize::from(place) != tile.parts.len() {
            return Err(damaged("the order of parts"));
        }
        let mut headers = Vec::new();
        part(&self.grid, &mut tile.coding, &mut headers, &mut content).map_err(|error| match error {
            PictureError::CutShort if length != 0 => damaged("the part of a tile"),
            error => error,
        })?;
        let mut data = content.rest();
        if length == 0 {
            // Within data there is no marker (T.800, B.10.1 and C.3).
            let end = data.windows(2).position(|pair| pair == marker::EOC.to_be_bytes());
            data = content.take(end.ok_or(PictureError::CutShort)?)?;
            *reader = content;
        }
        tile.announced = tile.announced.max(announced);
        tile.parts.push(Part { headers, data });
        Ok(())
    }

    /// The bytes that the decoder takes for its work, but for the samples that are made of it. They are those of the largest
    /// tile.
    pub(super) fn needs(&self) -> Result<u64, PictureError> {
        let (mut most, mut steps) = (0, 0_u64);
        for (number, tile) in self.tiles.iter().enumerate() {
            let length = tile.length();
            let cost = Cost::of(&tile.coding.over(&self.coding), &self.grid, self.grid.tile(number).1, length)?;
            if cost.packets > length {
                return Err(PictureError::CutShort);
            }
            let place = self.grid.area_of(number);
            // A sample is four bytes, one of each component; where one is put together, there are two and a quarter more.
            let samples = u64::from(place.width()) * u64::from(place.height());
            let all = samples * (self.grid.components.len() as u64 * 4 + 9);
            most = most.max(cost.memory.saturating_add(length + all));
            steps = steps.saturating_add(cost.steps);
        }
        // Seconds, where a picture of ordinary blocks takes none of them.
        if steps > 1 << 28 {
            return Err(damaged("the division into blocks"));
        }
        Ok(most)
    }

    /// A file with this tile as its only one, and with nothing in it that the decoder could interpret otherwise. With an empty
    /// packet behind the last one it is refused for having too many, unless some are missing.
    pub(super) fn alone(&self, number: usize, with_another: bool) -> Vec<u8> {
        let (tile, coding) = (&self.tiles[number], self.tiles[number].coding.over(&self.coding));
        // That the colours are sRGB keeps it from converting any.
        let mut made = b"\0\0\0\x0CjP  \r\n\x87\n\0\0\0\x14ftypjp2 \0\0\0\0jp2 ".to_vec();
        made.extend(b"\0\0\0\x17jp2h\0\0\0\x0Fcolr\x01\0\0\0\0\0\x10\0\0\0\0jp2c");
        made.extend(marker::SOC.to_be_bytes());
        let ((x, y), area) = self.grid.tile(number);
        let mut size = self.grid.capabilities.to_be_bytes().to_vec();
        for value in [area.right, area.bottom, area.left, area.top, area.right - x, area.bottom - y, x, y] {
            size.extend(value.to_be_bytes());
        }
        size.extend((self.grid.components.len() as u16).to_be_bytes());
        size.extend(self.grid.components.iter().flat_map(|part| [part.bits - 1, part.step.0, part.step.1]));
        put(&mut made, marker::SIZ, &size);
        coding.write(&mut made);
        for (place, part) in tile.parts.iter().enumerate() {
            let another = if with_another && place + 1 == tile.parts.len() { coding.empty_packet() } else { &[] };
            let start = made.len();
            put(&mut made, marker::SOT, &[0, 0, 0, 0, 0, 0, place as u8, 0]);
            part.headers.iter().for_each(|header| put(&mut made, marker::PPT, header));
            if !part.headers.is_empty() && !another.is_empty() {
                put(&mut made, marker::PPT, &[&[u8::MAX][..], another].concat());
            }
            made.extend(marker::SOD.to_be_bytes());
            made.extend(part.data);
            if part.headers.is_empty() {
                made.extend(another);
            }
            let length = (made.len() - start) as u32;
            made[start + 6..start + 10].copy_from_slice(&length.to_be_bytes());
        }
        made.extend(marker::EOC.to_be_bytes());
        made
    }
}

/// The headers of a part, up to its data.
fn part<'a>(
    grid: &Grid,
    coding: &mut Coding<'a>,
    headers: &mut Vec<&'a [u8]>,
    content: &mut SegmentReader<'a>,
) -> Result<(), PictureError> {
    loop {
        match content.u16()? {
            marker::SOD => return Ok(()),
            marker::PLT | marker::COM => {
                content.segment()?;
            }
            marker::PPT => headers.push(content.segment()?),
            0xFF30..=0xFF3F => {}
            other => coding.read(other, content, grid)?,
        }
    }
}

impl Tile<'_> {
    /// Bytes of all its parts.
    fn length(&self) -> u64 {
        let part = |part: &Part<'_>| part.headers.iter().map(|header| header.len()).sum::<usize>() + part.data.len();
        self.parts.iter().map(part).sum::<usize>() as u64
    }
}
