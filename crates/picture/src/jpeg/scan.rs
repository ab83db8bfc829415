//! The data of a scan: blocks of coefficients, in units, between restart markers (ITU-T T.81, A.2, F.2 and G.2).

use std::num::Wrapping;

use super::{bits::Bits, fault::ScanFault, header::Component, huffman::HuffmanTable, idct::Block};

/// Where the coefficients stand in a block, in the order in which they are sent.
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63,
];

/// What is remembered from block to block, and forgotten at a restart.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Memory {
    /// The last mean of each component of the scan.
    pub(super) means: [i32; 4],
    /// Blocks that have nothing more in this scan.
    pub(super) ended: u32,
}

/// Goes through the units of a scan; each has to have data of its own.
pub(super) fn each_unit(
    bits: &mut Bits<'_>,
    units: usize,
    interval: usize,
    mut unit: impl FnMut(&mut Bits<'_>, &mut Memory, usize) -> Result<(), ScanFault>,
) -> Result<(), ScanFault> {
    let mut memory = Memory::default();
    for number in 0..units {
        if interval > 0 && number > 0 && number.is_multiple_of(interval) {
            bits.restart()?;
            memory = Memory::default();
        }
        unit(bits, &mut memory, number)?;
    }
    Ok(())
}

/// The blocks of a component in a unit of an interleaved scan, as columns and rows.
pub(super) fn blocks_of(part: &Component, unit: usize, units_across: usize) -> impl Iterator<Item = (usize, usize)> {
    let (across, down) = (part.across, part.down);
    let (left, top) = (unit % units_across * across, unit / units_across * down);
    (0..across * down).map(move |n| (left + n % across, top + n / across))
}

/// A block of a sequential scan, its numbers multiplied by the steps. Whether it has more than its mean is answered.
#[inline]
pub(super) fn sequential(
    bits: &mut Bits<'_>,
    (dc, ac): (&HuffmanTable, &HuffmanTable),
    mean: &mut i32,
    steps: &[u16; 64],
    block: &mut Block,
) -> Result<bool, ScanFault> {
    let size = u32::from(dc.read(bits)?);
    if size > 16 {
        return Err(ScanFault::Code);
    }
    *mean = mean.wrapping_add(bits.extended(size)?);
    block[0][0] = Wrapping(*mean) * Wrapping(i32::from(steps[0]));
    let mut at = 1;
    let mut more = false;
    while at < 64 {
        let code = ac.read(bits)?;
        let (run, size) = (usize::from(code >> 4), u32::from(code & 15));
        if size == 0 {
            if run < 15 {
                break;
            }
            at += 16;
            continue;
        }
        at += run;
        let value = bits.extended(size)?;
        let place = usize::from(*ZIGZAG.get(at).ok_or(ScanFault::Code)?);
        block[place / 8][place % 8] = Wrapping(value) * Wrapping(i32::from(steps[at]));
        more = true;
        at += 1;
    }
    Ok(more)
}

/// The first bits of a block's mean in a progressive scan.
pub(super) fn first_mean(bits: &mut Bits<'_>, dc: &HuffmanTable, mean: &mut i32, low: u32) -> Result<i16, ScanFault> {
    let size = u32::from(dc.read(bits)?);
    if size > 16 {
        return Err(ScanFault::Code);
    }
    *mean = mean.wrapping_add(bits.extended(size)?);
    Ok((*mean << low) as i16)
}

/// The first bits of a band of coefficients.
pub(super) fn first_band(
    bits: &mut Bits<'_>,
    ac: &HuffmanTable,
    memory: &mut Memory,
    (first, last): (usize, usize),
    low: u32,
    block: &mut [i16; 64],
) -> Result<(), ScanFault> {
    if memory.ended > 0 {
        memory.ended -= 1;
        return Ok(());
    }
    let mut at = first;
    while at <= last {
        let code = ac.read(bits)?;
        let (run, size) = (u32::from(code >> 4), u32::from(code & 15));
        if size == 0 {
            if run < 15 {
                memory.ended = (1 << run) + bits.take(run)?.unsigned_abs() - 1;
                break;
            }
            at += 16;
            continue;
        }
        at += run as usize;
        let value = bits.extended(size)?;
        let place = ZIGZAG.get(at).filter(|_| at <= last).ok_or(ScanFault::Code)?;
        block[usize::from(*place)] = (value << low) as i16;
        at += 1;
    }
    Ok(())
}

/// One more bit of a band of coefficients.
pub(super) fn next_band(
    bits: &mut Bits<'_>,
    ac: &HuffmanTable,
    memory: &mut Memory,
    (first, last): (usize, usize),
    low: u32,
    block: &mut [i16; 64],
) -> Result<(), ScanFault> {
    let one = 1_i16 << low;
    let mut at = first;
    if memory.ended == 0 {
        while at <= last {
            let code = ac.read(bits)?;
            let (mut run, size) = (u32::from(code >> 4), code & 15);
            let mut fresh = 0;
            if size != 0 {
                fresh = if bits.bit()? { one } else { -one };
            } else if run < 15 {
                memory.ended = (1 << run) + bits.take(run)?.unsigned_abs();
                break;
            }
            // Over coefficients that have bits already, which get theirs, and over as many that have none as the run is long.
            while at <= last {
                let value = &mut block[usize::from(ZIGZAG[at])];
                if *value != 0 {
                    refine(bits, value, one)?;
                } else if run == 0 {
                    *value = fresh;
                    break;
                } else {
                    run -= 1;
                }
                at += 1;
            }
            if fresh != 0 && at > last {
                return Err(ScanFault::Code);
            }
            at += 1;
        }
    }
    if memory.ended > 0 {
        for place in ZIGZAG.get(at..=last).unwrap_or_default() {
            let value = &mut block[usize::from(*place)];
            if *value != 0 {
                refine(bits, value, one)?;
            }
        }
        memory.ended -= 1;
    }
    Ok(())
}

#[inline]
fn refine(bits: &mut Bits<'_>, value: &mut i16, one: i16) -> Result<(), ScanFault> {
    if bits.bit()? && *value & one == 0 {
        *value = value.wrapping_add(if *value > 0 { one } else { -one });
    }
    Ok(())
}
