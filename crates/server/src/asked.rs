//! What was asked for, as it came: on its way to a handler the framework drops slashes.

use std::collections::HashMap;

use actix_web::dev::ServiceRequest;
use actix_web::http::Uri;
use actix_web::http::uri::PathAndQuery;
use actix_web::{HttpMessage, HttpRequest};
use hydra::iri::encoded;

struct Asked(Uri);

/// Keeps what is asked for, before anything is made of it. A proxy in front may have taken away what public addresses begin with, or
/// may not.
pub fn keep(request: &mut ServiceRequest, prefix: &str) {
    if let Some(uri) = without(request.uri(), prefix) {
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
    request.extensions_mut().insert(Asked(request.uri().clone()));
}

/// What is asked for below a path; none where it is not below it.
pub fn without(uri: &Uri, prefix: &str) -> Option<Uri> {
    if prefix.is_empty() {
        return None;
    }
    let target = uri.path_and_query()?.as_str();
    let rest = target.strip_prefix(prefix)?;
    let target: PathAndQuery = match rest.as_bytes().first() {
        Some(b'/') => rest.parse().ok()?,
        None | Some(b'?') => format!("/{rest}").parse().ok()?,
        Some(_) => return None,
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(target);
    Uri::from_parts(parts).ok()
}

fn with<T>(request: &HttpRequest, read: impl FnOnce(&Uri) -> T) -> T {
    match request.extensions().get::<Asked>() {
        Some(Asked(uri)) => read(uri),
        None => read(request.uri()),
    }
}

/// The fields of the query, each once; none where they cannot be read.
pub fn fields(request: &HttpRequest) -> HashMap<String, String> {
    serde_urlencoded::from_str(request.query_string()).unwrap_or_default()
}

/// Path and query, to the letter where they can be a part of an IRI.
pub fn target(request: &HttpRequest) -> String {
    with(request, |uri| encoded(uri.path_and_query().map_or("", |target| target.as_str())).into_owned())
}

/// The path, to the letter.
pub fn path(request: &HttpRequest) -> String {
    with(request, |uri| uri.path().to_owned())
}
