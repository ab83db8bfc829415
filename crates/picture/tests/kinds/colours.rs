//! What pictures say of their colours.

use crate::drawn::{CEILING, chart, is_like, written};
use image::{ImageFormat, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder};
use moxcms::{ColorProfile, DataColorSpace};
use picture::decode;

/// A profile by which what is called red is green, green is blue and blue is red.
pub fn round() -> Vec<u8> {
    let mut profile = ColorProfile::new_srgb();
    profile.cicp = None;
    (profile.red_colorant, profile.green_colorant, profile.blue_colorant) =
        (profile.green_colorant, profile.blue_colorant, profile.red_colorant);
    profile.encode().unwrap()
}

/// As the profile shows it.
pub fn turned(image: &RgbImage) -> RgbImage {
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [red, green, blue] = image.get_pixel(x, y).0;
        Rgb([blue, red, green])
    })
}

fn jpeg(add: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 97);
    add(&mut encoder);
    encoder.encode(chart().as_raw(), 83, 61, ColorType::Rgb).unwrap();
    bytes
}

/// A PNG of the chart with these chunks behind its header.
fn png(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    with_chunks(written(chart(), ImageFormat::Png), chunks)
}

fn with_chunks(mut bytes: Vec<u8>, chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let end = bytes.split_off(33);
    for (name, data) in chunks {
        let body = [&name[..], data].concat();
        bytes.extend((data.len() as u32).to_be_bytes());
        bytes.extend(&body);
        bytes.extend(crc(&body).to_be_bytes());
    }
    bytes.extend(end);
    bytes
}

/// The checksum of PNG (ISO 15948, D).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 })
    })
}

fn numbers(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

fn iccp(profile: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::ZlibEncoder::new(b"x\0\0".to_vec(), flate2::Compression::fast());
    encoder.write_all(profile).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_profile_in_a_jpeg_is_applied_in_one_part_or_many_in_any_order() {
    let profile = round();
    is_like(&jpeg(|encoder| encoder.add_icc_profile(&profile).unwrap()), &turned(&chart()), 4.0, "one part");
    for reverse in [false, true] {
        let many = jpeg(|encoder| {
            let parts: Vec<_> = profile.chunks(100).collect();
            let mut parts: Vec<_> = (1_u8..)
                .zip(&parts)
                .map(|(n, part)| [b"ICC_PROFILE\0", &[n, parts.len() as u8][..], part].concat())
                .collect();
            if reverse {
                parts.reverse();
            }
            parts.into_iter().for_each(|part| encoder.add_app_segment(2, part).unwrap());
        });
        is_like(&many, &turned(&chart()), 4.0, "many parts");
    }
}

#[test]
fn a_profile_is_applied_in_png_of_8_and_16_bits() {
    let bytes = png(&[(b"iCCP", iccp(&round()))]);
    is_like(&bytes, &turned(&chart()), 1.0, "PNG");
    let deep = image::DynamicImage::ImageRgb8(chart()).into_rgb16();
    is_like(
        &with_chunks(written(deep, ImageFormat::Png), &[(b"iCCP", iccp(&round()))]),
        &turned(&chart()),
        1.0,
        "PNG of 16 bits",
    );
}

#[test]
fn what_is_broken_or_about_other_pictures_is_left_aside() {
    let mut broken = round();
    broken[36..40].copy_from_slice(b"XXXX");
    let mut gray = ColorProfile::new_gray_with_gamma(1.8);
    gray.pcs = DataColorSpace::Xyz;
    for (profile, what) in
        [(broken, "broken"), (round()[..200].to_vec(), "cut"), (gray.encode().unwrap(), "gray"), (b"x".to_vec(), "no")]
    {
        is_like(
            &jpeg(|encoder| encoder.add_icc_profile(&profile).unwrap()),
            &chart(),
            4.0,
            &format!("{what} profile, JPEG"),
        );
        is_like(&png(&[(b"iCCP", iccp(&profile))]), &chart(), 0.0, &format!("{what} profile, PNG"));
    }
    let profile = round();
    for at in (0..profile.len()).step_by(3) {
        let mut changed = profile.clone();
        changed[at] ^= 0xFF;
        assert!(decode(&png(&[(b"iCCP", iccp(&changed))]), &CEILING).is_ok(), "changed at {at}");
    }
}

#[test]
fn a_png_has_several_ways_to_say_it_and_an_order_among_them() {
    let srgb = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000];
    let round = [31_270, 32_900, 30_000, 60_000, 15_000, 6_000, 64_000, 33_000];
    let (chrm, gama) = (|points: &[u32]| (b"cHRM", numbers(points)), |gamma| (b"gAMA", numbers(&[gamma])));
    let icc = || (b"iCCP", iccp(&self::round()));
    is_like(&png(&[chrm(&srgb), gama(45_455)]), &chart(), 0.0, "what writers of sRGB add");
    is_like(&png(&[chrm(&round), gama(45_455)]), &turned(&chart()), 6.0, "primaries");
    is_like(&png(&[chrm(&round), gama(45_455), (b"sRGB", vec![0])]), &chart(), 0.0, "sRGB before primaries");
    is_like(&png(&[chrm(&srgb), gama(100_000), icc()]), &turned(&chart()), 1.0, "a profile before primaries");
    is_like(&png(&[icc(), (b"cICP", vec![1, 13, 0, 1])]), &chart(), 1.0, "code points before a profile");
    let light = decode(&png(&[gama(100_000)]), &CEILING).unwrap().pixels.to_rgb8();
    assert!(light.get_pixel(40, 30).0[0] > chart().get_pixel(40, 30).0[0] + 40, "numbers that are light are brighter");
}

#[test]
fn cameras_say_adobe_rgb_in_exif() {
    let mut exif = b"MM\0*\0\0\0\x08".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value.to_be_bytes()].concat()
    };
    exif.extend([&[0, 1][..], &entry(0x8769, 4, 1, 26), &[0; 4]].concat());
    exif.extend([&[0, 2][..], &entry(0xA001, 3, 1, 0xFFFF_0000), &entry(0xA005, 4, 1, 56), &[0; 4]].concat());
    exif.extend([&[0, 1][..], &entry(1, 2, 4, u32::from_be_bytes(*b"R03\0")), &[0; 4]].concat());
    let said = decode(&jpeg(|encoder| encoder.add_exif_metadata(&exif).unwrap()), &CEILING).unwrap();
    let profile = ColorProfile::new_adobe_rgb().encode().unwrap();
    let embedded = decode(&jpeg(|encoder| encoder.add_icc_profile(&profile).unwrap()), &CEILING).unwrap();
    assert!(crate::drawn::distance(&said, &embedded.pixels.to_rgb8()) < 1.5);
    assert!(crate::drawn::distance(&said, &chart()) > 3.0);
}

#[test]
fn a_png_is_whole_when_each_line_is_there() {
    let bytes = written(chart(), ImageFormat::Png);
    is_like(&bytes[..bytes.len() - 12], &chart(), 0.0, "a PNG without its end");
    is_like(
        &[&bytes[..bytes.len() - 12], b"something else"].concat(),
        &chart(),
        0.0,
        "a PNG with something else behind",
    );
}
