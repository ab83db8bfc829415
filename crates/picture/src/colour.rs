//! What colours the numbers of a picture are, and how they become sRGB.

use std::sync::Arc;

use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, CmsError, ColorPrimaries, ColorProfile, DataColorSpace, Layout,
    MatrixCoefficients, RenderingIntent, ToneReprCurve, TransferCharacteristics, TransformExecutor, TransformOptions,
    XyY,
};

use super::{colour_space::ColourSpace, tiff::Directory};

/// What a file says of the colours that its numbers are.
#[derive(Debug, Clone)]
pub(super) enum Meaning {
    /// Nothing: they are taken for sRGB, as everybody does.
    Unsaid,
    /// In several ways; the first that can be understood counts.
    Said(Vec<Source>),
}

/// One way to say it.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// They are sRGB.
    Srgb,
    /// They are Adobe RGB (1998).
    AdobeRgb,
    /// A profile of the International Color Consortium.
    Profile(Vec<u8>),
    /// Code points of ITU-T H.273: primaries, transfer and whether the range is full.
    Codes { primaries: u8, transfer: u8, full: bool },
    /// Curves to light, and what the primaries and white are.
    Measured { curves: Vec<Curve>, points: Points },
}

/// From a number to light.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Curve {
    /// That of sRGB.
    Srgb,
    /// A power.
    Power(f32),
    /// A value for each number.
    Table(Vec<u16>),
}

/// White, red, green and blue, as x and y of CIE 1931.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Points(pub(super) [(f32, f32); 4]);

impl Points {
    /// Those of sRGB.
    pub(super) const SRGB: Self = Self([(0.3127, 0.3290), (0.64, 0.33), (0.30, 0.60), (0.15, 0.06)]);

    pub(super) fn are_srgb(&self) -> bool {
        let near = |(a, b): &((f32, f32), (f32, f32))| (a.0 - b.0).abs() < 0.002 && (a.1 - b.1).abs() < 0.002;
        self.0.into_iter().zip(Self::SRGB.0).all(|pair| near(&pair))
    }

    /// Whether they span colours at all.
    fn are_sound(&self) -> bool {
        let [white, red, green, blue] = self.0;
        let area = (green.0 - red.0) * (blue.1 - red.1) - (blue.0 - red.0) * (green.1 - red.1);
        area.abs() > 1e-3
            && white.1 > 0.05
            && self.0.iter().all(|(x, y)| (-0.5..=1.5).contains(x) && (-0.5..=1.5).contains(y))
    }
}

impl Meaning {
    pub(super) fn profile(bytes: Vec<u8>) -> Self {
        Self::Said(vec![Source::Profile(bytes)])
    }

    /// What Exif metadata says (Exif 2.32, 4.6.5 A, `ColorSpace`; DCF 2.0, the option file of Adobe RGB).
    pub(super) fn of_exif(exif: &[u8]) -> Self {
        let Ok(main) = Directory::first(exif) else { return Self::Unsaid };
        let within = |directory: &Directory<'_>, tag| {
            directory.number(tag).and_then(|at| Directory::at(exif, directory.form(), at).ok())
        };
        let Some(details) = within(&main, 0x8769) else { return Self::Unsaid };
        let adobe = within(&details, 0xA005).is_some_and(|other| other.text(1).starts_with(b"R03"));
        match details.number(0xA001) {
            Some(1) => Self::Said(vec![Source::Srgb]),
            // Not in the standard, and written by cameras.
            Some(2) => Self::Said(vec![Source::AdobeRgb]),
            _ if adobe => Self::Said(vec![Source::AdobeRgb]),
            _ => Self::Unsaid,
        }
    }
}

impl Source {
    /// The profile that says the same, if it can be understood and is one for such a picture.
    fn as_profile(&self, space: ColourSpace) -> Option<ColorProfile> {
        let profile = match self {
            Self::Srgb => of_points(&[Curve::Srgb], &Points::SRGB, space)?,
            Self::AdobeRgb => ColorProfile::new_adobe_rgb(),
            Self::Profile(bytes) => ColorProfile::new_from_slice_with_options(
                bytes,
                moxcms::ParsingOptions {
                    max_profile_size: 64 << 20,
                    max_allowed_clut_size: 64 << 20,
                    max_allowed_trc_size: 1 << 17,
                },
            )
            .ok()?,
            Self::Codes { primaries, transfer, .. } => {
                let codes = CicpProfile {
                    color_primaries: CicpColorPrimaries::try_from(*primaries).ok()?,
                    transfer_characteristics: TransferCharacteristics::try_from(*transfer).ok()?,
                    matrix_coefficients: MatrixCoefficients::Identity,
                    full_range: true,
                };
                let profile = ColorProfile::new_from_cicp(codes);
                let curve = profile.red_trc.clone()?;
                if space == ColourSpace::Gray { gray(curve) } else { profile }
            }
            Self::Measured { curves, points } => of_points(curves, points, space)?,
        };
        let for_space = match space {
            ColourSpace::Gray => DataColorSpace::Gray,
            ColourSpace::Rgb => DataColorSpace::Rgb,
            ColourSpace::Inks => DataColorSpace::Cmyk,
        };
        (profile.color_space == for_space).then_some(profile)
    }
}

fn of_points(curves: &[Curve], points: &Points, space: ColourSpace) -> Option<ColorProfile> {
    let curve = |number: usize| {
        Some(match curves.get(number).or(curves.first())? {
            Curve::Srgb => ColorProfile::new_srgb().red_trc?,
            Curve::Power(power) => ToneReprCurve::Parametric(vec![*power]),
            Curve::Table(values) => ToneReprCurve::Lut(values.clone()),
        })
    };
    if space == ColourSpace::Gray {
        return Some(gray(curve(0)?));
    }
    let mut profile = ColorProfile::new_srgb();
    profile.cicp = None;
    (profile.red_trc, profile.green_trc, profile.blue_trc) = (Some(curve(0)?), Some(curve(1)?), Some(curve(2)?));
    // Those of sRGB are in the profile already, to more places than files have.
    if !points.are_srgb() {
        if !points.are_sound() {
            return None;
        }
        let [white, red, green, blue] = points.0;
        let point = |(x, y)| Chromaticity::new(x, y);
        let primaries = ColorPrimaries { red: point(red), green: point(green), blue: point(blue) };
        profile.update_rgb_colorimetry(XyY::new(white.0.into(), white.1.into(), 1.0), primaries);
    }
    Some(profile)
}

fn gray(curve: ToneReprCurve) -> ColorProfile {
    let mut profile = ColorProfile::new_gray_with_gamma(1.0);
    profile.pcs = DataColorSpace::Xyz;
    profile.gray_trc = Some(curve);
    profile
}

/// A number of a picture.
pub(super) trait Depth: Copy + Default + Into<u64> + 'static {
    /// The largest.
    const MOST: u64;

    /// Of a number that is none larger.
    fn of(value: u64) -> Self;
    fn eight(self) -> u8;
    fn into_eight(samples: Vec<Self>) -> Vec<u8>;
    /// By this profile to sRGB.
    fn by(profile: &ColorProfile, layout: Layout, intent: RenderingIntent) -> Option<Transform<Self>>;
}

type Transform<T> = Arc<dyn TransformExecutor<T> + Send + Sync>;

fn options(rendering_intent: RenderingIntent) -> TransformOptions {
    TransformOptions { rendering_intent, ..TransformOptions::default() }
}

impl Depth for u8 {
    const MOST: u64 = 0xFF;

    fn of(value: u64) -> Self {
        value as Self
    }

    fn eight(self) -> u8 {
        self
    }

    fn into_eight(samples: Vec<Self>) -> Vec<u8> {
        samples
    }

    fn by(profile: &ColorProfile, layout: Layout, intent: RenderingIntent) -> Option<Transform<Self>> {
        profile.create_transform_8bit(layout, &ColorProfile::new_srgb(), Layout::Rgb, options(intent)).ok()
    }
}

impl Depth for u16 {
    const MOST: u64 = 0xFFFF;

    fn of(value: u64) -> Self {
        value as Self
    }

    fn eight(self) -> u8 {
        ((u32::from(self) * 255 + 32_767) / 65_535) as u8
    }

    fn into_eight(samples: Vec<Self>) -> Vec<u8> {
        samples.into_iter().map(Self::eight).collect()
    }

    fn by(profile: &ColorProfile, layout: Layout, intent: RenderingIntent) -> Option<Transform<Self>> {
        profile.create_transform_16bit(layout, &ColorProfile::new_srgb(), Layout::Rgb, options(intent)).ok()
    }
}

/// Makes sRGB of the numbers of a picture.
pub(super) enum Converter<T: Depth> {
    /// They are sRGB, or inks of which nothing is known.
    None,
    /// By a profile, after the range was made full where it is not.
    By { transform: Transform<T>, full: bool },
}

impl<T: Depth> Converter<T> {
    /// By the first way of saying it that can be understood. What is broken, or is about pictures of another kind, is left
    /// aside.
    pub(super) fn new(meaning: &Meaning, space: ColourSpace) -> Self {
        let Meaning::Said(sources) = meaning else { return Self::None };
        sources.iter().find_map(|source| Self::of(source, space)).unwrap_or(Self::None)
    }

    fn of(source: &Source, space: ColourSpace) -> Option<Self> {
        if matches!(source, Source::Srgb) && space != ColourSpace::Inks {
            return Some(Self::None);
        }
        let profile = source.as_profile(space)?;
        let full = !matches!(source, Source::Codes { full: false, .. });
        let layout = match space {
            ColourSpace::Gray => Layout::Gray,
            ColourSpace::Rgb => Layout::Rgb,
            ColourSpace::Inks => Layout::Rgba,
        };
        // As browsers show pictures; a profile of tables may have been made for other intents alone.
        let intents = [RenderingIntent::RelativeColorimetric, RenderingIntent::Perceptual, RenderingIntent::Saturation];
        let transform = intents.into_iter().find_map(|intent| T::by(&profile, layout, intent))?;
        let converter = Self::By { transform, full };
        Some(if converter.changes(space)? { converter } else { Self::None })
    }

    /// Whether it makes any difference: most profiles say in many words that the picture is sRGB. None where it does not work.
    fn changes(&self, space: ColourSpace) -> Option<bool> {
        let (steps, channels) = (if space == ColourSpace::Inks { 3 } else { 9 }, space.channels());
        let count = u64::pow(steps, channels as u32);
        let digit = |number: u64, place: usize| number / steps.pow(place as u32) % steps;
        let value = |number, place| T::of(T::MOST * digit(number, place) / (steps - 1));
        let colours: Vec<T> = (0..count).flat_map(|n| (0..channels).map(move |place| value(n, place))).collect();
        let mut made = vec![T::default(); count as usize * 3];
        self.convert(space, &colours, &mut made).ok()?;
        let differs = |(from, to): (&[T], &[T])| {
            from.iter().cycle().zip(to).any(|(from, to)| from.eight().abs_diff(to.eight()) > 1)
        };
        Some(space == ColourSpace::Inks || colours.chunks_exact(channels).zip(made.chunks_exact(3)).any(differs))
    }

    /// Three numbers for each pixel.
    pub(super) fn convert(&self, space: ColourSpace, from: &[T], to: &mut [T]) -> Result<(), CmsError> {
        match self {
            Self::By { transform, full: true } => transform.transform(from, to)?,
            Self::By { transform, full: false } => {
                let wide: Vec<T> = from.iter().map(|value| widened(*value)).collect();
                transform.transform(&wide, to)?;
            }
            Self::None if space == ColourSpace::Inks => {
                for (inks, to) in from.chunks_exact(4).zip(to.chunks_exact_mut(3)) {
                    let light = |ink: T| T::MOST - Into::<u64>::into(ink);
                    let black = light(inks[3]);
                    for (to, ink) in to.iter_mut().zip(inks) {
                        *to = T::of((light(*ink) * black + T::MOST / 2) / T::MOST);
                    }
                }
            }
            Self::None => {
                let channels = space.channels();
                for (from, to) in from.chunks_exact(channels).zip(to.chunks_exact_mut(3)) {
                    to.iter_mut().zip(from.iter().cycle()).for_each(|(to, from)| *to = *from);
                }
            }
        }
        Ok(())
    }
}

/// From 16 to 235 of 255 to the full range (ITU-T H.273, 8.3).
fn widened<T: Depth>(value: T) -> T {
    let scale = (T::MOST + 1) / 256;
    let value = Into::<u64>::into(value).saturating_sub(16 * scale);
    T::of((value * T::MOST / (219 * scale)).min(T::MOST))
}
