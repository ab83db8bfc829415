//! What the rules answer, in the words of this face.

use std::fmt::Write;

use actix_web::http::header;
use hydra::Violation;
use resource::{Defined, Error, Retry};
use serde::Serialize;
use serde_json::json;

use super::{Code, Fault};

/// Names of the rules and the attributes they are here.
const ATTRIBUTES: &[(&str, &str)] =
    &[("name", "cid"), ("alias", "customerAlias"), ("displayName", "customerName"), ("lifecycle", "status")];

fn attribute(property: &str) -> &str {
    ATTRIBUTES.iter().find(|(known, _)| *known == property).map_or(property, |(_, attribute)| attribute)
}

/// An attribute that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuledField {
    /// The attribute.
    pub name: String,
    /// Whether it is missing or wrong.
    pub code: FieldCode,
    /// What is wrong and what would be right, a sentence.
    pub message: String,
}

/// What is wrong with an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum FieldCode {
    /// It is not there, and has to be.
    #[serde(rename = "ValidationError.Required")]
    Required,
    /// It is something else than it has to be.
    #[serde(rename = "ValidationError.Invalid")]
    Invalid,
}

impl RuledField {
    /// An attribute that is wrong; the text goes on from its name.
    pub fn invalid(name: &str, what: impl std::fmt::Display) -> Self {
        Self { name: name.to_owned(), code: FieldCode::Invalid, message: format!("{name} {what}.") }
    }

    /// An attribute that is missing.
    pub fn required(name: &str) -> Self {
        Self { name: name.to_owned(), code: FieldCode::Required, message: format!("{name} is required.") }
    }

    fn of(violation: &Violation) -> Self {
        let name = attribute(&violation.property_path);
        // The sentence begins with the name that the attribute has elsewhere.
        let message = match violation.message.strip_prefix(&violation.property_path) {
            Some(rest) => format!("{name}{rest}"),
            None => violation.message.clone(),
        };
        Self { name: name.to_owned(), code: FieldCode::Invalid, message }
    }
}

/// Attributes that are not as they must be: all of them.
impl From<Vec<RuledField>> for Fault {
    fn from(fields: Vec<RuledField>) -> Self {
        Self::from(Code::Validation).saying(json!({ "fields": fields }))
    }
}

/// What is not said by the code of the operation that asked.
impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Code::Customer.into(),
            Error::Forbidden => Code::Unauthorized.into(),
            Error::Unauthenticated => Code::Unauthenticated.into(),
            Error::Undefined(Defined::Entitlement) => Code::Entitlement.into(),
            Error::Undefined(Defined::Group) => Code::Group.into(),
            Error::CoreNotAllowed => Code::Core.into(),
            Error::Invalid(violations) => violations.iter().map(RuledField::of).collect::<Vec<_>>().into(),
            Error::Conflict(violations) => conflict(&violations),
            Error::Stale | Error::Changed => Self::from(Code::Busy).with(header::RETRY_AFTER, "1").stale(),
            Error::Away(text) => {
                tracing::warn!(error = %text, "the request cannot be carried out at the moment");
                Self::from(Code::Busy).with(header::RETRY_AFTER, "5")
            }
            Error::TooMany(seconds) => Self::from(Code::Locked).with(header::RETRY_AFTER, seconds.to_string()),
            Error::Full(text) | Error::Internal(text) => {
                tracing::error!(error = %text, "internal error");
                Code::Internal.into()
            }
        }
    }
}

impl Retry for Fault {
    fn is_stale(&self) -> bool {
        self.is_stale
    }

    fn is_refusal(&self) -> bool {
        matches!(self.code, Code::Unauthenticated | Code::Unauthorized | Code::Customer | Code::User)
    }
}

/// Names that others have are duplicates. Whatever else stands in the way is nothing that the caller may change.
fn conflict(violations: &[Violation]) -> Fault {
    let is_name = |violation: &&Violation| matches!(violation.property_path.as_str(), "name" | "alias");
    let names: Vec<_> =
        violations.iter().filter(is_name).map(|violation| attribute(&violation.property_path)).collect();
    if names.is_empty() {
        let mut reason = String::new();
        for violation in violations {
            let separator = if reason.is_empty() { "" } else { " " };
            let _ = write!(reason, "{separator}{}", RuledField::of(violation).message);
        }
        return Fault::from(Code::Unauthorized).saying(json!({ "reason": reason }));
    }
    Fault::from(Code::Duplicate).saying(json!({ "duplicateIdentifiers": names }))
}

/// What a rule has not found, in the words of the operation.
pub trait Missing<T> {
    /// The same, where what is not found is said by this code.
    ///
    /// # Errors
    /// As the rule.
    fn or_missing(self, code: Code) -> Result<T, Fault>;
}

impl<T> Missing<T> for resource::Result<T> {
    fn or_missing(self, code: Code) -> Result<T, Fault> {
        self.map_err(|error| match error {
            Error::NotFound => code.into(),
            error => error.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn violations_are_told_in_the_names_of_this_face() {
        let field = RuledField::of(&Violation::new("displayName", "must not be blank"));
        assert_eq!((field.name.as_str(), field.message.as_str()), ("customerName", "customerName must not be blank."));
        let both = [Violation::new("name", "is taken"), Violation::new("alias", "is taken")];
        let fault = Fault::from(Error::Conflict(both.to_vec()));
        assert_eq!(fault.details(), Some(&json!({"duplicateIdentifiers": ["cid", "customerAlias"]})));
        assert_eq!(Fault::from(Error::conflict("lifecycle", "cannot change")).code, Code::Unauthorized);
    }
}
