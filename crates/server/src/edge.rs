//! What every response has, whoever made it; and the last resort for what no handler caught.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode, Uri};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpResponse};
use futures_util::FutureExt;
use resource::identity::refused;
use resource::{Actor, Error};

use crate::failure::{self, Failure};
use crate::{Portico, challenge, client_address, negotiate, token};

const EXPOSE: HeaderValue = HeaderValue::from_static(
    "Link, Location, Content-Location, ETag, Last-Modified, Allow, Accept-Post, Accept-Patch, WWW-Authenticate, \
     Retry-After, Preference-Applied",
);
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
const HEADERS: HeaderValue = HeaderValue::from_static(
    "Authorization, Content-Type, Accept, If-Match, If-None-Match, If-Modified-Since, Prefer, Token, \
     X-Orchis-Authorization, X-Orchis-Date, X-Orchis-Request, Argus-API-Key, Prune-Authorization",
);
const ANYONE: HeaderValue = HeaderValue::from_static("*");
const VARY: HeaderValue = HeaderValue::from_static("Accept, Authorization, Prefer, Origin");
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// On an answer that says itself, whole, what it varies by.
#[derive(Debug)]
pub struct AsItIs;

/// What of a request is needed after it was handed on: the framework does not let it be kept whole.
struct Seen {
    method: Method,
    uri: Uri,
    accept: Option<HeaderValue>,
    has_token: bool,
    from: Option<IpAddr>,
    began: Instant,
}

impl Seen {
    fn of(request: &ServiceRequest, app: &Portico) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            accept: request.headers().get(header::ACCEPT).cloned(),
            has_token: challenge::has_token(request.headers()),
            from: client_address::of(request, app.client_address.as_ref()),
            began: Instant::now(),
        }
    }
}

/// The outermost layer.
///
/// # Errors
/// The response for a request that was lost on the way, to a panic or to time, as the framework wants it.
pub async fn layer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let app = Data::clone(request.app_data::<Data<Portico>>().expect("the service is its own application data"));
    let seen = Seen::of(&request, &app);
    // What begins in a face that has its own words for failures ends in them.
    let argus = match argus::has(seen.uri.path()) {
        true => request.app_data::<Data<argus::Face>>().cloned(),
        false => None,
    };
    if request.query_string().len() > app.limits.query && argus.is_none() && !cloudentity::has(seen.uri.path()) {
        let detail = format!("The query is longer than {} bytes, the most that is taken here.", app.limits.query);
        let response = Failure::new(StatusCode::URI_TOO_LONG, detail).respond(seen.uri.path(), &app);
        let response = finish(&seen, &app, None, None, response);
        return Ok(request.into_response(response));
    }
    let handled = AssertUnwindSafe(tokio::time::timeout(app.limits.request, refused::noting(next.call(request))))
        .catch_unwind()
        .await;
    let failure = match handled {
        Ok(Ok((Ok(response), refused))) => {
            let (request, response) = response.into_parts();
            let response = response.map_into_boxed_body();
            let actor = request.extensions().get::<Arc<Actor>>().cloned();
            // What the framework answered by itself has no document of ours.
            let status = response.status();
            let response = match is_failure(status) && !response.headers().contains_key(header::CONTENT_TYPE) {
                true => lost(foreign_failure(status), &seen, &app, argus.as_ref().map(|face| &***face)),
                false => response,
            };
            return Ok(ServiceResponse::new(
                request,
                finish(&seen, &app, actor.as_deref(), refused.as_deref(), response),
            ));
        }
        Ok(Ok((Err(error), _))) => foreign_failure(error.as_response_error().status_code()),
        Ok(Err(_elapsed)) => Failure::new(StatusCode::SERVICE_UNAVAILABLE, "The request took too long; send it again.")
            .with(header::RETRY_AFTER, "1"),
        // The panic itself is in the log, by the panic hook.
        Err(_panic) => Failure::from(Error::Internal("a handler panicked".into())),
    };
    let response = finish(&seen, &app, None, None, lost(failure, &seen, &app, argus.as_ref().map(|face| &***face)));
    Err(InternalError::from_response("the request was lost", response).into())
}

/// The answer to what no handler answered.
fn lost(failure: Failure, seen: &Seen, app: &Portico, argus: Option<&argus::Face>) -> HttpResponse {
    match argus {
        Some(face) => argus::lost(face, failure.status()),
        None => failure.respond(seen.uri.path(), app),
    }
}

fn finish(
    seen: &Seen,
    app: &Portico,
    actor: Option<&Actor>,
    refused: Option<&str>,
    response: HttpResponse,
) -> HttpResponse {
    let mut response = match seen.accept.as_ref() {
        Some(accept) if is_failure(response.status()) && negotiate::wants_page(accept) => failure::page(response, app),
        _ => response,
    };
    let as_it_is = response.extensions().contains::<AsItIs>();
    dress(seen, app, response.headers_mut());
    let status = response.status();
    if !token::has(seen.uri.path()) {
        challenge::put(response.headers_mut(), status, seen.has_token);
    }
    if !as_it_is {
        put(response.headers_mut(), header::VARY, VARY);
    }
    log(seen, actor, refused, status);
    response
}

fn is_failure(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

fn foreign_failure(status: StatusCode) -> Failure {
    if status == StatusCode::NOT_FOUND {
        return Error::NotFound.into();
    }
    Failure::new(status, status.canonical_reason().unwrap_or("The request failed.").to_owned() + ".")
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    if !headers.contains_key(&name) {
        headers.insert(name, value);
    }
}

/// Any origin may ask, without credentials of the browser's own; so the answer is the same for all (Fetch §3.2).
fn dress(seen: &Seen, app: &Portico, headers: &mut HeaderMap) {
    // One client in use reads the documentation for ever if the documentation links to itself.
    if seen.uri.path().trim_end_matches('/') != "/vocab" {
        put(headers, header::LINK, app.documentation_link.clone());
    } else {
        headers.remove(header::LINK);
    }
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANYONE);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSE);
    if seen.method == Method::OPTIONS {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
    }
    put(headers, header::CACHE_CONTROL, PRIVATE);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
}

/// One line a request, without the query and without secrets. Where somebody was refused for want of credentials, it also
/// says where they came from, and whose credentials they had.
fn log(seen: &Seen, actor: Option<&Actor>, refused: Option<&str>, status: StatusCode) {
    let micros = u64::try_from(seen.began.elapsed().as_micros()).unwrap_or(u64::MAX);
    let actor = actor.map_or("-", |actor| actor.name.as_str());
    let wants = [StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS].contains(&status)
        || (is_failure(status) && token::has(seen.uri.path()));
    tracing::info!(
        method = seen.method.as_str(),
        path = seen.uri.path(),
        status = status.as_u16(),
        micros,
        actor,
        from = seen.from.filter(|_| wants).map(tracing::field::display),
        account = refused.filter(|_| wants),
        "request"
    );
}
