//! What was asked for, as it came: on its way to a handler the framework drops slashes.

use actix_web::dev::ServiceRequest;
use actix_web::http::Uri;
use actix_web::{HttpMessage, HttpRequest};
use hydra::iri::encoded;

struct Asked(Uri);

/// Keeps what is asked for, before anything is made of it.
pub fn keep(request: &ServiceRequest) {
    request.extensions_mut().insert(Asked(request.uri().clone()));
}

fn with<T>(request: &HttpRequest, read: impl FnOnce(&Uri) -> T) -> T {
    match request.extensions().get::<Asked>() {
        Some(Asked(uri)) => read(uri),
        None => read(request.uri()),
    }
}

/// Path and query, to the letter where they can be a part of an IRI.
pub fn target(request: &HttpRequest) -> String {
    with(request, |uri| encoded(uri.path_and_query().map_or("", |target| target.as_str())).into_owned())
}

/// The path, to the letter.
pub fn path(request: &HttpRequest) -> String {
    with(request, |uri| uri.path().to_owned())
}
