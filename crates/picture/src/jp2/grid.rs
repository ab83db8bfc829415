//! The grid that samples and tiles lie on (T.800, A.5.1 and B).

use super::marker::{self, SegmentReader};
use super::wrong::{damaged, variant};
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
    pub(super) area: Area,
    /// Where the first tile begins, and how large tiles are.
    pub(super) origin: (u32, u32),
    pub(super) tile: (u32, u32),
    pub(super) components: Vec<Component>,
    pub(super) capabilities: u16,
}

/// More are not for the eye.
const MOST_COMPONENTS: u16 = 16;

/// The grid of a codestream.
pub(super) fn of_codestream(bytes: &[u8]) -> Result<Grid, PictureError> {
    Grid::read(&mut SegmentReader::new(bytes))
}

impl Grid {
    pub(super) fn read(reader: &mut SegmentReader<'_>) -> Result<Self, PictureError> {
        if (reader.u16()?, reader.u16()?) != (marker::SOC, marker::SIZ) {
            return Err(damaged("the codestream"));
        }
        let mut segment = SegmentReader::new(reader.segment()?);
        Self::of(&mut segment).map_err(|error| match error {
            PictureError::CutShort => damaged("the header"),
            error => error,
        })
    }

    fn of(segment: &mut SegmentReader<'_>) -> Result<Self, PictureError> {
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
    pub(super) fn step(&self) -> (u32, u32) {
        let first = self.components[0].step;
        let same = self.components.iter().all(|component| component.step == first);
        if same { (first.0.into(), first.1.into()) } else { (1, 1) }
    }

    pub(super) fn size(&self) -> (u32, u32) {
        let pixels = self.area.every(self.step());
        (pixels.width(), pixels.height())
    }

    /// Tiles from left to right, and from top to bottom.
    pub(super) fn tiles(&self) -> (u64, u64) {
        let count = |end: u32, origin: u32, tile: u32| u64::from(end.saturating_sub(origin).div_ceil(tile));
        (count(self.area.right, self.origin.0, self.tile.0), count(self.area.bottom, self.origin.1, self.tile.1))
    }

    /// Where a tile would begin, and what of it is in the picture.
    pub(super) fn tile(&self, number: usize) -> ((u32, u32), Area) {
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
    pub(super) fn area_of(&self, number: usize) -> Area {
        let (all, here) = (self.area.every(self.step()), self.tile(number).1.every(self.step()));
        Area {
            left: here.left - all.left,
            top: here.top - all.top,
            right: here.right - all.left,
            bottom: here.bottom - all.top,
        }
    }
}
