//! The verbs of a collection.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use face::{Conditions, Preferences, Verdict};
use hydra::query::Query;
use hydra::{AnyKey, AnyPage, Class as _, Method, OperationDef, PageDocument};
use resource::rights::policy;
use resource::served::{Made, ServedCollection};
use resource::{Actor, Cx, Error};
use serde_json::Value as Json;
use vocab::Change;
use vocab::value::CustomerId;

use super::there::of_what_is_there;
use crate::answer::{apply, iri, item, reader, unwritten};
use crate::body::{identifier, listed, understood};
use crate::conditional::{is_known, tag};
use crate::exchange::{AdmittedExchange, Exchange};
use crate::failure::Failure;
use crate::problem::settle;
use crate::sending::{self, Seen};
use crate::{Portico, asked, events, negotiate};

pub async fn list(collection: &'static dyn ServedCollection, request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let reply = async {
        let exchange = Exchange::new(&request, &app, collection, Method::Get);
        let admitted = exchange.admit().await?;
        if collection.member().name == Change::NAME && negotiate::wants_events(request.headers()) {
            return events::stream(collection, &exchange, &app).await;
        }
        let format = negotiate::format(request.headers())?;
        let shown = Shown::page(collection, &app, &admitted, request.query_string()).await?;
        let json = shown.json(&app, &asked::target(&request), admitted.key())?;
        let state = hydra::fingerprint(&json);
        let tag = tag(&app, &state, format, &state);
        if is_known(request.headers(), &tag)? {
            return Ok(sending::not_modified(&app, Some(collection.member()), format, tag.into()).finish());
        }
        let seen = Seen { tag: tag.into(), ..Seen::default() };
        sending::respond(&app, collection.member(), format, json, StatusCode::OK, seen, |_| {}).await
    };
    settle(reply.await, &request, &app)
}

/// A page of a collection as whoever sends a request for something else sees it, to be shown beside that.
///
/// # Errors
/// What they would be told at its own address.
pub async fn glance(
    collection: &'static dyn ServedCollection,
    request: &HttpRequest,
    app: &Portico,
    path: &str,
    query: &str,
) -> Result<Json, Failure> {
    if collection.operations().iter().all(|operation| operation.method != Method::Get) {
        return Err(Error::NotFound.into());
    }
    let admitted = Exchange::beside(request, app, path, collection, Method::Get).admit().await?;
    let shown = Shown::page(collection, app, &admitted, query).await?;
    let json = shown.json(app, &format!("{path}?{query}"), admitted.key())?;
    serde_json::from_slice(&json).map_err(unwritten)
}

/// The path of the collection that somebody owns.
fn members_path(collection: &dyn ServedCollection, owner: &dyn AnyKey) -> String {
    format!("{}/{}", owner.path(collection.owner().path).trim_end_matches('/'), collection.link())
}

/// A page of a collection, as somebody is shown it.
struct Shown {
    collection: &'static dyn ServedCollection,
    actor: Arc<Actor>,
    query: Query,
    page: Box<dyn AnyPage>,
}

impl Shown {
    /// The page that a query asks for.
    async fn page(
        collection: &'static dyn ServedCollection,
        app: &Portico,
        admitted: &AdmittedExchange<'_>,
        raw: &str,
    ) -> Result<Self, Failure> {
        let query = Query::parse(collection.member(), app.api.base(), raw)?;
        let act = async |cx: &Cx<'_>| collection.list(cx, admitted.key(), &query).await;
        let (actor, page) = admitted.act(act).await?;
        Ok(Self { collection, actor, query, page })
    }

    fn json(&self, app: &Portico, request: &str, owner: &dyn AnyKey) -> Result<Vec<u8>, Failure> {
        let Self { collection, actor, query, page } = self;
        let site = app.api.collection(collection.owner().name, collection.link());
        let path = members_path(*collection, owner);
        let customer = owner.customer().map(CustomerId);
        let operations = site.inline(|operation| page.offers(operation) && policy::allowed(actor, operation, customer));
        let (page, reader) = (&**page, &reader(actor));
        let document =
            PageDocument { api: &app.api, site, path: &path, request, query, page, operations: &operations, reader };
        document.json().map_err(unwritten)
    }
}

pub async fn create(
    collection: &'static dyn ServedCollection,
    request: HttpRequest,
    app: Data<Portico>,
    payload: Payload,
) -> HttpResponse {
    let reply = async {
        let exchange = Exchange::new(&request, &app, collection, Method::Post);
        let admitted = exchange.admit().await?;
        let key = admitted.key();
        let created = async {
            let format = negotiate::format(request.headers())?;
            check_collection(collection, &request, &app, exchange.operation, key).await?;
            let target = iri(&app, &members_path(collection, key));
            let (id, input) = match exchange.operation.expects {
                // What is sent along with an operation that expects nothing is not looked at.
                hydra::Payload::Nothing => (None, collection.nothing()),
                _ => {
                    let body = understood(&request, &app, payload, Method::Post, &target, collection.member()).await?;
                    let id = identifier(&app, body.id.clone());
                    (id, collection.read(body, Preferences::of(request.headers()).strict)?)
                }
            };
            let act = async |cx: &Cx<'_>| collection.create(cx, key, id.clone(), &input).await;
            let (actor, Made { found, new }) = admitted.act(act).await?;
            let status = if new { StatusCode::CREATED } else { StatusCode::OK };
            item(&app, &request, format, &actor, &*found, status).await
        };
        of_what_is_there(created, admitted.act(async |cx| collection.is_there(cx, key).await)).await
    };
    settle(reply.await, &request, &app)
}

/// An operation on a collection that takes several of its members, and answers with as many as there are of them.
pub async fn several(
    collection: &'static dyn ServedCollection,
    method: Method,
    request: HttpRequest,
    app: Data<Portico>,
    payload: Payload,
) -> HttpResponse {
    let reply = async {
        let exchange = Exchange::new(&request, &app, collection, method);
        let admitted = exchange.admit().await?;
        let key = admitted.key();
        let done = async {
            let format = negotiate::format(request.headers())?;
            check_collection(collection, &request, &app, exchange.operation, key).await?;
            let path = members_path(collection, key);
            let members = listed(&exchange, &app, payload, &iri(&app, &path), collection.listing()).await?;
            let act = async |cx: &Cx<'_>| collection.each(method, cx, key, &members).await;
            let (actor, page) = admitted.act(act).await?;
            let query = Query { page_size: Ord::max(page.len() as u64, 1), ..Query::all() };
            let json = Shown { collection, actor, query, page }.json(&app, &path, key)?;
            let more = |response: &mut _| apply(Preferences::of(request.headers()), response);
            let class = collection.member();
            let mut response =
                sending::respond(&app, class, format, json, StatusCode::OK, Seen::default(), more).await?;
            // A tag would be taken for that of the collection.
            response.headers_mut().remove(header::ETAG);
            Ok(response)
        };
        of_what_is_there(done, admitted.act(async |cx| collection.is_there(cx, key).await)).await
    };
    settle(reply.await, &request, &app)
}

/// A write that is conditional on the state of the collection: what tells that is its first page, as this caller reads it.
async fn check_collection(
    collection: &'static dyn ServedCollection,
    request: &HttpRequest,
    app: &Portico,
    operation: &OperationDef,
    owner: &dyn AnyKey,
) -> Result<(), Failure> {
    let conditions = Conditions::of(request.headers());
    if conditions.is_empty() {
        return Ok(());
    }
    let state = match collection.operations().iter().any(|operation| operation.method == Method::Get) {
        true => {
            let admitted = Exchange::new(request, app, collection, Method::Get).admit().await?;
            let shown = Shown::page(collection, app, &admitted, "").await?;
            // RFC 9110 §13.2.1: what would be refused anyhow is not judged by its conditions.
            if !shown.page.offers(operation) {
                return Err(Error::Forbidden.into());
            }
            hydra::fingerprint(&shown.json(app, &asked::target(request), owner)?)
        }
        // What cannot be read has no tag that could have been sent.
        false => String::new(),
    };
    match conditions.of_writing(&state) {
        Verdict::Failed => Err(Error::Changed.into()),
        Verdict::Proceed | Verdict::NotModified => Ok(()),
    }
}
