//! The query of a list: `filter`, `sort`, `limit`, `offset`.

mod attributes;
mod filter;
mod paging;
mod sort;

pub use filter::terms;
pub use paging::{Paging, Window};
pub use sort::{listed_order, order};

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::error::{Code, Fault};

/// The parameters of a query, decoded, each there once.
#[derive(Debug)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// The parameters of a query as it came.
    ///
    /// # Errors
    /// It is not text in UTF-8, or has a character that ends texts.
    pub fn parse(query: &str) -> Result<Self, Fault> {
        let decode = |text: &str| {
            let text = text.replace('+', " ");
            let decoded = percent_decode_str(&text).decode_utf8().map(Cow::into_owned);
            decoded.ok().filter(|text| !text.contains('\0')).ok_or_else(|| Fault::from(Code::Request))
        };
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        pairs.map(|(name, value)| Ok((decode(name)?, decode(value)?))).collect::<Result<_, _>>().map(Self)
    }

    /// The value of a parameter.
    ///
    /// # Errors
    /// It is there more than once, so that it cannot be said which is meant.
    pub fn one(&self, name: &str) -> Result<Option<&str>, Fault> {
        let mut values = self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            _ => Err(Code::Request.into()),
        }
    }
}
