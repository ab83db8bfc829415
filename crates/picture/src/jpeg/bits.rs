//! The bits of a scan, and nothing behind them.

use super::fault::ScanFault;

/// Reads the entropy-coded data of a scan. It ends at the first marker, or with the file: what lies behind is not read, and
/// nothing is made up in its place.
#[derive(Debug)]
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The next bits, the first of them uppermost.
    ahead: u64,
    /// How many of them there are.
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, ahead: 0, count: 0 }
    }

    /// Where the data goes on: in front of the marker that ended it, or of a byte that was not needed.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Has 32 bits ahead, if there are as many.
    #[inline]
    fn fill(&mut self) {
        if self.count >= 32 {
            return;
        }
        if let Some(next) = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<4>()) {
            let word = u32::from_be_bytes(*next);
            // None of the four is 0xFF: one that is turns to zero, which no other byte with its highest bit does.
            if word & !word.wrapping_add(0x0101_0101) & 0x8080_8080 == 0 {
                self.ahead |= u64::from(word) << (32 - self.count);
                self.count += 32;
                self.at += 4;
                return;
            }
        }
        self.fill_bytewise();
    }

    fn fill_bytewise(&mut self) {
        while self.count <= 56 {
            let Some(byte) = self.bytes.get(self.at) else { return };
            if *byte == 0xFF {
                // ITU-T T.81, B.1.1.5: 0xFF in the data is followed by a zero; anything else is a marker.
                if self.bytes.get(self.at + 1) != Some(&0) {
                    return;
                }
                self.at += 1;
            }
            self.at += 1;
            self.ahead |= u64::from(*byte) << (56 - self.count);
            self.count += 8;
        }
    }

    /// The next sixteen bits, with zeros in the place of what is not there, and how many are.
    #[inline]
    pub(super) fn peek(&mut self) -> u16 {
        self.fill();
        (self.ahead >> 48) as u16
    }

    #[inline]
    pub(super) fn skip(&mut self, count: u32) -> Result<(), ScanFault> {
        if count > self.count {
            return Err(ScanFault::Short);
        }
        self.ahead <<= count;
        self.count -= count;
        Ok(())
    }

    /// So many bits, up to sixteen, as a number.
    #[inline]
    pub(super) fn take(&mut self, count: u32) -> Result<i32, ScanFault> {
        if count == 0 {
            return Ok(0);
        }
        let bits = i32::from(self.peek() >> (16 - count));
        self.skip(count)?;
        Ok(bits)
    }

    #[inline]
    pub(super) fn bit(&mut self) -> Result<bool, ScanFault> {
        Ok(self.take(1)? == 1)
    }

    /// A number of so many bits with its sign (T.81, F.2.2.1, EXTEND).
    #[inline]
    pub(super) fn extended(&mut self, count: u32) -> Result<i32, ScanFault> {
        let bits = self.take(count)?;
        Ok(if count > 0 && bits < 1 << (count - 1) { bits - (1 << count) + 1 } else { bits })
    }

    /// Goes on behind the next restart marker. Which of the eight it is does not count: some writers have their own ways,
    /// and what is missing is missed at the end.
    pub(super) fn restart(&mut self) -> Result<(), ScanFault> {
        (self.ahead, self.count) = (0, 0);
        loop {
            match (self.bytes.get(self.at), self.bytes.get(self.at + 1)) {
                (Some(0xFF), Some(0xD0..=0xD7)) => {
                    self.at += 2;
                    return Ok(());
                }
                (Some(0xFF), Some(0x00)) => self.at += 2,
                (Some(0xFF), Some(0xFF)) => self.at += 1,
                (Some(0xFF), _) | (None, _) => return Err(ScanFault::Short),
                (Some(_), _) => self.at += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_end_at_a_marker_and_with_the_file() {
        for bytes in [&[0xAB, 0xFF, 0x00, 0xFF, 0xD9, 0x12, 0x34][..], &[0xAB, 0xFF, 0x00], &[0xAB, 0xFF, 0x00, 0xFF]] {
            let mut bits = Bits::new(bytes, 0);
            assert_eq!(bits.take(4), Ok(0xA));
            assert_eq!(bits.take(12), Ok(0xBFF));
            assert_eq!(bits.take(1), Err(ScanFault::Short));
            assert_eq!(bits.at(), 3);
        }
        let mut long = Bits::new(&[1, 2, 3, 4, 5, 0xFF, 0, 6, 7, 8, 9], 0);
        for byte in [1, 2, 3, 4, 5, 0xFF, 6, 7, 8, 9] {
            assert_eq!(long.take(8), Ok(byte));
        }
        assert_eq!(long.bit(), Err(ScanFault::Short));
    }

    #[test]
    fn after_a_restart_marker_the_data_goes_on() {
        let mut bits = Bits::new(&[0x12, 0xFF, 0xD3, 0x34, 0xFF, 0xD9], 0);
        assert_eq!(bits.take(4), Ok(1));
        assert_eq!(bits.restart(), Ok(()));
        assert_eq!(bits.take(8), Ok(0x34));
        assert_eq!(bits.restart(), Err(ScanFault::Short));
    }
}
