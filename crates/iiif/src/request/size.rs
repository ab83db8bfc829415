//! How large the region is to be.

use std::fmt;

use super::{Decimal, RequestError, pixels};

/// The size parameter (Image API 3.0, §4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Size {
    /// Whether `^` stands before it: the result may be larger than the region.
    pub enlarge: bool,
    /// The form, and what it says.
    pub form: SizeForm,
}

/// The forms of the size parameter; lengths are in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SizeForm {
    /// `max`: as large as is made.
    Max,
    /// `w,`: exactly this wide, the height following.
    Width(u32),
    /// `,h`: exactly this high, the width following.
    Height(u32),
    /// `pct:n`: this many percent of the region.
    Percent(Decimal),
    /// `w,h`: exactly this, distorted where needed.
    Exact(u32, u32),
    /// `!w,h`: the largest that fits into this.
    Within(u32, u32),
}

impl Size {
    /// Reads the size parameter.
    pub fn parse(text: &str) -> Result<Self, RequestError> {
        let (enlarge, rest) = match text.strip_prefix('^') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let form = read(rest).ok_or(RequestError::Size)?;
        Ok(Self { enlarge, form })
    }
}

fn read(text: &str) -> Option<SizeForm> {
    if text == "max" {
        return Some(SizeForm::Max);
    }
    if let Some(percent) = text.strip_prefix("pct:") {
        return Decimal::parse(percent).map(SizeForm::Percent);
    }
    if let Some(rest) = text.strip_prefix('!') {
        let (width, height) = rest.split_once(',')?;
        return Some(SizeForm::Within(pixels(width)?, pixels(height)?));
    }
    match text.split_once(',')? {
        ("", height) => Some(SizeForm::Height(pixels(height)?)),
        (width, "") => Some(SizeForm::Width(pixels(width)?)),
        (width, height) => Some(SizeForm::Exact(pixels(width)?, pixels(height)?)),
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.enlarge {
            f.write_str("^")?;
        }
        match self.form {
            SizeForm::Max => f.write_str("max"),
            SizeForm::Width(width) => write!(f, "{width},"),
            SizeForm::Height(height) => write!(f, ",{height}"),
            SizeForm::Percent(percent) => write!(f, "pct:{percent}"),
            SizeForm::Exact(width, height) => write!(f, "{width},{height}"),
            SizeForm::Within(width, height) => write!(f, "!{width},{height}"),
        }
    }
}
