//! The types of properties, and what values of each look like.

use serde_json::{Number, Value as Json};

use super::choices::Choice;

pub use vocab::value::ValueType as Kind;

/// The longest value, as bytes of JSON.
const LONGEST: usize = 64 << 10;

/// The form that values of a property have.
#[derive(Debug, Clone, Copy)]
pub struct ValueForm<'a> {
    /// Their type.
    pub kind: Kind,
    /// Those of the list, where there is one.
    pub choices: &'a [Choice],
    /// The schema that they meet, where there is one.
    pub schema: Option<&'a Json>,
}

impl ValueForm<'_> {
    /// The value that is given, as its type has it: whoever has texts only may give a text for any value.
    ///
    /// # Errors
    /// A sentence that goes on from the name of the property.
    pub fn value(&self, given: &Json) -> Result<Json, String> {
        if given.is_null() {
            return Err("must not be null; delete it to have the default again".into());
        }
        let value = match self.kind {
            Kind::String => Json::String(given.as_str().ok_or("must be a text")?.to_owned()),
            Kind::Integer => whole(given).ok_or("must be a whole number")?.into(),
            Kind::Number => number(given).map(Json::Number).ok_or("must be a number")?,
            Kind::Boolean => Json::Bool(truth(given).ok_or("must be true or false")?),
            Kind::Enum => self.chosen(given)?,
            Kind::Json => self.anything(given)?,
        };
        let value = canonical(value);
        if !hydra::is_exact(&value) {
            return Err(format!(
                "must have no whole number beyond {}, which not every program reads alike",
                hydra::MOST_EXACT
            ));
        }
        if in_json(&value).len() > LONGEST {
            return Err(format!("must take at most {LONGEST} bytes as JSON"));
        }
        Ok(value)
    }

    fn chosen(&self, given: &Json) -> Result<Json, String> {
        let text = given.as_str().ok_or("must be a text")?;
        if self.choices.iter().any(|choice| choice.value == text) {
            return Ok(Json::String(text.to_owned()));
        }
        let values: Vec<_> = self.choices.iter().map(|choice| choice.value.as_str()).take(20).collect();
        match values.as_slice() {
            [] => Err("must be one of the values of its descriptor, which has none yet".into()),
            values => Err(format!("must be one of: {}", values.join(", "))),
        }
    }

    fn anything(&self, given: &Json) -> Result<Json, String> {
        let value = match given.as_str().map(serde_json::from_str::<Json>) {
            Some(Ok(Json::Null)) => return Err("must not be null; delete it to have the default again".into()),
            Some(Ok(value)) => value,
            _ => given.clone(),
        };
        value_schema::check_depth(&value)?;
        match self.schema {
            Some(schema) => value_schema::check_value(schema, &value).map(|()| value),
            None => Ok(value),
        }
    }
}

fn whole(given: &Json) -> Option<i64> {
    match given {
        Json::Number(number) => hydra::whole(number)?.try_into().ok(),
        Json::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn number(given: &Json) -> Option<Number> {
    match given {
        Json::Number(number) => Some(number.clone()),
        Json::String(text) => {
            let text = text.trim();
            let whole = text.parse::<i64>().ok().map(Number::from);
            whole.or_else(|| text.parse().ok().and_then(Number::from_f64))
        }
        _ => None,
    }
}

fn truth(given: &Json) -> Option<bool> {
    match given {
        Json::Bool(truth) => Some(*truth),
        Json::String(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
        Json::String(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// The one way to write a value, so that values that are equal are equal texts: members by name, whole numbers without a
/// fraction.
fn canonical(value: Json) -> Json {
    match value {
        Json::Array(items) => Json::Array(items.into_iter().map(canonical).collect()),
        Json::Object(members) => {
            let mut members: Vec<_> = members.into_iter().map(|(name, value)| (name, canonical(value))).collect();
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            Json::Object(members.into_iter().collect())
        }
        Json::Number(number) if number.is_f64() => Json::Number(without_fraction(number)),
        other => other,
    }
}

fn without_fraction(number: Number) -> Number {
    /// Up to here every whole number is a double (IEEE 754 §3.6).
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match number.as_f64() {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole, and small enough")]
        Some(double) if double.fract() == 0.0 && double.abs() <= EXACT => Number::from(double as i64),
        _ => number,
    }
}

/// A value as it is kept.
pub(crate) fn in_json(value: &Json) -> String {
    value.to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form(kind: Kind) -> ValueForm<'static> {
        ValueForm { kind, choices: &[], schema: None }
    }

    #[test]
    fn texts_become_values_of_the_type() {
        for (kind, given, value) in [
            (Kind::Integer, json!("42"), json!(42)),
            (Kind::Integer, json!(42), json!(42)),
            (Kind::Integer, json!(42.0), json!(42)),
            (Kind::Integer, json!(-0.0), json!(0)),
            (Kind::Integer, json!("9007199254740991"), json!(9_007_199_254_740_991_i64)),
            (Kind::Number, json!("4.50"), json!(4.5)),
            (Kind::Number, json!(4.0), json!(4)),
            (Kind::Boolean, json!("True"), json!(true)),
            (Kind::String, json!("42"), json!("42")),
            (Kind::Json, json!("{\"b\":1.0,\"a\":[]}"), json!({"a": [], "b": 1})),
            (Kind::Json, json!("plain"), json!("plain")),
        ] {
            assert_eq!(form(kind).value(&given).map(|value| in_json(&value)), Ok(in_json(&value)), "{given}");
        }
    }

    #[test]
    fn what_is_no_value_of_the_type_is_refused() {
        for (kind, given) in [
            (Kind::Integer, json!("4.5")),
            (Kind::Integer, json!(true)),
            (Kind::Integer, json!(1e300)),
            (Kind::Integer, json!(9_007_199_254_740_993_i64)),
            (Kind::Integer, json!("-9007199254740993")),
            (Kind::Number, json!(9_007_199_254_740_993_i64)),
            (Kind::Json, json!({"a": [9_007_199_254_740_993_i64]})),
            (Kind::Json, json!("[9007199254740993]")),
            (Kind::Number, json!("NaN")),
            (Kind::Number, json!("inf")),
            (Kind::Boolean, json!("yes")),
            (Kind::Boolean, json!(1)),
            (Kind::String, json!(42)),
            (Kind::String, json!(null)),
            (Kind::Json, json!("null")),
            (Kind::Enum, json!("anything")),
        ] {
            assert!(form(kind).value(&given).is_err(), "{given}");
        }
    }
}
