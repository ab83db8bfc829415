//! A resource as an answer: its document, its tag, and what the caller may do with it.

use actix_web::HttpRequest;
use actix_web::http::{Method as HttpMethod, StatusCode, header};
use face::{EntityTag, PREFERENCE_APPLIED, Preferences};
use hydra::{AnyFound, Document, OperationDef};
use resource::rights::policy;
use resource::{Actor, Error};
use serde_json::{Map, Value as Json};
use vocab::value::CustomerId;

use crate::Portico;
use crate::conditional::{is_known, tag};
use crate::failure::{Failure, Reply};
use crate::negotiate::Representation;
use crate::sending::{self, Seen};

/// The IRI of a path of ours.
pub fn iri(app: &Portico, path: &str) -> String {
    format!("{}{path}", app.api.base())
}

/// Whether an actor may invoke an operation on this resource.
fn offers(actor: &Actor, found: &dyn AnyFound, operation: &OperationDef) -> bool {
    found.offers(operation) && policy::allowed(actor, operation, found.customer().map(CustomerId))
}

/// An actor as whom a representation is for. Nobody in particular is shown what somebody may follow: they can still sign in.
pub fn reader(actor: &Actor) -> impl Fn(&OperationDef, Option<i64>) -> bool {
    |operation, customer| actor.is_nobody() || policy::allowed(actor, operation, customer.map(CustomerId))
}

/// A resource as a document that an actor reads.
fn document<'a>(app: &'a Portico, actor: &Actor, found: &'a dyn AnyFound) -> Document<'a> {
    Document::new(&app.api, found, |operation| offers(actor, found, operation), &reader(actor))
}

/// What could not be written.
pub fn unwritten(error: serde_json::Error) -> Failure {
    Error::Internal(error.to_string()).into()
}

/// The tag of that document in a format.
fn tag_of(app: &Portico, format: Representation, document: &Document<'_>) -> Result<EntityTag, Failure> {
    let shown = document.fingerprint().map_err(unwritten)?;
    Ok(tag(app, &document.state(), format, &shown))
}

/// The tag of a resource, in a format, for an actor.
pub fn item_tag(
    app: &Portico,
    format: Representation,
    actor: &Actor,
    found: &dyn AnyFound,
) -> Result<EntityTag, Failure> {
    tag_of(app, format, &document(app, actor, found))
}

/// A resource as an actor reads it.
pub fn json(app: &Portico, actor: &Actor, found: &dyn AnyFound) -> Result<Vec<u8>, Failure> {
    document(app, actor, found).json().map_err(unwritten)
}

/// A resource as an answer.
pub async fn item(
    app: &Portico,
    request: &HttpRequest,
    format: Representation,
    actor: &Actor,
    found: &dyn AnyFound,
    status: StatusCode,
) -> Reply {
    item_as(app, request, (format, status), actor, found, None).await
}

/// The same, where a page fills in its form with what the resource was before.
pub async fn item_as(
    app: &Portico,
    request: &HttpRequest,
    (format, status): (Representation, StatusCode),
    actor: &Actor,
    found: &dyn AnyFound,
    back: Option<&Map<String, Json>>,
) -> Reply {
    let document = document(app, actor, found);
    let tag = tag_of(app, format, &document)?;
    if request.method().is_safe() && is_known(request.headers(), &tag)? {
        return Ok(sending::not_modified(app, Some(found.class()), format, tag.into()).finish());
    }
    let json = document.json().map_err(unwritten)?;
    let seen = Seen { tag: tag.into(), query: request.query_string(), back, was: None };
    sending::respond(app, found.class(), format, json, status, seen, |response| {
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
