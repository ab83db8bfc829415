//! Answers compressed on their way to those who ask for it (RFC 9110 §12.5.3). Handlers know nothing of it: their tags are those of
//! what is not compressed, and become others here.

use std::sync::Arc;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};
use face::{Coding, Codings, known_coding};

use crate::Portico;
use crate::compression::quickly;
use crate::documents::Fixed;
use crate::page::IsPage;

/// From how many bytes on: what is shorter fits into the packet that it is sent in.
const LONG: u64 = 1024;

/// Up to how many bytes are compressed on the thread that answers, which takes it a millisecond or two.
const SHORT: usize = 256 << 10;

/// An answer as it is sent.
pub async fn encode(app: &Portico, request: &HttpRequest, response: HttpResponse) -> HttpResponse {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        // What answers anything else may hold a secret beside what was sent, and how short it becomes would tell of it.
        return response;
    }
    match response.status() {
        StatusCode::NOT_MODIFIED => known(request.headers(), response),
        StatusCode::OK if is_worth_it(app, request, &response) => match Codings::of(request.headers()).best() {
            // On the heap: most answers are short.
            Some(coding) => Box::pin(encoded(app, coding, response)).await,
            None => response,
        },
        _ => response,
    }
}

/// The answer to somebody who has it already, with the tag of what they have.
fn known(asked: &HeaderMap, mut response: HttpResponse) -> HttpResponse {
    let tag = response.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok());
    if let Some(coded) = tag.and_then(|tag| Some(known_coding(asked, tag)?.tag(tag))) {
        put(response.headers_mut(), header::ETAG, &coded);
    }
    response
}

fn is_worth_it(app: &Portico, request: &HttpRequest, response: &HttpResponse) -> bool {
    // A token that a GET gets is kept by nobody, as is all that the other faces answer, whatever it is; those give none to a GET.
    let is_page = response.extensions().contains::<IsPage>();
    let is_secret = |kept: &str| kept == "no-store" && !is_page && app.face(request.uri().path()).is_none();
    let headers = response.headers();
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
    matches!(response.body().size(), BodySize::Sized(LONG..))
        && is_text(text(header::CONTENT_TYPE))
        && !headers.contains_key(header::CONTENT_ENCODING)
        && !is_secret(text(header::CACHE_CONTROL))
}

/// Whether something of this media type becomes shorter.
fn is_text(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.starts_with("text/")
        || essence.ends_with("json")
        || essence.ends_with("+xml")
        || ["application/n-triples", "application/n-quads", "application/trig"].contains(&essence)
}

async fn encoded(app: &Portico, coding: Coding, response: HttpResponse) -> HttpResponse {
    let fixed = response.extensions().get::<Arc<Fixed>>().cloned();
    let (mut response, body) = response.into_parts();
    let bytes = match body.try_into_bytes() {
        Ok(bytes) => bytes,
        Err(body) => return response.set_body(body),
    };
    let coded = match fixed {
        Some(fixed) => fixed.coded(coding, &app.readers).await,
        None if bytes.len() <= SHORT => Ok(quickly(coding, &bytes).into()),
        None => {
            let bytes = bytes.clone();
            app.readers.run(move || quickly(coding, &bytes).into()).await
        }
    };
    match coded {
        Ok(coded) if coded.len() < bytes.len() => {
            let headers = response.headers_mut();
            let tag = headers.get(header::ETAG).and_then(|tag| Some(coding.tag(tag.to_str().ok()?)));
            if let Some(tag) = tag {
                put(headers, header::ETAG, &tag);
            }
            put(headers, header::CONTENT_ENCODING, coding.name());
            response.set_body(BoxBody::new(coded))
        }
        _ => response.set_body(BoxBody::new(bytes)),
    }
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
