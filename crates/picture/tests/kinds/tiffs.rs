//! TIFF in the forms that libraries have it in.

use std::io::Write;

use crate::drawn::{CEILING, chart, is_like, refused};
use image::{DynamicImage, Rgb, RgbImage};
use picture::{PictureError, decode, probe};

/// What a tag has.
#[derive(Debug, Clone)]
enum Values {
    Shorts(Vec<u16>),
    Longs(Vec<u32>),
    Fractions(Vec<(u32, u32)>),
}

use Values::{Fractions, Longs, Shorts};

/// A TIFF that is being written.
#[derive(Debug, Clone)]
struct Tiff {
    big_endian: bool,
    long: bool,
    tags: Vec<(u16, Values)>,
    parts: Vec<Vec<u8>>,
    tiled: bool,
}

impl Tiff {
    /// Of one strip of samples of so many bits.
    fn new(width: u32, height: u32, bits: &[u16], photometric: u16, data: Vec<u8>) -> Self {
        let tags = vec![
            (256, Longs(vec![width])),
            (257, Longs(vec![height])),
            (258, Shorts(bits.to_vec())),
            (262, Shorts(vec![photometric])),
            (277, Shorts(vec![bits.len() as u16])),
        ];
        Self { big_endian: false, long: false, tags, parts: vec![data], tiled: false }
    }

    fn with(mut self, tag: u16, values: Values) -> Self {
        self.tags.retain(|(other, _)| *other != tag);
        self.tags.push((tag, values));
        self
    }

    fn number(&self, value: u64, size: usize) -> Vec<u8> {
        if self.big_endian { value.to_be_bytes()[8 - size..].to_vec() } else { value.to_le_bytes()[..size].to_vec() }
    }

    fn bytes(&self) -> Vec<u8> {
        let (word, head) = if self.long { (8, 16) } else { (4, 8) };
        let mut bytes = if self.big_endian { b"MM".to_vec() } else { b"II".to_vec() };
        bytes.extend(self.number(if self.long { 43 } else { 42 }, 2));
        if self.long {
            bytes.extend(self.number(8, 2));
            bytes.extend(self.number(0, 2));
        }
        let at = bytes.len();
        bytes.resize(head, 0);
        let mut offsets = Vec::new();
        for part in &self.parts {
            offsets.push(bytes.len() as u32);
            bytes.extend(part);
        }
        let lengths = self.parts.iter().map(|part| part.len() as u32).collect();
        let (offset, length) = if self.tiled { (324, 325) } else { (273, 279) };
        let mut tags = self.clone().with(offset, Longs(offsets)).with(length, Longs(lengths)).tags;
        tags.sort_by_key(|(tag, _)| *tag);
        let mut entries = self.number(tags.len() as u64, if self.long { 8 } else { 2 });
        for (tag, values) in tags {
            let (kind, count, values): (u64, _, Vec<u8>) = match values {
                Shorts(values) => {
                    (3, values.len(), values.iter().flat_map(|v| self.number(u64::from(*v), 2)).collect())
                }
                Longs(values) => (4, values.len(), values.iter().flat_map(|v| self.number(u64::from(*v), 4)).collect()),
                Fractions(values) => {
                    let both =
                        |(a, b): &(u32, u32)| [self.number(u64::from(*a), 4), self.number(u64::from(*b), 4)].concat();
                    (5, values.len(), values.iter().flat_map(both).collect())
                }
            };
            entries.extend(self.number(u64::from(tag), 2));
            entries.extend(self.number(kind, 2));
            entries.extend(self.number(count as u64, word));
            if values.len() <= word {
                entries.extend(&values);
                entries.resize(entries.len() + word - values.len(), 0);
            } else {
                entries.extend(self.number(bytes.len() as u64, word));
                bytes.extend(values);
            }
        }
        entries.resize(entries.len() + word, 0);
        let directory = self.number(bytes.len() as u64, word);
        bytes[at..at + word].copy_from_slice(&directory);
        bytes.extend(entries);
        bytes
    }
}

fn rgb(image: &RgbImage) -> Tiff {
    Tiff::new(image.width(), image.height(), &[8, 8, 8], 2, image.as_raw().clone())
}

/// Rows of numbers in so many bits, each row of whole bytes.
fn packed(width: u32, values: &[u32], bits: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    for row in values.chunks(width as usize) {
        let mut ahead: Vec<bool> = row.iter().flat_map(|v| (0..bits).rev().map(move |bit| v >> bit & 1 == 1)).collect();
        ahead.resize(ahead.len().div_ceil(8) * 8, false);
        bytes.extend(ahead.chunks(8).map(|bits| bits.iter().fold(0, |sum, bit| sum << 1 | u8::from(*bit))));
    }
    bytes
}

fn grays(bits: u32) -> (Vec<u32>, RgbImage) {
    let most = (1_u32 << bits) - 1;
    let values: Vec<u32> = (0..83 * 61).map(|n| (n % 83 * 3 + n / 83) % (most + 1)).collect();
    let right = RgbImage::from_fn(83, 61, |x, y| {
        let gray = (u64::from(values[(y * 83 + x) as usize]) * 255 / u64::from(most)) as u8;
        Rgb([gray; 3])
    });
    (values, right)
}

#[test]
fn gray_of_every_number_of_bits_is_taken() {
    for bits in 1..=16 {
        let (values, right) = grays(bits);
        let data = match bits {
            16 => values.iter().flat_map(|value| (*value as u16).to_le_bytes()).collect(),
            _ => packed(83, &values, bits),
        };
        let file = Tiff::new(83, 61, &[bits as u16], 1, data);
        is_like(&file.bytes(), &right, 0.8, &format!("gray of {bits} bits"));
        let picture = decode(&file.bytes(), &CEILING).expect("it is taken").pixels;
        assert!(matches!(picture, DynamicImage::ImageLuma8(_)));
        let inverted = RgbImage::from_fn(83, 61, |x, y| Rgb(right.get_pixel(x, y).0.map(|value| 255 - value)));
        is_like(
            &file.with(262, Shorts(vec![0])).bytes(),
            &inverted,
            0.8,
            &format!("gray of {bits} bits, white is zero"),
        );
    }
}

#[test]
fn palettes_of_every_number_of_bits_are_taken() {
    for bits in 1..=12_u32 {
        let (values, _) = grays(bits);
        let count = 1 << bits;
        let colour = |n: u32, channel: u32| ((n * 37 + channel * 91) % 256) as u8;
        let table = |by: u16| (0..3 * count).map(|n| u16::from(colour(n % count, n / count)) * by).collect();
        let right = RgbImage::from_fn(83, 61, |x, y| {
            Rgb([0, 1, 2].map(|channel| colour(values[(y * 83 + x) as usize], channel)))
        });
        let file = Tiff::new(83, 61, &[bits as u16], 3, packed(83, &values, bits));
        is_like(&file.clone().with(320, Shorts(table(257))).bytes(), &right, 0.0, &format!("a palette of {bits} bits"));
        is_like(
            &file.with(320, Shorts(table(1))).bytes(),
            &right,
            0.0,
            &format!("a palette of {bits} bits, 8 bits a colour"),
        );
    }
}

#[test]
fn bigtiff_is_a_tiff_in_both_orders_of_bytes() {
    for (big_endian, long) in [(false, false), (false, true), (true, false), (true, true)] {
        let mut file = rgb(&chart());
        (file.big_endian, file.long) = (big_endian, long);
        is_like(&file.bytes(), &chart(), 0.0, &format!("big endian {big_endian}, long {long}"));
        assert_eq!(probe(&file.bytes(), &CEILING).expect("it is one").media_type.as_str(), "image/tiff");
    }
}

#[test]
fn bits_that_begin_with_the_lowest_are_turned() {
    let (values, right) = grays(1);
    let plain = packed(83, &values, 1);
    let mut fax = fax::encoder::Encoder::new(fax::VecWriter::new());
    for line in values.chunks(83) {
        let colours = line.iter().map(|value| if *value == 1 { fax::Color::Black } else { fax::Color::White });
        fax.encode_line(colours, 83).expect("it is written");
    }
    let group4 = fax.finish().expect("it is written").finish();
    let lzw =
        weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8).encode(&plain).expect("it is written");
    for (compression, data) in [(1, plain), (4, group4), (5, lzw)] {
        let turned = data.iter().map(|byte| byte.reverse_bits()).collect();
        for (order, data) in [(1, data), (2, turned)] {
            let file =
                Tiff::new(83, 61, &[1], 1, data).with(259, Shorts(vec![compression])).with(266, Shorts(vec![order]));
            is_like(&file.bytes(), &right, 0.0, &format!("compression {compression}, order {order}"));
        }
    }
}

/// The planes or the whole, in tiles of this size; those that stick out are filled with something else.
fn tiled(image: &RgbImage, planar: bool, tile: u32) -> Tiff {
    let mut file = rgb(image).with(322, Longs(vec![tile])).with(323, Longs(vec![tile]));
    file = file.with(284, Shorts(vec![if planar { 2 } else { 1 }]));
    (file.tiled, file.parts) = (true, Vec::new());
    let planes: &[&[usize]] = if planar { &[&[0], &[1], &[2]] } else { &[&[0, 1, 2]] };
    for plane in planes {
        for top in (0..image.height()).step_by(tile as usize) {
            for left in (0..image.width()).step_by(tile as usize) {
                let at =
                    |n: u32| image.get_pixel_checked(left + n % tile, top + n / tile).map_or([99; 3], |pixel| pixel.0);
                file.parts.push((0..tile * tile).flat_map(|n| plane.iter().map(move |c| at(n)[*c])).collect());
            }
        }
    }
    file
}

#[test]
fn tiles_that_stick_out_are_cut_whatever_the_planes_and_the_compression() {
    for planar in [false, true] {
        for tile in [16, 32, 64, 128] {
            let file = tiled(&chart(), planar, tile);
            is_like(&file.bytes(), &chart(), 0.0, &format!("planar {planar}, tiles of {tile}"));
            let mut deflated = file.with(259, Shorts(vec![8]));
            for part in &mut deflated.parts {
                let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
                encoder.write_all(part).expect("it is written");
                *part = encoder.finish().expect("it is written");
            }
            is_like(&deflated.bytes(), &chart(), 0.0, &format!("planar {planar}, deflated tiles of {tile}"));
        }
    }
}

#[test]
fn colours_that_are_multiplied_by_alpha_are_divided_again() {
    let right = chart();
    let alpha = |x: u32| 60 + x as u64 * 2;
    for bits in [8_u16, 16] {
        let most = (1_u64 << bits) - 1;
        let mut data = Vec::new();
        for (x, _, pixel) in right.enumerate_pixels() {
            let alpha = alpha(x) * most / 255;
            let colours = pixel.0.map(|value| (u64::from(value) * alpha + 127) / 255);
            for value in colours.into_iter().chain([alpha]) {
                data.extend(&value.to_le_bytes()[..usize::from(bits / 8)]);
            }
        }
        let file = Tiff::new(83, 61, &[bits; 4], 2, data).with(338, Shorts(vec![1]));
        let picture = decode(&file.bytes(), &CEILING).expect("it is taken").pixels.to_rgba8();
        for (x, y, pixel) in picture.enumerate_pixels() {
            assert_eq!(u64::from(pixel.0[3]), alpha(x));
            let near = pixel.0.iter().zip(right.get_pixel(x, y).0).all(|(a, b)| a.abs_diff(b) <= 3);
            assert!(near, "{bits} bits: {pixel:?} is not {:?}", right.get_pixel(x, y));
        }
    }
}

#[test]
fn gray_with_alpha_and_samples_of_no_meaning_are_told_apart() {
    let data: Vec<u8> = (0..83 * 61).flat_map(|n| [(n % 200) as u8, 100]).collect();
    let file = Tiff::new(83, 61, &[8, 8], 1, data);
    let pixels =
        |extra| decode(&file.clone().with(338, Shorts(vec![extra])).bytes(), &CEILING).expect("it is taken").pixels;
    assert!(matches!(pixels(2), DynamicImage::ImageLumaA8(_)));
    assert!(matches!(pixels(0), DynamicImage::ImageLuma8(_)));
}

/// Lightness and differences of colour, with one difference for so many pixels.
fn differences(image: &RgbImage, across: u32, down: u32, reference: Option<[f64; 6]>) -> Tiff {
    let [y0, y1, b0, b1, r0, r1] = reference.unwrap_or([0.0, 255.0, 128.0, 255.0, 128.0, 255.0]);
    let code = |x: u32, y: u32| {
        let [r, g, b] = image.get_pixel(x.min(image.width() - 1), y.min(image.height() - 1)).0.map(f64::from);
        let light = 0.299 * r + 0.587 * g + 0.114 * b;
        let (blue, red) = ((b - light) / 1.772, (r - light) / 1.402);
        [y0 + light * (y1 - y0) / 255.0, b0 + blue * (b1 - b0) / 127.0, r0 + red * (r1 - r0) / 127.0]
            .map(|v| v.round() as u8)
    };
    let mut data = Vec::new();
    for top in (0..image.height()).step_by(down as usize) {
        for left in (0..image.width()).step_by(across as usize) {
            data.extend((0..across * down).map(|n| code(left + n % across, top + n / across)[0]));
            let [_, blue, red] = code(left + across / 2, top + down / 2);
            data.extend([blue, red]);
        }
    }
    let file = Tiff::new(image.width(), image.height(), &[8, 8, 8], 6, data);
    let file = file.with(530, Shorts(vec![across as u16, down as u16]));
    match reference {
        Some(values) => file.with(532, Fractions(values.map(|value| (value as u32, 1)).to_vec())),
        None => file,
    }
}

#[test]
fn lightness_and_differences_are_taken_with_any_sharing_and_reference() {
    let smooth =
        RgbImage::from_fn(83, 61, |x, y| Rgb([(30 + x * 2) as u8, (40 + y * 3) as u8, (180 - x - y / 2) as u8]));
    for (across, down) in [(1, 1), (2, 1), (1, 2), (2, 2), (4, 1), (1, 4), (4, 2), (2, 4), (4, 4)] {
        for reference in [None, Some([16.0, 235.0, 128.0, 240.0, 128.0, 240.0])] {
            let file = differences(&smooth, across, down, reference);
            is_like(&file.bytes(), &smooth, 3.0, &format!("shared by {across} and {down}, {reference:?}"));
        }
    }
}

#[test]
fn jpeg_within_is_taken_in_strips_and_tiles() {
    use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
    for (photometric, sampling) in [(6, SamplingFactor::F_2_2), (6, SamplingFactor::F_1_1), (6, SamplingFactor::F_1_2)]
    {
        let mut file = tiled(&chart(), false, 64).with(259, Shorts(vec![7])).with(262, Shorts(vec![photometric]));
        for part in &mut file.parts {
            let mut bytes = Vec::new();
            let mut encoder = Encoder::new(&mut bytes, 97);
            encoder.set_sampling_factor(sampling);
            encoder.encode(part, 64, 64, ColorType::Rgb).expect("it is written");
            *part = bytes;
        }
        is_like(&file.bytes(), &chart(), 4.0, &format!("JPEG within, {sampling:?}"));
    }
}

#[test]
fn what_is_not_taken_is_a_variant_in_words_and_not_damage() {
    let file = rgb(&chart());
    for compression in [6, 9, 32_766, 32_771, 32_809, 33_003, 34_676, 34_712, 34_887, 34_925, 50_002, 12_345] {
        let error =
            refused(&file.clone().with(259, Shorts(vec![compression])).bytes(), "a TIFF of another compression");
        assert!(matches!(error, PictureError::Variant(_)), "{compression}: {error}");
    }
    for (tag, value) in [(262, 4), (262, 10), (262, 32_803), (262, 32_845), (339, 2), (339, 6)] {
        let error = refused(&file.clone().with(tag, Shorts(vec![value])).bytes(), "a TIFF of another kind");
        assert!(matches!(error, PictureError::Variant(_)), "{tag} {value}: {error}");
    }
    let error = refused(&file.with(258, Shorts(vec![5, 6, 5])).bytes(), "a TIFF of unequal samples");
    assert!(matches!(error, PictureError::Variant(_)), "{error}");
}

#[test]
fn what_is_cut_is_cut_short_and_no_byte_that_is_changed_makes_it_panic() {
    for file in [tiled(&chart(), true, 32), differences(&chart(), 2, 2, None), rgb(&chart())] {
        let bytes = file.bytes();
        // Behind the directory is the place of another, of which there is none.
        for at in 8..bytes.len() - 4 {
            let error = refused(&bytes[..at], "a TIFF that is cut");
            assert_eq!(error, PictureError::CutShort, "cut at {at} of {}", bytes.len());
        }
        let entries = bytes.len() - 400;
        for at in (0..40).chain(entries..bytes.len()) {
            for change in [0xFF, 0x01, 0x80] {
                let mut changed = bytes.clone();
                changed[at] ^= change;
                let _ = decode(&changed, &CEILING);
            }
        }
    }
}
