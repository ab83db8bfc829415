//! What the forms of pages send, made into what programs send: the method that the form is for, a body in JSON-LD, a condition. So a page
//! works without a script, and a form is checked and permitted as everything else is, by the same handlers. What they answer is made a page
//! again: of what was made, of what is wrong with it, or another that one is led to.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::cookie::Cookie;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{Method as HttpMethod, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::{self, Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use explorer::{ConsoleForm, Filled, Form, PageSource, Said};
use hydra::quads::Terms;
use hydra::{ClassDef, Method};
use resource::SERVED;
use resource::served::{Served, ServedClass, ServedCollection};
use serde_json::Value as Json;

use crate::failure::Failure;
use crate::negotiate::{self, Representation};
use crate::{Portico, asked, body, console, form_body, notice, page, routes};

/// What a form of a page is about.
#[derive(Clone, Copy)]
enum Target {
    One(&'static dyn ServedClass),
    Many(&'static dyn ServedCollection),
}

impl Target {
    /// What is served at a path.
    fn at(path: &str) -> Option<Self> {
        let one = SERVED.iter().map(|class| Self::One(*class));
        routes::at(one.chain(resource::collections().map(Self::Many)), Self::served, path)
    }

    fn served(&self) -> &'static dyn Served {
        match self {
            Self::One(class) => *class,
            Self::Many(collection) => *collection,
        }
    }

    /// The class of what there is to be seen.
    fn class(&self) -> &'static ClassDef {
        match self {
            Self::One(class) => class.class(),
            Self::Many(collection) => collection.member(),
        }
    }

    async fn read(&self, request: HttpRequest, app: Data<Portico>) -> HttpResponse {
        match self {
            Self::One(class) => routes::retrieve(*class, request, app).await,
            Self::Many(collection) => routes::list(*collection, request, app).await,
        }
    }
}

/// Passes a request on; one that a form has sent as what the form is for.
///
/// # Errors
/// Those of what follows.
pub async fn pass(
    app: &Data<Portico>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let target = match is_form(&request) {
        true => Target::at(request.uri().path()),
        false => None,
    };
    match target {
        Some(target) => Box::pin(submitted(app, request, next, target)).await,
        None => Ok(next.call(request).await?.map_into_boxed_body()),
    }
}

/// Whether somebody with a browser has sent a form.
fn is_form(request: &ServiceRequest) -> bool {
    *request.method() == HttpMethod::POST
        && [body::FORM, form_body::MULTIPART]
            .iter()
            .any(|form| body::essence(request.headers()).eq_ignore_ascii_case(form))
        && negotiate::wants_page(request.headers())
}

async fn submitted(
    app: &Data<Portico>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    target: Target,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    // Whatever its body is, it can be taken out.
    let payload = request.extract::<web::Payload>().await?;
    let form = match form_body::read(request.request(), app, payload).await {
        Ok(form) => form,
        Err(failure) => return Ok(refuse(request, app, failure)),
    };
    // What there is to be seen now, by whoever sent the form.
    become_reading(&mut request);
    let shown = target.read(request.request().clone(), Data::clone(app)).await;
    let (head, document) = match whole(shown) {
        (head, Some(document)) if head.status() == StatusCode::OK => (head, document),
        // Something may be put where nothing is.
        (head, _) if head.status() == StatusCode::NOT_FOUND && form.raw.is_some() => {
            (head, console::absent(app, target.served(), &asked::path(request.request())))
        }
        (head, body) => {
            let body = body.map(|json| json.to_string()).unwrap_or_default();
            return Ok(request.into_response(head.set_body(body).map_into_boxed_body()));
        }
    };
    let tag = head.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok()).unwrap_or_default().to_owned();
    let view = View { app, class: target.class(), document: &document, tag: &tag };
    if let Some(raw) = &form.raw {
        let place = asked::target(request.request());
        become_writing(&mut request, &form, Sent::written(raw));
        let (request, response) = next.call(request).await?.into_parts();
        return Ok(ServiceResponse::new(request, view.exchange(&form, &place, raw, response.map_into_boxed_body())));
    }
    if form.method == Method::Get {
        return Ok(refuse(request, app, Failure::bad_request("A form changes something, or is written by hand.")));
    }
    let again = |said: &Said| view.again(StatusCode::BAD_REQUEST, &form, said);
    let filled = view.with(|source| explorer::filled(source, &form));
    let is_offered = !matches!(filled, Filled::Absent);
    let body = match filled {
        Filled::Body(text) => Sent::written(&text),
        Filled::File => form.file.clone().unwrap_or_default().into(),
        // What is not offered is refused in the words of whatever refuses it.
        Filled::Absent => Sent::default(),
        Filled::Wrong(said) => return Ok(request.into_response(again(&said))),
        Filled::Nothing if form.leaves(None) => return Ok(request.into_response(left(&view))),
        Filled::Nothing => {
            let (title, detail) = ("Nothing was changed.".into(), "Change a field, then send it.".into());
            return Ok(request.into_response(again(&Said { title, detail, ..Said::default() })));
        }
    };
    if form.shows && is_offered {
        return Ok(request.into_response(view.request(&form, &body)));
    }
    become_writing(&mut request, &form, body);
    let (request, response) = next.call(request).await?.into_parts();
    let response = response.map_into_boxed_body();
    let response = answered(&view, &form, is_offered, response);
    Ok(ServiceResponse::new(request, response))
}

fn refuse(request: ServiceRequest, app: &Portico, failure: Failure) -> ServiceResponse<BoxBody> {
    let response = failure.respond(&asked::path(request.request()), app);
    request.into_response(response)
}

/// What is sent in place of a form.
#[derive(Debug, Default)]
struct Sent {
    /// None where nothing is.
    media_type: Option<String>,
    bytes: Bytes,
}

impl Sent {
    /// What was written by hand.
    fn written(text: &str) -> Self {
        Self { media_type: text_type(text), bytes: text.to_owned().into() }
    }
}

impl From<(String, Bytes)> for Sent {
    fn from((media_type, bytes): (String, Bytes)) -> Self {
        Self { media_type: Some(media_type), bytes }
    }
}

/// What takes nothing is sent nothing.
fn text_type(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| Representation::JsonLd.content_type().to_owned())
}

/// Without what says something of a body, or of a condition.
fn plain(headers: &mut HeaderMap) {
    for name in [
        header::CONTENT_TYPE,
        header::CONTENT_LENGTH,
        header::CONTENT_ENCODING,
        header::TRANSFER_ENCODING,
        header::IF_MATCH,
        header::IF_NONE_MATCH,
        header::IF_MODIFIED_SINCE,
        header::IF_UNMODIFIED_SINCE,
    ] {
        headers.remove(name);
    }
    headers.insert(header::ACCEPT, HeaderValue::from_static(Representation::JsonLd.content_type()));
}

fn become_reading(request: &mut ServiceRequest) {
    request.head_mut().method = HttpMethod::GET;
    plain(request.headers_mut());
}

fn become_writing(request: &mut ServiceRequest, form: &Form, sent: Sent) {
    request.head_mut().method = HttpMethod::from_bytes(form.method.name().as_bytes()).unwrap_or_default();
    let headers = request.headers_mut();
    if let Some(media_type) = sent.media_type.and_then(|text| HeaderValue::from_str(&text).ok()) {
        headers.insert(header::CONTENT_TYPE, media_type);
    }
    // A change is of what was shown: if somebody was faster, it is said so. A collection may grow meanwhile.
    if form.method != Method::Post
        && !form.tag.is_empty()
        && let Ok(tag) = HeaderValue::from_str(&form.tag)
    {
        headers.insert(header::IF_MATCH, tag);
    }
    request.set_payload(Payload::from(sent.bytes));
}

/// An answer, and what it says.
fn whole(response: HttpResponse) -> (HttpResponse<()>, Option<Json>) {
    let (head, body) = response.into_parts();
    let bytes = body.try_into_bytes().unwrap_or_default();
    (head.set_body(()), serde_json::from_slice(&bytes).ok())
}

/// What was there when the form came, and how it is shown.
struct View<'a> {
    app: &'a Portico,
    class: &'static ClassDef,
    document: &'a Json,
    tag: &'a str,
}

impl View<'_> {
    fn with<T>(&self, make: impl FnOnce(PageSource<'_>) -> T) -> T {
        let Self { app, class, document, tag } = *self;
        let terms = &Terms::of_class(&app.api, class);
        make(PageSource { tag, ..page::source(app, document, terms) })
    }

    /// The page that the form was on, with what was typed into it and what is wrong with that.
    fn again(&self, status: StatusCode, form: &Form, said: &Said) -> HttpResponse {
        let page = self.with(|source| explorer::page(PageSource { again: Some((form, said)), ..source }));
        shown(self.app, status, page)
    }

    /// The page of the request that the form stands for.
    fn request(&self, form: &Form, sent: &Sent) -> HttpResponse {
        let is_file = form.file.is_some();
        let request = explorer::ShownRequest {
            method: form.method.name(),
            iri: self.document["@id"].as_str().unwrap_or_default(),
            tag: (form.method != Method::Post).then_some(form.tag.as_str()),
            media_type: sent.media_type.as_deref(),
            body: if is_file { None } else { std::str::from_utf8(&sent.bytes).ok() },
        };
        let tag = if form.method == Method::Post { self.tag } else { &form.tag };
        let path = request.iri.strip_prefix(self.app.api.base()).unwrap_or_default().to_owned();
        let method = form.method.name();
        let console =
            request.body.map(|body| ConsoleForm { method, tag, body, ..console::form(self.app, self.document, &path) });
        shown(self.app, StatusCode::OK, explorer::request_page(&self.app.api, &self.app.assets, request, console))
    }

    /// The page of a request that was written by hand, and what it was answered with.
    fn exchange(&self, form: &Form, place: &str, body: &str, response: HttpResponse) -> HttpResponse {
        let iri = self.document["@id"].as_str().unwrap_or_default();
        let answer = console::answer(response);
        // What is written next is about what there is now.
        let now = answer.headers.iter().find(|(name, _)| *name == header::ETAG.as_str()).map(|(_, tag)| tag.clone());
        let tag = now.unwrap_or_else(|| form.tag.clone());
        let console = ConsoleForm {
            method: form.method.name(),
            tag: &tag,
            body,
            ..console::form(self.app, self.document, place)
        };
        let page = explorer::console_page(&self.app.api, &self.app.assets, iri, console, Some(answer));
        shown(self.app, StatusCode::OK, page)
    }

    /// The page of what was answered.
    fn of_answer(&self, answer: &Json) -> HttpResponse {
        let types = explorer::types(answer);
        let classes = self.app.api.classes();
        let class = *classes.iter().find(|class| types.contains(&class.name)).unwrap_or(&self.class);
        let view = View { document: answer, class, tag: "", ..*self };
        shown(self.app, StatusCode::OK, view.with(explorer::page))
    }
}

fn shown(app: &Portico, status: StatusCode, page: Result<String, String>) -> HttpResponse {
    match page {
        Ok(page) => page::respond(status, page),
        Err(error) => Failure::from(resource::Error::Internal(error)).respond("/", app),
    }
}

/// What a browser is sent for what a program would have been answered.
fn answered(view: &View<'_>, form: &Form, is_offered: bool, response: HttpResponse) -> HttpResponse {
    let status = response.status();
    if status.is_success() {
        let (head, document) = whole(response);
        return done(view, form, &head, document);
    }
    let is_problem = response.headers().get(header::CONTENT_TYPE).is_some_and(|of| of == crate::problem::PROBLEM);
    // Who is not signed in has another page to see; so has whoever met a fault of this service, or may not do it any more.
    if !is_problem || status == StatusCode::UNAUTHORIZED || status.is_server_error() || !is_offered {
        return response;
    }
    let (head, problem) = whole(response);
    let said = Said::of(&problem.unwrap_or_default());
    let mut response = view.again(status, form, &said);
    if let Some(after) = head.headers().get(header::RETRY_AFTER) {
        response.headers_mut().insert(header::RETRY_AFTER, after.clone());
    }
    response
}

/// Goes back to what somebody else has changed, of which nothing is to be changed after all.
fn left(view: &View<'_>) -> HttpResponse {
    let here = view.document["@id"].as_str().unwrap_or_default().to_owned();
    led(here, notice::telling(view.app, notice::Notice::Left))
}

fn led(place: String, told: Cookie<'static>) -> HttpResponse {
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, place)).insert_header((header::CACHE_CONTROL, "no-store"));
    response.cookie(told).finish()
}

/// Shows what is told in this answer and nowhere else, or goes where the change can be seen.
fn done(view: &View<'_>, form: &Form, head: &HttpResponse<()>, answer: Option<Json>) -> HttpResponse {
    let location = head.headers().get(header::LOCATION).and_then(|place| place.to_str().ok());
    if let Some(answer) = &answer {
        let is_told_once = explorer::once(&view.app.api, answer);
        let is_result = form.method == Method::Post && location.is_none();
        if is_told_once || is_result {
            return view.of_answer(answer);
        }
    }
    let here = view.document["@id"].as_str().unwrap_or_default();
    let (place, words) = match (form.method, location) {
        (Method::Delete, _) => (explorer::above(&view.app.api, here), notice::Notice::Deleted),
        (Method::Post, Some(made)) if !made.starts_with(here.trim_end_matches('/')) => {
            (here.to_owned(), notice::Notice::Listed)
        }
        (_, Some(made)) => (made.to_owned(), notice::Notice::Created),
        (_, None) => (here.to_owned(), notice::Notice::Changed),
    };
    let made = head.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok()).unwrap_or_default();
    let undo = view.with(|source| explorer::undoing(source, form, made));
    let undo = undo.filter(|_| words == notice::Notice::Changed && !made.is_empty());
    let told = match undo {
        Some(undo) => notice::undoable(view.app, here.strip_prefix(view.app.api.base()).unwrap_or(here), &undo),
        None => notice::telling(view.app, words),
    };
    led(place, told)
}
