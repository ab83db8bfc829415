//! The bytes of a part, unpacked.

use std::io::{self, Read};

use image::ImageDecoder;

use super::{
    fax,
    layout::{Compression, Layout},
};
use crate::{PictureError, jpeg};

/// What is needed beside the bytes of a part.
#[derive(Debug, Clone)]
pub(super) struct Unpacker {
    pub(super) compression: Compression,
    pub(super) reversed: bool,
    pub(super) tables: jpeg::Tables,
    /// `T4Options`: lines may be coded by what differs from the line before.
    pub(super) fax_options: u64,
    pub(super) memory: u64,
}

impl Unpacker {
    /// Rows of so many bytes, each of so many pixels with so many samples. There are as many rows, or the part is cut short.
    pub(super) fn rows(
        &self,
        packed: &[u8],
        rows: usize,
        row: usize,
        width: usize,
        samples: usize,
    ) -> Result<Vec<u8>, PictureError> {
        let length = rows * row;
        let turned: Vec<u8>;
        let packed = if self.reversed {
            turned = packed.iter().map(|byte| byte.reverse_bits()).collect();
            &turned
        } else {
            packed
        };
        match self.compression {
            Compression::None => packed.get(..length).map(<[u8]>::to_vec).ok_or(PictureError::CutShort),
            Compression::Rle => fax::rows(packed, fax::Coding::Rle, width, rows),
            Compression::Group3 if self.fax_options & 2 != 0 => {
                Err(PictureError::Variant("it is a fax with parts that are not compressed".to_owned()))
            }
            Compression::Group3 => {
                fax::rows(packed, fax::Coding::Group3 { by_line_before: self.fax_options & 1 != 0 }, width, rows)
            }
            Compression::Group4 => fax::rows(packed, fax::Coding::Group4, width, rows),
            Compression::Lzw => lzw(packed, length),
            Compression::Deflate => exactly(flate2::read::ZlibDecoder::new(packed), length),
            Compression::Zstd => match ruzstd::decoding::StreamingDecoder::new(packed) {
                Ok(decoder) => exactly(decoder, length),
                Err(error) => Err(PictureError::Damaged(error.to_string())),
            },
            Compression::PackBits => pack_bits(packed, length),
            Compression::Jpeg => {
                let part = jpeg::part(packed, &self.tables, self.memory)?;
                fitted(&part.samples, (part.width, part.height, part.components), (width, rows, samples))
            }
            Compression::Webp => {
                let decoder = image::codecs::webp::WebPDecoder::new(io::Cursor::new(packed))?;
                let ((wide, high), components) =
                    (decoder.dimensions(), usize::from(decoder.color_type().channel_count()));
                if decoder.total_bytes() > self.memory {
                    return Err(PictureError::TooMuchMemory);
                }
                let mut pixels = vec![0; usize::try_from(decoder.total_bytes()).unwrap_or(usize::MAX)];
                decoder.read_image(&mut pixels)?;
                fitted(&pixels, (wide as usize, high as usize, components), (width, rows, samples))
            }
        }
    }
}

/// The left upper part of a picture that has at least as many pixels.
fn fitted(pixels: &[u8], has: (usize, usize, usize), wanted: (usize, usize, usize)) -> Result<Vec<u8>, PictureError> {
    let ((width, height, samples), (wide, high, components)) = (has, wanted);
    if samples != components || width < wide || height < high {
        return Err(PictureError::Damaged("a part of the TIFF is of another size than it says".to_owned()));
    }
    let rows = pixels.chunks_exact(width * samples).take(high);
    Ok(rows.flat_map(|row| &row[..wide * samples]).copied().collect())
}

/// So many bytes of what a decoder gives, and no more.
fn exactly(mut decoder: impl Read, length: usize) -> Result<Vec<u8>, PictureError> {
    let mut bytes = vec![0; length];
    match decoder.read_exact(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(PictureError::CutShort),
        Err(error) => Err(PictureError::Damaged(error.to_string())),
    }
}

fn lzw(packed: &[u8], length: usize) -> Result<Vec<u8>, PictureError> {
    use weezl::{
        BitOrder, LzwStatus,
        decode::{Configuration, Decoder},
    };
    // Writers before TIFF 5.0 was settled had the bits the other way round: the first code, which clears, shows it.
    let old = matches!(packed, [0, second, ..] if second & 1 == 1);
    let mut decoder: Decoder = if old {
        Configuration::new(BitOrder::Lsb, 8).with_yield_on_full_buffer(true).build()
    } else {
        Configuration::with_tiff_size_switch(BitOrder::Msb, 8).with_yield_on_full_buffer(true).build()
    };
    let mut bytes = vec![0; length];
    let (mut read, mut written) = (0, 0);
    while written < length {
        let step = decoder.decode_bytes(&packed[read..], &mut bytes[written..]);
        read += step.consumed_in;
        written += step.consumed_out;
        match step.status {
            Ok(LzwStatus::Ok) if step.consumed_in > 0 || step.consumed_out > 0 => {}
            Ok(_) if written >= length => {}
            Ok(_) => return Err(PictureError::CutShort),
            Err(error) => return Err(PictureError::Damaged(error.to_string())),
        }
    }
    Ok(bytes)
}

/// TIFF 6.0, section 9.
fn pack_bits(mut packed: &[u8], length: usize) -> Result<Vec<u8>, PictureError> {
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        let (code, rest) = packed.split_first().ok_or(PictureError::CutShort)?;
        packed = match *code {
            128 => rest,
            code @ 0..128 => {
                let (plain, rest) = rest.split_at_checked(usize::from(code) + 1).ok_or(PictureError::CutShort)?;
                bytes.extend_from_slice(plain);
                rest
            }
            code => {
                let (again, rest) = rest.split_first().ok_or(PictureError::CutShort)?;
                bytes.resize(bytes.len() + 257 - usize::from(code), *again);
                rest
            }
        };
    }
    bytes.truncate(length);
    Ok(bytes)
}

impl Layout {
    /// Bytes of a row of a part with so many samples.
    pub(super) fn row(&self, samples: usize) -> usize {
        (self.part.0 * samples * self.bits).div_ceil(8)
    }
}
