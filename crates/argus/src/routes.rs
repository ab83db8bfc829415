//! Routes: each row of the table at its place, and answers for what is at none.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use face::{Lost, Places};

use crate::Face;
use crate::fault::Fault;
use crate::operation::{ADMIN, AUTHENTICATION, BASIC, OPERATIONS};

const BASES: [&str; 3] = [ADMIN, BASIC, AUTHENTICATION];

/// Whether a path is in this face.
pub fn has(path: &str) -> bool {
    let within = |base: &str| path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    BASES.iter().any(|base| within(base))
}

/// The answer to a request in this face that its handler did not answer.
pub fn lost(face: &Face, lost: Lost) -> HttpResponse {
    let template = match lost {
        Lost::Refused(StatusCode::NOT_FOUND) => return Fault::no_path().respond(face.identities.world().now()),
        Lost::Refused(_) | Lost::Unread(_) => "invalid.request",
        Lost::Late => "service.timeout",
        Lost::Broken => "unknown.server.error",
        Lost::Done => "answer.lost",
        Lost::Unknown => "outcome.unknown",
    };
    let fault = Fault::action(lost.status(), template, lost.sentence());
    let fault = if lost == Lost::Late { fault.waiting(1) } else { fault };
    fault.respond(face.identities.world().now())
}

/// Mounts the face. The application has a [`Face`] as data.
pub fn routes(places: &mut Places) {
    let operations = OPERATIONS.iter().map(|operation| (operation.whole(), operation.method, operation));
    face::mount::<Face>(places, &BASES, operations);
}
