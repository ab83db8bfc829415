//! JSON schemas that customers write for values. Nothing is fetched because of one, and none may keep the machine busy for long.
//!
//! Whose schema it is, and of which value, is not known here.

mod work;

use jsonschema::{PatternOptions, Validator};
use serde_json::Value as Json;

/// The longest schema, as bytes of JSON.
const LONGEST: usize = 64 << 10;
/// How deep a schema, or a value that meets one, may be nested.
const DEEPEST: usize = 32;
/// The most memory for a regular expression of a schema, in bytes.
const PATTERN: usize = 1 << 20;

/// How often schemas may be asked of a value, all together: about a second.
const WORK: u64 = 10_000_000;

/// Whether a schema is one that can be used here.
///
/// # Errors
/// A sentence that goes on from the name of the property.
pub fn check_schema(schema: &Json) -> Result<(), String> {
    if !schema.is_object() {
        return Err("must be a JSON schema, an object".into());
    }
    if schema.to_string().len() > LONGEST {
        return Err(format!("must take at most {LONGEST} bytes"));
    }
    check_depth(schema)?;
    compile(schema).map(drop)
}

/// Whether a value meets a schema.
///
/// # Errors
/// A sentence that goes on from the name of the property.
pub fn check_value(schema: &Json, value: &Json) -> Result<(), String> {
    if work::of(schema, value) > WORK {
        return Err("asks more of its schema than is done for one value; nest it less deep, or have the schema refer to itself less often".into());
    }
    match compile(schema)?.validate(value) {
        Ok(()) => Ok(()),
        Err(error) => {
            let (place, what): (String, String) = (error.instance_path().to_string(), error.masked().to_string());
            let place = if place.is_empty() { "its value".to_owned() } else { place };
            Err(format!("does not meet its schema: at {place}, {what}"))
        }
    }
}

/// Whether something is not nested too deep.
///
/// # Errors
/// A sentence that goes on from the name of the property.
pub fn check_depth(value: &Json) -> Result<(), String> {
    fn depth(value: &Json) -> usize {
        match value {
            Json::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
            Json::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
            _ => 0,
        }
    }
    match depth(value) {
        deep if deep > DEEPEST => Err(format!("must not be nested deeper than {DEEPEST}; this is nested {deep} deep")),
        _ => Ok(()),
    }
}

fn compile(schema: &Json) -> Result<Validator, String> {
    jsonschema::options()
        .offline()
        .with_pattern_options(PatternOptions::regex().size_limit(PATTERN).dfa_size_limit(PATTERN))
        .build(schema)
        .map_err(|error| format!("is not a JSON schema that can be used here: {}", error.masked()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_that_refers_to_elsewhere_or_is_none_is_refused() {
        for schema in [
            json!({"$ref": "http://127.0.0.1:1/schema.json"}),
            json!({"$ref": "file:///etc/passwd"}),
            json!({"type": "no such type"}),
            json!({"pattern": "("}),
            json!(true),
            (0..40).fold(json!({}), |inner, _| json!({"not": inner})),
        ] {
            assert!(check_schema(&schema).is_err(), "{schema}");
        }
        assert_eq!(check_schema(&json!({"$ref": "#/$defs/a", "$defs": {"a": {"type": "object"}}})), Ok(()));
    }

    #[test]
    fn no_value_asks_for_work_without_end() {
        let deep = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!({"x": inner}));
        let wide = json!(vec![json!({"x": {"x": 1}}); 1_000]);
        let refers = |to: &str| json!({"$ref": to});
        let within = |schema: Json| json!({"type": "object", "properties": {"x": schema}});
        let mut doubling = json!({"$defs": {"d0": {}}});
        for number in 1..30 {
            let below = refers(&format!("#/$defs/d{}", number - 1));
            doubling["$defs"][format!("d{number}")] = json!({"anyOf": [below, below]});
        }
        doubling["$ref"] = json!("#/$defs/d29");
        // As long a way for each level of a value.
        let mut chain = json!({"$ref": "#/$defs/d299", "$defs": {"d0": within(refers("#"))}});
        for number in 1..300 {
            chain["$defs"][format!("d{number}")] = refers(&format!("#/$defs/d{}", number - 1));
        }
        for schema in [
            within(json!({"anyOf": [refers("#"), refers("#"), refers("#")]})),
            within(json!({"allOf": [refers("#"), {"not": refers("#")}]})),
            json!({"$anchor": "me", "anyOf": [{"type": "integer"}, {"additionalProperties": {"oneOf": [refers("#me"), refers("#me")]}}]}),
            json!({"$id": "http://x.example/a", "patternProperties": {"x": refers("http://x.example/a"), "^x": refers("a")}}),
            doubling,
            chain,
        ] {
            let said = check_value(&schema, &deep(30));
            assert!(said.as_ref().is_err_and(|why| why.starts_with("asks more")), "{schema}: {said:?}");
        }
        // A tree, of which each value is asked once, or twice.
        let tree = json!({"type": ["object", "integer", "array"], "properties": {"x": refers("#"), "y": refers("#")}, "items": refers("#")});
        let known = json!({"anyOf": [{"$ref": "#/definitions/a~1b%20c"}], "definitions": {"a/b c": {"type": ["object", "array"]}}});
        for schema in [tree, known, json!({"$ref": "http://json-schema.org/draft-07/schema#"})] {
            let said = check_value(&schema, &deep(30)).err().into_iter().chain(check_value(&schema, &wide).err());
            assert!(said.into_iter().all(|why| !why.starts_with("asks more")), "{schema}");
        }
    }

    #[test]
    fn values_are_held_to_a_schema() {
        let schema = json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}});
        assert_eq!(check_value(&schema, &json!({"a": 1})), Ok(()));
        for value in [json!({}), json!({"a": "x"}), json!([])] {
            assert!(check_value(&schema, &value).is_err(), "{value}");
        }
    }
}
