//! Failures: their codes, the statuses and sentences that go with each, and what of the rules' answers they stand for.

mod code;
mod ruled;

pub use code::Code;
pub use ruled::{Missing, RuledField};

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName};
use serde::Serialize;
use serde_json::Value as Json;

/// A failure on its way to the client.
#[derive(Debug, Clone)]
pub struct Fault {
    /// What went wrong.
    pub code: Code,
    details: Option<Json>,
    headers: Vec<(HeaderName, String)>,
    /// Whether the request is to be begun again, as what it was decided by has changed.
    is_stale: bool,
}

#[derive(Serialize)]
struct Body<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a Json>,
}

impl From<Code> for Fault {
    fn from(code: Code) -> Self {
        Self { code, details: None, headers: Vec::new(), is_stale: false }
    }
}

impl Fault {
    /// With details, an object.
    #[must_use]
    pub fn saying(self, details: Json) -> Self {
        Self { details: Some(details), ..self }
    }

    /// As one after which the request is begun again.
    #[must_use]
    pub(crate) fn stale(self) -> Self {
        Self { is_stale: true, ..self }
    }

    /// The details, if there are any.
    pub fn details(&self) -> Option<&Json> {
        self.details.as_ref()
    }

    /// With a header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The answer.
    pub fn respond(&self) -> HttpResponse {
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = HttpResponse::build(status);
        response.insert_header((header::CACHE_CONTROL, "no-store")).content_type("application/json");
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"portico\""));
        }
        for (name, value) in &self.headers {
            response.insert_header((name.clone(), value.as_str()));
        }
        let (code, message) = (self.code.name(), self.code.message());
        let body = Body { code, message, details: self.details() };
        response.body(serde_json::to_vec(&body).unwrap_or_default())
    }
}
