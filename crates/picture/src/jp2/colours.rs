//! What the samples of a JPEG 2000 are (T.800, I.5.3): which component is which colour, and what colours they are.

use super::boxes::{ChannelDefinition, File, Said};
use super::grid::Grid;
use super::wrong::{damaged, variant};
use crate::{
    PictureError,
    colour::{Depth, Meaning, Source},
    colour_space::ColourSpace,
    raster::Alpha,
};

/// What the colours are of which a pixel is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Model {
    Gray,
    Rgb,
    /// Lightness, and two differences of colour (sYCC).
    Differences,
    Inks,
}

impl Model {
    const fn space(self) -> ColourSpace {
        match self {
            Self::Gray => ColourSpace::Gray,
            Self::Rgb | Self::Differences => ColourSpace::Rgb,
            Self::Inks => ColourSpace::Inks,
        }
    }

    /// That of a profile (ICC.1, 7.2.6).
    fn of_profile(profile: &[u8]) -> Result<Option<Self>, PictureError> {
        match (profile.get(16..20), profile.get(36..40)) {
            (Some(b"GRAY"), _) => Ok(Some(Self::Gray)),
            (Some(b"RGB "), _) => Ok(Some(Self::Rgb)),
            (Some(b"CMYK"), _) => Ok(Some(Self::Inks)),
            (Some(other), Some(b"acsp")) => {
                Err(variant(format!("with a profile for {}", other.trim_ascii_end().escape_ascii())))
            }
            _ => Ok(None),
        }
    }

    /// That of a number (T.800, table I.10; T.801, table M.25).
    fn of_number(number: u32) -> Result<Self, PictureError> {
        Err(variant(match number {
            12 => return Ok(Self::Inks),
            16 => return Ok(Self::Rgb),
            17 => return Ok(Self::Gray),
            18 => return Ok(Self::Differences),
            13 => "in YCCK".to_owned(),
            14 => "in CIE L*a*b*".to_owned(),
            20 => "in e-sRGB".to_owned(),
            21 => "in ROMM RGB".to_owned(),
            24 => "in e-sYCC".to_owned(),
            other => format!("with colours of number {other}"),
        }))
    }
}

/// How samples become numbers of a pixel.
#[derive(Debug)]
pub(super) struct Layout {
    model: Model,
    pub(super) alpha: Alpha,
    pub(super) meaning: Meaning,
    /// The colours, and alpha behind them where there is.
    pub(super) channels: Vec<Channel>,
}

#[derive(Debug)]
pub(super) struct Channel {
    component: usize,
    /// The largest number of a sample.
    most: f32,
    bits: u8,
    /// What stands for the numbers, in a palette.
    levels: Option<Vec<f32>>,
}

impl Channel {
    fn of(file: &File<'_>, grid: &Grid, component: u16, column: Option<u8>) -> Result<Self, PictureError> {
        let component = usize::from(component);
        let broken = || damaged("the use of the palette");
        let own = grid.components.get(component).ok_or_else(broken)?.bits;
        let most = ((1_u64 << own) - 1) as f32;
        let Some(column) = column else { return Ok(Self { component, most, bits: own, levels: None }) };
        let columns = file.palette.as_ref().map(|palette| &palette.columns);
        let column = columns.and_then(|columns| columns.get(usize::from(column))).ok_or_else(broken)?;
        let largest = ((1_u64 << column.bits) - 1) as f64;
        let levels = column.values.iter().map(|value| (*value as f64 / largest) as f32).collect();
        Ok(Self { component, most, bits: column.bits, levels: Some(levels) })
    }

    /// From zero to one.
    fn level(&self, sample: f32) -> f32 {
        let number = (sample + 0.5).floor().clamp(0.0, self.most);
        match &self.levels {
            None => number / self.most,
            Some(levels) => levels[(number as usize).min(levels.len() - 1)],
        }
    }

    /// Where a difference is none.
    fn middle(&self) -> f32 {
        (1_u64 << (self.bits - 1)) as f32 / ((1_u64 << self.bits) - 1) as f32
    }
}

impl Layout {
    pub(super) fn of(file: &File<'_>, grid: &Grid) -> Result<Self, PictureError> {
        let all: Vec<(u16, Option<u8>)> = match (&file.palette, &file.mapping) {
            (None, _) => (0..grid.components.len() as u16).map(|component| (component, None)).collect(),
            (Some(_), Some(mapping)) => mapping.clone(),
            // It has to be there; where it is not, this is what is meant.
            (Some(palette), None) => (0..palette.columns.len()).map(|column| (0, Some(column as u8))).collect(),
        };
        let (colours, alpha) = match &file.definitions {
            None => ((0..all.len()).collect(), None),
            Some(definitions) => defined(definitions, all.len())?,
        };
        let (model, sources) = model(file, grid, colours.len())?;
        let channel = |number: usize| Channel::of(file, grid, all[number].0, all[number].1);
        let mut channels = Vec::new();
        for number in &colours[..model.space().channels()] {
            channels.push(channel(*number)?);
        }
        let coarse = |channel: &Channel| grid.components[channel.component].step;
        if model == Model::Rgb && channels.iter().any(|channel| coarse(channel) != coarse(&channels[0])) {
            return Err(variant("whose red, green and blue are of different sizes"));
        }
        let alpha = match alpha {
            None => Alpha::None,
            Some((number, alpha)) => {
                channels.push(channel(number)?);
                alpha
            }
        };
        let meaning = if sources.is_empty() { Meaning::Unsaid } else { Meaning::Said(sources) };
        Ok(Self { model, alpha, meaning, channels })
    }

    pub(super) const fn space(&self) -> ColourSpace {
        self.model.space()
    }

    /// Whether eight bits are too few.
    pub(super) fn wide(&self) -> bool {
        self.channels.iter().any(|channel| channel.bits > 8)
    }

    /// Makes a line of the samples that begin here.
    pub(super) fn convert<T: Depth>(&self, planes: &[&[f32]], start: usize, line: &mut [T]) {
        let mut levels = [0.0; 5];
        let levels = &mut levels[..self.channels.len()];
        for (x, pixel) in line.chunks_exact_mut(levels.len()).enumerate() {
            for (level, channel) in levels.iter_mut().zip(&self.channels) {
                *level = channel.level(planes[channel.component][start + x]);
            }
            if self.model == Model::Differences {
                let (light, blue, red) =
                    (levels[0], levels[1] - self.channels[1].middle(), levels[2] - self.channels[2].middle());
                let made = [light + 1.402 * red, light - 0.344_136 * blue - 0.714_136 * red, light + 1.772 * blue];
                levels.iter_mut().zip(made).for_each(|(level, made)| *level = made.clamp(0.0, 1.0));
            }
            for (to, level) in pixel.iter_mut().zip(levels.iter()) {
                *to = T::of((level * T::MOST as f32 + 0.5) as u64);
            }
        }
    }
}

/// Which channels are the colours, in their order, and which is alpha.
type Defined = (Vec<usize>, Option<(usize, Alpha)>);

fn defined(definitions: &[ChannelDefinition], channels: usize) -> Result<Defined, PictureError> {
    let broken = || damaged("the meaning of the channels");
    if definitions.iter().any(|definition| usize::from(definition.channel) >= channels) {
        return Err(broken());
    }
    let mut colours: Vec<_> = definitions.iter().filter(|definition| definition.kind == 0).collect();
    colours.sort_by_key(|definition| definition.of);
    // Each colour is there, and is so once.
    if colours.iter().zip(1..).any(|(definition, number)| definition.of != number) {
        return Err(broken());
    }
    let mut alpha = None;
    for definition in definitions {
        let kind = match definition.kind {
            1 => Alpha::Plain,
            2 => Alpha::Multiplied,
            _ => continue,
        };
        match definition.of {
            0 => {}
            1 if colours.len() == 1 => {}
            u16::MAX => continue,
            _ => return Err(variant("with an opacity of single colours")),
        }
        if alpha.is_some() {
            return Err(broken());
        }
        alpha = Some((usize::from(definition.channel), kind));
    }
    Ok((colours.into_iter().map(|definition| usize::from(definition.channel)).collect(), alpha))
}

/// What so many colours are. What is broken, or for pictures with more colours, is left aside.
fn model(file: &File<'_>, grid: &Grid, colours: usize) -> Result<(Model, Vec<Source>), PictureError> {
    let mut found: Option<(Model, Vec<Source>)> = None;
    let mut refusal = None;
    for said in &file.colours {
        let (model, source) = match *said {
            Said::Number(number) => match Model::of_number(number) {
                Ok(Model::Inks) => (Model::Inks, None),
                Ok(model) => (model, Some(Source::Srgb)),
                Err(error) => {
                    refusal.get_or_insert(error);
                    continue;
                }
            },
            Said::Profile(profile) => match Model::of_profile(profile) {
                Ok(Some(model)) => (model, Some(Source::Profile(profile.to_vec()))),
                Ok(None) => continue,
                Err(error) => {
                    refusal.get_or_insert(error);
                    continue;
                }
            },
            Said::Otherwise => {
                refusal.get_or_insert_with(|| variant("with colours that are said in another way"));
                continue;
            }
        };
        if model.space().channels() > colours {
            continue;
        }
        match &mut found {
            None => found = Some((model, source.into_iter().collect())),
            Some((first, sources)) if *first == model => sources.extend(source),
            Some(_) => {}
        }
    }
    if let Some(found) = found {
        return Ok(found);
    }
    if let Some(refusal) = refusal {
        return Err(refusal);
    }
    let steps: Vec<_> = grid.components.iter().map(|component| component.step).collect();
    match (colours, &steps[..]) {
        (0, _) => Err(damaged("the meaning of the channels")),
        (1 | 2, _) => Ok((Model::Gray, Vec::new())),
        // Nobody makes green and blue coarser than red.
        (_, [first, second, third, ..]) if second == third && first != second => Ok((Model::Differences, Vec::new())),
        _ => Ok((Model::Rgb, Vec::new())),
    }
}
