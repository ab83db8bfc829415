//! `/source`: the document of a collection in a browser, as programs get it. Pages of resources have theirs in them; those of collections
//! would be several times as large.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use face::RouteTree;
use hydra::quads::Terms;
use resource::Error;

use crate::failure::Reply;
use crate::place::fixed;
use crate::problem::settle;
use crate::{Portico, beside, page, routes};

/// Mounts it.
pub fn routes(tree: &mut RouteTree) {
    tree.add(explorer::SOURCE, fixed(source));
}

async fn source(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    settle(shown(&request, &app).await, &request, &app)
}

async fn shown(request: &HttpRequest, app: &Portico) -> Reply {
    let (path, query) = beside::subject(app, request)?;
    let collection = beside::listed_at(&path).ok_or(Error::NotFound)?;
    let document = routes::glance(collection, request, app, &path, &query).await?;
    let terms = Terms::of_class(&app.api, collection.member());
    let source = explorer::source_page(page::source(app, &document, &terms)).map_err(Error::Internal)?;
    Ok(page::respond(StatusCode::OK, source))
}
