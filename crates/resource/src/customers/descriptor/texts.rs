//! Texts for people, and what they have to be.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use vocab::value::Language;

use crate::{Error, Result};

/// Texts for people, by language.
pub type Localised = BTreeMap<Language, String>;

/// The longest text for people, in characters.
pub(super) const LONGEST_TEXT: usize = 2000;

/// Whether a text for people is one.
pub(super) fn text(text: &str, longest: usize) -> std::result::Result<(), String> {
    if text.trim().is_empty() || text.chars().count() > longest || text.chars().any(char::is_control) {
        return Err(format!("must be 1 to {longest} characters, not all of them blank, and no control characters"));
    }
    Ok(())
}

/// Whether texts by language are, and are there in English where they must.
pub(super) fn check_texts(property: &str, texts: &Localised, in_english: bool, refuse: &mut impl FnMut(&str, &str)) {
    for (language, one) in texts {
        if let Err(what) = text(one, LONGEST_TEXT) {
            refuse(&format!("{property}.{language}"), &what);
        }
    }
    if in_english && !texts.contains_key(&Language::English) {
        refuse(&format!("{property}.english"), "is required");
    }
}

pub(super) fn broken(what: impl std::fmt::Display) -> Error {
    Error::Internal(format!("a kept descriptor cannot be read: {what}"))
}

pub(super) fn parse(text: &str) -> Result<Json> {
    serde_json::from_str(text).map_err(broken)
}

pub(super) fn localised(json: &Json) -> Result<Localised> {
    let texts = json.as_object().into_iter().flatten();
    texts
        .map(|(language, text)| Ok((language.parse().map_err(broken)?, text.as_str().unwrap_or_default().to_owned())))
        .collect()
}

pub(super) fn written(texts: &Localised) -> Json {
    Json::Object(texts.iter().map(|(language, text)| (language.to_string(), text.clone().into())).collect())
}
