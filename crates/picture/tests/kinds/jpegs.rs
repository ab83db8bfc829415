//! JPEG in the ways in which it may be coded, whole and cut.

use crate::drawn::{chart, is_like, refused};
use image::RgbImage;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use picture::PictureError;

/// How the scans of a picture are made.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Scans {
    /// One with all components.
    One,
    /// One for each component.
    Each,
    Progressive,
}

const SCANS: [Scans; 3] = [Scans::One, Scans::Each, Scans::Progressive];

const SAMPLINGS: [SamplingFactor; 8] = [
    SamplingFactor::F_1_1,
    SamplingFactor::F_2_1,
    SamplingFactor::F_1_2,
    SamplingFactor::F_2_2,
    SamplingFactor::F_4_1,
    SamplingFactor::F_4_2,
    SamplingFactor::F_1_4,
    SamplingFactor::F_2_4,
];

fn jpeg(image: &RgbImage, scans: Scans, sampling: SamplingFactor, restarts: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 96);
    encoder.set_sampling_factor(sampling);
    encoder.set_progressive(scans == Scans::Progressive);
    encoder.set_optimized_huffman_tables(scans == Scans::Each);
    if restarts > 0 {
        encoder.set_restart_interval(restarts);
    }
    let (width, height) = (image.width() as u16, image.height() as u16);
    encoder.encode(image.as_raw(), width, height, ColorType::Rgb).unwrap();
    bytes
}

fn smooth() -> RgbImage {
    RgbImage::from_fn(83, 61, |x, y| image::Rgb([(30 + x * 2) as u8, (40 + y * 3) as u8, (180 - x - y / 2) as u8]))
}

/// With restarts only where the writer can: those of libjpeg below have the rest.
fn all(mut each: impl FnMut(&[u8], &str)) {
    for scans in SCANS {
        for sampling in SAMPLINGS {
            for restarts in if scans == Scans::One { &[0, 1, 3][..] } else { &[0] } {
                let bytes = jpeg(&smooth(), scans, sampling, *restarts);
                each(&bytes, &format!("{scans:?}, {sampling:?}, restarts {restarts}"));
            }
        }
    }
    for (bytes, what) in RESTARTS {
        each(bytes, what);
    }
}

/// By libjpeg: `cjpeg -quality 90 -sample 2x2 -restart 3B -scans …`, one for each component, and
/// `cjpeg -quality 90 -sample 2x2 -restart 2B -progressive`.
const RESTARTS: [(&[u8], &str); 2] = [
    (include_bytes!("pictures/scans-restarts.jpg"), "scans with restarts"),
    (include_bytes!("pictures/progressive-restarts.jpg"), "progressive with restarts"),
];

#[test]
fn every_sampling_is_decoded_in_every_grouping_of_scans_with_restarts_and_without() {
    all(|bytes, what| is_like(bytes, &smooth(), 3.5, what));
}

#[test]
fn progressive_pictures_whose_bits_come_one_by_one_are_decoded() {
    // By libjpeg: `cjpeg -quality 90 -sample 1x1 -progressive`, and in 12 bits.
    is_like(include_bytes!("pictures/progressive.jpg"), &chart(), 4.0, "a progressive JPEG");
    is_like(include_bytes!("pictures/twelve-bits.jpg"), &chart(), 4.0, "a JPEG of 12 bits");
}

/// What counts is the data of the blocks, not what stands behind them.
#[test]
fn a_jpeg_is_whole_when_each_block_is_there_whatever_follows() {
    all(|bytes, what| {
        let data = bytes.strip_suffix(&[0xFF, 0xD9]).unwrap();
        for (follows, name) in [
            (&b""[..], "nothing"),
            (b"\xFF", "half an end"),
            (b"\0\0\x10\x0ASEFH\x01\x02\x03SEFT", "a trailer"),
            (b"\0\0\0\0\xFF\xD8\xFF\xE0", "another picture"),
            (b"\xFF\xD9\0\0\0\0", "an end and zeros"),
        ] {
            is_like(&[data, follows].concat(), &smooth(), 3.5, &format!("{what}, {name} behind"));
        }
    });
}

#[test]
fn a_jpeg_that_lacks_blocks_is_cut_short_whatever_follows() {
    let next = jpeg(&chart(), Scans::One, SamplingFactor::F_1_1, 0);
    all(|bytes, what| {
        let data = bytes.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap() + 14;
        let several = bytes[data..].windows(2).any(|pair| pair == [0xFF, 0xDA]);
        for percent in [20, 40, 60, 80, 97] {
            let cut = &bytes[..data + (bytes.len() - data) * percent / 100];
            let cut = if cut.ends_with(&[0xFF]) { &cut[..cut.len() - 1] } else { cut };
            for (follows, name) in [(&b""[..], "nothing"), (b"\xFF\xD9", "an end"), (&next[..], "another picture")] {
                let error = refused(&[cut, follows].concat(), &format!("{what}, {percent} %, {name} behind"));
                // Between scans it may be a table that is cut.
                let table = several && matches!(error, PictureError::Damaged(_));
                assert!(error == PictureError::CutShort || table, "{what}, {percent} %, {name} behind: {error}");
            }
        }
    });
}

#[test]
fn a_progressive_jpeg_that_lacks_whole_scans_is_cut_short() {
    let bytes = jpeg(&chart(), Scans::Progressive, SamplingFactor::F_1_1, 0);
    let scans: Vec<_> = (0..bytes.len() - 1).filter(|at| bytes[*at..*at + 2] == [0xFF, 0xDA]).collect();
    assert!(scans.len() > 3);
    for scan in &scans[1..] {
        let cut = [&bytes[..*scan], &[0xFF, 0xD9]].concat();
        assert_eq!(refused(&cut, "a picture without its last scans"), PictureError::CutShort);
    }
}

#[test]
fn processes_that_are_not_made_are_variants_and_not_damage() {
    let bytes = jpeg(&chart(), Scans::One, SamplingFactor::F_1_1, 0);
    let frame = bytes.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    for marker in [0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7] {
        let mut other = bytes.clone();
        other[frame + 1] = marker;
        let error = refused(&other, "a JPEG of another process");
        assert!(matches!(error, PictureError::Variant(_)), "{marker:X}: {error}");
    }
    for (at, value) in [(4, 16), (9, 2), (9, 5)] {
        let mut other = bytes.clone();
        other[frame + at] = value;
        let error = refused(&other, "a JPEG of other samples");
        assert!(matches!(error, PictureError::Variant(_)), "{at}: {error}");
    }
}

#[test]
fn no_byte_that_is_changed_makes_it_panic() {
    let drawn = SCANS.map(|scans| jpeg(&smooth(), scans, SamplingFactor::F_2_2, 0));
    for bytes in drawn.iter().map(Vec::as_slice).chain(RESTARTS.map(|(bytes, _)| bytes)) {
        for at in 0..bytes.len() {
            for change in [0xFF, 0x01, 0x10] {
                let mut changed = bytes.to_vec();
                changed[at] ^= change;
                let _ = picture::decode(&changed, &crate::drawn::CEILING);
            }
        }
    }
}
