//! What a body gives: three states a member, and all violations at once.

use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::api::Api;
use crate::body::Body;
use crate::class::{ClassDef, PropertyDef};
use crate::represent::Class;
use crate::value::Value;

/// One member of a body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Given<T> {
    /// Not sent.
    #[default]
    Absent,
    /// Sent as null: to be cleared.
    Null,
    /// Sent.
    Value(T),
}

impl<T> Given<T> {
    /// The value, if one was sent, where it is.
    pub fn as_value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The value, if one was sent.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The value after a change to something optional.
    pub fn or_keep(self, kept: Option<T>) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Null => None,
            Self::Absent => kept,
        }
    }
}

/// Something in a body that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The member, as in the body.
    #[serde(rename = "propertyPath")]
    pub property_path: String,
    /// What is wrong and what would be right, a sentence.
    pub message: String,
}

impl Violation {
    /// A violation whose message begins with the name of its member.
    pub fn new(property: &str, what: impl std::fmt::Display) -> Self {
        Self { property_path: property.to_owned(), message: format!("{property} {what}.") }
    }

    /// The same of a member of something larger; the prefix goes before the name of the property.
    #[must_use]
    pub fn within(self, prefix: &str) -> Self {
        Self { property_path: format!("{prefix}{}", self.property_path), message: format!("{prefix}{}", self.message) }
    }
}

/// Where a body was sent: what the IRIs in it are relative to.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// The public base URL, without a slash at its end.
    pub base: String,
    /// The IRI that the body was sent to.
    pub target: String,
}

impl Place {
    /// The place of a body that was sent to `target`.
    pub fn new(api: &Api, target: &str) -> Self {
        Self { base: api.base().to_owned(), target: target.to_owned() }
    }

    /// The path of an IRI of ours, which may be relative to the target.
    pub fn path_of(&self, iri: &str) -> Option<String> {
        let target = iref::IriBuf::new(self.target.clone()).ok()?;
        let absolute = iref::IriRefBuf::new(iri.to_owned()).ok()?.resolved(target.as_iri()).to_string();
        absolute.strip_prefix(&self.base).filter(|path| path.starts_with('/')).map(String::from)
    }
}

/// A type that a member of a body becomes.
pub trait Take: Sized {
    /// The value that a JSON value stands for.
    ///
    /// # Errors
    /// A sentence that goes on from the name of the property, as with [`Value::parse`].
    fn take(json: &Json, place: &Place) -> Result<Self, String>;
}

impl<T: Value> Take for T {
    fn take(json: &Json, _: &Place) -> Result<Self, String> {
        T::parse(json)
    }
}

/// The members of a body, on their way into an input.
#[derive(Debug)]
pub struct Members {
    members: Map<String, Json>,
    place: Place,
    violations: Vec<Violation>,
}

impl Members {
    /// Takes a member out.
    pub fn take<T: Take>(&mut self, name: &str) -> Given<T> {
        match self.members.get(name) {
            None => Given::Absent,
            Some(Json::Null) => Given::Null,
            Some(json) => match T::take(json, &self.place) {
                Ok(value) => Given::Value(value),
                Err(what) => {
                    self.violations.push(Violation::new(name, what));
                    Given::Absent
                }
            },
        }
    }
}

/// The writable members of a class, as a body gives them.
pub trait Input: Sized {
    /// Takes every writable member.
    fn take(members: &mut Members) -> Self;
}

/// What a body is for; it decides which members have to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// To make a member of a collection: the server chooses its address.
    Create,
    /// To put something that exists into a collection: `@id` may name it.
    Refer,
    /// To be the whole state of the resource at this IRI.
    Replace(&'a str),
    /// To change some of the state of the resource at this IRI.
    Change(&'a str),
}

/// Reads a body as a class.
///
/// Unknown and read-only members are left aside, because generic clients send back what they got; `strict` makes each
/// a violation (RFC 7240 §4.4).
///
/// # Errors
/// Every violation, in the order of the class.
pub fn read<C: Class>(body: Body, purpose: Purpose<'_>, strict: bool) -> Result<C::Input, Vec<Violation>> {
    let class = C::CLASS;
    let mut violations = Vec::new();
    check_identity(&body, class, purpose, &mut violations);
    if strict {
        violations.extend(body.members.keys().filter_map(|name| match class.property(name) {
            None => Some(Violation::new(name, format_args!("is not a property of {}", class.name))),
            Some(property) if !property.writable => Some(Violation::new(name, "is read-only")),
            Some(_) => None,
        }));
    }
    violations.extend(class.properties.iter().filter_map(|property| check_presence(property, &body.members, purpose)));
    let mut members = Members { members: body.members, place: body.place, violations };
    let input = C::Input::take(&mut members);
    if members.violations.is_empty() { Ok(input) } else { Err(members.violations) }
}

fn check_identity(body: &Body, class: &ClassDef, purpose: Purpose<'_>, violations: &mut Vec<Violation>) {
    match (purpose, &body.id) {
        (_, None) => {}
        (Purpose::Create, Some(_)) => {
            violations
                .push(Violation::new("@id", "must be left out: the server chooses the address of what POST creates"));
        }
        (Purpose::Replace(target) | Purpose::Change(target), Some(id)) if id != target => {
            violations.push(Violation::new("@id", format_args!("must be left out or name the target, {target}")));
        }
        _ => {}
    }
    let is_ours = |name: &String| name == class.name || class.sub_class_of == Some(name.as_str());
    if !body.types.is_empty() && !body.types.iter().any(is_ours) {
        violations.push(Violation::new("@type", format_args!("must be left out or be vocab:{}", class.name)));
    }
}

fn check_presence(property: &PropertyDef, members: &Map<String, Json>, purpose: Purpose<'_>) -> Option<Violation> {
    if !property.writable {
        return None;
    }
    let must = match purpose {
        Purpose::Create | Purpose::Refer => property.required,
        Purpose::Replace(_) => property.required && !property.fixed,
        Purpose::Change(_) => false,
    };
    match members.get(property.name) {
        None if must => Some(Violation::new(property.name, "is required")),
        Some(Json::Null) if property.required => Some(Violation::new(property.name, "is required and cannot be null")),
        // To describe something new, null is as good as nothing; to change something, it asks for it to be cleared.
        Some(Json::Null) if matches!(purpose, Purpose::Change(_)) && !property.clearable => {
            Some(Violation::new(property.name, "cannot be null; leave it out to keep it"))
        }
        _ => None,
    }
}
