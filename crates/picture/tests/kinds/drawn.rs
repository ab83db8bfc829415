//! Pictures that tests draw, and how far others are from them.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use picture::{Ceiling, Picture, PictureError, decode};

pub const CEILING: Ceiling = Ceiling::megapixels(10, 20_000);

/// Smooth colours with corners that are not alike, and no edge that is a multiple of anything.
pub fn chart() -> RgbImage {
    RgbImage::from_fn(83, 61, |x, y| match (x, y) {
        (0..20, 0..15) => Rgb([20, 30, 160]),
        (72.., 0..10) => Rgb([235, 235, 40]),
        (0..10, 51..) => Rgb([200, 30, 40]),
        _ => Rgb([(30 + x * 2) as u8, (40 + y * 3) as u8, (180 - x - y / 2) as u8]),
    })
}

pub fn written(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).expect("it is written");
    bytes.into_inner()
}

/// The mean difference of red, green and blue.
pub fn distance(picture: &Picture, right: &RgbImage) -> f64 {
    let seen = picture.pixels.to_rgb8();
    assert_eq!(seen.dimensions(), right.dimensions());
    let sum: u64 = seen.iter().zip(right.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / seen.len() as f64
}

#[track_caller]
pub fn is_like(bytes: &[u8], right: &RgbImage, near: f64, what: &str) {
    match decode(bytes, &CEILING) {
        Ok(picture) => {
            let distance = distance(&picture, right);
            assert!(distance <= near, "{what} is {distance:.2} away from what is right");
        }
        Err(error) => panic!("{what} {error}"),
    }
}

#[track_caller]
pub fn refused(bytes: &[u8], what: &str) -> PictureError {
    match decode(bytes, &CEILING) {
        Ok(_) => panic!("{what} is taken"),
        Err(error) => error,
    }
}
