//! The part of the picture that is asked for.

use std::fmt;

use super::{Decimal, RequestError, pixels};
use crate::Rectangle;

/// The region parameter (Image API 3.0, §4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Region {
    /// `full`: all of it.
    Full,
    /// `square`: the largest square, in the middle.
    Square,
    /// `x,y,w,h`: in pixels of the picture.
    Pixels {
        /// From the left.
        x: u32,
        /// From the top.
        y: u32,
        /// To the right of `x`.
        width: u32,
        /// Downwards from `y`.
        height: u32,
    },
    /// `pct:x,y,w,h`: in percent of the picture's width and height.
    Percent {
        /// From the left.
        x: Decimal,
        /// From the top.
        y: Decimal,
        /// To the right of `x`.
        width: Decimal,
        /// Downwards from `y`.
        height: Decimal,
    },
}

impl Region {
    /// Reads the region parameter.
    pub fn parse(text: &str) -> Result<Self, RequestError> {
        Self::read(text).ok_or(RequestError::Region)
    }

    fn read(text: &str) -> Option<Self> {
        match text {
            "full" => return Some(Self::Full),
            "square" => return Some(Self::Square),
            _ => {}
        }
        if let Some(rest) = text.strip_prefix("pct:") {
            let [x, y, width, height] = four(rest, Decimal::parse)?;
            return Some(Self::Percent { x, y, width, height });
        }
        let [x, y, width, height] = four(text, pixels)?;
        Some(Self::Pixels { x, y, width, height })
    }

    /// The region's pixels, cut off at the edges of a picture of this size.
    ///
    /// # Errors
    /// [`RequestError::EmptyRegion`] when there are none.
    pub fn resolve(&self, width: u32, height: u32) -> Result<Rectangle, RequestError> {
        let (across, down) = match *self {
            Self::Full => ((0, u64::from(width)), (0, u64::from(height))),
            Self::Square => {
                let edge = width.min(height);
                let middle = |length: u32| {
                    let start = u64::from((length - edge) / 2);
                    (start, start + u64::from(edge))
                };
                (middle(width), middle(height))
            }
            Self::Pixels { x, y, width: w, height: h } => {
                ((x.into(), u64::from(x) + u64::from(w)), (y.into(), u64::from(y) + u64::from(h)))
            }
            // Both edges are rounded, not an edge and a length: neighbouring regions then meet without a gap.
            Self::Percent { x, y, width: w, height: h } => (
                (x.percent_of(width), x.plus(w).percent_of(width)),
                (y.percent_of(height), y.plus(h).percent_of(height)),
            ),
        };
        let (x, w) = cut(across, width).ok_or(RequestError::EmptyRegion { width, height })?;
        let (y, h) = cut(down, height).ok_or(RequestError::EmptyRegion { width, height })?;
        Ok(Rectangle { x, y, width: w, height: h })
    }
}

/// Where the span begins and how long it is, within `length`; `None` when nothing of it is.
fn cut((from, to): (u64, u64), length: u32) -> Option<(u32, u32)> {
    let to = to.min(u64::from(length));
    if from >= to {
        return None;
    }
    Some((u32::try_from(from).ok()?, u32::try_from(to - from).ok()?))
}

fn four<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<[T; 4]> {
    let mut parts = text.split(',');
    let mut next = || parts.next().and_then(&read);
    let four = [next()?, next()?, next()?, next()?];
    parts.next().is_none().then_some(four)
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("full"),
            Self::Square => f.write_str("square"),
            Self::Pixels { x, y, width, height } => write!(f, "{x},{y},{width},{height}"),
            Self::Percent { x, y, width, height } => write!(f, "pct:{x},{y},{width},{height}"),
        }
    }
}
