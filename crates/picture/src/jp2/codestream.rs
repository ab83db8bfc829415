//! A codestream: its main header and the parts of its tiles (T.800, A and B).

use super::{
    coding::{Coding, Cost},
    damaged,
    marker::{self, Reader, put},
    variant,
};
use crate::PictureError;

/// Bits and sampling of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Component {
    pub(super) bits: u8,
    /// Points of the grid that a sample covers, to the right and downwards.
    pub(super) step: (u8, u8),
}

/// From its left and top up to its right and bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) right: u32,
    pub(super) bottom: u32,
}

impl Area {
    pub(super) const fn width(self) -> u32 {
        self.right.saturating_sub(self.left)
    }

    pub(super) const fn height(self) -> u32 {
        self.bottom.saturating_sub(self.top)
    }

    pub(super) const fn is_empty(self) -> bool {
        self.width() == 0 || self.height() == 0
    }

    /// What is in it of every so many points (T.800, B-12).
    pub(super) const fn every(self, (across, down): (u32, u32)) -> Self {
        Self {
            left: self.left.div_ceil(across),
            top: self.top.div_ceil(down),
            right: self.right.div_ceil(across),
            bottom: self.bottom.div_ceil(down),
        }
    }
}

/// The grid that samples and tiles lie on (T.800, A.5.1).
#[derive(Debug)]
pub(super) struct Grid {
    area: Area,
    /// Where the first tile begins, and how large tiles are.
    origin: (u32, u32),
    tile: (u32, u32),
    pub(super) components: Vec<Component>,
    capabilities: u16,
}

/// More are not for the eye.
const MOST_COMPONENTS: u16 = 16;

/// The grid of a codestream.
pub(super) fn grid(bytes: &[u8]) -> Result<Grid, PictureError> {
    Grid::read(&mut Reader::new(bytes))
}

impl Grid {
    fn read(reader: &mut Reader<'_>) -> Result<Self, PictureError> {
        if (reader.u16()?, reader.u16()?) != (marker::SOC, marker::SIZ) {
            return Err(damaged("the codestream"));
        }
        let mut segment = Reader::new(reader.segment()?);
        Self::of(&mut segment).map_err(|error| match error {
            PictureError::CutShort => damaged("the header"),
            error => error,
        })
    }

    fn of(segment: &mut Reader<'_>) -> Result<Self, PictureError> {
        let capabilities = segment.u16()?;
        let (right, bottom, left, top) = (segment.u32()?, segment.u32()?, segment.u32()?, segment.u32()?);
        let (tile, origin) = ((segment.u32()?, segment.u32()?), (segment.u32()?, segment.u32()?));
        let count = segment.u16()?;
        if count > MOST_COMPONENTS {
            return Err(variant(format!("with {count} components")));
        }
        let mut components = Vec::with_capacity(count.into());
        for [depth, across, down] in (0..count).map(|_| segment.array().ok()).map_while(|found| found) {
            components.push(Component { bits: (depth & 0x7F) + 1, step: (across, down) });
        }
        let steps = components.iter().all(|component| component.step.0 > 0 && component.step.1 > 0);
        // The first tile has something of the picture in it (T.800, B-3 and B-4).
        let first = |start: u32, tile: u32, origin: u32| {
            origin <= start && u64::from(origin) + u64::from(tile) > u64::from(start)
        };
        if count == 0
            || components.len() < count.into()
            || !segment.rest().is_empty()
            || !steps
            || !first(left, tile.0, origin.0)
            || !first(top, tile.1, origin.1)
        {
            return Err(damaged("the size"));
        }
        Ok(Self { area: Area { left, top, right, bottom }, origin, tile, components, capabilities })
    }

    /// Points of the grid for a pixel: where all components are coarser than the grid in the same way, it has none between.
    fn step(&self) -> (u32, u32) {
        let first = self.components[0].step;
        let same = self.components.iter().all(|component| component.step == first);
        if same { (first.0.into(), first.1.into()) } else { (1, 1) }
    }

    pub(super) fn size(&self) -> (u32, u32) {
        let pixels = self.area.every(self.step());
        (pixels.width(), pixels.height())
    }

    /// Tiles from left to right, and from top to bottom.
    fn tiles(&self) -> (u64, u64) {
        let count = |end: u32, origin: u32, tile: u32| u64::from(end.saturating_sub(origin).div_ceil(tile));
        (count(self.area.right, self.origin.0, self.tile.0), count(self.area.bottom, self.origin.1, self.tile.1))
    }

    /// Where a tile would begin, and what of it is in the picture.
    fn tile(&self, number: usize) -> ((u32, u32), Area) {
        let (across, number) = (self.tiles().0, number as u64);
        let edge =
            |n: u64, origin: u32, tile: u32, end: u32| (u64::from(origin) + n * u64::from(tile)).min(end.into()) as u32;
        let x = |n| edge(n, self.origin.0, self.tile.0, self.area.right);
        let y = |n| edge(n, self.origin.1, self.tile.1, self.area.bottom);
        let (column, row) = (number % across, number / across);
        let start = (x(column), y(row));
        let (left, top) = (start.0.max(self.area.left), start.1.max(self.area.top));
        (start, Area { left, top, right: x(column + 1), bottom: y(row + 1) })
    }

    /// Where the pixels of a tile are in the picture.
    pub(super) fn place(&self, number: usize) -> Area {
        let (all, here) = (self.area.every(self.step()), self.tile(number).1.every(self.step()));
        Area {
            left: here.left - all.left,
            top: here.top - all.top,
            right: here.right - all.left,
            bottom: here.bottom - all.top,
        }
    }
}

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
        let mut reader = Reader::new(bytes);
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
    fn part(&mut self, reader: &mut Reader<'a>) -> Result<(), PictureError> {
        if reader.u16()? != 10 {
            return Err(damaged("the part of a tile"));
        }
        let (number, length, [place, announced]) = (reader.u16()?, reader.u32()?, reader.array()?);
        // None is said where it is the last, which then has an end.
        let mut content = match length {
            0 => *reader,
            _ => {
                let length = length.checked_sub(12).ok_or_else(|| damaged("the part of a tile"))?;
                Reader::new(reader.take(length as usize)?)
            }
        };
        let tile = self.tiles.get_mut(usize::from(number)).ok_or_else(|| damaged("the number of a tile"))?;
        if usize::from(place) != tile.parts.len() {
            return Err(damaged("the order of parts"));
        }
        let mut headers = Vec::new();
        self.grid.part(&mut tile.coding, &mut headers, &mut content).map_err(|error| match error {
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
            let place = self.grid.place(number);
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

impl Grid {
    /// The headers of a part, up to its data.
    fn part<'a>(
        &self,
        coding: &mut Coding<'a>,
        headers: &mut Vec<&'a [u8]>,
        content: &mut Reader<'a>,
    ) -> Result<(), PictureError> {
        loop {
            match content.u16()? {
                marker::SOD => return Ok(()),
                marker::PLT | marker::COM => {
                    content.segment()?;
                }
                marker::PPT => headers.push(content.segment()?),
                0xFF30..=0xFF3F => {}
                other => coding.read(other, content, self)?,
            }
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
