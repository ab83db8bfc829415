//! What customers are searched by.

use hydra::Limits;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::administration::choice;
use super::{Flag, text_value};

choice! {
    /// Whether customers must have all keywords, or any one of them.
    KeywordMatch {
        /// All.
        All = "all",
        /// Any.
        Any = "any",
    }
}

choice! {
    /// Where keywords are looked for.
    KeywordField {
        /// In the number.
        Id = "id",
        /// In the name in addresses.
        Name = "name",
        /// In the name that people read.
        DisplayName = "displayName",
    }
}

/// What is marked on a customer, as searches have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It has been put away.
    Disabled,
    /// One of its flags.
    Flag(Flag),
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Disabled => f.write_str("disabled"),
            Self::Flag(flag) => flag.fmt(f),
        }
    }
}

impl std::str::FromStr for Mark {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "disabled" => Ok(Self::Disabled),
            flag => flag.parse().map(Self::Flag).map_err(|what: String| format!("{what}, disabled")),
        }
    }
}

impl Serialize for Mark {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Mark {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl hydra::Value for Mark {
    const DATATYPE: hydra::Datatype = hydra::Datatype::String;

    fn parse(json: &serde_json::Value) -> Result<Self, String> {
        json.as_str().ok_or("must be a text")?.parse()
    }
}

text_value! {
    /// Criteria, written so that they can stand in an address.
    SearchCode, Limits::text(1, 6000), |text| {
        if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)) {
            Ok(())
        } else {
            Err("must consist of letters, digits, '_' and '-'")
        }
    }
}
