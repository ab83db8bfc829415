//! What the forms of pages send, made into what programs send: the method that the form is for, a body in JSON-LD, a condition. So a page
//! works without a script, and a form is checked and permitted as everything else is, by the same handlers. What they answer is made a page
//! again: of what was made, of what is wrong with it, or another that one is led to.

use std::convert::Infallible;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{Method as HttpMethod, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::{self, Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;
use hydra::quads::Terms;
use hydra::{ClassDef, Method};
use resource::SERVED;
use resource::served::{Served, ServedClass, ServedCollection};
use serde_json::Value as Json;

use crate::explorer::{self, Form, Said};
use crate::failure::Failure;
use crate::negotiate::{self, Representation};
use crate::{Portico, asked, body, crossing, notice, routes};

/// The media type of forms that have a file.
const MULTIPART: &str = "multipart/form-data";
/// What the field of the file is called.
const FILE: &str = "_file";

/// What a form of a page is about.
#[derive(Clone, Copy)]
enum Target {
    One(&'static dyn ServedClass),
    Many(&'static dyn ServedCollection),
}

impl Target {
    /// What is served at a path. Where several templates fit, the one with the fewest variables is meant.
    fn at(path: &str) -> Option<Self> {
        let one = SERVED.iter().map(|class| Self::One(*class));
        let all = one.chain(resource::collections().map(Self::Many));
        let fits = all.filter(|target| target.served().key(path).is_some());
        fits.min_by_key(|target| target.served().path().matches('{').count())
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
        && [body::FORM, MULTIPART].iter().any(|form| body::essence(request.headers()).eq_ignore_ascii_case(form))
        && negotiate::wants_page(request.headers())
}

async fn submitted(
    app: &Data<Portico>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    target: Target,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let form = match read(app, &mut request).await {
        Ok(form) => form,
        Err(failure) => {
            let response = failure.respond(&asked::path(request.request()), app);
            return Ok(request.into_response(response));
        }
    };
    // What there is to be seen now, by whoever sent the form.
    become_reading(&mut request);
    let shown = target.read(request.request().clone(), Data::clone(app)).await;
    let (head, document) = match whole(shown) {
        (head, Some(document)) if head.status() == StatusCode::OK => (head, document),
        (head, body) => {
            let body = body.map(|json| json.to_string()).unwrap_or_default();
            return Ok(request.into_response(head.set_body(body).map_into_boxed_body()));
        }
    };
    let tag = head.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok()).unwrap_or_default().to_owned();
    let view = View { app, class: target.class(), document: &document, tag: &tag };
    let said = view.with(|source| explorer::said(source, &form));
    let Some(body) = said else {
        let said = Said {
            title: "Nothing was changed.".into(),
            detail: "Change a field, then send it.".into(),
            ..Said::default()
        };
        let response = view.again(StatusCode::BAD_REQUEST, &form, &said);
        return Ok(request.into_response(response));
    };
    become_writing(&mut request, &form, body);
    let (request, response) = next.call(request).await?.into_parts();
    let response = response.map_into_boxed_body();
    let response = answered(&view, &form, response);
    Ok(ServiceResponse::new(request, response))
}

/// The form that a request has.
async fn read(app: &Portico, request: &mut ServiceRequest) -> Result<Form, Failure> {
    if !crossing::is_ours(request.headers(), app.api.base()) {
        return Err(Failure::new(
            StatusCode::FORBIDDEN,
            "A form is taken from a page of this service alone. Programs: send application/ld+json.",
        ));
    }
    let broken = || Failure::bad_request("The body is not a form.");
    let payload = request.extract::<web::Payload>().await.map_err(|_| broken())?;
    let bytes = body::read(request.request(), app, payload).await?;
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let form = match content_type.and_then(|text| multer::parse_boundary(text).ok()) {
        Some(boundary) => parts(bytes, boundary).await.map_err(|_| broken())?,
        None => Form::new(serde_urlencoded::from_bytes(&bytes).map_err(|_| broken())?, None),
    };
    form.ok_or_else(|| Failure::bad_request("The form does not say what it is for: _method is missing."))
}

/// A form in parts (RFC 7578).
async fn parts(bytes: Bytes, boundary: String) -> multer::Result<Option<Form>> {
    let mut parts = multer::Multipart::new(stream::iter([Ok::<_, Infallible>(bytes)]), boundary);
    let (mut fields, mut file) = (Vec::new(), None);
    while let Some(part) = parts.next_field().await? {
        let (name, kind) = (part.name().unwrap_or_default().to_owned(), part.content_type().map(ToString::to_string));
        if name == FILE {
            file = Some((kind.unwrap_or_default(), part.bytes().await?));
        } else {
            fields.push((name, part.text().await?));
        }
    }
    Ok(Form::new(fields, file))
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

fn become_writing(request: &mut ServiceRequest, form: &Form, body: String) {
    request.head_mut().method = HttpMethod::from_bytes(form.method.name().as_bytes()).unwrap_or_default();
    let headers = request.headers_mut();
    let content_type = match &form.file {
        Some((kind, _)) => HeaderValue::from_str(kind).ok(),
        // What takes nothing is sent nothing.
        None if body.is_empty() => None,
        None => Some(HeaderValue::from_static(Representation::JsonLd.content_type())),
    };
    if let Some(content_type) = content_type {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    // A change is of what was shown: if somebody was faster, it is said so. A collection may grow meanwhile.
    if form.method != Method::Post
        && let Ok(tag) = HeaderValue::from_str(&form.tag)
        && !tag.is_empty()
    {
        headers.insert(header::IF_MATCH, tag);
    }
    let bytes = form.file.as_ref().map_or_else(|| Bytes::from(body), |(_, bytes)| bytes.clone());
    request.set_payload(Payload::from(bytes));
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
    fn with<T>(&self, make: impl FnOnce(explorer::PageSource<'_>) -> T) -> T {
        let Self { app, class, document, tag } = *self;
        let terms = &Terms::of_class(&app.api, class);
        make(explorer::PageSource { api: &app.api, assets: &app.assets, document, terms, tag, again: None })
    }

    /// The page that the form was on, with what was typed into it and what is wrong with that.
    fn again(&self, status: StatusCode, form: &Form, said: &Said) -> HttpResponse {
        let page = self.with(|source| explorer::page(explorer::PageSource { again: Some((form, said)), ..source }));
        shown(self.app, status, page)
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
        Ok(page) => explorer::respond(status, page),
        Err(error) => Failure::from(resource::Error::Internal(error)).respond("/", app),
    }
}

/// What a browser is sent for what a program would have been answered.
fn answered(view: &View<'_>, form: &Form, response: HttpResponse) -> HttpResponse {
    let status = response.status();
    if status.is_success() {
        let (head, document) = whole(response);
        return done(view, form, &head, document);
    }
    let is_problem = response.headers().get(header::CONTENT_TYPE).is_some_and(|of| of == crate::problem::PROBLEM);
    // Who is not signed in has another page to see; so has whoever met a fault of this service.
    if !is_problem || status == StatusCode::UNAUTHORIZED || status.is_server_error() {
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
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, place)).insert_header((header::CACHE_CONTROL, "no-store"));
    response.cookie(notice::cookie(words)).finish()
}
