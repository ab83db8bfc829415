//! Answers.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName};
use serde::Serialize;
use serde_json::json;

use crate::error::{Code, Fault};

/// An answer.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    headers: Vec<(HeaderName, String)>,
    body: Option<Vec<u8>>,
}

impl Reply {
    /// Done; there is nothing to say.
    pub fn done() -> Self {
        Self { status: StatusCode::NO_CONTENT, headers: Vec::new(), body: None }
    }

    /// This.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn of(value: &impl Serialize) -> Result<Self, Fault> {
        let body = serde_json::to_vec(value).map_err(|error| {
            tracing::error!(%error, "an answer is no JSON");
            Code::Internal
        })?;
        Ok(Self { status: StatusCode::OK, headers: Vec::new(), body: Some(body) })
    }

    /// This has been made, and where it is.
    #[must_use]
    pub fn created(self, location: String) -> Self {
        Self { status: StatusCode::CREATED, ..self }.with(header::LOCATION, location)
    }

    /// With a header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The response.
    pub fn respond(self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        for (name, value) in self.headers {
            response.insert_header((name, value));
        }
        match self.body {
            Some(body) => response.content_type("application/json").body(body),
            None => response.finish(),
        }
    }
}

/// `GET /api/alive`: the process answers.
pub async fn alive() -> HttpResponse {
    match Reply::of(&json!({"message": "The service is alive."})) {
        Ok(reply) => reply.respond(),
        Err(fault) => fault.respond(),
    }
}
