//! Whether a picture has its end, where its decoder does not tell: of JPEG what is missing is painted gray, and of WebP it is
//! called corrupt.

use super::MediaType;

pub(super) fn is_whole(bytes: &[u8], media_type: MediaType) -> bool {
    match media_type {
        MediaType::Jpeg => jpeg(bytes),
        MediaType::Webp => riff(bytes),
        MediaType::Png | MediaType::Tiff | MediaType::Gif => true,
    }
}

/// Whether the file is as long as it says after its first four bytes.
fn riff(bytes: &[u8]) -> bool {
    let Some((length, rest)) = bytes.get(4..).and_then(|bytes| bytes.split_first_chunk()) else { return false };
    usize::try_from(u32::from_le_bytes(*length)).is_ok_and(|length| length <= rest.len())
}

/// Whether an end-of-image marker follows the beginning of the first scan.
fn jpeg(bytes: &[u8]) -> bool {
    let Some(scan) = first_scan(bytes) else { return false };
    // In a scan 0xFF is followed by something else than 0xD9, so this is the marker and no pixel (ITU-T T.81, B.1.1.2). A
    // preview within the metadata has an end too; it lies before the scan.
    bytes[scan..].windows(2).rev().any(|pair| pair == [0xFF, 0xD9])
}

/// Where the first scan begins: after the segments that say their length.
fn first_scan(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        while *bytes.get(at)? != 0xFF {
            at += 1;
        }
        let marker = *bytes.get(at + 1)?;
        at += match marker {
            0xFF => 1,
            0x00 | 0x01 | 0xD0..=0xD8 => 2,
            0xDA => return Some(at + 2),
            _ => 2 + usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?])),
        };
    }
}
