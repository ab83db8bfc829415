//! Every failure, as a problem document (RFC 9457) that is also a `hydra:Error`. Status codes are chosen here and nowhere
//! else; what the client sees and what the log sees are two texts.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use face::Lost;
use hydra::Violation;
use hydra::iri::encoded;
use hydra::quads::Terms;
use hydra::view::documentation::ANY;
use resource::{Defined, Error};
use serde::Serialize;
use serde_json::json;

use crate::negotiate::Format;
use crate::{Portico, asked, explorer, token};

/// A failure on its way to the client.
#[derive(Debug)]
pub struct Failure {
    status: StatusCode,
    title: Option<&'static str>,
    detail: String,
    violations: Vec<Violation>,
    headers: Vec<(HeaderName, String)>,
    oauth: Option<&'static str>,
    quiet: bool,
}

/// A handler's answer.
pub type Reply = Result<HttpResponse, Failure>;

/// What a 401 names, of which no browser makes anything by itself.
pub const BEARER: HeaderValue = HeaderValue::from_static("Bearer realm=\"portico\"");

/// `application/problem+json`
pub const PROBLEM: &str = "application/problem+json";

#[derive(Serialize)]
struct Problem<'a> {
    #[serde(rename = "@context")]
    context: String,
    #[serde(rename = "@type")]
    class: &'a str,
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    description: &'a str,
    instance: String,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    violations: &'a [Violation],
}

impl Failure {
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

    /// The document. Nothing in it comes from anything but the request, the tables and this failure.
    pub fn respond(self, path: &str, app: &Portico) -> HttpResponse {
        if token::has(path) {
            return self.respond_as_oauth();
        }
        let api = &app.api;
        let context = api.context_iri("error");
        let of_any = ANY.iter().find(|(code, ..)| *code == self.status.as_u16()).map(|(_, title, _)| *title);
        let title = self.title.or(of_any).or(self.status.canonical_reason()).unwrap_or("Error");
        let problem = Problem {
            class: "Error",
            r#type: format!("{}status{}", api.vocab(), self.status.as_u16()),
            title,
            status: self.status.as_u16(),
            detail: &self.detail,
            description: &self.detail,
            instance: format!("{}{}", api.base(), encoded(path)),
            violations: &self.violations,
            context: context.clone(),
        };
        let mut response = HttpResponse::build(self.status);
        response.content_type(PROBLEM);
        response.insert_header((header::LINK, app.documentation_link.clone()));
        response.append_header((header::LINK, format!("<{context}>; rel=\"http://www.w3.org/ns/json-ld#context\"")));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if self.status == StatusCode::UNAUTHORIZED {
            if !self.quiet {
                response.append_header((header::WWW_AUTHENTICATE, "Basic realm=\"portico\", charset=\"UTF-8\""));
            }
            response.append_header((header::WWW_AUTHENTICATE, BEARER));
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.append_header((name, value));
            }
        }
        response.body(serde_json::to_vec(&problem).unwrap_or_default())
    }
}

impl Failure {
    /// The failure in the words of RFC 6749 §5.2, and where that has none, of those of §4.1.2.1.
    fn respond_as_oauth(self) -> HttpResponse {
        let error = self.oauth.unwrap_or(match self.status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => "temporarily_unavailable",
            status if status.is_server_error() => "server_error",
            _ => "invalid_request",
        });
        // What the description may have in it; a sentence of ours has hardly anything else.
        let is_allowed = |letter: char| matches!(letter, '\u{20}'..='\u{7e}') && !['"', '\\'].contains(&letter);
        let description: String = self.detail.chars().map(|one| if is_allowed(one) { one } else { '\'' }).collect();
        let mut response = HttpResponse::build(self.status);
        response.content_type("application/json");
        response.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::PRAGMA, "no-cache"));
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.append_header((name, value));
            }
        }
        response.body(json!({"error": error, "error_description": description}).to_string())
    }
}

/// The page of a problem, for whoever reads pages: the same status and headers, another representation.
pub fn page(response: HttpResponse, app: &Portico) -> HttpResponse {
    let problem = HeaderValue::from_static(PROBLEM);
    if response.headers().get(header::CONTENT_TYPE) != Some(&problem) {
        return response;
    }
    let (mut response, body) = response.into_parts();
    let Ok(bytes) = body.try_into_bytes() else {
        // A problem is written whole; a body that is not whole is none.
        return response.set_body(BoxBody::new(()));
    };
    let page = serde_json::from_slice(&bytes).map_err(|error| error.to_string()).and_then(|document| {
        let (api, assets, terms) = (&app.api, &app.assets, &Terms::of_problem(&app.api));
        explorer::page(explorer::Source { api, assets, document: &document, terms, tag: "" })
    });
    match page {
        Ok(page) => {
            let headers = response.headers_mut();
            let html = HeaderValue::from_static(Format::Html.content_type());
            headers.insert(header::CONTENT_TYPE, html);
            headers.insert(header::CONTENT_SECURITY_POLICY, explorer::POLICY);
            response.set_body(BoxBody::new(page))
        }
        Err(error) => {
            tracing::error!(%error, "a problem has no page");
            response.set_body(BoxBody::new(bytes))
        }
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

/// The answer of a handler, whichever way it went.
pub fn settle(reply: Reply, request: &HttpRequest, app: &Portico) -> HttpResponse {
    reply.unwrap_or_else(|failure| failure.respond(&asked::path(request), app))
}
