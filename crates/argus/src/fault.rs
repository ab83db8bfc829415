//! Every way in which a request fails, as the client tells them apart. Conflicts are 412: the client has no class for 409.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use face::Unread;
use hydra::{Timestamp, Violation};
use resource::{Error, Retry};

use crate::envelope;
use crate::message::Message;

/// A failure on its way to the client.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The status.
    pub status: StatusCode,
    /// What is wrong: at least one thing.
    pub messages: Vec<Message>,
    /// The seconds to wait.
    wait: Option<u64>,
    /// The methods that there are.
    allow: Option<String>,
    /// Whether the request is to be begun again, as somebody's authority has changed.
    is_stale: bool,
}

impl Fault {
    /// A failure of the request as a whole.
    pub fn action(status: StatusCode, template: &'static str, message: impl Into<String>) -> Self {
        Self { status, messages: vec![Message::action(template, message)], wait: None, allow: None, is_stale: false }
    }

    /// What is wrong with what was sent.
    pub fn invalid(messages: Vec<Message>) -> Self {
        Self { status: StatusCode::PRECONDITION_FAILED, messages, wait: None, allow: None, is_stale: false }
    }

    /// One thing that is wrong with what was sent.
    pub fn field(field: &str, what: impl std::fmt::Display) -> Self {
        Self::invalid(vec![Message::field("validation.error", field, what)])
    }

    /// Nobody is signed in.
    pub fn unauthenticated(message: &str) -> Self {
        Self::action(StatusCode::UNAUTHORIZED, "user.not.authenticated", message)
    }

    /// A method that the path does not have.
    pub fn method(allow: &str) -> Self {
        let message = format!("This is not a method of this path, which has: {allow}.");
        let fault = Self::action(StatusCode::METHOD_NOT_ALLOWED, "method.not.allowed", message);
        Self { allow: Some(allow.to_owned()), ..fault }
    }

    /// A path that there is not.
    pub fn no_path() -> Self {
        Self::action(StatusCode::NOT_FOUND, "url.not.exist", "There is nothing at this path.")
    }

    /// An authorisation that is missing, or does not hold: which, is not said.
    pub fn unauthorised() -> Self {
        let message = "This operation takes an authorization of its own: one that was made for it and for this customer, \
            has not expired, and has not been used.";
        Self::action(StatusCode::FORBIDDEN, "authorization.required", message)
    }

    /// A request that somebody else stood in the way of for too long.
    pub fn busy() -> Self {
        let message = "The server is busy; send the request again.";
        Self::action(StatusCode::SERVICE_UNAVAILABLE, "service.timeout", message).waiting(1)
    }

    /// What cannot be done because something that the service needs is not to be had.
    pub fn away() -> Self {
        let message =
            "The service cannot do this at the moment. Nothing was changed; send the request again in a while.";
        Self::action(StatusCode::SERVICE_UNAVAILABLE, "service.unavailable", message).waiting(5)
    }

    /// The same, to be sent again in so many seconds.
    #[must_use]
    pub fn waiting(self, seconds: u64) -> Self {
        Self { wait: Some(seconds), ..self }
    }

    /// The same, with another name for what is wrong.
    #[must_use]
    pub fn templated(mut self, template: &'static str) -> Self {
        for message in &mut self.messages {
            message.message_template = template;
        }
        self
    }

    /// The answer.
    pub fn respond(self, now: Timestamp) -> HttpResponse {
        let Self { status, mut messages, wait, allow, is_stale: _ } = self;
        for message in &mut messages {
            message.timestamp = now.instant().timestamp_millis();
        }
        let mut response = HttpResponse::build(status);
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(wait) = wait {
            response.insert_header((header::RETRY_AFTER, wait.to_string()));
        }
        if let Some(allow) = allow {
            response.insert_header((header::ALLOW, allow));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"portico\""));
        }
        response.content_type("application/json").body(envelope::failure(status, &messages))
    }
}

/// What members of the model are called on this face; the others are called alike.
fn face_name(property: &str) -> &str {
    match property {
        "name" | "alias" => "shortName",
        "displayName" => "name",
        "kind" => "type",
        "customerDataDeleted" => "dataDeleted",
        other => other,
    }
}

/// A violation in the words of this face. What is wrong with a lifecycle is wrong with no member of a body.
fn message(violation: &Violation) -> Message {
    let Violation { property_path, message } = violation;
    let what = message.strip_prefix(property_path.as_str()).unwrap_or(message).trim();
    if property_path == "lifecycle" {
        return Message::action("validation.error", format!("The customer {what}"));
    }
    Message::field("validation.error", face_name(property_path), what)
}

/// Violations of the model of customers, whose members have names of their own here.
fn messages(violations: &[Violation]) -> Vec<Message> {
    let mut messages: Vec<Message> = Vec::new();
    for violation in violations {
        let message = message(violation);
        if !messages.contains(&message) {
            messages.push(message);
        }
    }
    messages
}

impl Retry for Fault {
    fn is_stale(&self) -> bool {
        self.is_stale
    }

    fn is_refusal(&self) -> bool {
        matches!(self.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::action(
                StatusCode::NOT_FOUND,
                "object.not.found",
                "There is no such object, or it is not yours to see.",
            ),
            Error::Forbidden => {
                Self::action(StatusCode::FORBIDDEN, "access.denied", "You may see this, but not do this with it.")
            }
            Error::Unauthenticated => Self::unauthenticated(
                "Sign in: with an Argus-API-Key of the form userID/keyID/secret that is still good, or a Bearer token of a \
                 session that has not ended.",
            ),
            Error::Invalid(violations) | Error::Conflict(violations) => Self::invalid(messages(&violations)),
            Error::Full(sentence) => Self::action(StatusCode::PRECONDITION_FAILED, "validation.error", sentence),
            Error::Undefined(_) | Error::CoreNotAllowed => {
                let message = "What was named is not there, or not to be granted.";
                Self::action(StatusCode::PRECONDITION_FAILED, "validation.error", message)
            }
            Error::Changed => Self::action(
                StatusCode::PRECONDITION_FAILED,
                "object.changed",
                "Somebody else has changed this meanwhile; read it again.",
            ),
            Error::TooMany(seconds) => Self {
                wait: Some(seconds),
                ..Self::action(
                    StatusCode::TOO_MANY_REQUESTS,
                    "too.many.requests",
                    format!("Too many attempts; wait {seconds} seconds."),
                )
            },
            Error::Stale => Self { is_stale: true, ..Self::busy() },
            Error::Away(text) => {
                tracing::warn!(error = %text, "the request cannot be carried out at the moment");
                Self::away()
            }
            Error::Internal(text) => {
                tracing::error!(error = %text, "internal error");
                let message = "A fault of this server. Nothing was changed.";
                Self::action(StatusCode::INTERNAL_SERVER_ERROR, "unknown.server.error", message)
            }
        }
    }
}

impl From<Unread> for Fault {
    fn from(unread: Unread) -> Self {
        let template = match unread {
            Unread::TooLarge(_) => "request.too.large",
            Unread::Broken(_) | Unread::Encoded => "invalid.json.request",
        };
        Self::action(unread.status(), template, unread.to_string())
    }
}

impl From<Message> for Fault {
    fn from(message: Message) -> Self {
        Self::invalid(vec![message])
    }
}
