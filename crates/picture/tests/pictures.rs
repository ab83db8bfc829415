//! Pictures of every kind that may come in, and some that must not.

#![expect(clippy::unwrap_used, reason = "what a test expects is there")]

use std::io::Cursor;

use image::{DynamicImage, GrayAlphaImage, GrayImage, ImageFormat, Luma, LumaA, Rgb, RgbImage, Rgba, RgbaImage};
use jpeg_encoder::{ColorType, Encoder};
use picture::{Ceiling, MediaType, Picture, PictureError, decode, probe};

const CEILING: Ceiling = Ceiling::megapixels(10, 20_000);

const RED: Rgb<u8> = Rgb([200, 30, 20]);
const BLUE: Rgb<u8> = Rgb([20, 40, 180]);

/// 48 by 32: the left half red, the right half blue.
fn halves() -> RgbImage {
    RgbImage::from_fn(48, 32, |x, _| if x < 24 { RED } else { BLUE })
}

fn written(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A JPEG of the halves, with this EXIF orientation.
fn oriented(orientation: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 95);
    let mut exif = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0".to_vec();
    exif[19] = orientation;
    encoder.add_exif_metadata(&exif).unwrap();
    encoder.encode(halves().as_raw(), 48, 32, ColorType::Rgb).unwrap();
    bytes
}

/// The bytes of a PNG that says it has this size, and has nothing more to say.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = written(halves(), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let mut crc = u32::MAX;
    for byte in &bytes[12..29] {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    bytes[29..33].copy_from_slice(&(!crc).to_be_bytes());
    bytes
}

#[track_caller]
fn near(picture: &Picture, x: u32, y: u32, expected: Rgb<u8>) {
    let found = *picture.pixels.to_rgb8().get_pixel(x, y);
    let close = found.0.iter().zip(expected.0).all(|(a, b)| a.abs_diff(b) < 8);
    assert!(close, "{found:?} at {x},{y} is not {expected:?}");
}

#[test]
fn every_kind_is_told_by_its_content_and_decoded() {
    for (format, media_type) in [
        (ImageFormat::Jpeg, MediaType::Jpeg),
        (ImageFormat::Png, MediaType::Png),
        (ImageFormat::WebP, MediaType::Webp),
        (ImageFormat::Tiff, MediaType::Tiff),
        (ImageFormat::Gif, MediaType::Gif),
    ] {
        let bytes = written(halves(), format);
        let seen = probe(&bytes, &CEILING).unwrap();
        assert_eq!((seen.width, seen.height, seen.media_type), (48, 32, media_type));
        let picture = decode(&bytes, &CEILING).unwrap();
        assert_eq!(picture.media_type, media_type);
        assert_eq!((picture.pixels.width(), picture.pixels.height()), (48, 32));
        assert!(matches!(picture.pixels, DynamicImage::ImageRgb8(_)), "{media_type}: {:?}", picture.pixels.color());
        near(&picture, 5, 5, RED);
        near(&picture, 43, 27, BLUE);
    }
}

#[test]
fn a_single_pixel_is_a_picture() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Tiff, ImageFormat::Gif] {
        let picture = decode(&written(RgbImage::from_pixel(1, 1, RED), format), &CEILING).unwrap();
        near(&picture, 0, 0, RED);
    }
}

#[test]
fn depths_and_colours_come_down_to_four() {
    let deep = image::ImageBuffer::<Rgb<u16>, _>::from_pixel(4, 4, Rgb([0xC8C8, 0x1E1E, 0x1414]));
    let deep = decode(&written(deep, ImageFormat::Png), &CEILING).unwrap();
    assert!(matches!(deep.pixels, DynamicImage::ImageRgb8(_)));
    near(&deep, 0, 0, RED);

    let gray = GrayImage::from_pixel(4, 4, Luma([77]));
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Tiff] {
        let gray = decode(&written(gray.clone(), format), &CEILING).unwrap();
        assert!(matches!(gray.pixels, DynamicImage::ImageLuma8(_)));
        near(&gray, 0, 0, Rgb([77, 77, 77]));
    }
    let deep = image::ImageBuffer::<Luma<u16>, _>::from_pixel(4, 4, Luma([0x4D4D]));
    let deep = decode(&written(deep, ImageFormat::Tiff), &CEILING).unwrap();
    assert!(matches!(deep.pixels, DynamicImage::ImageLuma8(_)));
}

#[test]
fn alpha_is_kept_where_something_shows_through() {
    let with = |alpha: u8| written(RgbaImage::from_pixel(4, 4, Rgba([1, 2, 3, alpha])), ImageFormat::Png);
    assert!(matches!(decode(&with(100), &CEILING).unwrap().pixels, DynamicImage::ImageRgba8(_)));
    assert!(matches!(decode(&with(255), &CEILING).unwrap().pixels, DynamicImage::ImageRgb8(_)));
    let gray = |alpha: u8| written(GrayAlphaImage::from_pixel(4, 4, LumaA([9, alpha])), ImageFormat::Png);
    assert!(matches!(decode(&gray(0), &CEILING).unwrap().pixels, DynamicImage::ImageLumaA8(_)));
    assert!(matches!(decode(&gray(255), &CEILING).unwrap().pixels, DynamicImage::ImageLuma8(_)));
}

#[test]
fn a_jpeg_in_printing_inks_is_decoded_to_rgb() {
    // Pure cyan: no red is left.
    let pixels: Vec<u8> = [255, 0, 0, 0].repeat(16 * 16);
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, 95).encode(&pixels, 16, 16, ColorType::Cmyk).unwrap();
    let picture = decode(&bytes, &CEILING).unwrap();
    let Rgb([red, green, blue]) = *picture.pixels.to_rgb8().get_pixel(8, 8);
    assert!(red < 16 && green > 200 && blue > 200, "{red},{green},{blue}");
}

#[test]
fn pictures_are_set_upright() {
    // Where red and blue are to be seen, on the far left, far right, top and bottom.
    for (orientation, size, red, blue) in [
        (1, (48, 32), (2, 16), (45, 16)),
        (2, (48, 32), (45, 16), (2, 16)),
        (3, (48, 32), (45, 16), (2, 16)),
        (6, (32, 48), (16, 2), (16, 45)),
        (8, (32, 48), (16, 45), (16, 2)),
    ] {
        let bytes = oriented(orientation);
        let seen = probe(&bytes, &CEILING).unwrap();
        assert_eq!((seen.width, seen.height), size, "{orientation}");
        let picture = decode(&bytes, &CEILING).unwrap();
        assert_eq!((picture.pixels.width(), picture.pixels.height()), size, "{orientation}");
        near(&picture, red.0, red.1, RED);
        near(&picture, blue.0, blue.1, BLUE);
    }
}

#[test]
fn what_is_no_picture_is_refused() {
    for bytes in [&b""[..], b"\xFF", b"hello", b"<svg/>", b"%PDF-1.7", b"BM\0\0\0\0", b"\0\0\0\x20ftypavif"] {
        assert_eq!(decode(bytes, &CEILING).unwrap_err(), PictureError::NotUnderstood, "{bytes:?}");
        assert_eq!(probe(bytes, &CEILING).unwrap_err(), PictureError::NotUnderstood, "{bytes:?}");
    }
}

#[test]
fn pictures_that_are_cut_short_are_refused() {
    // Of noise, so that a decoder cannot guess the rest.
    let noise = RgbImage::from_fn(64, 64, |x, y| {
        let n = (x * 7919 + y * 104_729).wrapping_mul(2_654_435_761);
        let [a, b, c, _] = n.to_be_bytes();
        Rgb([a, b, c])
    });
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Tiff, ImageFormat::Gif] {
        let bytes = written(noise.clone(), format);
        for part in 1..8 {
            let cut = &bytes[..bytes.len() * part / 8];
            let error = decode(cut, &CEILING).unwrap_err();
            assert_eq!(error, PictureError::CutShort, "{format:?} {part}/8");
        }
    }
}

#[test]
fn nothing_that_is_cut_or_changed_makes_it_panic() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Tiff, ImageFormat::Gif] {
        let bytes = written(halves(), format);
        for at in 0..bytes.len().min(600) {
            let _ = decode(&bytes[..at], &CEILING);
            let mut changed = bytes.clone();
            changed[at] ^= 0xFF;
            let _ = decode(&changed, &CEILING);
            let _ = probe(&changed, &CEILING);
        }
    }
}

#[test]
fn a_picture_that_claims_too_much_is_refused_unseen() {
    let bomb = claiming(60_000, 60_000);
    for error in [decode(&bomb, &CEILING).unwrap_err(), probe(&bomb, &CEILING).unwrap_err()] {
        assert_eq!(error.to_string(), "is 60000 pixels long; at most 20000 are taken");
    }
    let wide = decode(&claiming(20_000, 12_500), &Ceiling::megapixels(100, 60_000)).unwrap_err();
    assert_eq!(wide.to_string(), "has 250 megapixels; at most 100 are taken");

    let mut jpeg = written(halves(), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xEA, 0x60, 0xEA, 0x60]);
    assert!(matches!(decode(&jpeg, &CEILING), Err(PictureError::TooLong { edge: 60_000, .. })));

    let mut gif = written(halves(), ImageFormat::Gif);
    gif[6..10].copy_from_slice(&[0x60, 0xEA, 0x60, 0xEA]);
    assert!(matches!(decode(&gif, &CEILING), Err(PictureError::TooLong { edge: 60_000, .. })));
}

#[test]
fn memory_is_limited_too() {
    let tight = Ceiling { max_memory: 1_000, ..CEILING };
    assert_eq!(decode(&written(halves(), ImageFormat::Jpeg), &tight).unwrap_err(), PictureError::TooMuchMemory);
}
