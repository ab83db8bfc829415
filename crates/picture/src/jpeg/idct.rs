//! The inverse cosine transform of a block, in whole numbers, after C. Loeffler, A. Ligtenberg and G. Moschytz, "Practical
//! fast 1-D DCT algorithms with 11 multiplications" (ICASSP 1989).

use std::num::Wrapping;

/// Eight rows of eight. Numbers that no picture has wrap, and do no harm.
pub(super) type Block = [[Wrapping<i32>; 8]; 8];

const BITS: usize = 13;
/// What the first pass keeps beside whole numbers.
const KEPT: usize = 2;

const fn fixed(value: f64) -> Wrapping<i32> {
    Wrapping((value * (1 << BITS) as f64 + 0.5) as i32)
}

/// The samples of a block, around zero.
pub(super) fn transform(block: &Block) -> Block {
    let columns = pass(block, BITS - KEPT);
    // Transposed, so that it is the same pass; what comes of it is transposed back by the second.
    pass_transposed(&columns, BITS + KEPT + 3)
}

fn pass_transposed(block: &Block, shift: usize) -> Block {
    transpose(&pass(&transpose(block), shift))
}

fn transpose(block: &Block) -> Block {
    std::array::from_fn(|row| std::array::from_fn(|column| block[column][row]))
}

/// Transforms each column.
fn pass(block: &Block, shift: usize) -> Block {
    let mut out = Block::default();
    let half = Wrapping(1 << (shift - 1));
    for lane in 0..8 {
        let at = |row: usize| block[row][lane];

        let (z2, z3) = (at(2), at(6));
        let z1 = (z2 + z3) * fixed(0.541_196_100);
        let (even2, even3) = (z1 - z3 * fixed(1.847_759_065), z1 + z2 * fixed(0.765_366_865));
        let (even0, even1) = ((at(0) + at(4)) << BITS, (at(0) - at(4)) << BITS);
        let sums = [even0 + even3, even1 + even2, even1 - even2, even0 - even3];

        let (t0, t1, t2, t3) = (at(7), at(5), at(3), at(1));
        let z5 = (t0 + t2 + t1 + t3) * fixed(1.175_875_602);
        let z1 = -(t0 + t3) * fixed(0.899_976_223);
        let z2 = -(t1 + t2) * fixed(2.562_915_447);
        let z3 = z5 - (t0 + t2) * fixed(1.961_570_560);
        let z4 = z5 - (t1 + t3) * fixed(0.390_180_644);
        let odd = [
            t3 * fixed(1.501_321_110) + z1 + z4,
            t2 * fixed(3.072_711_026) + z2 + z3,
            t1 * fixed(2.053_119_869) + z2 + z4,
            t0 * fixed(0.298_631_336) + z1 + z3,
        ];
        for row in 0..4 {
            out[row][lane] = (sums[row] + odd[row] + half) >> shift;
            out[7 - row][lane] = (sums[row] - odd[row] + half) >> shift;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the formula is written (ITU-T T.81, A.3.3).
    fn by_formula(block: &Block) -> [[f64; 8]; 8] {
        let scale = |n: usize| if n == 0 { std::f64::consts::FRAC_1_SQRT_2 } else { 1.0 };
        let wave = |x: usize, u: usize| ((2 * x + 1) as f64 * u as f64 * std::f64::consts::PI / 16.0).cos();
        std::array::from_fn(|y| {
            std::array::from_fn(|x| {
                let terms = (0..64).map(|n| {
                    let (v, u) = (n / 8, n % 8);
                    scale(u) * scale(v) * f64::from(block[v][u].0) * wave(x, u) * wave(y, v)
                });
                terms.sum::<f64>() / 4.0
            })
        })
    }

    #[test]
    fn it_is_the_transform_of_the_standard_to_within_one() {
        let mut seed = 1_u32;
        for _ in 0..200 {
            let block: Block = std::array::from_fn(|_| {
                std::array::from_fn(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    Wrapping(i32::from((seed >> 16) as u8) - 128)
                })
            });
            let (found, right) = (transform(&block), by_formula(&block));
            for (found, right) in found.iter().flatten().zip(right.iter().flatten()) {
                assert!((f64::from(found.0) - right).abs() <= 1.0, "{} is not {right}", found.0);
            }
        }
    }

    #[test]
    fn numbers_that_no_picture_has_do_no_harm() {
        transform(&[[Wrapping(i32::MIN); 8]; 8]);
        transform(&[[Wrapping(i32::MAX); 8]; 8]);
    }
}
