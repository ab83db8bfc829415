//! From scans to planes of samples.

use std::num::Wrapping;

use super::{
    bits::Bits,
    fault::{ScanFault, damaged},
    header::{self, Component, Frame, Header, Process, Scan},
    huffman::HuffmanTable,
    idct::Block,
    planes::{Plane, Planes},
    scan::{self, ZIGZAG},
};
use crate::PictureError;

/// Reads all scans. When it answers, each block has been decoded from data of its own.
pub(super) fn planes<'a>(header: &mut Header<'a>, bytes: &'a [u8], memory: u64) -> Result<Planes, PictureError> {
    let mut at = header::start(bytes);
    let first = header.next_scan(bytes, &mut at)?.ok_or(PictureError::CutShort)?;
    let frame = header.frame.clone().ok_or(PictureError::CutShort)?;
    if frame.needs() > memory {
        return Err(PictureError::TooMuchMemory);
    }
    match frame.process {
        Process::Sequential => sequential(header, &frame, bytes, at, first),
        Process::Progressive => progressive(header, &frame, bytes, at, first),
    }
}

impl Header<'_> {
    fn steps_of(&self, component: &Component) -> Result<[u16; 64], PictureError> {
        self.tables.steps[component.steps].ok_or_else(|| damaged("a table of steps that is not there"))
    }
}

fn table(tables: &[Option<HuffmanTable>; 4], number: usize) -> Result<&HuffmanTable, PictureError> {
    tables[number].as_ref().ok_or_else(|| damaged("a table of codes that is not there"))
}

impl Frame {
    /// Bytes that decoding it takes.
    fn needs(&self) -> u64 {
        let blocks: u64 = self.components.iter().map(|part| (part.stride * part.height) as u64).sum();
        let pixels = u64::from(self.width) * u64::from(self.height) * self.components.len() as u64;
        let coefficients = if self.process == Process::Progressive { blocks * 128 } else { 0 };
        // Coefficients and planes are there together, then planes and pixels.
        blocks * 64 + coefficients.max(pixels)
    }

    /// How many units a scan has.
    fn units(&self, scan: &Scan) -> usize {
        match scan.parts[..] {
            [(place, ..)] => self.components[place].columns * self.components[place].rows,
            _ => self.units_across * self.units_down,
        }
    }

    /// The blocks of a unit: the place of each in the scan, its column and its row. A scan of one component has them row by
    /// row, without those that only fill (T.81, A.2.2).
    fn blocks(
        &self,
        scan: &Scan,
        unit: usize,
        mut each: impl FnMut(usize, usize, usize) -> Result<(), ScanFault>,
    ) -> Result<(), ScanFault> {
        if let [(place, ..)] = scan.parts[..] {
            let columns = self.components[place].columns;
            return each(0, unit % columns, unit / columns);
        }
        for (number, (place, ..)) in scan.parts.iter().enumerate() {
            for (column, row) in scan::blocks_of(&self.components[*place], unit, self.units_across) {
                each(number, column, row)?;
            }
        }
        Ok(())
    }
}

fn sequential<'a>(
    header: &mut Header<'a>,
    frame: &Frame,
    bytes: &'a [u8],
    mut at: usize,
    mut scan: Scan,
) -> Result<Planes, PictureError> {
    let mut planes: Vec<Option<Plane>> = frame.components.iter().map(|_| None).collect();
    loop {
        let mut parts = Vec::with_capacity(4);
        for (place, dc, ac) in &scan.parts {
            let component = &frame.components[*place];
            let codes = (table(&header.tables.dc, *dc)?, table(&header.tables.ac, *ac)?);
            parts.push((codes, header.steps_of(component)?, Plane::new(component)));
        }
        let mut bits = Bits::new(bytes, at);
        scan::each_unit(&mut bits, frame.units(&scan), header.tables.restart, |bits, memory, unit| {
            frame.blocks(&scan, unit, |number, column, row| {
                let (codes, steps, plane) = &mut parts[number];
                let mut block = Block::default();
                let more = scan::sequential(bits, *codes, &mut memory.means[number], steps, &mut block)?;
                plane.put(column, row, &block, more, frame.bits);
                Ok(())
            })
        })?;
        at = bits.at();
        for ((place, ..), (.., plane)) in scan.parts.iter().zip(parts) {
            planes[*place] = Some(plane);
        }
        if planes.iter().all(Option::is_some) {
            return Ok(Planes::new(frame, planes.into_iter().flatten().collect()));
        }
        scan = header.next_scan(bytes, &mut at)?.ok_or(PictureError::CutShort)?;
    }
}

/// A component of a progressive picture while it comes in.
#[derive(Debug)]
struct Coefficients {
    blocks: Vec<[i16; 64]>,
    /// Of each coefficient, the lowest bit that has come.
    low: [Option<u32>; 64],
    steps: Option<[u16; 64]>,
}

fn progressive<'a>(
    header: &mut Header<'a>,
    frame: &Frame,
    bytes: &'a [u8],
    mut at: usize,
    mut scan: Scan,
) -> Result<Planes, PictureError> {
    let empty = |part: &Component| Coefficients {
        blocks: vec![[0; 64]; part.stride * part.height],
        low: [None; 64],
        steps: None,
    };
    let mut parts: Vec<_> = frame.components.iter().map(empty).collect();
    loop {
        for (place, ..) in &scan.parts {
            let (part, component) = (&mut parts[*place], &frame.components[*place]);
            if part.steps.is_none() {
                part.steps = Some(header.steps_of(component)?);
            }
            // Each bit comes once and after those above it, so the number of scans has an end.
            for low in &mut part.low[scan.band.0..=scan.band.1] {
                if *low != scan.bits.0 {
                    return Err(damaged("the order of the scans"));
                }
                *low = Some(scan.bits.1);
            }
        }
        at = progressive_scan(header, frame, bytes, at, &scan, &mut parts)?;
        if parts.iter().all(|part| part.low == [Some(0); 64]) {
            break;
        }
        scan = header.next_scan(bytes, &mut at)?.ok_or(PictureError::CutShort)?;
    }
    let planes = frame.components.iter().zip(parts).map(|(component, part)| {
        let steps = part.steps.unwrap_or([1; 64]);
        let mut plane = Plane::new(component);
        for (number, coefficients) in part.blocks.iter().enumerate() {
            let mut block = Block::default();
            for (place, step) in ZIGZAG.iter().zip(steps) {
                let place = usize::from(*place);
                block[place / 8][place % 8] = Wrapping(i32::from(coefficients[place])) * Wrapping(i32::from(step));
            }
            let more = coefficients[1..] != [0; 63];
            plane.put(number % component.stride, number / component.stride, &block, more, frame.bits);
        }
        plane
    });
    Ok(Planes::new(frame, planes.collect()))
}

/// Reads one scan and says where its data ended.
fn progressive_scan(
    header: &Header<'_>,
    frame: &Frame,
    bytes: &[u8],
    at: usize,
    scan: &Scan,
    parts: &mut [Coefficients],
) -> Result<usize, PictureError> {
    let (band, (before, low)) = (scan.band, scan.bits);
    let mut codes = Vec::with_capacity(4);
    for (_, dc, ac) in &scan.parts {
        codes.push(match (band.0, before) {
            (0, None) => Some(table(&header.tables.dc, *dc)?),
            (0, Some(_)) => None,
            _ => Some(table(&header.tables.ac, *ac)?),
        });
    }
    let mut bits = Bits::new(bytes, at);
    scan::each_unit(&mut bits, frame.units(scan), header.tables.restart, |bits, memory, unit| {
        frame.blocks(scan, unit, |number, column, row| {
            let place = scan.parts[number].0;
            let block = &mut parts[place].blocks[row * frame.components[place].stride + column];
            match (codes[number], before) {
                (None, _) => {
                    if bits.bit()? {
                        block[0] |= 1 << low;
                    }
                    Ok(())
                }
                (Some(dc), _) if band.0 == 0 => {
                    block[0] = scan::first_mean(bits, dc, &mut memory.means[number], low)?;
                    Ok(())
                }
                (Some(ac), None) => scan::first_band(bits, ac, memory, band, low, block),
                (Some(ac), Some(_)) => scan::next_band(bits, ac, memory, band, low, block),
            }
        })
    })?;
    Ok(bits.at())
}
