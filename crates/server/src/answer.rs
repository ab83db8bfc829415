//! A resource as an answer: its document, its tag, and what the caller may do with it.

use actix_web::HttpRequest;
use actix_web::http::{Method as HttpMethod, StatusCode, header};
use hydra::{Class, Document, Found, Key as _, OperationDef};
use resource::{Actor, Error, policy};
use serde::Serialize;
use vocab::value::CustomerId;

use crate::conditional::{is_known, versioned};
use crate::failure::{Failure, Reply};
use crate::negotiate::Format;
use crate::prefer::{PREFERENCE_APPLIED, Preferences};
use crate::{Portico, documents};

/// The IRI of a path of ours.
pub fn iri(app: &Portico, path: &str) -> String {
    format!("{}{path}", app.api.base())
}

/// A document as bytes; so many are made room for.
pub fn json(document: &impl Serialize, room: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::with_capacity(room);
    serde_json::to_writer(&mut bytes, document).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(bytes)
}

/// Whether an actor may invoke an operation on this resource.
fn offers<C: Class>(actor: &Actor, found: &Found<C>, operation: &OperationDef) -> bool {
    found.value.offers(operation) && policy::allowed(actor, operation, found.key.customer().map(CustomerId))
}

/// An actor as whom a representation is for.
pub fn reader(actor: &Actor) -> impl Fn(&OperationDef, Option<i64>) -> bool {
    |operation, customer| policy::allowed(actor, operation, customer.map(CustomerId))
}

fn allowed_operations<C: Class>(actor: &Actor, found: &Found<C>) -> u32 {
    let allowed = |operation: &OperationDef| offers(actor, found, operation);
    C::CLASS.operations.iter().enumerate().filter(|(_, op)| allowed(op)).fold(0, |mask, (bit, _)| mask | 1 << bit)
}

/// The tag of a resource's representation: version first, then what else it depends on.
pub fn item_tag<C: Class>(app: &Portico, format: Format, actor: &Actor, found: &Found<C>) -> String {
    let (mask, mark) = (allowed_operations(actor, found), app.mark(format));
    let hidden = app.api.class(C::NAME).hidden(found.key.customer(), &reader(actor)).mask();
    match (found.value.variation(), hidden) {
        (0, 0) => versioned(found.version, format_args!("{}{mark}{mask:x}", app.fingerprint)),
        (variation, hidden) => {
            versioned(found.version, format_args!("{}{mark}{mask:x}-{variation:x}-{hidden:x}", app.fingerprint))
        }
    }
}

/// A resource as an answer.
pub async fn item<C: Class>(
    app: &Portico,
    request: &HttpRequest,
    format: Format,
    actor: &Actor,
    found: &Found<C>,
    status: StatusCode,
) -> Reply {
    let tag = item_tag(app, format, actor, found);
    if request.method().is_safe() && is_known(request.headers(), &tag) {
        return Ok(documents::not_modified(format, tag).finish());
    }
    let operations = app.api.class(C::NAME).inline(|operation| offers(actor, found, operation));
    let reader = &reader(actor);
    let json = json(&Document { api: &app.api, found, operations: &operations, reader }, 4096)?;
    documents::respond(app, C::CLASS, format, json, status, tag, |response| {
        if !request.method().is_safe() {
            let iri = iri(app, &found.path());
            response.insert_header((header::CONTENT_LOCATION, iri.clone()));
            if request.method() == HttpMethod::POST || status == StatusCode::CREATED {
                response.insert_header((header::LOCATION, iri));
            }
            apply(Preferences::of(request.headers()), response);
        }
    })
    .await
}

/// Says which preferences were heeded.
pub fn apply(preferences: Preferences, response: &mut actix_web::HttpResponseBuilder) {
    if let Some(applied) = preferences.applied() {
        response.insert_header((PREFERENCE_APPLIED, applied));
    }
}
