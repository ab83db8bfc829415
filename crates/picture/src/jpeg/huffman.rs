//! Huffman codes (ITU-T T.81, C and F.2.2.3).

use super::{bits::Bits, fault::ScanFault};

/// Codes up to so long are looked up at once.
const SHORT: u32 = 10;

/// A table of codes.
#[derive(Debug, Clone)]
pub(super) struct HuffmanTable {
    /// By the next bits: the length of the code and its value; no length where the code is longer.
    short: Vec<(u8, u8)>,
    /// Of each length, by it: behind its last code, as sixteen bits, and what to take from a code to have its place.
    ends: [(u32, i32); 17],
    values: Vec<u8>,
}

impl HuffmanTable {
    /// From the number of codes of each length and their values; none where there are more codes than a length has.
    pub(super) fn new(counts: &[u8; 16], values: &[u8]) -> Option<Self> {
        let mut short = vec![(0, 0); 1 << SHORT];
        let mut ends = [(0, 0); 17];
        let (mut code, mut place) = (0_u32, 0_usize);
        for (length, count) in (1_u32..).zip(counts) {
            let first = place;
            let offset = place as i32 - code as i32;
            for value in values.get(first..first + usize::from(*count))? {
                if code >= 1 << length {
                    return None;
                }
                if length <= SHORT {
                    let from = (code << (SHORT - length)) as usize;
                    short[from..from + (1 << (SHORT - length))].fill((length as u8, *value));
                }
                code += 1;
                place += 1;
            }
            ends[length as usize] = (code << (16 - length), offset);
            code <<= 1;
        }
        Some(Self { short, ends, values: values.to_vec() })
    }

    #[inline]
    pub(super) fn read(&self, bits: &mut Bits<'_>) -> Result<u8, ScanFault> {
        let ahead = bits.peek();
        let (length, value) = self.short[usize::from(ahead >> (16 - SHORT))];
        if length > 0 {
            bits.skip(u32::from(length))?;
            return Ok(value);
        }
        self.read_long(ahead, bits)
    }

    fn read_long(&self, ahead: u16, bits: &mut Bits<'_>) -> Result<u8, ScanFault> {
        for length in SHORT + 1..=16 {
            let (end, offset) = self.ends[length as usize];
            if u32::from(ahead) < end {
                bits.skip(length)?;
                let place = i32::from(ahead >> (16 - length)) + offset;
                return usize::try_from(place).ok().and_then(|at| self.values.get(at)).copied().ok_or(ScanFault::Code);
            }
        }
        // No code begins so. Where the data has ended the zeros behind it are none of its own.
        bits.skip(16)?;
        Err(ScanFault::Code)
    }
}
