//! PNG: each line of pixels, whatever stands behind the last of them.

use std::io::{self, Cursor};

use png::{BitDepth, ColorType, Decoder, DecodingError, InterlaceInfo, Limits, Reader, Transformations};

use super::{
    PictureError,
    colour::{Curve, Meaning, Points, Source},
    colour_space::ColourSpace,
    raster::{Alpha, Orientation, Raster, Samples},
};

type File<'a> = Reader<Cursor<&'a [u8]>>;

fn open(bytes: &[u8], memory: u64) -> Result<File<'_>, PictureError> {
    let limits = Limits { bytes: usize::try_from(memory).unwrap_or(usize::MAX) };
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    Ok(decoder.read_info()?)
}

/// Width, height and how it is to be held.
pub(super) fn about(bytes: &[u8], memory: u64) -> Result<(u32, u32, Orientation), PictureError> {
    let file = open(bytes, memory)?;
    let info = file.info();
    Ok((info.width, info.height, orientation(&file)))
}

fn orientation(file: &File<'_>) -> Orientation {
    let exif = file.info().exif_metadata.as_deref();
    exif.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms)
}

/// Decodes the still picture; at the most so many bytes are taken for that.
pub(super) fn decode(bytes: &[u8], memory: u64) -> Result<Raster, PictureError> {
    let mut file = open(bytes, memory)?;
    let (color, depth) = file.output_color_type();
    let size = file.output_buffer_size().filter(|size| *size as u64 <= memory).ok_or(PictureError::TooMuchMemory)?;
    let mut pixels = vec![0; size];
    lines(&mut file, color.samples() * if depth == BitDepth::Sixteen { 16 } else { 8 }, &mut pixels)?;
    let (space, alpha) = match color {
        ColorType::Grayscale => (ColourSpace::Gray, Alpha::None),
        ColorType::GrayscaleAlpha => (ColourSpace::Gray, Alpha::Plain),
        ColorType::Rgb | ColorType::Indexed => (ColourSpace::Rgb, Alpha::None),
        ColorType::Rgba => (ColourSpace::Rgb, Alpha::Plain),
    };
    let samples = match depth {
        BitDepth::Sixteen => {
            Samples::Sixteen(pixels.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect())
        }
        _ => Samples::Eight(pixels),
    };
    let mut raster = Raster::new(file.info().width, file.info().height, space, samples);
    (raster.alpha, raster.orientation, raster.meaning) = (alpha, orientation(&file), meaning(&file)?);
    Ok(raster)
}

/// Reads as many lines as there are, and nothing behind them.
fn lines(file: &mut File<'_>, bits: usize, pixels: &mut [u8]) -> Result<(), PictureError> {
    let (width, height) = (file.info().width, file.info().height);
    let stride = pixels.len() / height as usize;
    if !file.info().interlaced {
        for line in pixels.chunks_exact_mut(stride) {
            file.read_row(line)?.ok_or(PictureError::CutShort)?;
        }
        return Ok(());
    }
    for _ in 0..interlaced_lines(width, height) {
        let row = file.next_interlaced_row()?.ok_or(PictureError::CutShort)?;
        if let InterlaceInfo::Adam7(at) = row.interlace() {
            png::expand_interlaced_row(pixels, stride, row.data(), at, bits as u8);
        }
    }
    Ok(())
}

/// Lines of the seven passes (PNG 3rd edition, 8.1).
fn interlaced_lines(width: u32, height: u32) -> u32 {
    let passes = [(0, 0, 8), (4, 0, 8), (0, 4, 8), (2, 0, 4), (0, 2, 4), (1, 0, 2), (0, 1, 2)];
    let lines = |(left, top, step): (u32, u32, u32)| {
        if width > left && height > top { (height - top).div_ceil(step) } else { 0 }
    };
    passes.into_iter().map(lines).sum()
}

/// In this order (PNG 3rd edition, 4.3).
fn meaning(file: &File<'_>) -> Result<Meaning, PictureError> {
    let info = file.info();
    let mut sources = Vec::new();
    if let Some(codes) = info.coding_independent_code_points {
        if matches!(codes.transfer_function, 16 | 18) {
            return Err(PictureError::Variant("it is a PNG of high dynamic range (PQ or HLG)".to_owned()));
        }
        let (primaries, transfer) = (codes.color_primaries, codes.transfer_function);
        sources.push(Source::Codes { primaries, transfer, full: codes.is_video_full_range_image });
    }
    if let Some(profile) = info.icc_profile.as_deref() {
        sources.push(Source::Profile(profile.to_vec()));
    }
    if info.srgb.is_some() {
        sources.push(Source::Srgb);
    }
    let points = info.chrm_chunk.map(|said| {
        Points([said.white, said.red, said.green, said.blue].map(|(x, y)| (x.into_value(), y.into_value())))
    });
    let gamma = info.gama_chunk.map(|gamma| gamma.into_value()).filter(|gamma| *gamma > 0.0);
    if points.is_some() || gamma.is_some() {
        let points = points.unwrap_or(Points::SRGB);
        // What writers of sRGB give for those who do not know it.
        let nearly = gamma.is_none_or(|gamma| (gamma - 0.45455).abs() < 0.001) && points.are_srgb();
        let curve = match gamma {
            Some(gamma) if !nearly => Curve::Power(1.0 / gamma),
            _ => Curve::Srgb,
        };
        sources.push(Source::Measured { curves: vec![curve], points });
    }
    Ok(if sources.is_empty() { Meaning::Unsaid } else { Meaning::Said(sources) })
}

impl From<DecodingError> for PictureError {
    fn from(error: DecodingError) -> Self {
        match error {
            DecodingError::IoError(error) if error.kind() == io::ErrorKind::UnexpectedEof => Self::CutShort,
            DecodingError::LimitsExceeded => Self::TooMuchMemory,
            error => Self::Damaged(error.to_string()),
        }
    }
}
