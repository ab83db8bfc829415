//! How a TIFF has its pixels.

use super::directory::Directory;
use crate::{PictureError, raster::Alpha};

/// What samples are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SampleNumber {
    Whole,
    Float,
}

/// What the numbers of a pixel are (TIFF 6.0, `PhotometricInterpretation`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Photometric {
    WhiteIsZero,
    BlackIsZero,
    Rgb,
    Palette,
    Inks,
    YCbCr,
    /// CIE L*a*b* with differences that have a sign, or those of ICC, which begin at zero.
    Lab {
        signed: bool,
    },
}

impl Photometric {
    pub(super) const fn channels(self) -> usize {
        match self {
            Self::WhiteIsZero | Self::BlackIsZero | Self::Palette => 1,
            Self::Rgb | Self::YCbCr | Self::Lab { .. } => 3,
            Self::Inks => 4,
        }
    }
}

/// How parts are packed (TIFF 6.0, `Compression`, and what came later).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Rle,
    Group3,
    Group4,
    Lzw,
    Jpeg,
    Deflate,
    PackBits,
    Zstd,
    Webp,
}

/// How a TIFF has its pixels.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) bits: usize,
    pub(super) number: SampleNumber,
    /// Samples of a pixel, with those that mean nothing.
    pub(super) samples: usize,
    pub(super) photometric: Photometric,
    pub(super) alpha: Alpha,
    /// Which sample is alpha.
    pub(super) alpha_at: Option<usize>,
    /// Each sample has a plane of its own.
    pub(super) planar: bool,
    pub(super) compression: Compression,
    pub(super) predictor: u64,
    /// The lowest bit of a byte is the first.
    pub(super) reversed: bool,
    /// Width and height of a strip or tile.
    pub(super) part: (usize, usize),
    pub(super) tiled: bool,
    /// How many pixels share a difference of colour, to the right and downwards.
    pub(super) shared: (usize, usize),
}

fn variant(what: impl Into<String>) -> PictureError {
    PictureError::Variant(what.into())
}

fn damaged(what: &str) -> PictureError {
    PictureError::Damaged(format!("{what} of the TIFF makes no sense"))
}

impl Layout {
    pub(super) fn of(directory: &Directory<'_>) -> Result<Self, PictureError> {
        for tag in [256, 257, 258, 273, 279, 320, 322, 323, 324, 325] {
            directory.whole(tag)?;
        }
        let (width, height) = size(directory)?;
        let samples = directory.number(277).unwrap_or(1);
        let compression = compression(directory)?;
        let photometric = photometric(directory, compression, samples)?;
        if samples < photometric.channels() as u64 {
            return Err(damaged("the number of samples"));
        }
        if samples > 64 {
            return Err(variant(format!("it is a TIFF with {samples} samples a pixel")));
        }
        let samples = samples as usize;
        let (bits, number) = depth(directory, photometric, compression)?;
        let (alpha, alpha_at) = alpha(directory, photometric, samples);
        let tiled = directory.number(322).is_some() || directory.number(324).is_some();
        let length =
            |tag| directory.number(tag).and_then(|length| u32::try_from(length).ok()).map(|length| length as usize);
        let part = if tiled {
            (length(322).unwrap_or(0), length(323).unwrap_or(0))
        } else {
            (width as usize, length(278).unwrap_or(usize::MAX).min(height as usize))
        };
        // No tile is larger than the largest picture; the number guards what is multiplied.
        if part.0 == 0 || part.1 == 0 || part.0 > 1 << 20 || part.1 > 1 << 20 {
            return Err(damaged("the size of its parts"));
        }
        let planar = directory.number(284) == Some(2) && samples > 1;
        let shared = match (photometric, &directory.numbers(530)[..]) {
            (Photometric::YCbCr, [across, down, ..]) => (*across as usize, *down as usize),
            (Photometric::YCbCr, _) => (2, 2),
            _ => (1, 1),
        };
        if !matches!(shared, (1 | 2 | 4, 1 | 2 | 4)) {
            return Err(damaged("the sharing of colours"));
        }
        let predictor = match compression {
            Compression::Lzw | Compression::Deflate | Compression::Zstd => directory.number(317).unwrap_or(1),
            _ => 1,
        };
        let reversed = match directory.number(266) {
            None | Some(1) => false,
            // What JPEG and WebP are made of are bytes.
            Some(2) => !matches!(compression, Compression::Jpeg | Compression::Webp),
            Some(_) => return Err(damaged("the order of bits")),
        };
        let (width, height) = (width as usize, height as usize);
        let layout = Self {
            width,
            height,
            bits,
            number,
            samples,
            photometric,
            alpha,
            alpha_at,
            planar,
            compression,
            predictor,
            reversed,
            part,
            tiled,
            shared,
        };
        layout.check()?;
        Ok(layout)
    }

    fn check(&self) -> Result<(), PictureError> {
        let fits = match self.predictor {
            1 => true,
            2 => matches!(self.bits, 8 | 16 | 32 | 64),
            3 => self.number == SampleNumber::Float,
            _ => false,
        };
        if !fits {
            return Err(variant(format!(
                "it is a TIFF with predictor {} and {} bits a sample",
                self.predictor, self.bits
            )));
        }
        let fax = matches!(self.compression, Compression::Rle | Compression::Group3 | Compression::Group4);
        if fax && (self.bits != 1 || (self.samples != 1 && !self.planar)) {
            return Err(variant("it is a TIFF with the compression of fax machines, and not black and white"));
        }
        if fax && self.part.0 > usize::from(u16::MAX) {
            return Err(variant("it is a fax of more than 65535 pixels a line"));
        }
        Ok(())
    }

    /// Parts from left to right, and from top to bottom.
    pub(super) fn parts(&self) -> (usize, usize) {
        (self.width.div_ceil(self.part.0), self.height.div_ceil(self.part.1))
    }

    /// Whether colours are shared by pixels in the bytes themselves; within JPEG that is the JPEG's own matter.
    pub(super) fn shares(&self) -> bool {
        self.photometric == Photometric::YCbCr
            && self.shared != (1, 1)
            && !matches!(self.compression, Compression::Jpeg | Compression::Webp)
    }
}

/// Width and height, which are there and more than none.
pub(super) fn size(directory: &Directory<'_>) -> Result<(u32, u32), PictureError> {
    let length = |tag| match directory.number(tag) {
        None => Err(damaged("the size")),
        Some(0) => Err(PictureError::Empty),
        Some(length) => Ok(u32::try_from(length).unwrap_or(u32::MAX)),
    };
    Ok((length(256)?, length(257)?))
}

fn compression(directory: &Directory<'_>) -> Result<Compression, PictureError> {
    let name = match directory.number(259).unwrap_or(1) {
        1 => return Ok(Compression::None),
        2 => return Ok(Compression::Rle),
        3 => return Ok(Compression::Group3),
        4 => return Ok(Compression::Group4),
        5 => return Ok(Compression::Lzw),
        7 => return Ok(Compression::Jpeg),
        8 | 32_946 => return Ok(Compression::Deflate),
        32_773 => return Ok(Compression::PackBits),
        50_000 => return Ok(Compression::Zstd),
        50_001 => return Ok(Compression::Webp),
        6 => "JPEG in the way of 1992 (“old-style”)",
        9 | 10 | 34_661 => "JBIG",
        32_766 => "the run lengths of NeXT",
        32_771 => "fax codes in words",
        32_809 => "the codes of ThunderScan",
        32_908 | 32_909 => "the codes of Pixar",
        33_003 | 33_004 | 33_005 | 34_712 => "JPEG 2000",
        34_676 | 34_677 => "the codes of LogLuv",
        34_887 => "LERC",
        34_925 => "LZMA",
        50_002 | 52_546 => "JPEG XL",
        34_892 => "lossy JPEG of raw files",
        other => return Err(variant(format!("it is a TIFF with compression {other}, of which nothing is known"))),
    };
    Err(variant(format!("it is a TIFF compressed with {name}")))
}

fn photometric(directory: &Directory<'_>, compression: Compression, samples: u64) -> Result<Photometric, PictureError> {
    let name = match directory.number(262) {
        Some(0) => return Ok(Photometric::WhiteIsZero),
        Some(1) => return Ok(Photometric::BlackIsZero),
        Some(2) => return Ok(Photometric::Rgb),
        Some(3) => return Ok(Photometric::Palette),
        Some(5) if matches!(directory.number(332), None | Some(1)) => return Ok(Photometric::Inks),
        Some(5) => "other inks than cyan, magenta, yellow and black",
        Some(6) => return Ok(Photometric::YCbCr),
        Some(8) => return Ok(Photometric::Lab { signed: true }),
        Some(9) => return Ok(Photometric::Lab { signed: false }),
        Some(4) => "a mask in the place of a picture",
        Some(10) => "colours of ITU L*a*b*",
        Some(32_803) => "the raw data of a camera",
        Some(34_892) => "the raw data of a camera",
        Some(32_844 | 32_845) => "logarithmic light (LogL or LogLuv)",
        Some(_) => "colours of a kind of which nothing is known",
        // It has to be there; where it is not, this is what is meant.
        None if matches!(compression, Compression::Rle | Compression::Group3 | Compression::Group4) => {
            return Ok(Photometric::WhiteIsZero);
        }
        None if samples >= 3 => return Ok(Photometric::Rgb),
        None => return Ok(Photometric::BlackIsZero),
    };
    Err(variant(format!("it is a TIFF with {name}")))
}

/// Bits of a sample, and what they are.
fn depth(
    directory: &Directory<'_>,
    photometric: Photometric,
    compression: Compression,
) -> Result<(usize, SampleNumber), PictureError> {
    let listed = directory.numbers(258);
    let bits = listed.first().copied().unwrap_or(1);
    if listed.iter().any(|other| *other != bits) {
        return Err(variant("it is a TIFF whose channels have different numbers of bits"));
    }
    if matches!(compression, Compression::Jpeg | Compression::Webp) {
        return Ok((8, SampleNumber::Whole));
    }
    let number = match directory.number(339) {
        None | Some(1 | 4) => SampleNumber::Whole,
        Some(3) => SampleNumber::Float,
        Some(2) if matches!(photometric, Photometric::Lab { .. }) => SampleNumber::Whole,
        Some(2) => return Err(variant("it is a TIFF whose samples have a sign")),
        Some(_) => return Err(variant("it is a TIFF whose samples are complex numbers")),
    };
    let sound = match (number, photometric) {
        (
            SampleNumber::Float,
            Photometric::WhiteIsZero | Photometric::BlackIsZero | Photometric::Rgb | Photometric::Inks,
        ) => {
            matches!(bits, 16 | 32 | 64)
        }
        (SampleNumber::Float, _) => false,
        (SampleNumber::Whole, Photometric::Palette) => (1..=16).contains(&bits),
        (SampleNumber::Whole, Photometric::YCbCr) => bits == 8,
        (SampleNumber::Whole, Photometric::Lab { .. }) => matches!(bits, 8 | 16),
        (SampleNumber::Whole, _) => (1..=16).contains(&bits) || matches!(bits, 24 | 32 | 64),
    };
    if !sound {
        let what = if number == SampleNumber::Float { "floating point samples" } else { "samples" };
        return Err(variant(format!("it is a TIFF with {what} of {bits} bits for such colours")));
    }
    Ok((bits as usize, number))
}

/// Which of the extra samples is alpha (TIFF 6.0, `ExtraSamples`).
fn alpha(directory: &Directory<'_>, photometric: Photometric, samples: usize) -> (Alpha, Option<usize>) {
    let channels = photometric.channels();
    let extra = directory.numbers(338);
    let found = extra.iter().take(samples - channels).enumerate().find_map(|(n, what)| match what {
        1 => Some((Alpha::Multiplied, n)),
        2 => Some((Alpha::Plain, n)),
        _ => None,
    });
    found.map_or((Alpha::None, None), |(alpha, n)| (alpha, Some(channels + n)))
}
