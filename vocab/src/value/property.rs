//! What the properties of customers are described by.

use std::collections::BTreeMap;

use hydra::{Datatype, Limits, Value};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::administration::choice;
use super::{Language, text_value};

text_value! {
    /// The name of a property: the last part of its addresses.
    PropertyName, Limits::text(1, 100), |text| {
        if text.bytes().all(|byte| byte == b'.') {
            Err("must not consist of dots alone")
        } else if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte)) {
            Ok(())
        } else {
            Err("must consist of letters, digits, '_', '.', ':' and '-'")
        }
    }
}

choice! {
    /// The type of a property's values.
    ValueType {
        /// A text.
        String = "stringType",
        /// A whole number.
        Integer = "integerType",
        /// A number.
        Number = "numberType",
        /// A truth.
        Boolean = "booleanType",
        /// Anything that meets a schema.
        Json = "jsonType",
        /// One of a list of texts.
        Enum = "enumType",
    }
}

/// Texts for people, by language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Localised(pub BTreeMap<Language, String>);

impl Localised {
    fn of(json: &Json) -> Result<Self, String> {
        const FORM: &str = "must be an object of texts, such as {\"english\": \"Country\"}";
        let mut texts = BTreeMap::new();
        for (language, text) in json.as_object().ok_or(FORM)? {
            let language = language.parse().map_err(|what| format!("has a language that {what}"))?;
            texts.insert(language, text.as_str().ok_or(FORM)?.to_owned());
        }
        Ok(Self(texts))
    }
}

impl Value for Localised {
    const DATATYPE: Datatype = Datatype::Json;

    fn parse(json: &Json) -> Result<Self, String> {
        Self::of(json)
    }
}

/// A value that can be chosen, and what people read for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The value.
    pub value: String,
    /// What it is called.
    pub names: Localised,
    /// What it means.
    pub descriptions: Localised,
}

/// The values that can be chosen, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Choices(pub Vec<Choice>);

impl Choice {
    fn of(json: &Json) -> Result<Self, String> {
        let members = json.as_object().ok_or("must be an object with value, names and descriptions")?;
        if let Some(name) = members.keys().find(|name| !["value", "names", "descriptions"].contains(&name.as_str())) {
            return Err(format!("has a member that is not known: {name}"));
        }
        let texts = |name: &str| match members.get(name) {
            None => Ok(Localised::default()),
            Some(json) => Localised::of(json).map_err(|what| format!("has {name} of which each {what}")),
        };
        let value = members.get("value").and_then(Json::as_str).ok_or("must have a value that is a text")?;
        Ok(Self { value: value.to_owned(), names: texts("names")?, descriptions: texts("descriptions")? })
    }
}

impl Value for Choices {
    const DATATYPE: Datatype = Datatype::Json;

    fn parse(json: &Json) -> Result<Self, String> {
        let all = json.as_array().ok_or("must be a list of objects with value, names and descriptions")?;
        let choices =
            all.iter().enumerate().map(|(index, one)| Choice::of(one).map_err(|what| format!("at {index} {what}")));
        choices.collect::<Result<_, _>>().map(Self)
    }
}

/// JSON objects of anything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct JsonObjects(pub Vec<Json>);

impl Value for JsonObjects {
    const DATATYPE: Datatype = Datatype::Json;

    fn parse(json: &Json) -> Result<Self, String> {
        match json.as_array() {
            Some(objects) if objects.iter().all(Json::is_object) => Ok(Self(objects.clone())),
            _ => Err("must be a list of JSON objects".into()),
        }
    }
}

/// A JSON object of anything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct JsonObject(pub Map<String, Json>);

impl Value for JsonObject {
    const DATATYPE: Datatype = Datatype::Json;

    fn parse(json: &Json) -> Result<Self, String> {
        json.as_object().cloned().map(Self).ok_or_else(|| "must be a JSON object".into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_can_be_chosen_is_read_and_written_alike() {
        let json = json!([{"value": "no", "names": {"english": "Norway"}, "descriptions": {}}]);
        let choices = Choices::parse(&json).expect("it is right");
        assert_eq!(serde_json::to_value(&choices).expect("it is JSON"), json);
        for wrong in [json!({}), json!(["no"]), json!([{"names": {}}]), json!([{"value": "no", "colour": "red"}])] {
            assert!(Choices::parse(&wrong).is_err(), "{wrong}");
        }
        let said = Choices::parse(&json!([{"value": "no", "names": {"danish": "Norge"}}]));
        assert_eq!(
            said,
            Err("at 0 has names of which each has a language that must be one of: english, norwegian".into())
        );
    }
}
