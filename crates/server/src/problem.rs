//! Failures as they are answered: as a problem document (RFC 9457) that is also a `hydra:Error`, as the page of one, or in the
//! words of OAuth.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use hydra::Violation;
use hydra::iri::encoded;
use hydra::quads::Terms;
use hydra::view::documentation::ANY;
use serde::Serialize;

use crate::failure::{Failure, Reply};
use crate::negotiate::Representation;
use crate::page::{self, IsPage, POLICY};
use crate::{Portico, asked, oauth, request_id};

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

/// Which occurrence it is (RFC 9457 §3.1.5): what the request was sent to, and which request it was, as the log has it.
fn instance(base: &str, path: &str) -> String {
    let request = request_id::current(|id| format!("#{}", id.as_str())).unwrap_or_default();
    format!("{base}{}{request}", encoded(path))
}

impl Failure {
    /// The document. Nothing in it comes from anything but the request, the tables and this failure.
    pub fn respond(self, path: &str, app: &Portico) -> HttpResponse {
        if oauth::has(path) {
            return oauth::respond(self);
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
            instance: instance(api.base(), path),
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
    let page = serde_json::from_slice(&bytes)
        .map_err(|error| error.to_string())
        .and_then(|document| explorer::page(page::source(app, &document, &Terms::of_problem(&app.api))));
    match page {
        Ok(page) => {
            let headers = response.headers_mut();
            let html = HeaderValue::from_static(Representation::Html.content_type());
            headers.insert(header::CONTENT_TYPE, html);
            headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
            response.extensions_mut().insert(IsPage);
            response.set_body(BoxBody::new(page))
        }
        Err(error) => {
            tracing::error!(%error, "a problem has no page");
            response.set_body(BoxBody::new(bytes))
        }
    }
}

/// The answer of a handler, whichever way it went.
pub fn settle(reply: Reply, request: &HttpRequest, app: &Portico) -> HttpResponse {
    reply.unwrap_or_else(|failure| failure.respond(&asked::path(request), app))
}
