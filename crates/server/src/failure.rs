//! Every failure. Status codes are chosen here and nowhere else; what the client sees and what the log sees are two texts.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderName};
use actix_web::http::{Method, StatusCode};
use face::Lost;
use hydra::Violation;
use resource::{Defined, Error};

/// A failure on its way to the client.
#[derive(Debug)]
pub struct Failure {
    pub(crate) status: StatusCode,
    pub(crate) title: Option<&'static str>,
    pub(crate) detail: String,
    pub(crate) violations: Vec<Violation>,
    pub(crate) headers: Vec<(HeaderName, String)>,
    pub(crate) oauth: Option<&'static str>,
    pub(crate) quiet: bool,
}

/// A handler's answer.
pub type Reply = Result<HttpResponse, Failure>;

impl Failure {
    /// 405: what is asked, a resource or a document, has other methods than this.
    pub fn not_a_method(method: &Method, what: &str, allow: &str) -> Self {
        let detail = format!("{method} is not a method of this {what}; it has: {allow}.");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, detail).with(header::ALLOW, allow)
    }

    /// A failure with this status.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            title: None,
            detail: detail.into(),
            violations: Vec::new(),
            headers: Vec::new(),
            oauth: None,
            quiet: false,
        }
    }

    /// Whether it says that something about the request is not right, other than where it was sent.
    pub fn refuses(&self) -> bool {
        self.status.is_client_error() && self.status != StatusCode::NOT_FOUND
    }

    /// With a title that says more than that of its status.
    pub fn titled(mut self, title: &'static str) -> Self {
        self.title = Some(title);
        self
    }

    /// With a header.
    pub fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With an error code of RFC 6749.
    pub fn oauth(mut self, code: &'static str) -> Self {
        self.oauth = Some(code);
        self
    }

    /// As a 401 for which no browser asks for a password.
    pub fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// A request that cannot be understood.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }
}

/// The sentence for what is not there, or not to be seen: the same bytes for both.
const NOT_FOUND: &str = "There is no such resource, or it is not yours to see.";

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::new(StatusCode::NOT_FOUND, NOT_FOUND),
            Error::Undefined(Defined::Entitlement) => {
                Self::new(StatusCode::NOT_FOUND, "There is no entitlement of this name; /entitlements lists them.")
                    .titled("Entitlement.NotFound")
            }
            Error::Undefined(Defined::Group) => Self::new(
                StatusCode::NOT_FOUND,
                "There is no entitlement group of this name; /entitlementGroups lists them.",
            )
            .titled("Group.NotFound"),
            Error::CoreNotAllowed => Self::new(
                StatusCode::CONFLICT,
                "A core entitlement is neither granted nor revoked by itself, and a group that allows core entitlements is \
                 not granted to a customer.",
            )
            .titled("Entitlement.CoreNotAllowed"),
            Error::Forbidden => Self::new(
                StatusCode::FORBIDDEN,
                "You may see this resource, but not do this with it; its operations say what you may do.",
            ),
            Error::Unauthenticated => Self::new(
                StatusCode::UNAUTHORIZED,
                "Sign in: HTTP Basic with a key and its secret, or a Bearer token from /oauth/token.",
            ),
            Error::Invalid(violations) => {
                let mut failure = Self::bad_request(sentences(&violations));
                failure.violations = violations;
                failure
            }
            Error::Conflict(violations) => {
                let mut failure = Self::new(StatusCode::CONFLICT, sentences(&violations));
                failure.violations = violations;
                failure
            }
            Error::Full(sentence) => {
                Self::new(StatusCode::INSUFFICIENT_STORAGE, sentence).titled("Storage limit exceeded")
            }
            Error::Changed => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "The resource is not in the state that the precondition names; read it again and repeat the change.",
            ),
            Error::TooMany(seconds) => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, format!("Too many attempts; wait {seconds} seconds."))
                    .with(header::RETRY_AFTER, seconds.to_string())
            }
            Error::Stale => Self::new(StatusCode::SERVICE_UNAVAILABLE, "The server is busy; send the request again.")
                .with(header::RETRY_AFTER, "1"),
            Error::Away(text) => {
                tracing::warn!(error = %text, "the request cannot be carried out at the moment");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "The service cannot do this at the moment. Nothing was changed; send the request again in a while.",
                )
                .with(header::RETRY_AFTER, "5")
            }
            Error::Internal(text) => {
                tracing::error!(error = %text, "internal error");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "A fault of this server. Nothing was changed.")
            }
        }
    }
}

impl From<Lost> for Failure {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Refused(StatusCode::NOT_FOUND) => Error::NotFound.into(),
            Lost::Late => Self::new(lost.status(), lost.sentence()).with(header::RETRY_AFTER, "1"),
            Lost::Done => Self::new(lost.status(), lost.sentence()).titled("Answer lost"),
            Lost::Unknown => Self::new(lost.status(), lost.sentence()).titled("Outcome unknown"),
            Lost::Refused(_) | Lost::Unread(_) | Lost::Broken => Self::new(lost.status(), lost.sentence()),
        }
    }
}

impl From<Vec<Violation>> for Failure {
    fn from(violations: Vec<Violation>) -> Self {
        Error::Invalid(violations).into()
    }
}

fn sentences(violations: &[Violation]) -> String {
    let sentences: Vec<_> = violations.iter().map(|violation| violation.message.as_str()).collect();
    sentences.join(" ")
}
