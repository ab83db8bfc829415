//! The parameters of a query. The client writes truths as `True` and `False`, and lists by repeating a name.

use std::fmt::Display;
use std::str::FromStr;

use crate::fault::Fault;
use crate::message::Message;

/// How many entries a list may have.
const MOST: usize = 1000;
/// How many may be left out at the front.
const FURTHEST: u64 = 1_000_000;

/// Names with their values. What is empty counts as not there.
#[derive(Debug, Clone, Default)]
pub struct QueryValues(Vec<(String, String)>);

impl QueryValues {
    /// The parameters of a query as it came.
    ///
    /// # Errors
    /// It is none, or there is too much of it.
    pub fn parse(raw: &str) -> Result<Self, Fault> {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(raw)
            .map_err(|_| Message::action("validation.error", "The query cannot be understood."))?;
        if pairs.len() > MOST + 100 {
            return Err(Message::action("validation.error", "The query has too many parameters.").into());
        }
        let given = pairs.into_iter().map(|(name, value)| (name, value.trim().to_owned()));
        Ok(Self(given.filter(|(_, value)| !value.is_empty()).collect()))
    }

    /// The values of a list that goes by any of these names.
    ///
    /// # Errors
    /// There are too many.
    pub fn list(&self, names: &[&str]) -> Result<Vec<String>, Fault> {
        let values: Vec<_> =
            self.0.iter().filter(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| value.clone()).collect();
        if values.len() > MOST {
            return Err(Fault::field(names[0], format_args!("must have at most {MOST} entries")));
        }
        Ok(values)
    }

    /// The value of a parameter; the last one, where it is repeated.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A truth, whatever the case of its letters.
    ///
    /// # Errors
    /// It is none.
    pub fn flag(&self, name: &str, default: bool) -> Result<bool, Fault> {
        match self.text(name) {
            None => Ok(default),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(text) => Err(wrong(name, "must be true or false", text)),
        }
    }

    /// How many at the most; none where it is not said.
    ///
    /// # Errors
    /// It is no number, or less than none.
    pub fn limit(&self) -> Result<Option<u64>, Fault> {
        self.number("limit")
    }

    /// How many to leave out at the front.
    ///
    /// # Errors
    /// It is no number, or less than none.
    pub fn offset(&self) -> Result<u64, Fault> {
        bounded(self.number("offset")?)
    }

    fn number<T: FromStr>(&self, name: &str) -> Result<Option<T>, Fault> {
        let parsed = |text: &str| text.parse().map_err(|_| wrong(name, "must be a whole number, zero or more", text));
        self.text(name).map(parsed).transpose()
    }
}

/// An offset within bounds.
///
/// # Errors
/// It is beyond them.
pub fn bounded(offset: Option<u64>) -> Result<u64, Fault> {
    match offset {
        Some(offset) if offset > FURTHEST => {
            Err(wrong("offset", format_args!("must be at most {FURTHEST}"), &offset.to_string()))
        }
        offset => Ok(offset.unwrap_or(0)),
    }
}

fn wrong(name: &str, what: impl Display, value: &str) -> Fault {
    Message::field("validation.error", name, what).with(value).into()
}
