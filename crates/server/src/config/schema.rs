//! The JSON Schema of the file of settings.

use schemars::Schema;
use serde_json::{Value, json};

use super::settings::Settings;

/// The schema: names, types, meanings, defaults, and the ranges of numbers.
pub(crate) fn schema() -> Value {
    let mut schema = schemars::schema_for!(Settings);
    schema.insert("title".into(), json!("Portico"));
    schema.insert("description".into(), json!("Settings of Portico, as portico --config reads them."));
    for (name, _, least, most) in Settings::default().numbers() {
        let property = schema.pointer_mut(&format!("/properties/{name}"));
        if let Some(property) = property.and_then(|property| <&mut Schema>::try_from(property).ok()) {
            property.insert("minimum".into(), json!(least));
            property.insert("maximum".into(), json!(most));
            // How a number is kept is nobody's business.
            property.remove("format");
        }
    }
    let mut schema = schema.into();
    without_null(&mut schema);
    schema
}

/// There is no null in TOML: what has no value is left out.
fn without_null(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.retain(|name, value| !(name == "default" && value.is_null()));
            for one in members.values_mut() {
                without_null(one);
            }
            if let Some(Value::Array(types)) = members.get_mut("type") {
                types.retain(|one| one != "null");
                if let [one] = &types[..] {
                    let one = one.clone();
                    members.insert("type".into(), one);
                }
            }
            if let Some(Value::Array(choices)) = members.get_mut("anyOf") {
                choices.retain(|one| one["type"] != "null");
                if let [Value::Object(one)] = &choices[..] {
                    let one = one.clone();
                    members.remove("anyOf");
                    members.extend(one);
                }
            }
        }
        Value::Array(all) => all.iter_mut().for_each(without_null),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_ranges() {
        let schema = schema();
        assert_eq!(schema["properties"]["workers"]["maximum"], 128);
        assert_eq!(schema["properties"]["request_timeout"]["default"], 30);
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(
            (&schema["properties"]["bind"]["type"], schema.to_string().contains("null")),
            (&json!("string"), false)
        );
    }
}
