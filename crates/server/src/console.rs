//! `/console`: any request that an address takes, written by hand and sent, for developers with a browser. What is sent from there goes the
//! way of every form.

use actix_web::body::MessageBody;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use explorer::{ConsoleForm, ShownAnswer, offered};
use face::RouteTree;
use resource::Error;
use resource::served::Served;
use serde_json::{Value as Json, json};

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
    let class = beside::at(&path);
    let list = if class.is_none() { beside::listed_at(&path) } else { None };
    let found = match (class, list) {
        (Some(class), _) => routes::glance_at_one(class, request, app, &path).await,
        (None, Some(list)) => routes::glance(list, request, app, &path, &query).await.map(|page| (page, String::new())),
        (None, None) => Err(Error::NotFound.into()),
    };
    let (document, tag) = match (found, class) {
        // Something may be put where nothing is.
        (Err(failure), Some(class)) if failure.status == StatusCode::NOT_FOUND => {
            (absent(app, class, &path), String::new())
        }
        (found, _) => found?,
    };
    let iri = document["@id"].as_str().unwrap_or_default();
    let place = if query.is_empty() { path } else { format!("{path}?{query}") };
    let console = ConsoleForm { tag: &tag, ..form(app, &document, &place) };
    let page = explorer::console_page(&app.api, &app.assets, iri, console, None).map_err(Error::Internal)?;
    Ok(page::respond(StatusCode::OK, page))
}

/// What stands for a document where there is none, or none that is seen: whatever can be done at such an address.
pub fn absent(app: &Portico, served: &'static dyn Served, path: &str) -> Json {
    let operations: Vec<Json> =
        served.operations().iter().map(|operation| json!({"method": operation.method.name()})).collect();
    json!({"@id": format!("{}{path}", app.api.base()), "operation": operations})
}

/// The form of a request to what a document is of, at a path with its query; it reads.
pub fn form<'a>(app: &Portico, document: &'a Json, place: &str) -> ConsoleForm<'a> {
    let methods = offered(document).collect();
    ConsoleForm { action: format!("{}{place}", app.api.prefix()), methods, method: "GET", tag: "", body: "" }
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
