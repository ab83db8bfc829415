//! Samples out of the bytes of a part.

use super::{
    directory::Form,
    layout::{Layout, SampleNumber},
};

/// Undoes what was taken from samples before they were compressed, row by row (TIFF 6.0, section 14; Adobe's TIFF technical
/// note 3).
pub(super) fn undo_predictor(layout: &Layout, form: Form, rows: &mut [u8], row: usize, samples: usize) {
    let size = layout.bits / 8;
    match layout.predictor {
        2 => {
            for row in rows.chunks_exact_mut(row) {
                for at in (samples * size..row.len()).step_by(size) {
                    let before = form.number(&row[at - samples * size..][..size]);
                    let value = form.number(&row[at..][..size]).wrapping_add(before);
                    write(form, value, &mut row[at..at + size]);
                }
            }
        }
        3 => {
            let mut planes = vec![0; row];
            for row in rows.chunks_exact_mut(row) {
                for at in samples..row.len() {
                    row[at] = row[at].wrapping_add(row[at - samples]);
                }
                // The highest bytes of all samples stand first, then the next.
                planes.copy_from_slice(row);
                let count = row.len() / size;
                for (number, value) in row.chunks_exact_mut(size).enumerate() {
                    for (byte, to) in value.iter_mut().enumerate() {
                        let plane = if form.big_endian { byte } else { size - 1 - byte };
                        *to = planes[plane * count + number];
                    }
                }
            }
        }
        _ => {}
    }
}

fn write(form: Form, value: u64, to: &mut [u8]) {
    let size = to.len();
    if form.big_endian {
        to.copy_from_slice(&value.to_be_bytes()[8 - size..]);
    } else {
        to.copy_from_slice(&value.to_le_bytes()[..size]);
    }
}

/// A sample of a picture in memory.
pub(super) trait StoredSamples: Copy + Default {
    /// From so many bits of the file.
    fn of(layout: &Layout, bits: u64) -> Self;
    /// From a byte that is meant so.
    fn of_byte(byte: u8) -> Self;
}

impl StoredSamples for u8 {
    /// Of up to eight bits, stretched to all of them.
    fn of(layout: &Layout, bits: u64) -> Self {
        let most = (1 << layout.bits) - 1;
        ((bits * 255 + most / 2) / most) as Self
    }

    fn of_byte(byte: u8) -> Self {
        byte
    }
}

impl StoredSamples for u16 {
    fn of(layout: &Layout, bits: u64) -> Self {
        if layout.number == SampleNumber::Float {
            let value = match layout.bits {
                16 => half(bits as u16),
                32 => f64::from(f32::from_bits(bits as u32)),
                _ => f64::from_bits(bits),
            };
            // What is no number is black.
            return (value.clamp(0.0, 1.0) * 65_535.0).round() as Self;
        }
        if layout.bits >= 16 {
            return (bits >> (layout.bits - 16)) as Self;
        }
        let most = (1 << layout.bits) - 1;
        ((bits * 65_535 + most / 2) / most) as Self
    }

    fn of_byte(byte: u8) -> Self {
        Self::from(byte) * 257
    }
}

/// A number of half precision (IEEE 754, binary16).
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    let value = match exponent {
        0 => fraction * (-24_f64).exp2(),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * f64::from(exponent - 15).exp2(),
    };
    if bits >> 15 == 1 { -value } else { value }
}

/// The samples of a row of a part, as numbers of the file.
pub(super) fn each(layout: &Layout, form: Form, row: &[u8], mut each: impl FnMut(usize, u64)) {
    match layout.bits {
        8 => row.iter().enumerate().for_each(|(n, byte)| each(n, u64::from(*byte))),
        bits if bits % 8 == 0 => {
            row.chunks_exact(bits / 8).enumerate().for_each(|(n, value)| each(n, form.number(value)));
        }
        bits => {
            let (mut ahead, mut count, mut number) = (0_u64, 0, 0);
            for byte in row {
                ahead = ahead << 8 | u64::from(*byte);
                count += 8;
                while count >= bits {
                    count -= bits;
                    each(number, ahead >> count & ((1 << bits) - 1));
                    number += 1;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::half;

    #[test]
    fn half_precision_is_read() {
        for (bits, value) in [(0x3C00, 1.0), (0x3800, 0.5), (0xC000, -2.0), (0x0001, 2_f64.powi(-24)), (0, 0.0)] {
            assert_eq!(half(bits), value);
        }
        assert!(half(0x7C00).is_infinite() && half(0x7E00).is_nan());
    }
}
