//! Reading a body: as much as is allowed, in a media type that is understood.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::web::{Bytes, Data, Payload};
use face::{ACCEPTED_CODINGS, Preferences, Unread};
use hydra::body::{Body, Refusal, Syntax};
use hydra::{Addressee, ClassDef, Identifier, Method, OperationDef};
use mediatype::MediaType;
use resource::served::{AnyInput, ListReading};

use crate::Portico;
use crate::exchange::Exchange;
use crate::failure::Failure;

/// The media type of forms.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// The media type that a request says its body is of, without parameters.
pub fn essence(headers: &HeaderMap) -> &str {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim()
}

/// What POST and PUT take.
pub const ACCEPTED: &str = "application/ld+json, application/json, text/turtle, application/n-triples";
/// What PATCH takes.
pub const ACCEPTED_PATCH: &str =
    "application/merge-patch+json, application/ld+json, application/json, text/turtle, application/n-triples";

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
    match essence.as_str() {
        "application/ld+json" | "application/json" => return Ok(Syntax::JsonLd),
        "application/merge-patch+json" if method == Method::Patch => {
            return Ok(Syntax::MergePatch);
        }
        "text/turtle" | "application/n-triples" => return Ok(Syntax::Turtle),
        _ => {}
    }
    let (name, accepted) = match method {
        Method::Patch => (ACCEPT_PATCH, ACCEPTED_PATCH),
        _ => (ACCEPT_POST, ACCEPTED),
    };
    let detail = format!("The Content-Type {text:?} is not understood; send one of: {accepted}.");
    Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail).with(name, accepted))
}

/// The bytes of a body.
///
/// # Errors
/// 413 where there are too many, 415 where they are in a coding, 400 where the connection breaks.
pub async fn read(request: &HttpRequest, app: &Portico, payload: Payload) -> Result<Bytes, Failure> {
    let read = face::read(request.headers(), payload, app.limits.body).await;
    read.map_err(|unread| {
        let failure = Failure::new(unread.status(), unread.to_string());
        match unread {
            Unread::Encoded => failure.with(header::ACCEPT_ENCODING, ACCEPTED_CODINGS),
            Unread::TooLarge(_) | Unread::Broken(_) => failure,
        }
    })
}

/// Whether what an operation takes is a list.
pub fn takes_several(operation: &OperationDef) -> bool {
    matches!(operation.expects, hydra::Payload::Members(_))
}

/// A body longer than this is understood on a thread of its own, so that other requests do not wait for it, and when one of the
/// cores is free for it: what it becomes on the way takes fifty times its memory.
const LONG: usize = 4 << 10;

/// What the body of a request says of a class.
///
/// # Errors
/// As [`read`] and [`syntax`]; 400 where it is not understood.
pub async fn understood(
    request: &HttpRequest,
    app: &Data<Portico>,
    payload: Payload,
    method: Method,
    target: &str,
    class: &'static ClassDef,
) -> Result<Body, Failure> {
    let addressee = match method {
        Method::Post => Addressee::in_collection(app.api.base(), target),
        _ => Addressee::new(app.api.base(), target),
    };
    understand(request, app, payload, method, class, addressee, PARSE).await
}

/// What a body in JSON-LD says of what is at an address, wherever it came from.
///
/// # Errors
/// 400 where it is not understood.
pub async fn understood_here(
    app: &Data<Portico>,
    bytes: Bytes,
    target: &str,
    class: &'static ClassDef,
) -> Result<Body, Failure> {
    parsed(app, bytes, Syntax::JsonLd, class, Addressee::new(app.api.base(), target), PARSE).await
}

const PARSE: Parse<Body> =
    |app, class, bytes, syntax, addressee| hydra::body::parse(&app.api, &app.ld, class, bytes, syntax, addressee);

/// What a body lists: several where the operation takes several, otherwise the one that it is itself.
pub async fn listed(
    exchange: &Exchange<'_>,
    app: &Data<Portico>,
    payload: Payload,
    target: &str,
    listing: &dyn ListReading,
) -> Result<AnyInput, Failure> {
    let (request, method, class) = (exchange.request, exchange.operation.method, listing.member());
    let strict = Preferences::of(request.headers()).strict;
    if !takes_several(exchange.operation) {
        let body = understood(request, app, payload, method, target, class).await?;
        return Ok(listing.one(body, strict)?);
    }
    // Nothing can be made of none, but none can be all there is.
    let least = usize::from(method != Method::Put);
    let addressee = Addressee::new(app.api.base(), target);
    let parse: Parse<_> = |app, class, bytes, syntax, addressee| {
        hydra::body::parse_members(&app.api, &app.ld, class, bytes, syntax, addressee)
    };
    let bodies = understand(request, app, payload, method, class, addressee, parse).await?;
    Ok(listing.several(app.api.base(), bodies, least, strict)?)
}

/// What an `@id` names.
pub fn identifier(app: &Portico, id: Option<String>) -> Option<Identifier> {
    id.map(|iri| Identifier::new(app.api.base(), iri))
}

/// How bytes that were sent somewhere become something.
type Parse<T> = fn(&Portico, &'static ClassDef, &[u8], Syntax, &Addressee) -> Result<T, Refusal>;

async fn understand<T: Send + 'static>(
    request: &HttpRequest,
    app: &Data<Portico>,
    payload: Payload,
    method: Method,
    class: &'static ClassDef,
    addressee: Addressee,
    parse: Parse<T>,
) -> Result<T, Failure> {
    let addressee = match request.uri().query() {
        Some(query) => {
            let asked = format!("{}?{query}", addressee.target());
            addressee.asked_as(&asked)
        }
        None => addressee,
    };
    let syntax = syntax(request, method)?;
    let bytes = read(request, app, payload).await?;
    parsed(app, bytes, syntax, class, addressee, parse).await
}

async fn parsed<T: Send + 'static>(
    app: &Data<Portico>,
    bytes: Bytes,
    syntax: Syntax,
    class: &'static ClassDef,
    addressee: Addressee,
    parse: Parse<T>,
) -> Result<T, Failure> {
    let parsed = if bytes.len() > LONG {
        let app = Data::clone(app);
        let cores = app.readers.clone();
        cores.run(move || parse(&app, class, &bytes, syntax, &addressee)).await?
    } else {
        parse(app, class, &bytes, syntax, &addressee)
    };
    parsed.map_err(|refusal| {
        let mut letters = refusal.chars();
        let first = letters.next().map(char::to_uppercase).into_iter().flatten();
        Failure::bad_request(format!("{}{}.", first.collect::<String>(), letters.as_str()))
    })
}
