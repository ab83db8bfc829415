//! The verbs of one resource.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use explorer::BACK;
use face::Preferences;
use hydra::query::pairs;
use hydra::{AnyFound, Method, Purpose, past};
use resource::served::{AnyInput, Made, ServedClass};
use resource::{Actor, Cx, Error, IfMatch, Resource as _};
use serde_json::{Map, Value as Json};
use vocab::value::ChangeId;
use vocab::{Change, ChangeKey};

use super::there::of_what_is_there;
use crate::answer::{apply, iri, item, item_as, item_tag, json, unwritten};
use crate::body::{listed, understood, understood_here};
use crate::conditional::precondition;
use crate::exchange::{AdmittedExchange, Exchange};
use crate::failure::Failure;
use crate::negotiate::Representation;
use crate::past::introduce;
use crate::problem::settle;
use crate::{Portico, negotiate};

/// GET of one.
pub async fn retrieve(class: &'static dyn ServedClass, request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let reply = async {
        let admitted = Exchange::new(&request, &app, class, Method::Get).admit().await?;
        let format = negotiate::format(request.headers())?;
        let (actor, found) = admitted.act(async |cx| class.fetch(cx, admitted.key()).await).await?;
        let back = match format {
            Representation::Html => put_back(class, &request, &app, &admitted).await,
            _ => None,
        };
        item_as(&app, &request, (format, StatusCode::OK), &actor, &*found, back.as_ref()).await
    };
    introduce(class.class(), &request, &app, settle(reply.await, &request, &app))
}

/// What the resource was after a change of it, which the address names.
async fn put_back(
    class: &'static dyn ServedClass,
    request: &HttpRequest,
    app: &Portico,
    admitted: &AdmittedExchange<'_>,
) -> Option<Map<String, Json>> {
    let (_, number) = pairs(request.query_string()).into_iter().rfind(|(name, _)| name == BACK)?;
    let key = ChangeKey { change: ChangeId(number.parse().ok()?) };
    let (_, change) = admitted.act(async |cx| Change::fetch(cx, &key).await).await.ok()?;
    let path = admitted.key().path(class.class().path);
    let state = change.value.state.filter(|_| change.value.resource.0 == path)?.0;
    Some(past(&app.api, class.class(), &path, state.as_object()?))
}

/// A resource as whoever sends a request for something else sees it, to be shown beside that, and the tag of its page.
///
/// # Errors
/// What they would be told at its own address.
pub async fn glance(
    class: &'static dyn ServedClass,
    request: &HttpRequest,
    app: &Portico,
    path: &str,
) -> Result<(Json, String), Failure> {
    if class.operations().iter().all(|operation| operation.method != Method::Get) {
        return Err(Error::NotFound.into());
    }
    let admitted = Exchange::beside(request, app, path, class, Method::Get).admit().await?;
    let (actor, found) = admitted.act(async |cx| class.fetch(cx, admitted.key()).await).await?;
    let tag = item_tag(app, Representation::Html, &actor, &*found)?;
    Ok((serde_json::from_slice(&json(app, &actor, &*found)?).map_err(unwritten)?, tag.into()))
}

pub async fn replace(
    class: &'static dyn ServedClass,
    request: HttpRequest,
    app: Data<Portico>,
    payload: Payload,
) -> HttpResponse {
    let reply = async {
        let exchange = Exchange::new(&request, &app, class, Method::Put);
        let admitted = exchange.admit().await?;
        let key = admitted.key();
        let replaced = async {
            let format = negotiate::format(request.headers())?;
            let path = key.path(class.class().path);
            let target = iri(&app, &path);
            let input = match exchange.operation.expects {
                // What is sent along with an operation that expects nothing is not looked at.
                hydra::Payload::Nothing => class.nothing(),
                _ => {
                    let body = understood(&request, &app, payload, Method::Put, &target, class.class()).await?;
                    class.read(body, Purpose::Replace(&target), Preferences::of(request.headers()).strict)?
                }
            };
            let on = precondition(request.headers(), &path);
            let act = async |cx: &Cx<'_>| class.replace(cx, key, &input, &on).await;
            let (actor, Made { found, new }) = admitted.act(act).await?;
            let status = if new { StatusCode::CREATED } else { StatusCode::OK };
            item(&app, &request, format, &actor, &*found, status).await
        };
        of_what_is_there(replaced, admitted.act(async |cx| class.owner_is_there(cx, key).await)).await
    };
    settle(reply.await, &request, &app)
}

pub async fn update(
    class: &'static dyn ServedClass,
    request: HttpRequest,
    app: Data<Portico>,
    payload: Payload,
) -> HttpResponse {
    let reply = async {
        let admitted = Exchange::new(&request, &app, class, Method::Patch).admit().await?;
        let key = admitted.key();
        let updated = async {
            let format = negotiate::format(request.headers())?;
            let target = iri(&app, &key.path(class.class().path));
            let preferences = Preferences::of(request.headers());
            let body = understood(&request, &app, payload, Method::Patch, &target, class.class()).await?;
            let input = class.read(body, Purpose::Change(&target), preferences.strict)?;
            let (actor, found) = changed(class, &admitted, &input, request.headers()).await?;
            if preferences.representation {
                return item(&app, &request, format, &actor, &*found, StatusCode::OK).await;
            }
            // RFC 9110 §15.3.6: a 205 has no body.
            let mut response = HttpResponse::build(StatusCode::RESET_CONTENT);
            let tag = item_tag(&app, format, &actor, &*found)?;
            response.insert_header((header::ETAG, String::from(tag)));
            response.insert_header((header::CONTENT_LOCATION, target));
            apply(preferences, &mut response);
            Ok(response.finish())
        };
        of_what_is_there(updated, admitted.act(async |cx| class.is_there(cx, key).await)).await
    };
    settle(reply.await, &request, &app)
}

/// What a change makes of one, on the condition that headers say.
async fn changed(
    class: &'static dyn ServedClass,
    admitted: &AdmittedExchange<'_>,
    input: &AnyInput,
    headers: &HeaderMap,
) -> Result<(Arc<Actor>, Box<dyn AnyFound>), Failure> {
    let key = admitted.key();
    let on = precondition(headers, &key.path(class.class().path));
    admitted.act(async |cx: &Cx<'_>| class.update(cx, key, input, &on).await).await
}

/// Something that is done to a resource for whoever sends a request for something else.
#[derive(Clone, Copy)]
pub struct Beside<'a> {
    /// What it is done to.
    pub class: &'static dyn ServedClass,
    /// Who asks for it.
    pub request: &'a HttpRequest,
    pub app: &'a Data<Portico>,
    /// Where it is.
    pub path: &'a str,
    /// The entity tag of what was shown of it.
    pub tag: &'a str,
}

impl Beside<'_> {
    /// The headers that a request for it would have: it is of what was shown.
    fn headers(&self) -> HeaderMap {
        // What can be no tag is that of nothing.
        let tag = HeaderValue::from_str(self.tag).unwrap_or(HeaderValue::from_static("\"\""));
        [(header::IF_MATCH, tag)].into_iter().collect()
    }
}

/// PATCH of one, with a body in JSON-LD.
///
/// # Errors
/// What whoever asks would be told at its own address.
pub async fn update_beside(beside: Beside<'_>, body: Bytes) -> Result<(), Failure> {
    let Beside { class, request, app, path, .. } = beside;
    let admitted = Exchange::beside(request, app, path, class, Method::Patch).admit().await?;
    let key = admitted.key();
    let updated = async {
        let target = iri(app, &key.path(class.class().path));
        let body = understood_here(app, body, &target, class.class()).await?;
        let input = class.read(body, Purpose::Change(&target), false)?;
        changed(class, &admitted, &input, &beside.headers()).await.map(drop)
    };
    of_what_is_there(updated, admitted.act(async |cx| class.is_there(cx, key).await)).await
}

/// DELETE of one.
///
/// # Errors
/// What whoever asks would be told at its own address.
pub async fn remove_beside(beside: Beside<'_>) -> Result<(), Failure> {
    let Beside { class, request, app, path, .. } = beside;
    let admitted = Exchange::beside(request, app, path, class, Method::Delete).admit().await?;
    removed(class, &admitted, &beside.headers()).await
}

/// Removes one, on the condition that headers say.
async fn removed(
    class: &'static dyn ServedClass,
    admitted: &AdmittedExchange<'_>,
    headers: &HeaderMap,
) -> Result<(), Failure> {
    let key = admitted.key();
    let on = precondition(headers, &key.path(class.class().path));
    admitted.act(async |cx| class.remove(cx, key, &on).await).await.map(drop)
}

pub async fn remove(class: &'static dyn ServedClass, request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let reply = async {
        let exchange = Exchange::new(&request, &app, class, Method::Delete);
        let admitted = exchange.admit().await?;
        removed(class, &admitted, request.headers()).await?;
        // The table says how a deletion is acknowledged.
        let (status, _) = exchange.operation.statuses[0];
        Ok(HttpResponse::build(StatusCode::from_u16(status).expect("tables hold HTTP statuses")).finish())
    };
    settle(reply.await, &request, &app)
}

pub async fn submit(
    class: &'static dyn ServedClass,
    request: HttpRequest,
    app: Data<Portico>,
    payload: Payload,
) -> HttpResponse {
    let reply = async {
        let exchange = Exchange::new(&request, &app, class, Method::Post);
        let admitted = exchange.admit().await?;
        let key = admitted.key();
        let submission = class.submission().expect("a class whose table has POST takes it");
        let submitted = async {
            let format = negotiate::format(request.headers())?;
            let path = key.path(class.class().path);
            let target = iri(&app, &path);
            let on = precondition(request.headers(), &path);
            if on != IfMatch::Absent {
                let (_, found) = admitted.act(async |cx| class.fetch(cx, key).await).await?;
                on.check(found.version())?;
            }
            let members = match exchange.operation.expects {
                hydra::Payload::Nothing => submission.listing().none(),
                _ => listed(&exchange, &app, payload, &target, submission.listing()).await?,
            };
            let act = async |cx: &Cx<'_>| submission.submit(cx, key, &members).await;
            let (actor, Made { found, new }) = admitted.act(act).await?;
            let mut statuses = exchange.operation.statuses.iter().chain(exchange.operation.further);
            if new && statuses.next().is_some_and(|(status, _)| *status == StatusCode::CREATED.as_u16()) {
                return item(&app, &request, format, &actor, &*found, StatusCode::CREATED).await;
            }
            let mut response = item(&app, &request, format, &actor, &*found, StatusCode::OK).await?;
            // What was there before was not made by this request.
            response.headers_mut().remove(header::LOCATION);
            Ok(response)
        };
        of_what_is_there(submitted, admitted.act(async |cx| class.is_there(cx, key).await)).await
    };
    settle(reply.await, &request, &app)
}
