//! How the components of a picture or of a tile are coded (T.800, A.6), and what it costs to undo that.

use super::grid::{Area, Grid};
use super::marker::{self, SegmentReader, put};
use super::wrong::{damaged, variant};
use crate::PictureError;

/// What headers say of it. Segments are kept as they are, without marker and length.
#[derive(Debug, Clone, Default)]
pub(super) struct Coding<'a> {
    /// With the number of layers.
    default: Option<(u16, Style<'a>, &'a [u8])>,
    /// Of single components.
    styles: Vec<(u8, Style<'a>, &'a [u8])>,
    steps: Option<&'a [u8]>,
    component_steps: Vec<(u8, &'a [u8])>,
    regions: Vec<(u8, &'a [u8])>,
    changes: Vec<&'a [u8]>,
}

/// How a component is coded.
#[derive(Debug, Clone, Copy)]
struct Style<'a> {
    levels: u8,
    /// Width and height of blocks, as powers of two.
    block: (u8, u8),
    modes: u8,
    /// Width and height of precincts for each resolution, as powers of two; none where they are as large as can be.
    precincts: &'a [u8],
}

impl<'a> Style<'a> {
    fn of(segment: &'a [u8], with_precincts: bool) -> Result<Self, PictureError> {
        let (&[levels, width, height, modes, transform], precincts) =
            segment.split_first_chunk().ok_or_else(|| damaged("the coding"))?;
        let expected = if with_precincts { usize::from(levels) + 1 } else { 0 };
        let high = precincts.iter().skip(1).any(|size| size & 0xF == 0 || size >> 4 == 0);
        if levels > 32 || width > 8 || height > 8 || width + height > 8 || precincts.len() != expected || high {
            return Err(damaged("the coding"));
        }
        if modes & 0xC0 != 0 {
            return Err(variant("of high throughput (HTJ2K)"));
        }
        if transform > 1 {
            return Err(variant("with a transform of its own"));
        }
        Ok(Self { levels, block: (width + 2, height + 2), modes, precincts })
    }

    fn precinct(&self, resolution: u8) -> (u8, u8) {
        self.precincts.get(usize::from(resolution)).map_or((15, 15), |size| (size & 0xF, size >> 4))
    }
}

/// Puts it in the place of what was there for this component.
fn replace<T>(all: &mut Vec<T>, new: T, component: impl Fn(&T) -> u8) {
    match all.iter_mut().find(|old| component(old) == component(&new)) {
        Some(old) => *old = new,
        None => all.push(new),
    }
}

impl<'a> Coding<'a> {
    /// Reads a segment of a header.
    pub(super) fn read(
        &mut self,
        marker: u16,
        reader: &mut SegmentReader<'a>,
        grid: &Grid,
    ) -> Result<(), PictureError> {
        match marker {
            marker::COD => {
                let segment = reader.segment()?;
                let (&[flags, order, high, low, mixed], style) =
                    segment.split_first_chunk().ok_or_else(|| damaged("the coding"))?;
                let layers = u16::from_be_bytes([high, low]);
                if order > 4 || layers == 0 {
                    return Err(damaged("the coding"));
                }
                if layers > 32 {
                    return Err(variant(format!("with {layers} layers")));
                }
                if mixed > 1 {
                    return Err(variant("with a mixture of components of its own"));
                }
                let same = grid.components.windows(2).take(2).all(|pair| pair[0].step == pair[1].step);
                if mixed == 1 && (grid.components.len() < 3 || !same) {
                    return Err(damaged("the mixture of components"));
                }
                self.default = Some((layers, Style::of(style, flags & 1 != 0)?, segment));
            }
            marker::COC => {
                let segment = reader.segment()?;
                let (&[component, flags], style) = segment.split_first_chunk().ok_or_else(|| damaged("the coding"))?;
                if flags > 1 {
                    return Err(damaged("the coding"));
                }
                let style = Style::of(style, flags == 1)?;
                replace(&mut self.styles, (component, style, segment), |style| style.0);
            }
            marker::QCD => {
                let segment = reader.segment()?;
                check_steps(segment)?;
                self.steps = Some(segment);
            }
            marker::QCC => {
                let segment = reader.segment()?;
                let (component, steps) = segment.split_first().ok_or_else(|| damaged("the quantisation"))?;
                check_steps(steps)?;
                replace(&mut self.component_steps, (*component, segment), |steps| steps.0);
            }
            marker::RGN => {
                let segment = reader.segment()?;
                let [component, style, _] = segment else { return Err(damaged("the region of interest")) };
                if *style != 0 {
                    return Err(variant("with a region of interest of its own kind"));
                }
                replace(&mut self.regions, (*component, segment), |region| region.0);
            }
            marker::POC => {
                let segment = reader.segment()?;
                if segment.is_empty() || segment.len() % 7 != 0 {
                    return Err(damaged("the order of packets"));
                }
                self.changes.push(segment);
            }
            marker::CAP => return Err(variant("of high throughput (HTJ2K)")),
            marker::PPM | marker::PPT | marker::SIZ | marker::SOD | marker::SOT | marker::EOC | ..0xFF00 => {
                return Err(damaged("the header"));
            }
            other => return Err(variant(format!("with an extension (marker {other:04X})"))),
        }
        let components = self.styles.iter().map(|style| style.0);
        let components = components.chain(self.component_steps.iter().map(|steps| steps.0));
        let mut components = components.chain(self.regions.iter().map(|region| region.0));
        match components.any(|component| usize::from(component) >= grid.components.len()) {
            true => Err(damaged("the number of a component")),
            false => Ok(()),
        }
    }

    /// Whether it says what a main header has to say.
    pub(super) fn is_complete(&self) -> Result<(), PictureError> {
        if self.default.is_some() && self.steps.is_some() { Ok(()) } else { Err(damaged("the header")) }
    }

    /// That of a tile, where it differs from that of the picture (T.800, A.6).
    pub(super) fn over(&self, main: &Self) -> Self {
        let mut all = main.clone();
        if self.default.is_some() {
            (all.default, all.styles) = (self.default, Vec::new());
        }
        if self.steps.is_some() {
            (all.steps, all.component_steps) = (self.steps, Vec::new());
        }
        self.styles.iter().for_each(|new| replace(&mut all.styles, *new, |style| style.0));
        self.component_steps.iter().for_each(|new| replace(&mut all.component_steps, *new, |steps| steps.0));
        self.regions.iter().for_each(|new| replace(&mut all.regions, *new, |region| region.0));
        if !self.changes.is_empty() {
            all.changes.clone_from(&self.changes);
        }
        all
    }

    /// A packet without anything in it (T.800, B.10.3), with the marker behind its header where there are such.
    pub(super) fn empty_packet(&self) -> &'static [u8] {
        let marked = self.default.is_some_and(|(.., segment)| segment.first().is_some_and(|flags| flags & 4 != 0));
        if marked { b"\0\xFF\x92" } else { b"\0" }
    }

    /// Writes the segments of a main header.
    pub(super) fn write(&self, made: &mut Vec<u8>) {
        self.default.iter().for_each(|(.., segment)| put(made, marker::COD, segment));
        self.styles.iter().for_each(|(.., segment)| put(made, marker::COC, segment));
        self.steps.iter().for_each(|segment| put(made, marker::QCD, segment));
        self.component_steps.iter().for_each(|(_, segment)| put(made, marker::QCC, segment));
        self.regions.iter().for_each(|(_, segment)| put(made, marker::RGN, segment));
        self.changes.iter().for_each(|segment| put(made, marker::POC, segment));
    }
}

/// Steps for as many bands as there can be, and no more.
fn check_steps(segment: &[u8]) -> Result<(), PictureError> {
    let bands = match segment {
        [style, steps @ ..] if style & 0x1F == 0 => steps.len(),
        [style, _, _] if style & 0x1F == 1 => 1,
        [style, steps @ ..] if style & 0x1F == 2 && steps.len() % 2 == 0 => steps.len() / 2,
        _ => 0,
    };
    if (1..=97).contains(&bands) { Ok(()) } else { Err(damaged("the quantisation")) }
}

/// What it takes to decode a tile, but for its samples.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cost {
    /// Bytes.
    pub(super) memory: u64,
    /// What grows faster than memory.
    pub(super) steps: u64,
    /// The fewest that there must be.
    pub(super) packets: u64,
}

impl Cost {
    /// By the structures of the decoder, for a tile of which there are so many bytes.
    pub(super) fn of(coding: &Coding<'_>, grid: &Grid, tile: Area, length: u64) -> Result<Self, PictureError> {
        let Some((layers, style, _)) = coding.default else { return Err(damaged("the header")) };
        let layers = u64::from(layers);
        let changes: u64 = coding.changes.iter().map(|segment| segment.len() as u64 / 7).sum();
        let mut cost = Self::default();
        for (number, component) in grid.components.iter().enumerate() {
            let own = coding.styles.iter().find(|style| usize::from(style.0) == number);
            let style = own.map_or(style, |own| own.1);
            let area = tile.every((component.step.0.into(), component.step.1.into()));
            let parts = Parts::of(&style, component.step, area)?;
            // Of a block there is one part for each layer, or some for each of its planes of bits, with three bits to tell of it.
            let segments = match style.modes & 0x05 {
                0 => layers,
                _ => 94,
            };
            let segments = parts.blocks.saturating_mul(segments).min(length.saturating_mul(3));
            let packets = parts.precincts.saturating_mul(layers);
            // The first are nodes of trees, and what is kept of a block and of a precinct.
            let memory = parts.blocks.saturating_mul(256 + 24 * layers) + parts.bands.saturating_mul(192);
            let order = parts.precincts.saturating_mul(48).saturating_mul(1 + changes);
            let seen = if changes > 0 { packets.saturating_mul(64) } else { 0 };
            cost.memory = [memory, segments * 48, order, seen].into_iter().fold(cost.memory, u64::saturating_add);
            cost.steps = cost.steps.saturating_add(parts.steps).saturating_add(packets.saturating_mul(changes));
            if changes == 0 {
                cost.packets = cost.packets.saturating_add(packets);
            }
        }
        Ok(cost)
    }
}

/// What a component of a tile is divided into.
#[derive(Debug, Default)]
struct Parts {
    precincts: u64,
    /// Precincts of single bands.
    bands: u64,
    /// Blocks, or some more.
    blocks: u64,
    steps: u64,
}

impl Parts {
    /// By T.800, B.5 to B.7.
    fn of(style: &Style<'_>, step: (u8, u8), area: Area) -> Result<Self, PictureError> {
        let mut parts = Self::default();
        for resolution in 0..=style.levels {
            let (precinct, level) = (style.precinct(resolution), style.levels - resolution);
            let across = Line::of((area.left, area.right), precinct.0, style.block.0, level, resolution > 0, step.0)?;
            let down = Line::of((area.top, area.bottom), precinct.1, style.block.1, level, resolution > 0, step.1)?;
            let precincts = across.precincts * down.precincts;
            let bands = precincts * if resolution == 0 { 1 } else { 3 };
            // Two trees are made for a precinct, as if it were square.
            let tree = across.blocks.max(down.blocks).next_power_of_two().pow(2) * 2;
            parts.precincts += precincts;
            parts.bands += bands;
            parts.blocks = parts.blocks.saturating_add(bands.saturating_mul(across.blocks * down.blocks));
            parts.steps = parts.steps.saturating_add(bands.saturating_mul(tree));
        }
        Ok(parts)
    }
}

/// A row or column of precincts.
struct Line {
    precincts: u64,
    /// Blocks of one of them at most.
    blocks: u64,
}

impl Line {
    fn of(
        (start, end): (u32, u32),
        precinct: u8,
        block: u8,
        level: u8,
        halved: bool,
        step: u8,
    ) -> Result<Self, PictureError> {
        // The decoder counts on the grid with 32 bits.
        if u64::from(step) << (precinct + level) > 1 << 30 {
            return Err(variant(format!("with precincts of 2^{precinct} samples, {level} times halved")));
        }
        let size = 1_u64 << level;
        let (start, end) = (u64::from(start).div_ceil(size), u64::from(end).div_ceil(size));
        let precincts = if start == end { 0 } else { end.div_ceil(1 << precinct) - (start >> precinct) };
        let halved = u8::from(halved);
        let block = block.min(precinct - halved);
        let most = 1_u64 << (precinct - halved - block);
        let here = ((end - start) >> halved >> block) + 2;
        Ok(Self { precincts, blocks: most.min(here) })
    }
}
