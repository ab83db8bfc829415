//! JPEG 2000 in the ways in which it may be coded and wrapped, whole and cut. Longer than others: the ways share one chart, and what
//! is asked of one is asked of all.
//!
//! By OpenJPEG 2.5, of the chart: `opj_compress` with
//! - `lossless.jp2`: nothing else; `lossy.jp2`: `-I -r 12`; `bypass.j2k`: `-M 13 -p CPRL -n 4`; `sixteen.j2k`: `-n 4`, of 16 bits,
//! - `tiles.j2k`: `-t 64,48 -p RPCL -c [32,32] -SOP -EPH -TP R -d 7,5 -T 3,2 -r 4,1 -n 2 -M 2`,
//! - `differences.jp2`: sYCC of 84 by 62 pixels, its last column and row twice, `-F 84,62,3,8,u@1x1:2x2:2x2 -mct 0 -t 48,48`,
//! - `four.j2k`: with three times x behind red, green and blue, `-mct 0`; `four-bits.j2k`: a sixth of x alone.

use crate::{
    colours::{round, turned},
    drawn::{CEILING, chart, is_like, refused},
};
use image::{DynamicImage, GrayImage, Luma, Rgb, RgbImage};
use picture::{Ceiling, MediaType, PictureError, decode, probe};

const LOSSLESS: &[u8] = include_bytes!("pictures/lossless.jp2");
const LOSSY: &[u8] = include_bytes!("pictures/lossy.jp2");
const TILES: &[u8] = include_bytes!("pictures/tiles.j2k");
const BYPASS: &[u8] = include_bytes!("pictures/bypass.j2k");
const SIXTEEN: &[u8] = include_bytes!("pictures/sixteen.j2k");
const DIFFERENCES: &[u8] = include_bytes!("pictures/differences.jp2");
const FOUR: &[u8] = include_bytes!("pictures/four.j2k");
const FOUR_BITS: &[u8] = include_bytes!("pictures/four-bits.j2k");

const ALL: [(&[u8], &str); 8] = [
    (LOSSLESS, "lossless"),
    (LOSSY, "lossy"),
    (TILES, "tiles"),
    (BYPASS, "bypass"),
    (SIXTEEN, "16 bits"),
    (DIFFERENCES, "differences"),
    (FOUR, "four components"),
    (FOUR_BITS, "4 bits"),
];

const SRGB: [u8; 7] = [1, 0, 0, 0, 0, 0, 16];
const INKS: [u8; 7] = [1, 0, 0, 0, 0, 0, 12];

fn boxed(name: &str, content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes()[..], name.as_bytes(), content].concat()
}

/// A file with these boxes in its header.
fn wrapped(codestream: &[u8], header: &[(&str, &[u8])]) -> Vec<u8> {
    let header: Vec<u8> = header.iter().flat_map(|(name, content)| boxed(name, content)).collect();
    let parts = [("jP  ", &b"\r\n\x87\n"[..]), ("ftyp", b"jp2 \0\0\0\0jp2 "), ("jp2h", &header), ("jp2c", codestream)];
    parts.iter().flat_map(|(name, content)| boxed(name, content)).collect()
}

/// What a file has as its codestream.
fn codestream(file: &[u8]) -> &[u8] {
    let start = file.windows(4).position(|bytes| bytes == [0xFF, 0x4F, 0xFF, 0x51]).unwrap();
    &file[start..]
}

/// Channels with their kind and what they belong to.
fn definitions(channels: &[[u16; 3]]) -> Vec<u8> {
    let numbers = [channels.len() as u16].into_iter().chain(channels.iter().flatten().copied());
    numbers.flat_map(u16::to_be_bytes).collect()
}

/// Where the content of a segment of the main header begins.
fn segment(bytes: &[u8], marker: u8) -> usize {
    bytes.windows(2).position(|pair| pair == [0xFF, marker]).unwrap() + 4
}

/// With other bytes from there on.
fn with(bytes: &[u8], at: usize, new: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at..at + new.len()].copy_from_slice(new);
    bytes
}

const SIZ: u8 = 0x51;
const COD: u8 = 0x52;

#[test]
fn it_is_decoded_in_every_way_of_coding() {
    for (bytes, near, what) in [
        (LOSSLESS, 0.0, "lossless"),
        (LOSSY, 0.5, "lossy"),
        (TILES, 0.0, "tiles in parts"),
        (BYPASS, 0.0, "bits that bypass the coder"),
        (SIXTEEN, 0.0, "16 bits"),
    ] {
        let seen = probe(bytes, &CEILING).unwrap();
        assert_eq!((seen.width, seen.height, seen.media_type), (83, 61, MediaType::Jpeg2000), "{what}");
        is_like(bytes, &chart(), near, what);
    }
    let larger = RgbImage::from_fn(84, 62, |x, y| *chart().get_pixel(x.min(82), y.min(60)));
    is_like(DIFFERENCES, &larger, 1.5, "differences of colour that four pixels share");
}

#[test]
fn few_bits_are_widened_and_a_sign_is_a_shift() {
    let right = GrayImage::from_fn(83, 61, |x, _| Luma([(x / 6 * 17) as u8]));
    let depth = segment(FOUR_BITS, SIZ) + 36;
    for bytes in [FOUR_BITS.to_vec(), with(FOUR_BITS, depth, &[0x83])] {
        let picture = decode(&bytes, &CEILING).unwrap();
        assert_eq!(picture.pixels, DynamicImage::ImageLuma8(right.clone()));
    }
}

#[test]
fn channels_are_what_the_file_defines() {
    let plain = definitions(&[[0, 0, 1], [1, 0, 2], [2, 0, 3], [3, 1, 0]]);
    let multiplied = definitions(&[[0, 0, 1], [1, 0, 2], [2, 0, 3], [3, 2, 0]]);
    let other = definitions(&[[0, 0, 1], [1, 0, 2], [2, 0, 3], [3, 0xFFFF, 0xFFFF]]);
    // What is red comes as the third, and so on; the fourth is alpha.
    let mixed = definitions(&[[3, 1, 0], [0, 0, 2], [1, 0, 3], [2, 0, 1]]);
    let four = |header: &[(&str, &[u8])]| decode(&wrapped(FOUR, header), &CEILING).unwrap().pixels;

    let picture = four(&[("colr", &SRGB), ("cdef", &plain)]);
    assert!(
        picture
            .as_rgba8()
            .unwrap()
            .enumerate_pixels()
            .all(|(x, y, pixel)| { pixel.0[..3] == chart().get_pixel(x, y).0 && u32::from(pixel.0[3]) == x * 3 })
    );
    let picture = four(&[("colr", &SRGB), ("cdef", &multiplied)]);
    assert!(picture.as_rgba8().unwrap().enumerate_pixels().all(|(x, y, pixel)| {
        let whole = |value: u8| (u32::from(value) * 255 + x * 3 / 2).checked_div(x * 3).unwrap_or(0).min(255) as u8;
        pixel.0[..3] == chart().get_pixel(x, y).0.map(whole)
    }));
    for header in [&[("colr", &SRGB[..]), ("cdef", &other)][..], &[("colr", &SRGB)]] {
        assert_eq!(four(header), DynamicImage::ImageRgb8(chart()));
    }
    assert_eq!(decode(FOUR, &CEILING).unwrap().pixels, DynamicImage::ImageRgb8(chart()));
    let picture = four(&[("cdef", &mixed), ("colr", &SRGB)]);
    assert!(picture.as_rgba8().unwrap().enumerate_pixels().all(|(x, y, pixel)| {
        let Rgb([red, green, blue]) = *chart().get_pixel(x, y);
        pixel.0[..3] == [blue, red, green]
    }));
    let picture = four(&[("colr", &INKS)]);
    assert!(picture.as_rgb8().unwrap().enumerate_pixels().all(|(x, y, pixel)| {
        let light = |ink: u8| ((255 - u32::from(ink)) * (255 - x * 3) + 127) / 255;
        pixel.0.map(u32::from) == chart().get_pixel(x, y).0.map(light)
    }));

    for wrong in [&[[0, 0, 1], [1, 0, 1], [2, 0, 3]][..], &[[0, 0, 1], [9, 0, 2], [2, 0, 3]], &[[0, 1, 0], [1, 1, 0]]] {
        let error = refused(&wrapped(FOUR, &[("colr", &SRGB), ("cdef", &definitions(wrong))]), "wrong channels");
        assert!(matches!(error, PictureError::Damaged(_)), "{wrong:?}: {error}");
    }
}

#[test]
fn colours_are_looked_up_in_a_palette() {
    let colour = |n: u8| [n * 10, 250 - n * 10, 128 + n];
    // The third column has 16 bits.
    let entries = (0..14).flat_map(|n| [colour(n)[0], colour(n)[1], colour(n)[2], colour(n)[2]]);
    let palette: Vec<u8> = [0, 14, 3, 7, 7, 15].into_iter().chain(entries).collect();
    let mapping = [0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 2];
    let right = RgbImage::from_fn(83, 61, |x, _| Rgb(colour((x / 6) as u8)));
    let header = [("pclr", &palette[..]), ("cmap", &mapping), ("colr", &SRGB)];
    is_like(&wrapped(FOUR_BITS, &header), &right, 0.0, "a palette");
    is_like(&wrapped(FOUR_BITS, &[header[0], header[2]]), &right, 0.0, "a palette whose use is not said");
    // Only what the palette is used for counts.
    let swapped = [0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 2];
    let right = RgbImage::from_fn(83, 61, |x, y| {
        let Rgb([red, green, blue]) = *right.get_pixel(x, y);
        Rgb([green, red, blue])
    });
    is_like(&wrapped(FOUR_BITS, &[header[0], ("cmap", &swapped), header[2]]), &right, 0.0, "columns in another order");
    for (name, content) in
        [("pclr", &palette[..20]), ("cmap", &[0, 0, 1, 7, 0, 0, 1, 1, 0, 0, 1, 2][..]), ("cmap", &[0, 4, 1, 0])]
    {
        let wrong: Vec<_> = header.iter().map(|old| if old.0 == name { (name, content) } else { *old }).collect();
        let error = refused(&wrapped(FOUR_BITS, &wrong), "a broken palette");
        assert!(matches!(error, PictureError::Damaged(_)), "{name}: {error}");
    }
}

#[test]
fn colours_are_what_the_first_box_that_is_understood_says() {
    let stream = codestream(LOSSLESS);
    for method in [2, 3] {
        let profile = [&[method, 0, 0][..], &round()].concat();
        is_like(&wrapped(stream, &[("colr", &profile)]), &turned(&chart()), 1.0, "a profile");
        is_like(&wrapped(stream, &[("colr", &profile), ("colr", &SRGB)]), &turned(&chart()), 1.0, "a profile first");
        is_like(&wrapped(stream, &[("colr", &SRGB), ("colr", &profile)]), &chart(), 0.0, "sRGB first");
        is_like(&wrapped(SIXTEEN, &[("colr", &profile)]), &turned(&chart()), 1.0, "a profile, 16 bits");
        let cut = &profile[..90];
        is_like(&wrapped(stream, &[("colr", cut)]), &chart(), 0.0, "a broken profile");
        is_like(&wrapped(stream, &[("colr", cut), ("colr", &profile)]), &turned(&chart()), 1.0, "a broken one before");
    }
    let unknown = [1, 0, 0, 0, 0, 0, 14];
    is_like(&wrapped(stream, &[("colr", &unknown), ("colr", &SRGB)]), &chart(), 0.0, "L*a*b* and then sRGB");
    // Nothing is said, or it is for more colours than there are.
    is_like(&wrapped(stream, &[]), &chart(), 0.0, "nothing");
    is_like(&wrapped(stream, &[("colr", &INKS)]), &chart(), 0.0, "inks for three colours");
    let lab = [&[2, 0, 0][..], &with(&round(), 16, b"Lab ")].concat();
    for (colours, words) in [
        (&unknown[..], "it is a JPEG 2000 in CIE L*a*b*"),
        (&[1, 0, 0, 0, 0, 0, 99], "it is a JPEG 2000 with colours of number 99"),
        (&[4, 0, 0, 1, 2, 3], "it is a JPEG 2000 with colours that are said in another way"),
        (&lab, "it is a JPEG 2000 with a profile for Lab"),
    ] {
        let error = refused(&wrapped(stream, &[("colr", colours)]), words);
        assert_eq!(error, PictureError::Variant(words.to_owned()));
    }
    // What is said to be red, green and blue is not taken for lightness and differences.
    let error = refused(&wrapped(codestream(DIFFERENCES), &[("colr", &SRGB)]), "coarse green");
    assert!(matches!(error, PictureError::Variant(_)), "{error}");
    assert_eq!(
        decode(codestream(DIFFERENCES), &CEILING).unwrap().pixels,
        decode(DIFFERENCES, &CEILING).unwrap().pixels
    );
}

#[test]
fn a_picture_that_is_cut_anywhere_is_refused_and_one_without_its_end_is_whole() {
    for (bytes, what) in ALL {
        let whole = decode(bytes, &CEILING).unwrap().pixels;
        for length in (2..bytes.len() - 2).filter(|length| *length < 300 || length % 5 == 0) {
            assert_eq!(refused(&bytes[..length], what), PictureError::CutShort, "{what}, {length} bytes");
        }
        // All parts say how many they are, so that nothing can be missing.
        let data = bytes.strip_suffix(&[0xFF, 0xD9]).unwrap();
        for behind in [&b""[..], b"\xFF", b"\xFF\xD9\0\0\0\0", b"something else"] {
            let picture = decode(&[data, behind].concat(), &CEILING).unwrap();
            assert_eq!(picture.pixels, whole, "{what}, {behind:?}");
        }
    }
}

#[test]
fn tiles_and_parts_that_are_missing_are_missed() {
    let starts: Vec<_> = (0..TILES.len()).filter(|at| TILES[*at..].starts_with(&[0xFF, 0x90, 0, 10])).collect();
    assert_eq!(starts.len(), 8, "four tiles, of two parts each");
    for pair in starts.windows(2) {
        let without = [&TILES[..pair[0]], &TILES[pair[1]..]].concat();
        let error = refused(&without, "a picture without a part");
        // Without the first part of a tile, the second is not where it belongs.
        assert!(matches!(error, PictureError::CutShort | PictureError::Damaged(_)), "{error}");
        let unsaid =
            starts.iter().fold(without, |bytes, at| if *at < pair[0] { with(&bytes, at + 11, &[0]) } else { bytes });
        refused(&unsaid, "a picture without a part, where some do not say how many there are");
    }
    // One that does not say its length goes up to the end, which it must have then.
    let last = starts[7];
    let open = with(TILES, last + 6, &[0; 4]);
    is_like(&open, &chart(), 0.0, "a last part without a length");
    is_like(&[&open, &b"and more"[..]].concat(), &chart(), 0.0, "a last part without a length, and more");
    assert_eq!(refused(&open[..open.len() - 1], "no length and no end"), PictureError::CutShort);
    // Data that is there, and is less than there must be.
    let empty =
        [&TILES[..last + 6], &14_u32.to_be_bytes(), &TILES[last + 10..last + 12], &[0xFF, 0x93, 0xFF, 0xD9]].concat();
    refused(&empty, "a part without packets");
}

/// With the headers of packets, which end with a marker, in front of the data of each part (PPT).
fn apart(bytes: &[u8]) -> Vec<u8> {
    let mut made = bytes[..segment(bytes, 0x90) - 4].to_vec();
    let mut rest = &bytes[made.len()..];
    while let [0xFF, 0x90, 0, 10, _, _, length @ ..] = rest {
        let length = u32::from_be_bytes(*length.first_chunk().unwrap()) as usize;
        let (mut headers, mut bodies) = (vec![0], Vec::new());
        let starts = (14..length).filter(|at| rest[*at..].starts_with(&[0xFF, 0x91, 0, 4]));
        let edges: Vec<_> = starts.chain([length]).collect();
        for edge in edges.windows(2) {
            let packet = &rest[edge[0]..edge[1]];
            let end = packet.windows(2).position(|pair| pair == [0xFF, 0x92]).unwrap() + 2;
            headers.extend(&packet[6..end]);
            bodies.extend([&packet[..6], &packet[end..]].concat());
        }
        let new = (14 + 4 + headers.len() + bodies.len()) as u32;
        made.extend([&rest[..6], &new.to_be_bytes(), &rest[10..12], &[0xFF, 0x61]].concat());
        made.extend((headers.len() as u16 + 2).to_be_bytes());
        made.extend([&headers[..], &[0xFF, 0x93], &bodies].concat());
        rest = &rest[length..];
    }
    made
}

#[test]
fn headers_of_packets_may_stand_apart() {
    let bytes = apart(TILES);
    is_like(&bytes, &chart(), 0.0, "headers apart");
    // Without the last packet, which is in the last header and at the end of the last part.
    let last = bytes.windows(2).rposition(|pair| pair == [0xFF, 0x61]).unwrap();
    let length = u16::from_be_bytes([bytes[last + 2], bytes[last + 3]]) as usize;
    let headers = &bytes[last + 5..last + 2 + length];
    let kept = headers[..headers.len() - 2].windows(2).rposition(|pair| pair == [0xFF, 0x92]).unwrap() + 2;
    let body = bytes.windows(4).rposition(|start| start == [0xFF, 0x91, 0, 4]).unwrap();
    let without = [
        &bytes[..last - 6],
        &((12 + 5 + kept + 2 + body - (last + 4 + length)) as u32).to_be_bytes(),
        &bytes[last - 2..last + 2],
        &(kept as u16 + 3).to_be_bytes(),
        &[0],
        &headers[..kept],
        &bytes[last + 2 + length..body],
    ];
    assert_eq!(refused(&without.concat(), "a picture without its last packet"), PictureError::CutShort);
}

#[test]
fn a_tile_may_be_coded_in_its_own_way() {
    // What the main header says is said in each tile, and something else in its place.
    let stream = codestream(LOSSLESS);
    let (cod, part) = (segment(stream, COD) - 4, stream.windows(2).position(|pair| pair == [0xFF, 0x90]).unwrap());
    let coding = &stream[cod..cod + 14];
    let length = u32::from_be_bytes(stream[part + 6..part + 10].try_into().unwrap()) + 14;
    let moved =
        [&stream[..part + 6], &length.to_be_bytes(), &stream[part + 10..part + 12], coding, &stream[part + 12..]]
            .concat();
    // Without the mixture of components, and by the other transform.
    let moved = with(&with(&moved, cod + 8, &[0]), cod + 13, &[0]);
    is_like(&moved, &chart(), 0.0, "a tile that is coded as it says");
}

#[test]
fn what_a_header_claims_is_refused_before_anything_is_done_for_it() {
    let size = segment(LOSSLESS, SIZ);
    let large = with(LOSSLESS, size + 2, &[60_000_u32.to_be_bytes(), 60_000_u32.to_be_bytes()].concat());
    for error in [probe(&large, &CEILING).unwrap_err(), refused(&large, "a large picture")] {
        assert_eq!(error.to_string(), "is 60000 pixels long; at most 20000 are taken");
    }
    let area = |width: u32, height: u32, tile: u32| {
        let numbers = [width, height, 0, 0, tile, tile].map(u32::to_be_bytes).concat();
        with(LOSSLESS, size + 2, &numbers)
    };
    let refusal = |bytes: &[u8]| refused(bytes, "a picture that claims too much");
    // 9 million pixels of three components, in one piece: 9 * (3 + 3 * 4 + 9) bytes and more, where 112 million are given.
    assert_eq!(refusal(&area(3_000, 3_000, 3_000)), PictureError::TooMuchMemory);
    assert!(matches!(refusal(&area(3_000, 3_000, 1)), PictureError::Damaged(_)), "9 million tiles");
    assert_eq!(refusal(&area(250, 250, 1)), PictureError::CutShort, "62500 tiles in 1600 bytes");
    let far =
        with(LOSSLESS, size + 2, &[u32::MAX, u32::MAX, u32::MAX - 83, u32::MAX - 61].map(u32::to_be_bytes).concat());
    assert!(matches!(refusal(&far), PictureError::Damaged(_) | PictureError::Variant(_)));
    let tight = Ceiling { max_memory: 100_000, ..CEILING };
    assert_eq!(decode(LOSSLESS, &tight).unwrap_err(), PictureError::TooMuchMemory);

    let coding = segment(LOSSLESS, COD);
    assert!(matches!(refusal(&with(LOSSLESS, size + 34, &[0x40, 0])), PictureError::Variant(_)), "16384 components");
    assert!(matches!(refusal(&with(LOSSLESS, coding + 2, &[1, 0])), PictureError::Variant(_)), "256 layers");
    assert!(matches!(refusal(&with(LOSSLESS, coding + 5, &[32])), PictureError::Variant(_)), "halved 32 times");

    // Precincts of two samples: more of them than there are bytes.
    let at = coding - 2;
    let precincts =
        [&LOSSLESS[..at], &[0, 18, 1], &LOSSLESS[coding + 1..coding + 10], &[0x11; 6], &LOSSLESS[coding + 10..]]
            .concat();
    assert_eq!(refusal(&precincts), PictureError::CutShort);

    // Blocks of 4 by 1024 samples in a line: their trees are made as if they were in a square.
    let line = |width: u32, tile: u32| {
        let numbers = [width, 2, 0, 0, tile, 2].map(u32::to_be_bytes).concat();
        with(&with(LOSSLESS, size + 2, &numbers), coding + 5, &[0, 0, 8])
    };
    let roomy = Ceiling { max_edge: 1 << 21, ..CEILING };
    let part = LOSSLESS.windows(2).position(|pair| pair == [0xFF, 0x90]).unwrap();
    let many: Vec<u8> = (0..64_u8)
        .flat_map(|tile| [&[0xFF, 0x90, 0, 10, 0, tile, 0, 0, 0, 20, 0, 1, 0xFF, 0x93][..], &[0; 6]].concat())
        .collect();
    let lines = [&line(64 * 16_384, 16_384)[..part], &many].concat();
    assert!(matches!(decode(&lines, &roomy), Err(PictureError::Damaged(_))));
}

#[test]
fn kinds_that_are_not_made_are_variants_and_not_damage() {
    let stream = codestream(LOSSLESS);
    let (size, coding) = (segment(LOSSLESS, SIZ), segment(LOSSLESS, COD));
    for (bytes, words) in [
        (with(LOSSLESS, size, &[0x40, 0]), "of high throughput (HTJ2K)"),
        (with(LOSSLESS, coding + 8, &[0x40]), "of high throughput (HTJ2K)"),
        (with(LOSSLESS, coding + 9, &[2]), "with a transform of its own"),
        (with(LOSSLESS, coding + 4, &[4]), "with a mixture of components of its own"),
        (with(LOSSLESS, coding - 4, &[0xFF, 0x74]), "with an extension (marker FF74)"),
        (with(LOSSLESS, size + 36, &[31]), "with samples of 32 bits"),
        (
            [boxed("jP  ", b"\r\n\x87\n"), boxed("ftyp", b"mjp2\0\0\0\0"), boxed("mdat", stream)].concat(),
            "of moving pictures",
        ),
        (
            [boxed("jP  ", b"\r\n\x87\n"), boxed("ftyp", b"jpm \0\0\0\0"), boxed("page", b"")].concat(),
            "of pages in layers (JPM)",
        ),
    ] {
        assert_eq!(refused(&bytes, words), PictureError::Variant(format!("it is a JPEG 2000 {words}")));
    }
}

#[test]
fn no_byte_that_is_changed_makes_it_panic() {
    let palette = [&[0, 14, 1, 7][..], &[9; 14]].concat();
    let gray = [1, 0, 0, 0, 0, 0, 17];
    let with_palette = wrapped(FOUR_BITS, &[("pclr", &palette), ("cmap", &[0, 0, 1, 0]), ("colr", &gray)]);
    assert!(decode(&with_palette, &CEILING).is_ok());
    let alpha = definitions(&[[0, 0, 1], [1, 0, 2], [2, 0, 3], [3, 1, 0]]);
    let with_alpha = wrapped(FOUR, &[("colr", &SRGB), ("cdef", &alpha)]);
    let small = Ceiling { max_pixels: 20_000, ..CEILING };
    for bytes in ALL.iter().map(|(bytes, _)| *bytes).chain([&with_palette[..], &with_alpha]) {
        // Headers, and then here and there.
        for at in (0..bytes.len()).filter(|at| *at < 200 || at % 31 == 0) {
            for change in [0xFF, 0x11] {
                let mut changed = bytes.to_vec();
                changed[at] ^= change;
                let _ = decode(&changed, &small);
            }
        }
    }
}
