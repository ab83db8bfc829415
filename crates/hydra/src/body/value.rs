//! What the values of a property come to: one rule for each datatype, whatever syntax they came in.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::statement::{Literal, Object, Type};
use crate::class::{Datatype, PropertyDef, PropertyKind};
use crate::value::{MOST_EXACT, is_exact};

/// The values of a property as one JSON value, which its type then parses. Equal values are one: a statement is made or is
/// not made, however often.
///
/// # Errors
/// A sentence that goes on from the name of the property.
pub(super) fn read(property: &PropertyDef, objects: Vec<Object>) -> Result<Json, String> {
    let several = match &property.kind {
        PropertyKind::Value(_, limits) => limits.max_items.is_some(),
        PropertyKind::One(link) => link.many,
        PropertyKind::Many(_) => false,
    };
    let is_null = objects.contains(&Object::Null);
    let mut values = Vec::with_capacity(objects.len());
    let mut seen = HashSet::new();
    let is_one = objects.len() == 1;
    for (index, object) in objects.into_iter().filter(|object| *object != Object::Null).enumerate() {
        let value =
            one(&property.kind, object).map_err(|what| if several { format!("at {index} {what}") } else { what })?;
        if is_one || seen.insert(value.to_string()) {
            values.push(value);
        }
    }
    match values.len() {
        0 if several && !is_null => Ok(Json::Array(values)),
        0 => Ok(Json::Null),
        _ if several => Ok(Json::Array(values)),
        1 => Ok(values.remove(0)),
        many => Err(format!("must have one value; this has {many}")),
    }
}

/// One value. What JSON has another form for than the type takes is handed on as it is: the type says best what is wrong.
fn one(kind: &PropertyKind, object: Object) -> Result<Json, String> {
    match kind {
        PropertyKind::Value(datatype, limits) => match object {
            Object::Literal(value) => literal(*datatype, value, limits.is_address),
            // What is an address may be given as what it is the address of.
            Object::Node(iri) if limits.is_address && !iri.starts_with("_:") => Ok(Json::String(iri)),
            _ => Err(format!("must be {}, not a node", wanted(*datatype))),
        },
        PropertyKind::One(_) | PropertyKind::Many(_) => match object {
            Object::Node(id) if id.starts_with("_:") => Err("must be an IRI; a blank node has none".into()),
            Object::Node(iri) => Ok(Json::String(iri)),
            Object::Literal(Literal { value: Json::String(iri), of: Type::Text | Type::Address }) => {
                Ok(Json::String(iri))
            }
            _ => Err("must be an IRI".into()),
        },
    }
}

fn wanted(datatype: Datatype) -> &'static str {
    match datatype {
        Datatype::String => "a text",
        Datatype::Boolean => "true or false",
        Datatype::DateTime => "a date and time",
        Datatype::Integer | Datatype::NonNegativeInteger => "a whole number",
        Datatype::Json => "a JSON value",
    }
}

fn literal(datatype: Datatype, literal: Literal, is_address: bool) -> Result<Json, String> {
    let Literal { value, of } = literal;
    match (datatype, &of) {
        (Datatype::Json, _) => json(value, &of),
        (Datatype::String | Datatype::DateTime, Type::Text) | (Datatype::DateTime, Type::Instant) => Ok(value),
        (Datatype::String, Type::Address) if is_address => Ok(value),
        (Datatype::Boolean, Type::Boolean | Type::Text) => Ok(flag(&value).map_or(value, Json::Bool)),
        (Datatype::Integer | Datatype::NonNegativeInteger, Type::Integer(least, most)) => {
            Ok(whole(value, *least, *most))
        }
        (Datatype::Integer | Datatype::NonNegativeInteger, Type::Text) => Ok(whole(value, i128::MIN, i128::MAX)),
        // Of the type that JSON itself gives it.
        _ if !value.is_string() && Literal::native(value.clone()).of == of => Ok(value),
        (_, Type::Language) => Err(format!("must be {} without a language", wanted(datatype))),
        _ => Err(format!("must be {}, not a literal of {}", wanted(datatype), of.name())),
    }
}

/// The lexical forms of `xsd:boolean` (XML Schema part 2, §3.3.2).
fn flag(value: &Json) -> Option<bool> {
    match value {
        Json::Bool(flag) => Some(*flag),
        Json::Number(number) => match number.as_f64() {
            Some(1.0) => Some(true),
            Some(0.0) => Some(false),
            _ => None,
        },
        Json::String(text) => match text.as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A whole number, however JSON or `xsd:integer` writes it. What is none is refused in the words of the type.
fn whole(value: Json, least: i128, most: i128) -> Json {
    let number: Option<i128> = match &value {
        Json::String(text) => text.parse().ok(),
        Json::Number(number) => crate::value::whole(number),
        _ => None,
    };
    let Some(number) = number.filter(|number| (least..=most).contains(number)) else { return value };
    match (i64::try_from(number), u64::try_from(number)) {
        (Ok(number), _) => number.into(),
        (_, Ok(number)) => number.into(),
        _ => value,
    }
}

/// What a literal is as JSON: of `rdf:JSON` the value that its text is, of the types that JSON has its value.
fn json(value: Json, of: &Type) -> Result<Json, String> {
    let value = match (of, value) {
        (Type::Json, value) => value,
        (Type::Text | Type::Boolean | Type::Integer(..) | Type::Real, value @ (Json::Bool(_) | Json::Number(_))) => {
            value
        }
        (Type::Text, value) => value,
        (Type::Boolean, value) => flag(&value).map(Json::Bool).ok_or("must be a JSON value")?,
        (Type::Integer(least, most), value) => match whole(value, *least, *most) {
            number @ Json::Number(_) => number,
            _ => return Err("must be a JSON value".into()),
        },
        (Type::Real, value) => {
            let double: Option<f64> = value.as_str().and_then(|text| text.parse().ok());
            let number = double.and_then(serde_json::Number::from_f64);
            Json::Number(number.ok_or("must be a JSON value, which infinity and no number are not")?)
        }
        (of, _) => return Err(format!("must be a JSON value, not a literal of {}", of.name())),
    };
    if is_exact(&value) {
        return Ok(value);
    }
    Err(format!("must have no whole number beyond {MOST_EXACT}, which not every program reads alike"))
}
