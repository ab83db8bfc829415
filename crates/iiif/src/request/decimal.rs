//! Decimal numbers as the request grammar has them, kept exactly.

use std::fmt;

/// A number of at least zero, in billionths. Digits beyond the ninth after the point are dropped.
///
/// Floating point numbers would bring NaN, infinity and a canonical form that depends on the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(u64);

const ONE: u64 = 1_000_000_000;
const PLACES: usize = 9;

impl Decimal {
    /// One hundred: all of it, in percent.
    pub const HUNDRED: Self = Self(100 * ONE);
    /// 360: a full turn, in degrees.
    pub const FULL_TURN: Self = Self(360 * ONE);

    /// Reads digits with at most one point among them (Image API 3.0, §4.7): no sign, no exponent, no space, and digits
    /// after a point. Nine digits before the point are the most that is taken.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = match text.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None if text.is_empty() => return None,
            None => (text, ""),
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        if whole.len() > PLACES {
            return None;
        }
        let value = |part: &str| part.bytes().fold(0, |sum, byte| sum * 10 + u64::from(byte - b'0'));
        let kept = &fraction[..fraction.len().min(PLACES)];
        let missing = (kept.len()..PLACES).fold(1, |scale, _| scale * 10);
        Some(Self(value(whole) * ONE + value(kept) * missing))
    }

    /// This many percent of `length`, rounded half up.
    pub(crate) fn percent_of(self, length: u32) -> u64 {
        let scale = u128::from(Self::HUNDRED.0);
        let share = (u128::from(self.0) * u128::from(length) + scale / 2) / scale;
        u64::try_from(share).unwrap_or(u64::MAX)
    }

    /// The sum.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The whole number that this is, if it is one.
    pub(crate) fn whole(self) -> Option<u64> {
        self.0.is_multiple_of(ONE).then_some(self.0 / ONE)
    }
}

impl fmt::Display for Decimal {
    /// As §4.7 advises: with a leading zero, without trailing ones.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0 / ONE)?;
        let fraction = self.0 % ONE;
        if fraction > 0 {
            let digits = format!("{fraction:0PLACES$}");
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn decimals_are_digits_and_a_point() {
        for (text, printed) in
            [("0", "0"), ("007", "7"), ("41.60", "41.6"), (".5", "0.5"), ("33.333333333333336", "33.333333333")]
        {
            assert_eq!(Decimal::parse(text).map(|number| number.to_string()).as_deref(), Some(printed), "{text}");
        }
        for text in ["", ".", "1.", "+1", "-1", "1e3", "NaN", "inf", "1.2.3", " 1", "1,5", "9999999999", "٣"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }
}
