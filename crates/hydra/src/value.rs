//! Literals: types that parse at the edge and are trusted afterwards.

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
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
        json.as_u64().ok_or_else(|| "must be a whole number, zero or more".into())
    }
}

impl Value for i64 {
    const DATATYPE: Datatype = Datatype::Integer;

    fn parse(json: &Json) -> Result<Self, String> {
        json.as_i64().ok_or_else(|| "must be a whole number".into())
    }
}

/// Several values of one property, each there once. In JSON an array; a single value stands for a set of one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Set<T>(pub Vec<T>);

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Value for Timestamp {
    const DATATYPE: Datatype = Datatype::DateTime;

    fn parse(json: &Json) -> Result<Self, String> {
        const FORM: &str = "must be a date and time with a zone (RFC 3339), such as 2026-01-31T12:00:00Z";
        let instant = DateTime::parse_from_rfc3339(json.as_str().ok_or(FORM)?).map_err(|_| FORM)?;
        // Both databases keep the years 1 to 9999 in one form; chrono reads 0000 as well.
        let instant = instant.with_timezone(&Utc);
        match chrono::Datelike::year(&instant) {
            1..=9999 => Ok(Self::new(instant)),
            _ => Err("must lie in the years 1 to 9999".into()),
        }
    }
}
