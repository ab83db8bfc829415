//! Literals: types that parse at the edge and are trusted afterwards.

use chrono::{DateTime, NaiveDate, SecondsFormat, SubsecRound, TimeDelta, Utc};
use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use crate::class::{Datatype, Limits};

/// A type whose values are literals in JSON-LD.
pub trait Value: Sized {
    /// What the documentation says of it.
    const DATATYPE: Datatype;
    /// How long it may be.
    const LIMITS: Limits = Limits::NONE;

    /// The value that a JSON value stands for.
    ///
    /// # Errors
    /// A sentence that goes on from the name of the property: "must be true or false".
    fn parse(json: &Json) -> Result<Self, String>;
}

/// The text of a JSON string within limits, without control characters.
///
/// # Errors
/// As [`Value::parse`].
pub fn text(json: &Json, limits: Limits) -> Result<&str, String> {
    let text = json.as_str().ok_or("must be a text")?;
    let length = text.chars().count();
    if length < limits.min_length {
        return Err(match limits.min_length {
            1 => "must not be empty".into(),
            least => format!("must have at least {least} characters"),
        });
    }
    if length > limits.max_length {
        return Err(format!("must have at most {} characters; this has {length}", limits.max_length));
    }
    if text.chars().any(char::is_control) {
        return Err("must not contain control characters".into());
    }
    Ok(text)
}

impl Value for bool {
    const DATATYPE: Datatype = Datatype::Boolean;

    fn parse(json: &Json) -> Result<Self, String> {
        json.as_bool().ok_or_else(|| "must be true or false".into())
    }
}

impl Value for String {
    const DATATYPE: Datatype = Datatype::String;

    fn parse(json: &Json) -> Result<Self, String> {
        text(json, Self::LIMITS).map(Self::from)
    }
}

impl Value for u64 {
    const DATATYPE: Datatype = Datatype::NonNegativeInteger;

    fn parse(json: &Json) -> Result<Self, String> {
        let number = json.as_u64().ok_or("must be a whole number, zero or more")?;
        // No column keeps more.
        if i64::try_from(number).is_err() { Err(format!("must be at most {}", i64::MAX)) } else { Ok(number) }
    }
}

impl Value for i64 {
    const DATATYPE: Datatype = Datatype::Integer;

    fn parse(json: &Json) -> Result<Self, String> {
        json.as_i64().ok_or_else(|| "must be a whole number".into())
    }
}

/// Several values of one property, each there once. In JSON an array; a single value stands for a set of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Set<T>(pub Vec<T>);

/// A derived one would ask the values for it.
impl<T> Default for Set<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// The most values that a set may have.
const MAX_ITEMS: usize = 100;

impl<T: Value + PartialEq> Value for Set<T> {
    const DATATYPE: Datatype = T::DATATYPE;
    const LIMITS: Limits = T::LIMITS.items(MAX_ITEMS);

    fn parse(json: &Json) -> Result<Self, String> {
        items(json, T::parse).map(Self)
    }
}

/// The values of a set, each once, in the order in which they came.
pub(crate) fn items<T: PartialEq>(json: &Json, parse: impl Fn(&Json) -> Result<T, String>) -> Result<Vec<T>, String> {
    let given = json.as_array().map_or(std::slice::from_ref(json), Vec::as_slice);
    if given.len() > MAX_ITEMS {
        return Err(format!("must have at most {MAX_ITEMS} values; this has {}", given.len()));
    }
    let mut values = Vec::with_capacity(given.len());
    for (index, json) in given.iter().enumerate() {
        let value = parse(json).map_err(|what| format!("at {index} {what}"))?;
        if !values.contains(&value) {
            values.push(value);
        }
    }
    Ok(values)
}

/// The greatest whole number up to which every program reads each of them alike, and the least with its sign turned
/// (RFC 7493 §2.2).
pub const MOST_EXACT: u64 = (1 << 53) - 1;

/// Whether every program reads the whole numbers in a JSON value alike.
pub fn is_exact(json: &Json) -> bool {
    match json {
        Json::Number(number) => {
            number.is_f64()
                || number.as_i64().map_or(number.as_u64(), |number| Some(number.unsigned_abs())) <= Some(MOST_EXACT)
        }
        Json::Array(values) => values.iter().all(is_exact),
        Json::Object(members) => members.values().all(is_exact),
        _ => true,
    }
}

/// A whole number, however JSON writes it: JSON has one kind of number (RFC 8259 §6). Beyond what is exact, one that is written
/// as a fraction or with an exponent may have been another.
pub fn whole(number: &serde_json::Number) -> Option<i128> {
    #[expect(clippy::cast_precision_loss, reason = "it is exact")]
    const MOST: f64 = MOST_EXACT as f64;
    match (number.as_i64(), number.as_u64(), number.as_f64()) {
        (Some(number), ..) => Some(number.into()),
        (_, Some(number), _) => Some(number.into()),
        #[expect(clippy::cast_possible_truncation, reason = "it is whole, and small enough")]
        (.., Some(double)) if double.fract() == 0.0 && double.abs() <= MOST => Some(double as i128),
        _ => None,
    }
}

/// Whole numbers as JSON that every program reads alike: those beyond what is exact as texts. Their terms are coerced, so that
/// number and text are the same literal.
pub(crate) fn exactly(json: Json) -> Json {
    match json {
        Json::Number(_) if !is_exact(&json) => Json::String(json.to_string()),
        Json::Array(values) => values.into_iter().map(exactly).collect(),
        json => json,
    }
}

/// Any JSON value but null, which stands for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct JsonLiteral(pub Json);

impl Value for JsonLiteral {
    const DATATYPE: Datatype = Datatype::Json;

    fn parse(json: &Json) -> Result<Self, String> {
        Ok(Self(json.clone()))
    }
}

/// An instant, to the microsecond: the finest that both databases keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// An instant, cut to microseconds.
    pub fn new(instant: DateTime<Utc>) -> Self {
        Self(instant.trunc_subsecs(6))
    }

    /// The instant.
    pub fn instant(self) -> DateTime<Utc> {
        self.0
    }

    fn text(self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl Value for Timestamp {
    const DATATYPE: Datatype = Datatype::DateTime;

    fn parse(json: &Json) -> Result<Self, String> {
        const FORM: &str = "must be a date and time such as 2026-01-31T12:00:00Z; without a zone it is in UTC";
        let instant = date_time(json.as_str().ok_or(FORM)?).ok_or(FORM)?;
        // Both databases keep the years 1 to 9999 in one form.
        match chrono::Datelike::year(&instant) {
            1..=9999 => Ok(Self::new(instant)),
            _ => Err("must lie in the years 1 to 9999".into()),
        }
    }
}

/// The instant that a lexical form of `xsd:dateTime` stands for, with a year of four digits (XML Schema 1.1 part 2, §3.3.7).
fn date_time(text: &str) -> Option<DateTime<Utc>> {
    let (date, time) = text.split_once('T')?;
    let (time, zone) = match (time.strip_suffix('Z'), time.find(['+', '-'])) {
        (Some(time), _) => (time, 0),
        (None, Some(start)) => (&time[..start], zone(&time[start..])?),
        (None, None) => (time, 0),
    };
    let [year, month, day] = parts(date, '-', [4, 2, 2])?;
    let (time, fraction) = time.split_once('.').map_or((time, None), |(time, fraction)| (time, Some(fraction)));
    let [hour, minute, second] = parts(time, ':', [2, 2, 2])?;
    let fraction = match fraction {
        None => "0",
        Some(digits) => {
            Some(digits).filter(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))?
        }
    };
    let nanos: u32 = format!("{fraction:0<9}")[..9].parse().ok()?;
    // The end of a day is the first instant of the next.
    let (hour, days) = match (hour, minute, second, fraction.bytes().all(|digit| digit == b'0')) {
        (24, 0, 0, true) => (0, 1),
        (hour, ..) => (hour, 0),
    };
    let date = NaiveDate::from_ymd_opt(year.try_into().ok()?, month, day)?;
    let local = date.and_hms_nano_opt(hour, minute, second, nanos)?;
    local
        .checked_add_signed(TimeDelta::days(days))?
        .checked_sub_signed(TimeDelta::minutes(zone))
        .map(|utc| utc.and_utc())
}

/// The minutes of a zone such as `+02:00`, at most fourteen hours.
fn zone(text: &str) -> Option<i64> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let [hours, minutes] = parts(text.get(1..)?, ':', [2, 2])?;
    let is_zone = hours < 14 && minutes < 60 || (hours, minutes) == (14, 0);
    is_zone.then(|| sign * i64::from(hours * 60 + minutes))
}

/// Numbers of so many digits each.
fn parts<const N: usize>(text: &str, separator: char, digits: [usize; N]) -> Option<[u32; N]> {
    let mut texts = text.split(separator);
    let mut numbers = [0; N];
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let text = texts.next()?;
        if text.len() != digits || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = text.parse().ok()?;
    }
    texts.next().is_none().then_some(numbers)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_date_and_time_is_what_xml_schema_says() {
        for (text, instant) in [
            ("2020-01-01T00:00:00Z", Some("2020-01-01T00:00:00Z")),
            ("2020-01-01T00:00:00", Some("2020-01-01T00:00:00Z")),
            ("2020-01-01T02:30:00.1234567+02:30", Some("2020-01-01T00:00:00.123456Z")),
            ("2020-01-01T00:00:00-14:00", Some("2020-01-01T14:00:00Z")),
            ("2020-01-01T24:00:00Z", Some("2020-01-02T00:00:00Z")),
            ("2019-12-31T24:00:00.000", Some("2020-01-01T00:00:00Z")),
            ("2020-02-29T12:00:00Z", Some("2020-02-29T12:00:00Z")),
            ("2019-02-29T12:00:00Z", None),
            ("2020-01-01T24:00:01Z", None),
            ("2020-01-01T23:59:60Z", None),
            ("2020-01-01 00:00:00Z", None),
            ("2020-01-01t00:00:00Z", None),
            ("2020-01-01T00:00:00z", None),
            ("2020-01-01T00:00:00.Z", None),
            ("2020-01-01T00:00Z", None),
            ("2020-01-01T00:00:00+14:01", None),
            ("2020-01-01T00:00:00+0200", None),
            ("2020-1-1T00:00:00Z", None),
            ("2020-01-01", None),
            ("0000-01-01T00:00:00Z", None),
            ("12020-01-01T00:00:00Z", None),
            (" 2020-01-01T00:00:00Z", None),
            ("9999-12-31T24:00:00Z", None),
            ("2020-01-01T0é:00:00Z", None),
            ("", None),
        ] {
            let read = Timestamp::parse(&json!(text)).ok().map(|at| at.to_string());
            assert_eq!(read.as_deref(), instant, "{text}");
        }
    }

    #[test]
    fn whole_numbers_are_exact_as_far_as_a_double_is() {
        for (json, exact) in [
            (json!(9_007_199_254_740_991_u64), true),
            (json!(9_007_199_254_740_992_u64), false),
            (json!(-9_007_199_254_740_991_i64), true),
            (json!([{"a": i64::MIN}]), false),
            (json!({"a": u64::MAX}), false),
            (json!([1.5, 1e300, "9007199254740993"]), true),
        ] {
            assert_eq!(is_exact(&json), exact, "{json}");
        }
        let written = serde_json::to_string(&exactly(json!([1, u64::MAX, -1, i64::MIN])));
        assert_eq!(written.expect("it is JSON"), r#"[1,"18446744073709551615",-1,"-9223372036854775808"]"#);
    }

    #[test]
    fn a_number_without_a_fraction_is_whole_however_it_is_written() {
        for (text, number) in [
            ("400", Some(400)),
            ("400.0", Some(400)),
            ("4e2", Some(400)),
            ("4E+2", Some(400)),
            ("40000e-2", Some(400)),
            ("-0", Some(0)),
            ("-0.0", Some(0)),
            ("9223372036854775807", Some(i128::from(i64::MAX))),
            ("400.5", None),
            ("1e300", None),
            ("9007199254740993.0", None),
        ] {
            let number_read: serde_json::Number = serde_json::from_str(text).expect("it is a number");
            assert_eq!(whole(&number_read), number, "{text}");
        }
    }
}
