//! `/console`: any request that an address takes, written by hand and sent, for developers with a browser. What is sent from there goes the
//! way of every form.

use actix_web::body::MessageBody;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use explorer::{ConsoleForm, ShownAnswer};
use face::RouteTree;
use resource::Error;
use serde_json::Value as Json;

use crate::failure::Reply;
use crate::place::fixed;
use crate::problem::settle;
use crate::{Portico, beside, page, routes};

/// Mounts it.
pub fn routes(tree: &mut RouteTree) {
    tree.add(explorer::CONSOLE, fixed(console));
}

async fn console(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    settle(shown(&request, &app).await, &request, &app)
}

async fn shown(request: &HttpRequest, app: &Portico) -> Reply {
    let (path, query) = beside::subject(app, request)?;
    let (document, tag) = match beside::at(&path) {
        Some(class) => routes::glance_at_one(class, request, app, &path).await?,
        None => {
            let list = beside::listed_at(&path).ok_or(Error::NotFound)?;
            (routes::glance(list, request, app, &path, &query).await?, String::new())
        }
    };
    let iri = document["@id"].as_str().unwrap_or_default();
    let console = form(app, &document, "GET", &tag, "");
    let page = explorer::console_page(&app.api, &app.assets, iri, console, None).map_err(Error::Internal)?;
    Ok(page::respond(StatusCode::OK, page))
}

/// The form of a request to what a document is of.
pub fn form<'a>(app: &Portico, document: &'a Json, method: &'a str, tag: &'a str, body: &'a str) -> ConsoleForm<'a> {
    let iri = document["@id"].as_str().unwrap_or_default();
    let path = iri.strip_prefix(app.api.base()).unwrap_or(iri);
    let offered = document["operation"].as_array().map_or(&[][..], Vec::as_slice);
    let methods = offered.iter().filter_map(|operation| operation["method"].as_str()).collect();
    ConsoleForm { action: format!("{}{path}", app.api.prefix()), methods, method, tag, body }
}

/// An answer as it is shown.
pub fn answer(response: HttpResponse) -> ShownAnswer {
    let status = response.status().to_string();
    let headers = response.headers().iter();
    let headers =
        headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let headers = headers.collect();
    let bytes = response.into_body().try_into_bytes().unwrap_or_default();
    ShownAnswer { status, headers, body: String::from_utf8(bytes.into()).ok() }
}
