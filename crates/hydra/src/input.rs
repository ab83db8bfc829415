//! What a body gives: three states a member, and all violations at once.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;

use crate::addressee::Addressee;
use crate::body::Body;
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

/// A type that a member of a body becomes.
pub trait Take: Sized {
    /// The value that a JSON value stands for.
    ///
    /// # Errors
    /// A sentence that goes on from the name of the property, as with [`Value::parse`].
    fn take(json: &Json, addressee: &Addressee) -> Result<Self, String>;
}

impl<T: Value> Take for T {
    fn take(json: &Json, _: &Addressee) -> Result<Self, String> {
        T::parse(json)
    }
}

/// The members of a body, on their way into an input.
#[derive(Debug)]
pub struct BodyMembers {
    members: BTreeMap<String, Result<Json, String>>,
    addressee: Addressee,
    violations: Vec<Violation>,
}

impl BodyMembers {
    /// What a body says, and what is known to be wrong with it.
    pub(crate) fn new(body: Body, violations: Vec<Violation>) -> Self {
        Self { members: body.members, addressee: body.addressee, violations }
    }

    /// All that is wrong.
    pub(crate) fn violations(self) -> Vec<Violation> {
        self.violations
    }

    /// Takes a member out.
    pub fn take<T: Take>(&mut self, name: &str) -> Given<T> {
        match self.members.get(name) {
            None => Given::Absent,
            Some(Ok(Json::Null)) => Given::Null,
            Some(member) => {
                match member.as_ref().map_err(String::clone).and_then(|json| T::take(json, &self.addressee)) {
                    Ok(value) => Given::Value(value),
                    Err(what) => {
                        self.violations.push(Violation::new(name, what));
                        Given::Absent
                    }
                }
            }
        }
    }
}

/// The writable members of a class, as a body gives them.
pub trait Input: Sized {
    /// Takes every writable member.
    fn take(members: &mut BodyMembers) -> Self;
}
