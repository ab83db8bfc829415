//! Who reads a page: the one part of it that is not of its document. It is put in when the page is sent, so that what is the same
//! for everybody can be made once.

use std::sync::Arc;

use ::resource::people::introduction::{Introduced, introduce};
use ::resource::{Actor, Error};
use actix_web::body::MessageBody;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use askama::Template;

use super::IsPage;
use crate::documents::Fixed;
use crate::session::{self, PATH};
use crate::{Portico, asked, exchange, notice};

/// Where in a page it is put. No text of anybody's can hold it: in those a bracket is no bracket.
const PLACE: &str = "<!--account-->";

/// Where it says what was done before.
const NO_NOTICE: &str = "<!--notice-->";

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

/// Who reads it.
#[derive(Debug, Template)]
#[template(path = "account.html")]
struct Account<'a> {
    reader: Option<Reader>,
    refused: bool,
    base: &'a str,
    action: String,
    sign_in: String,
}

#[derive(Debug)]
struct Reader {
    name: String,
    /// The path and the name of the customer that they belong to.
    customer: Option<(String, String)>,
    /// Whether there is a session in this browser to end.
    ends: bool,
}

/// An answer that is a page, as it is sent; any other as it is.
pub async fn dress(app: &Portico, request: &HttpRequest, response: HttpResponse) -> HttpResponse {
    if !response.extensions().contains::<IsPage>() {
        return response;
    }
    // Where it cannot be told who reads it, nothing is said of it.
    let bar = Box::pin(bar(app, request)).await.unwrap_or_default();
    let words = notice::of(request);
    let mut response = with(response, &bar, words);
    if words.is_some() && response.add_cookie(&notice::none(app)).is_err() {
        tracing::error!("a cookie is no header");
    }
    response
}

async fn bar(app: &Portico, request: &HttpRequest) -> Result<String, Error> {
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
            Some(Reader { name, customer, ends: has_token })
        }
        None => None,
    };
    let target = asked::target(request);
    let bar = Account {
        refused: reader.is_none() && session::credentials(app, request).is_some(),
        reader,
        base: app.api.base(),
        action: format!("{}{PATH}", app.api.prefix()),
        // Where every link leads: a cookie of another name of this host would be left behind there.
        sign_in: match request.path() {
            PATH => format!("{}{PATH}", app.api.base()),
            _ => format!("{}{}", app.api.base(), session::instead_of(&target)),
        },
    };
    bar.render().map_err(|error| Error::Internal(error.to_string()))
}

/// A page with what is put into it, kept by nobody.
pub fn with(response: HttpResponse, bar: &str, notice: Option<&str>) -> HttpResponse {
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
    let page = String::from_utf8_lossy(&bytes).replacen(PLACE, bar, 1);
    let page = match notice {
        Some(words) => {
            page.replacen(NO_NOTICE, &format!("<p id=\"notice\" class=\"notice\" role=\"status\">{words}</p>"), 1)
        }
        None => page,
    };
    response.set_body(page).map_into_boxed_body()
}
