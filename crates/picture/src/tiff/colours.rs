//! What TIFF has beside gray, red, green and blue, and inks.

use super::directory::Directory;
use crate::PictureError;

/// The colours of a palette, 8 bits each.
pub(super) fn palette(directory: &Directory<'_>, bits: usize) -> Result<Vec<[u8; 3]>, PictureError> {
    let values = directory.numbers(320);
    let count = 1 << bits;
    if values.len() < 3 * count {
        return Err(PictureError::Damaged("the palette of the TIFF has too few colours".to_owned()));
    }
    // Some write them in 8 bits, against the specification; then none is more.
    let narrow = values.iter().all(|value| *value < 256);
    let eight = |value: u64| if narrow { value as u8 } else { ((value * 255 + 32_767) / 65_535) as u8 };
    Ok((0..count).map(|n| [0, 1, 2].map(|channel| eight(values[n + channel * count]))).collect())
}

/// Lightness and differences of colour, with the numbers that a file may give them (TIFF 6.0, sections 20 and 21).
#[derive(Debug, Clone)]
pub(super) struct Differences {
    /// Red, green and blue of lightness.
    luma: [f64; 3],
    /// For each of the three numbers, black (or no difference) and white (or all of it).
    reference: [f64; 6],
}

impl Differences {
    pub(super) fn of(directory: &Directory<'_>) -> Self {
        let luma = match directory.fractions(529)[..] {
            [red, green, blue, ..] if green > 0.0 && (red + green + blue - 1.0).abs() < 0.01 => [red, green, blue],
            _ => [0.299, 0.587, 0.114],
        };
        let reference = match directory.fractions(532)[..] {
            [y0, y1, b0, b1, r0, r1, ..] if y1 > y0 && b1 > b0 && r1 > r0 => [y0, y1, b0, b1, r0, r1],
            _ => [0.0, 255.0, 128.0, 255.0, 128.0, 255.0],
        };
        Self { luma, reference }
    }

    /// Makes red, green and blue of the first three numbers of each pixel of so many.
    pub(super) fn undo(&self, samples: &mut [u8], each: usize) {
        let [y0, y1, b0, b1, r0, r1] = self.reference;
        let [red, green, blue] = self.luma;
        let table =
            |scale: &dyn Fn(f64) -> f64| -> [f32; 256] { std::array::from_fn(|code| scale(code as f64) as f32) };
        let y = table(&|code| (code - y0) * 255.0 / (y1 - y0));
        let cb = table(&|code| (code - b0) * 127.0 / (b1 - b0));
        let cr = table(&|code| (code - r0) * 127.0 / (r1 - r0));
        let (to_red, to_blue) = ((2.0 - 2.0 * red) as f32, (2.0 - 2.0 * blue) as f32);
        let (red, green, blue) = (red as f32, green as f32, blue as f32);
        for pixel in samples.chunks_exact_mut(each) {
            let [light, b, r] = [y[usize::from(pixel[0])], cb[usize::from(pixel[1])], cr[usize::from(pixel[2])]];
            let (of_red, of_blue) = (light + r * to_red, light + b * to_blue);
            let of_green = (light - red * of_red - blue * of_blue) / green;
            for (to, value) in pixel.iter_mut().zip([of_red, of_green, of_blue]) {
                // A cast takes what is beyond to the nearest.
                *to = value.round() as u8;
            }
        }
    }
}

/// CIE L*a*b*, of the white of print, to sRGB, each from zero to one.
pub(super) fn lab_to_srgb([lightness, a, b]: [f64; 3]) -> [f64; 3] {
    let y = (lightness + 16.0) / 116.0;
    let light = |value: f64| if value > 6.0 / 29.0 { value.powi(3) } else { (value - 4.0 / 29.0) * 108.0 / 841.0 };
    let [x, y, z] = [light(y + a / 500.0) * 0.9642, light(y), light(y - b / 200.0) * 0.8249];
    // From the white of D50 to sRGB's (ICC.1:2010, annex E; IEC 61966-2-1).
    let linear = [
        3.133_856 * x - 1.616_867 * y - 0.490_615 * z,
        -0.978_768 * x + 1.916_142 * y + 0.033_454 * z,
        0.071_945 * x - 0.228_991 * y + 1.405_243 * z,
    ];
    linear.map(|value| {
        let value = value.clamp(0.0, 1.0);
        if value <= 0.003_130_8 { value * 12.92 } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 }
    })
}

#[cfg(test)]
mod tests {
    use super::lab_to_srgb;

    #[test]
    fn white_black_and_red_of_lab_are_those_of_srgb() {
        for (lab, rgb) in [
            ([100.0, 0.0, 0.0], [1.0, 1.0, 1.0]),
            ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
            ([54.29, 80.8, 69.9], [1.0, 0.0, 0.0]),
        ] {
            for (found, right) in lab_to_srgb(lab).into_iter().zip(rgb) {
                assert!((found - right).abs() < 0.01, "{found} is not {right}");
            }
        }
    }
}
