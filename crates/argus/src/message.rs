//! What is said beside, or in place of, an answer. The client reads the members of every entry without looking whether they
//! are there.

use serde::Serialize;

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum MessageType {
    /// The request as a whole.
    #[serde(rename = "ACTION_ERROR")]
    Action,
    /// One member or parameter.
    #[serde(rename = "FIELD_ERROR")]
    Field,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// What is wrong, a sentence.
    pub message: String,
    /// A name for what is wrong that does not change.
    pub message_template: &'static str,
    /// What it is about.
    pub r#type: MessageType,
    /// The member or parameter.
    pub field: Option<String>,
    /// What stands there.
    pub parameter: Option<String>,
    /// When, in milliseconds since 1970.
    pub timestamp: i64,
}

impl Message {
    /// About the request.
    pub fn action(template: &'static str, message: impl Into<String>) -> Self {
        let (message, r#type) = (message.into(), MessageType::Action);
        Self { message, message_template: template, r#type, field: None, parameter: None, timestamp: 0 }
    }

    /// About a member or a parameter. What is wrong continues a sentence that begins with its name.
    pub fn field(template: &'static str, field: impl Into<String>, what: impl std::fmt::Display) -> Self {
        let field = field.into();
        let what = what.to_string();
        let what = what.strip_suffix('.').unwrap_or(&what);
        let message = format!("{field} {what}.");
        Self {
            message,
            message_template: template,
            r#type: MessageType::Field,
            field: Some(field),
            parameter: None,
            timestamp: 0,
        }
    }

    /// With what stands there.
    #[must_use]
    pub fn with(self, parameter: impl Into<String>) -> Self {
        Self { parameter: Some(parameter.into().chars().take(200).collect()), ..self }
    }
}
