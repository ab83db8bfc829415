//! Reading a body: as much as is allowed, in a media type that is understood.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName};
use actix_web::web::{BytesMut, Payload};
use futures_util::StreamExt;
use hydra::Method;
use hydra::body::Syntax;
use mediatype::MediaType;

use crate::Portico;
use crate::failure::Failure;

/// What POST and PUT take.
pub const ACCEPTED: &str = "application/ld+json, application/json, text/turtle, application/n-triples";
/// What PATCH takes.
pub const ACCEPTED_PATCH: &str =
    "application/merge-patch+json, application/ld+json, application/json, text/turtle, application/n-triples";
/// A body that is too large is read and thrown away up to this many bytes, so that the client gets to read the answer.
const DRAIN: usize = 64 << 20;

/// `Accept-Post` (<https://www.w3.org/TR/ldp/#header-accept-post>)
pub const ACCEPT_POST: HeaderName = HeaderName::from_static("accept-post");
/// `Accept-Patch` (RFC 5789 §3.1)
pub const ACCEPT_PATCH: HeaderName = HeaderName::from_static("accept-patch");

/// The syntax of a body. Without a Content-Type it is read as JSON: a client in use sends none.
///
/// # Errors
/// 415, with the media types that are understood.
pub fn syntax(request: &HttpRequest, method: Method) -> Result<Syntax, Failure> {
    let Some(value) = request.headers().get(header::CONTENT_TYPE).filter(|value| !value.is_empty()) else {
        return Ok(Syntax::JsonLd);
    };
    let text = value.to_str().unwrap_or_default();
    let parsed = MediaType::parse(text);
    let essence = parsed.as_ref().map(|of| of.essence().to_string().to_ascii_lowercase()).unwrap_or_default();
    let encoded = request.headers().get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity");
    match essence.as_str() {
        "application/ld+json" | "application/json" if !encoded => return Ok(Syntax::JsonLd),
        "application/merge-patch+json" if method == Method::Patch && !encoded => {
            return Ok(Syntax::MergePatch);
        }
        "text/turtle" | "application/n-triples" if !encoded => return Ok(Syntax::Turtle),
        _ => {}
    }
    let (name, accepted) = match method {
        Method::Patch => (ACCEPT_PATCH, ACCEPTED_PATCH),
        _ => (ACCEPT_POST, ACCEPTED),
    };
    let detail = if encoded {
        "Encoded bodies are not understood; send the body as it is, without Content-Encoding.".to_owned()
    } else {
        format!("The Content-Type {text:?} is not understood; send one of: {accepted}.")
    };
    Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail).with(name, accepted))
}

/// The bytes of a body.
///
/// # Errors
/// 413 where there are too many, 400 where the connection breaks.
pub async fn read(app: &Portico, mut payload: Payload) -> Result<BytesMut, Failure> {
    let limit = app.limits.body;
    let mut bytes = BytesMut::new();
    let mut length = 0_usize;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| Failure::bad_request(format!("The body did not arrive whole: {error}.")))?;
        length = length.saturating_add(chunk.len());
        if length <= limit {
            bytes.extend_from_slice(&chunk);
        } else if length > DRAIN {
            break;
        }
    }
    if length > limit {
        let detail = format!("The body is larger than {limit} bytes, the most that is taken here.");
        return Err(Failure::new(StatusCode::PAYLOAD_TOO_LARGE, detail));
    }
    Ok(bytes)
}
