//! Markers and what follows them (T.800, A.1).

use super::wrong::damaged;
use crate::PictureError;

/// Bytes that are read from the front. Where there are too few, the picture is cut short.
#[derive(Debug, Clone, Copy)]
pub(super) struct SegmentReader<'a>(&'a [u8]);

impl<'a> SegmentReader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn rest(&self) -> &'a [u8] {
        self.0
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], PictureError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(PictureError::CutShort)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], PictureError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(PictureError::CutShort)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(super) fn u8(&mut self) -> Result<u8, PictureError> {
        self.array().map(u8::from_be_bytes)
    }

    pub(super) fn u16(&mut self) -> Result<u16, PictureError> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, PictureError> {
        self.array().map(u32::from_be_bytes)
    }

    /// What follows a marker.
    pub(super) fn segment(&mut self) -> Result<&'a [u8], PictureError> {
        let length = self.u16()?.checked_sub(2).ok_or_else(|| damaged("the length of a header"))?;
        self.take(length.into())
    }
}

// Table A.2.
pub(super) const SOC: u16 = 0xFF4F;
pub(super) const CAP: u16 = 0xFF50;
pub(super) const SIZ: u16 = 0xFF51;
pub(super) const COD: u16 = 0xFF52;
pub(super) const COC: u16 = 0xFF53;
pub(super) const TLM: u16 = 0xFF55;
pub(super) const PLM: u16 = 0xFF57;
pub(super) const PLT: u16 = 0xFF58;
pub(super) const PRF: u16 = 0xFF59;
pub(super) const QCD: u16 = 0xFF5C;
pub(super) const QCC: u16 = 0xFF5D;
pub(super) const RGN: u16 = 0xFF5E;
pub(super) const POC: u16 = 0xFF5F;
pub(super) const PPM: u16 = 0xFF60;
pub(super) const PPT: u16 = 0xFF61;
pub(super) const CRG: u16 = 0xFF63;
pub(super) const COM: u16 = 0xFF64;
pub(super) const SOT: u16 = 0xFF90;
pub(super) const SOD: u16 = 0xFF93;
pub(super) const EOC: u16 = 0xFFD9;

/// Writes a marker with what follows it.
pub(super) fn put(made: &mut Vec<u8>, marker: u16, segment: &[u8]) {
    made.extend(marker.to_be_bytes());
    made.extend((segment.len() as u16 + 2).to_be_bytes());
    made.extend(segment);
}
