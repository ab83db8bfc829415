//! A resource as an answer: its document, its tag, and what the caller may do with it.

use actix_web::HttpRequest;
use actix_web::http::{Method as HttpMethod, StatusCode, header};
use face::{EntityTag, PREFERENCE_APPLIED, Preferences};
use hydra::{Class, Document, Found, Key as _, OperationDef};
use resource::{Actor, Error, policy};
use serde::Serialize;
use vocab::value::CustomerId;

use crate::conditional::{is_known, tag};
use crate::failure::{Failure, Reply};
use crate::negotiate::Format;
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

/// An actor as whom a representation is for. Nobody in particular is shown what somebody may follow: they can still sign in.
pub fn reader(actor: &Actor) -> impl Fn(&OperationDef, Option<i64>) -> bool {
    |operation, customer| actor.is_nobody() || policy::allowed(actor, operation, customer.map(CustomerId))
}

/// A resource as a document that an actor reads, and the tag of that in a format.
pub fn written<C: Class>(
    app: &Portico,
    format: Format,
    actor: &Actor,
    found: &Found<C>,
) -> Result<(Vec<u8>, EntityTag), Failure> {
    let operations = app.api.class(C::NAME).inline(|operation| offers(actor, found, operation));
    let reader = &reader(actor);
    let json = json(&Document { api: &app.api, found, operations: &operations, reader }, 4096)?;
    let tag = tag(app, &found.state(), format, &json);
    Ok((json, tag))
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
    let (json, tag) = written(app, format, actor, found)?;
    let tag_text = tag.to_string();
    if request.method().is_safe() && is_known(request.headers(), &tag)? {
        return Ok(documents::not_modified(format, tag_text).finish());
    }
    documents::respond(app, C::CLASS, format, json, status, tag_text, |response| {
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
