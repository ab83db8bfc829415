//! A value of a property as people read it.

use chrono::{DateTime, SecondsFormat};
use hydra::{Api, Datatype, PropertyDef, PropertyKind};
use serde_json::Value as Json;

use super::address::{short, web};

/// A value.
#[derive(Debug)]
pub enum ShownValue {
    /// A link.
    Link {
        /// Where it leads.
        href: String,
        /// What is read.
        text: String,
    },
    /// An instant.
    Time {
        /// As HTML has it (HTML Standard, §2.3.5.7).
        exact: String,
        /// To the second.
        text: String,
    },
    /// Yes or no.
    Flag(bool),
    /// Several of these.
    Several(Vec<Self>),
    /// Anything else.
    Text(String),
}

impl ShownValue {
    /// An instant; a text where it is none.
    pub fn time(text: &str) -> Self {
        match DateTime::parse_from_rfc3339(text) {
            Ok(instant) => {
                let readable = instant.to_utc().format("%Y-%m-%d %H:%M:%S UTC").to_string();
                // HTML has no more than three digits of a second.
                let exact = instant.to_utc().to_rfc3339_opts(SecondsFormat::Millis, true);
                Self::Time { exact, text: readable }
            }
            Err(_) => Self::Text(text.to_owned()),
        }
    }
}

/// Whether the table calls it a link.
pub fn is_link(property: &PropertyDef) -> bool {
    !matches!(property.kind, PropertyKind::Value(..))
}

/// A value of this property. What the table calls a link becomes one; so does an address that this service itself wrote, such
/// as that of a thumbnail. What clients wrote stays text, whatever it looks like.
pub fn show(api: &Api, property: &PropertyDef, value: &Json) -> ShownValue {
    let text = match value {
        Json::Array(values) if is_set(property) => {
            return ShownValue::Several(values.iter().map(|value| show(api, property, value)).collect());
        }
        Json::Bool(flag) => return ShownValue::Flag(*flag),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    match property.kind {
        PropertyKind::One(_) | PropertyKind::Many(_) => match web(&text) {
            Some(href) => ShownValue::Link { href: href.to_owned(), text: short(api, href).to_owned() },
            None => ShownValue::Text(text),
        },
        PropertyKind::Value(Datatype::DateTime, _) => ShownValue::time(&text),
        PropertyKind::Value(Datatype::String, _) if !property.writable && is_ours(api, &text) => {
            ShownValue::Link { text: short(api, &text).to_owned(), href: text }
        }
        PropertyKind::Value(..) => ShownValue::Text(text),
    }
}

/// Whether a property has several values, rather than one that is a list.
fn is_set(property: &PropertyDef) -> bool {
    match &property.kind {
        PropertyKind::Value(_, limits) => limits.max_items.is_some(),
        PropertyKind::One(link) => link.many,
        PropertyKind::Many(_) => false,
    }
}

/// Whether a text is an address of this service.
fn is_ours(api: &Api, text: &str) -> bool {
    text.strip_prefix(api.base()).is_some_and(|path| path.starts_with('/'))
}
