//! What every response has, whoever made it; the last resort for what no handler caught; and the last word on whether
//! anything was changed.

use std::borrow::Cow;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode, Uri};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use face::{AnyFace, Lost, Matched};
use futures_util::FutureExt;
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};
use resource::rights::identity::refused;
use resource::{Actor, Effect, Errand, Ledger};
use tokio::time::timeout;
use tracing::{Instrument, Span};

use crate::client_address::ClientAddress;
use crate::connection::{HandedOn, NoRequest};
use crate::failure::Failure;
use crate::meters::{Answered, InFlight};
use crate::request_id::{self, RequestId};
use crate::{Portico, asked, beside, challenge, coding, forms, negotiate, oauth, page, problem, span};

const EXPOSE: HeaderValue = HeaderValue::from_static(
    "Link, Location, Content-Location, ETag, Last-Modified, Allow, Accept-Post, Accept-Patch, WWW-Authenticate, \
     Retry-After, Preference-Applied, Memento-Datetime, X-Request-Id",
);
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
const HEADERS: HeaderValue = HeaderValue::from_static(
    "Authorization, Content-Type, Accept, If-Match, If-None-Match, If-Modified-Since, Prefer, Token, Idempotency-Key, \
     Accept-Datetime, Last-Event-ID, X-Orchis-Authorization, X-Orchis-Date, X-Orchis-Request, Argus-API-Key, \
     Prune-Authorization, Cache-Control, X-Requested-With, X-Request-Id, traceparent, tracestate",
);
const ANYONE: HeaderValue = HeaderValue::from_static("*");
const VARY: HeaderValue = HeaderValue::from_static("Accept, Accept-Encoding, Authorization, Cookie, Prefer, Origin");
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// What cannot stand in a path as HTTP has it, beside what is not ASCII.
const NO_PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// How much longer than a request may take it is waited for a commit that was sent before it was over.
const GRACE: Duration = Duration::from_secs(5);

/// On an answer that says itself, whole, what it varies by.
#[derive(Debug)]
pub struct AsItIs;

/// What of a request is needed after it was handed on: the framework does not let it be kept whole.
struct Seen {
    method: Method,
    uri: Uri,
    wants_page: bool,
    has_token: bool,
    from: ClientAddress,
    agent: Option<HeaderValue>,
    span: Span,
    began: Instant,
    matched: Matched,
}

impl Seen {
    fn of(request: &ServiceRequest, app: &Portico, span: Span) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            wants_page: negotiate::wants_page(request.headers()),
            has_token: challenge::has_token(request.headers()),
            from: app.proxies.look(request.peer_addr(), request.headers()),
            agent: request.headers().get(header::USER_AGENT).cloned(),
            span,
            began: Instant::now(),
            matched: Matched::default(),
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
    let _running = InFlight::begin();
    let id = RequestId::of(request.headers());
    let span = span::begin(request.method(), request.path(), request.headers(), &id);
    // Where it stays: it is large, and would be moved into each of those around it.
    let work = pin!(answered(request, span.clone(), next));
    id.keep(work.instrument(span)).await
}

async fn answered(
    mut request: ServiceRequest,
    span: Span,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let app = Data::clone(request.app_data::<Data<Portico>>().expect("the service is its own application data"));
    asked::keep(&mut request, app.api.prefix());
    let seen = Seen::of(&request, &app, span);
    request.extensions_mut().insert(seen.matched.clone());
    if let Some(given) = request.request().conn_data::<HandedOn>() {
        given.mark();
    }
    let answer = |lost| answer(lost, seen.uri.path(), &app);
    if request.query_string().len() > app.limits.query && app.face(seen.uri.path()).is_none() {
        let detail = format!("The query is longer than {} bytes, the most that is taken here.", app.limits.query);
        let response = Failure::new(StatusCode::URI_TOO_LONG, detail).respond(seen.uri.path(), &app);
        let response = finish(&seen, &app, None, None, response);
        return Ok(request.into_response(response));
    }
    let ledger = Arc::new(Ledger::default());
    // What only reads changes nothing that would have to be told.
    let errand = (!seen.method.is_safe()).then(|| Errand {
        face: app.face(seen.uri.path()).map_or("hydra", AnyFace::name),
        request: request_id::current(|id| id.as_str().to_owned()),
    });
    let passed = pin!(Errand::keep(errand, forms::pass(&app, request, next)));
    let work = AssertUnwindSafe(Arc::clone(&ledger).keep(refused::noting(passed))).catch_unwind();
    let lost = match within(app.limits.request, &ledger, work).await {
        Some(Ok((Ok(response), refused))) => {
            let (request, response) = response.into_parts();
            let actor = request.extensions().get::<Arc<Actor>>().cloned();
            let status = response.status();
            let response = match told(&seen, &ledger, status) {
                Some(lost) => answer(lost),
                // What the framework answered by itself has no document of ours.
                None if is_failure(status) && !response.headers().contains_key(header::CONTENT_TYPE) => {
                    answer(Lost::Refused(status))
                }
                None => response,
            };
            let response = as_page(&seen, &app, &request, response).await;
            let response = coding::encode(&app, &request, response).await;
            return Ok(ServiceResponse::new(
                request,
                finish(&seen, &app, actor.as_deref(), refused.as_deref(), response),
            ));
        }
        Some(Ok((Err(error), _))) => Lost::Refused(error.as_response_error().status_code()),
        // The panic itself is in the log, by the panic hook.
        Some(Err(_panic)) => Lost::Broken,
        None => Lost::Late,
    };
    let lost = told(&seen, &ledger, lost.status()).unwrap_or(lost);
    let response = finish(&seen, &app, None, None, answer(lost));
    Err(InternalError::from_response("the request was lost", response).into())
}

/// What became of a request, in the words of the face that it was sent to: what begins in one that has its own words for
/// failures ends in them.
fn answer(lost: Lost, path: &str, app: &Portico) -> HttpResponse {
    match app.face(path) {
        Some(face) => face.lost(lost),
        None => Failure::from(lost).respond(path, app),
    }
}

/// What somebody with a browser is shown in place of a program's answer: a failure as a page, and where they would have to sign in
/// first, where they can.
async fn as_page(seen: &Seen, app: &Portico, request: &HttpRequest, response: HttpResponse) -> HttpResponse {
    let is_failure = seen.wants_page && is_failure(response.status());
    if is_failure && seen.method.is_safe() && asks_for_a_password(response.headers()) && !has_credentials(request) {
        let mut there = HttpResponse::SeeOther();
        there.insert_header((
            header::LOCATION,
            format!("{}{}", app.api.base(), explorer::instead_of(&asked::target(request))),
        ));
        return there.insert_header((header::CACHE_CONTROL, "no-store")).finish();
    }
    let mut response = if is_failure { problem::page(response, app) } else { response };
    if is_failure && asks_for_a_password(response.headers()) {
        // The page itself says where to sign in.
        response.headers_mut().remove(header::WWW_AUTHENTICATE);
    }
    let response = beside::fill(app, request, response).await;
    page::dress(app, request, response).await
}

fn has_credentials(request: &HttpRequest) -> bool {
    request.headers().contains_key(header::AUTHORIZATION)
}

/// Whether a browser that is sent this would ask for a name and a password by itself.
fn asks_for_a_password(headers: &HeaderMap) -> bool {
    headers.get_all(header::WWW_AUTHENTICATE).any(|value| value.as_bytes().starts_with(b"Basic"))
}

/// The answer to what came where a request should, of which this layer would have heard nothing.
pub(crate) fn unread(it: NoRequest<'_>, app: &Portico) -> HttpResponse {
    let mut words = it.words();
    let method = words.next().and_then(|word| Method::from_bytes(word).ok()).unwrap_or_default();
    let target = words.next().filter(|target| target.starts_with(b"/")).unwrap_or(b"/");
    let path = target.split(|byte| b"?#".contains(byte)).next().unwrap_or_default();
    let uri: Uri = percent_encode(path, NO_PATH).to_string().parse().unwrap_or_default();
    let uri = asked::without(&uri, app.api.prefix()).unwrap_or(uri);
    let from = ClientAddress { address: it.from, is_own: false };
    let (began, matched) = (Instant::now(), Matched::default());
    let seen = Seen {
        method,
        uri,
        wants_page: false,
        has_token: false,
        from,
        agent: None,
        span: Span::none(),
        began,
        matched,
    };
    let status = if it.goes_on() { StatusCode::URI_TOO_LONG } else { it.status };
    RequestId::new().keep_now(|| finish(&seen, app, None, None, answer(Lost::Unread(status), seen.uri.path(), app)))
}

/// Work, for as long as a request may take; what was begun in it is undone then. What is being made last at that moment is
/// waited for, as it is certain soon.
async fn within<T>(limit: Duration, ledger: &Ledger, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    match timeout(limit, &mut work).await {
        Ok(done) => Some(done),
        Err(_) if ledger.close() == Effect::Nothing => None,
        Err(_) => timeout(limit + GRACE, &mut work).await.ok(),
    }
}

/// What has to be said in place of a failure after which something may have been changed.
fn told(seen: &Seen, ledger: &Ledger, status: StatusCode) -> Option<Lost> {
    // A request that only reads may be sent again, whatever it left behind.
    if !status.is_server_error() || seen.method.is_safe() {
        return None;
    }
    match ledger.effect() {
        Effect::Nothing => None,
        Effect::Done => Some(Lost::Done),
        Effect::Pending | Effect::Unknown => Some(Lost::Unknown),
    }
}

fn finish(
    seen: &Seen,
    app: &Portico,
    actor: Option<&Actor>,
    refused: Option<&str>,
    response: HttpResponse,
) -> HttpResponse {
    // A browser that is told anything else never lets its page see what the request itself is answered.
    let is_refused = seen.method == Method::OPTIONS && response.status().is_client_error();
    let response = if is_refused { HttpResponse::NoContent().finish() } else { response };
    // What was lost on the way is no page yet.
    let is_page = seen.wants_page && is_failure(response.status());
    let mut response = if is_page { page::with(problem::page(response, app), "", None) } else { response };
    let as_it_is = response.extensions().contains::<AsItIs>();
    dress(seen, app, response.headers_mut());
    let status = response.status();
    if !oauth::has(seen.uri.path()) {
        challenge::put(response.headers_mut(), status, seen.has_token);
    }
    if !as_it_is {
        put(response.headers_mut(), header::VARY, VARY);
    }
    if let Some(id) = request_id::current(RequestId::header) {
        response.headers_mut().insert(request_id::NAME, id);
    }
    let took = seen.began.elapsed();
    let bytes = match response.body().size() {
        BodySize::Sized(bytes) => Some(bytes),
        BodySize::None | BodySize::Stream => None,
    };
    log(seen, actor, refused, status, bytes, took);
    let answered = Answered {
        face: app.face(seen.uri.path()).map_or("hydra", AnyFace::name),
        method: &seen.method,
        route: seen.matched.template(),
        status,
        bytes,
        took,
        is_refused: refused.is_some() || status == StatusCode::TOO_MANY_REQUESTS,
    };
    answered.count();
    span::end(&seen.span, &seen.method, answered.route, status, actor.map(|actor| actor.name.as_str()));
    response
}

fn is_failure(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
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

/// How much of what a program calls itself is worth a place in the log, in bytes.
const AGENT: usize = 200;

fn brief(agent: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(agent.get(..AGENT).unwrap_or(agent))
}

/// One line a request, without the query and without secrets. Where somebody was refused for want of credentials, it also
/// says whose they had.
fn log(
    seen: &Seen,
    actor: Option<&Actor>,
    refused: Option<&str>,
    status: StatusCode,
    bytes: Option<u64>,
    took: Duration,
) {
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    let actor = actor.map_or("-", |actor| actor.name.as_str());
    let wants = [StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS].contains(&status)
        || (is_failure(status) && oauth::has(seen.uri.path()));
    tracing::info!(
        method = seen.method.as_str(),
        path = seen.uri.path(),
        status = status.as_u16(),
        micros,
        actor,
        from = seen.from.address.map(tracing::field::display),
        bytes,
        agent = seen.agent.as_ref().map(|agent| brief(agent.as_bytes())).as_deref(),
        account = refused.filter(|_| wants),
        "request"
    );
}
