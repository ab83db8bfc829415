//! The values that can be chosen where a property is one of a list, as they are kept.

use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::texts;
use super::texts::{Localised, broken, localised};
use crate::Result;

/// A value that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its identity.
    pub uuid: Uuid,
    /// The value.
    pub value: String,
    /// What it is called.
    pub names: Localised,
    /// What it means.
    pub descriptions: Localised,
}

pub(super) fn read(json: &Json) -> Result<Vec<Choice>> {
    json.as_array()
        .into_iter()
        .flatten()
        .map(|one| {
            let text = |name: &str| one[name].as_str().unwrap_or_default();
            Ok(Choice {
                uuid: Uuid::try_parse(text("id")).map_err(broken)?,
                value: text("value").to_owned(),
                names: localised(&one["names"])?,
                descriptions: localised(&one["descriptions"])?,
            })
        })
        .collect()
}

pub(super) fn written(choices: &[Choice]) -> Json {
    let one = |choice: &Choice| {
        json!({
            "id": choice.uuid,
            "value": choice.value,
            "names": texts::written(&choice.names),
            "descriptions": texts::written(&choice.descriptions),
        })
    };
    Json::Array(choices.iter().map(one).collect())
}
