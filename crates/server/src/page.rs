//! Pages as answers, and who reads them.

use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use askama::Template;
use explorer::{AccountBar, NoticeBar, PageReader, PageSource, SESSION, UndoForm, dressed, instead_of};
use hydra::quads::Terms;
use resource::people::introduction::{Introduced, introduce};
use resource::{Actor, Error};
use serde_json::Value as Json;

use crate::documents::Fixed;
use crate::negotiate::Representation;
use crate::notice::Told;
use crate::{Portico, asked, exchange, notice, session};

/// On an answer that is a page: of no program, and nothing that a cache may keep.
#[derive(Debug, Clone, Copy)]
pub struct IsPage;

/// What a page may load and who may show it: our own script and stylesheet, nobody else.
pub const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'",
);

/// What a page says to a browser beside itself.
const PROTECTED: [(HeaderName, HeaderValue); 5] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin")),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin")),
    (
        header::PERMISSIONS_POLICY,
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
];

/// What the page of a document is made from.
pub fn source<'a>(app: &'a Portico, document: &'a Json, terms: &'a Terms) -> PageSource<'a> {
    PageSource {
        api: &app.api,
        assets: &app.assets,
        document,
        terms,
        tag: "",
        asked: &[],
        back: None,
        was: None,
        again: None,
    }
}

/// A page as an answer.
pub fn respond(status: StatusCode, page: String) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_SECURITY_POLICY, POLICY));
    response.extensions_mut().insert(IsPage);
    response.content_type(Representation::Html.content_type()).body(page)
}

/// An answer that is a page, as it is sent; any other as it is.
pub async fn dress(app: &Portico, request: &HttpRequest, response: HttpResponse) -> HttpResponse {
    if !response.extensions().contains::<IsPage>() {
        return response;
    }
    // Where it cannot be told who reads it, nothing is said of it.
    let account = Box::pin(account(app, request)).await.unwrap_or_default();
    // What is no page of what was done says nothing of it, and leaves it to the next.
    let told = notice::of(app, request).filter(|_| response.status().is_success() && request.method() == Method::GET);
    let is_told = told.is_some();
    let action = format!("{}{}", app.api.prefix(), request.uri().path());
    let notice =
        told.map(|Told { words, undo }| NoticeBar { words, undo: undo.map(|fields| UndoForm { action, fields }) });
    let mut response = with(response, &account, notice.as_ref());
    if is_told && response.add_cookie(&notice::none(app)).is_err() {
        tracing::error!("a cookie is no header");
    }
    response
}

async fn account(app: &Portico, request: &HttpRequest) -> Result<String, Error> {
    let known = request.extensions().get::<Arc<Actor>>().cloned();
    let actor = match known {
        Some(actor) => Some(actor),
        None => exchange::actor(app, request, false).await.ok(),
    };
    let actor = actor.filter(|actor| !actor.is_nobody());
    let has_token = session::token(app, request).is_some();
    let reader = match &actor {
        Some(actor) => {
            let Introduced { name, customer } = introduce(&app.identities, actor).await?;
            Some(PageReader { name, customer, ends: has_token })
        }
        None => None,
    };
    let target = asked::target(request);
    let account = AccountBar {
        refused: reader.is_none() && session::credentials(app, request).is_some(),
        reader,
        base: app.api.base(),
        action: format!("{}{SESSION}", app.api.prefix()),
        // Where every link leads: a cookie of another name of this host would be left behind there.
        sign_in: match request.path() {
            SESSION => format!("{}{SESSION}", app.api.base()),
            _ => format!("{}{}", app.api.base(), instead_of(&target)),
        },
    };
    account.render().map_err(|error| Error::Internal(error.to_string()))
}

/// A page with what is put into it, kept by nobody.
pub fn with(response: HttpResponse, account: &str, notice: Option<&NoticeBar<'_>>) -> HttpResponse {
    if !response.extensions().contains::<IsPage>() {
        return response;
    }
    let (mut response, body) = response.into_parts();
    // Pages are made whole.
    let Ok(bytes) = body.try_into_bytes() else { return response.map_into_boxed_body() };
    for (name, value) in PROTECTED {
        response.headers_mut().insert(name, value);
    }
    response.extensions_mut().remove::<Arc<Fixed>>();
    response.set_body(dressed(&String::from_utf8_lossy(&bytes), account, notice)).map_into_boxed_body()
}
