//! `Retry-After`: an origin asks to be left alone for a while (RFC 9110 §10.2.3).

use std::fmt;
use std::time::{Duration, SystemTime};

use httpdate::{fmt_http_date, parse_http_date};
use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

/// For how long an origin asks to be left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// For so long from now on. Nothing is a wish to be asked more rarely.
    For(Duration),
    /// Until an instant.
    Until(SystemTime),
}

impl Patience {
    /// What an answer says, in either form; none where it says nothing, or nothing that is understood.
    pub(super) fn asked(headers: &HeaderMap) -> Option<Self> {
        let text = |value: &HeaderValue| value.to_str().ok().map(|text| text.trim().to_owned());
        let said = headers.get(RETRY_AFTER).and_then(text).filter(|said| !said.is_empty())?;
        if said.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Self::For(Duration::from_secs(said.parse().unwrap_or(u64::MAX))));
        }
        let until = parse_http_date(&said).ok()?;
        // By the origin's own clock, where it tells the time.
        match headers.get(DATE).and_then(text).and_then(|date| parse_http_date(&date).ok()) {
            Some(date) => Some(Self::For(until.duration_since(date).unwrap_or_default())),
            None => Some(Self::Until(until)),
        }
    }

    /// How long that is from an instant on.
    #[must_use]
    pub fn from(self, now: SystemTime) -> Duration {
        match self {
            Self::For(time) => time,
            Self::Until(instant) => instant.duration_since(now).unwrap_or_default(),
        }
    }
}

impl fmt::Display for Patience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::For(time) => write!(f, "for {} s", time.as_secs()),
            Self::Until(instant) => write!(f, "until {}", fmt_http_date(*instant)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(headers: &[(&str, &str)]) -> Option<Patience> {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        Patience::asked(&headers.collect())
    }

    #[test]
    fn both_forms_are_understood() {
        const NOON: &str = "Thu, 01 Jan 2026 12:00:00 GMT";
        let noon = parse_http_date(NOON).unwrap();
        let seconds = |seconds| Some(Patience::For(Duration::from_secs(seconds)));
        for (said, patience) in [
            ("40", seconds(40)),
            ("0", seconds(0)),
            (" 7 ", seconds(7)),
            ("99999999999999999999", seconds(u64::MAX)),
            (NOON, Some(Patience::Until(noon))),
            ("Thursday, 01-Jan-26 12:00:00 GMT", Some(Patience::Until(noon))),
            ("Thu Jan  1 12:00:00 2026", Some(Patience::Until(noon))),
            ("soon", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(asked(&[("retry-after", said)]), patience, "{said}");
        }
        assert_eq!(asked(&[]), None);
        for (date, time) in [("Thu, 01 Jan 2026 11:59:20 GMT", 40), ("Thu, 01 Jan 2026 13:00:00 GMT", 0)] {
            assert_eq!(asked(&[("retry-after", NOON), ("date", date)]), seconds(time), "{date}");
        }
        let before = noon - Duration::from_secs(40);
        assert_eq!(Patience::Until(noon).from(before), Duration::from_secs(40));
        assert_eq!(Patience::Until(before).from(noon), Duration::ZERO);
    }
}
