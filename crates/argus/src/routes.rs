//! Routes: each row of the table at its place, and answers for what is at none.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use face::Places;

use crate::Face;
use crate::fault::Fault;
use crate::operation::{ADMIN, AUTHENTICATION, BASIC, OPERATIONS};

const BASES: [&str; 3] = [ADMIN, BASIC, AUTHENTICATION];

/// Whether a path is in this face.
pub fn has(path: &str) -> bool {
    let within = |base: &str| path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    BASES.iter().any(|base| within(base))
}

/// The answer to a request in this face that was lost on its way, to time or to a fault.
pub fn lost(face: &Face, status: StatusCode) -> HttpResponse {
    let fault = match status {
        StatusCode::NOT_FOUND => Fault::no_path(),
        StatusCode::SERVICE_UNAVAILABLE => Fault::busy(),
        status if status.is_client_error() => {
            let reason = status.canonical_reason().unwrap_or("The request cannot be understood");
            Fault::action(status, "invalid.request", format!("{reason}."))
        }
        _ => resource::Error::Internal("a request was lost".into()).into(),
    };
    fault.respond(face.identities.world().now())
}

/// Mounts the face. The application has a [`Face`] as data.
pub fn routes(places: &mut Places) {
    let operations = OPERATIONS.iter().map(|operation| (operation.whole(), operation.method, operation));
    face::mount::<Face>(places, &BASES, operations);
}
