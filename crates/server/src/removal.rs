//! `/removal`: what is listed below something that is to be deleted, counted, and the form that deletes it.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use explorer::{ListBelow, PageSource};
use face::RouteTree;
use hydra::quads::Terms;
use resource::Error;

use crate::failure::Reply;
use crate::place::fixed;
use crate::problem::settle;
use crate::{Portico, beside, page, routes};

/// Mounts it.
pub fn routes(tree: &mut RouteTree) {
    tree.add(explorer::REMOVAL, fixed(removal));
}

async fn removal(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    settle(shown(&request, &app).await, &request, &app)
}

async fn shown(request: &HttpRequest, app: &Portico) -> Reply {
    let (path, _) = beside::subject(app, request)?;
    let class = beside::at(&path).ok_or(Error::NotFound)?;
    let (document, tag) = routes::glance_at_one(class, request, app, &path).await?;
    let below = format!("{}/", class.class().path);
    let mut lists = Vec::new();
    for list in resource::collections().filter(|list| list.owner().name == class.class().name) {
        let place = format!("{}/{}", path.trim_end_matches('/'), list.link());
        let page = Box::pin(routes::glance(list, request, app, &place, "pageSize=1")).await.ok();
        let is_below = list.member().path.starts_with(&below);
        lists.extend(page.and_then(|page| ListBelow::of(list.link(), is_below, &page)));
    }
    let terms = Terms::of_class(&app.api, class.class());
    let source = PageSource { tag: &tag, ..page::source(app, &document, &terms) };
    let removal = explorer::removal_page(source, lists).map_err(Error::Internal)?.ok_or(Error::NotFound)?;
    Ok(page::respond(StatusCode::OK, removal))
}
