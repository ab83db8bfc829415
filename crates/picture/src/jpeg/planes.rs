//! Planes of samples, made as large as the picture and laid together.

use super::{
    header::{Component, Frame},
    idct::{self, Block},
};

/// The samples of a component.
#[derive(Debug)]
pub(super) struct Plane {
    samples: Vec<u8>,
    /// Samples of a row, with those that fill the last block.
    stride: usize,
}

impl Plane {
    pub(super) fn new(component: &Component) -> Self {
        let stride = component.stride * 8;
        Self { samples: vec![0; stride * component.height * 8], stride }
    }

    /// Puts a block in its place; one that has no more than its mean is even.
    #[inline]
    pub(super) fn put(&mut self, column: usize, row: usize, block: &Block, more: bool, bits: u8) {
        let sample = |value: i32| match bits {
            8 => value.saturating_add(128).clamp(0, 255) as u8,
            _ => ((value.saturating_add(2048).clamp(0, 4095) * 255 + 2047) / 4095) as u8,
        };
        let rows = self.samples[row * 8 * self.stride + column * 8..].chunks_mut(self.stride).take(8);
        if more {
            for (line, values) in rows.zip(&idct::transform(block)) {
                for (to, value) in line.iter_mut().zip(values) {
                    *to = sample(value.0);
                }
            }
        } else {
            let even = sample((block[0][0].0.wrapping_add(4)) >> 3);
            rows.for_each(|line| line[..8].fill(even));
        }
    }

    fn row(&self, number: usize) -> &[u8] {
        &self.samples[number * self.stride..][..self.stride]
    }
}

/// The planes of a picture.
#[derive(Debug)]
pub(super) struct Planes {
    width: usize,
    height: usize,
    /// Each with its part of the samples to the right and downwards, and of those how many belong to the picture.
    planes: Vec<(Plane, Sampling)>,
}

#[derive(Debug, Clone, Copy)]
struct Sampling {
    across: (usize, usize),
    down: (usize, usize),
    columns: usize,
    rows: usize,
}

impl Planes {
    pub(super) fn new(frame: &Frame, planes: Vec<Plane>) -> Self {
        let across = frame.components.iter().map(|part| part.across).max().unwrap_or(1);
        let down = frame.components.iter().map(|part| part.down).max().unwrap_or(1);
        let (width, height) = (frame.width as usize, frame.height as usize);
        let sampling = |part: &Component| Sampling {
            across: (part.across, across),
            down: (part.down, down),
            columns: (width * part.across).div_ceil(across),
            rows: (height * part.down).div_ceil(down),
        };
        let planes = planes.into_iter().zip(frame.components.iter().map(sampling)).collect();
        Self { width, height, planes }
    }

    /// The samples of all components, pixel by pixel.
    pub(super) fn interleaved(&self) -> Vec<u8> {
        let count = self.planes.len();
        let mut samples = vec![0; self.width * self.height * count];
        let mut lines = vec![vec![0; self.width]; count];
        for (y, to) in samples.chunks_exact_mut(self.width * count).enumerate() {
            for ((plane, sampling), line) in self.planes.iter().zip(&mut lines) {
                sampling.line(plane, y, line);
            }
            match &lines[..] {
                [only] => to.copy_from_slice(only),
                [first, second, third] => {
                    for (((to, first), second), third) in to.chunks_exact_mut(3).zip(first).zip(second).zip(third) {
                        to.copy_from_slice(&[*first, *second, *third]);
                    }
                }
                _ => {
                    for (x, to) in to.chunks_exact_mut(count).enumerate() {
                        to.iter_mut().zip(&lines).for_each(|(to, line)| *to = line[x]);
                    }
                }
            }
        }
        samples
    }
}

impl Sampling {
    /// A line as long as the picture is wide. Where there are half as many samples, those between are made of their
    /// neighbours, three parts of the nearer; elsewhere the nearest is taken.
    fn line(&self, plane: &Plane, y: usize, line: &mut [u8]) {
        let double = |(part, of): (usize, usize)| part * 2 == of;
        let row = (y * self.down.0 / self.down.1).min(self.rows - 1);
        let near = &plane.row(row)[..self.columns];
        if self.across.0 != self.across.1 && !double(self.across) {
            let (part, of) = self.across;
            for (x, to) in line.iter_mut().enumerate() {
                *to = near[x * part / of];
            }
            return;
        }
        let beside = if y.is_multiple_of(2) { row.saturating_sub(1) } else { (row + 1).min(self.rows - 1) };
        let far = if double(self.down) { &plane.row(beside)[..self.columns] } else { near };
        let at = |n: usize| 3 * u32::from(near[n]) + u32::from(far[n]);
        if !double(self.across) {
            let half = if y.is_multiple_of(2) { 1 } else { 2 };
            for (n, to) in line.iter_mut().enumerate() {
                *to = ((at(n) + half) >> 2) as u8;
            }
            return;
        }
        for (n, pair) in line.chunks_mut(2).enumerate() {
            let (left, right) = (at(n.saturating_sub(1)), at((n + 1).min(self.columns - 1)));
            let middle = 3 * at(n);
            pair[0] = ((middle + left + 8) >> 4) as u8;
            if let Some(second) = pair.get_mut(1) {
                *second = ((middle + right + 7) >> 4) as u8;
            }
        }
    }
}

/// Lightness and differences of colour to red, green and blue (ITU-T T.871, 7).
#[inline]
pub(super) fn to_rgb(pixel: &mut [u8]) {
    let &mut [y, blue, red] = pixel else { return };
    let (y, blue, red) = (i32::from(y) << 16, i32::from(blue) - 128, i32::from(red) - 128);
    let byte = |value: i32| ((value + (1 << 15)) >> 16).clamp(0, 255) as u8;
    pixel[0] = byte(y + 91_881 * red);
    pixel[1] = byte(y - 22_554 * blue - 46_802 * red);
    pixel[2] = byte(y + 116_130 * blue);
}
