//! `/removal`: what goes with something that is deleted, counted, and the form that deletes it.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use face::RouteTree;
use hydra::quads::Terms;
use resource::Error;

use crate::explorer::{self, PageSource, TakenAlong};
use crate::failure::Reply;
use crate::problem::settle;
use crate::published::fixed;
use crate::{Portico, beside, routes};

/// Mounts it.
pub fn routes(tree: &mut RouteTree) {
    tree.add(explorer::REMOVAL, |path| fixed(web::resource(path), removal));
}

async fn removal(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    settle(shown(&request, &app).await, &request, &app)
}

async fn shown(request: &HttpRequest, app: &Portico) -> Reply {
    let (path, _) = beside::subject(request);
    let class = beside::at(&path).ok_or(Error::NotFound)?;
    let Some((document, tag)) = routes::glance_at_one(class, request, app, &path).await else {
        return Err(beside::unseen(app, request).await);
    };
    let mut along = Vec::new();
    // What lives elsewhere stays there.
    let below = format!("{}/", class.class().path);
    let lists = resource::collections().filter(|list| list.owner().name == class.class().name);
    for list in lists.filter(|list| list.member().path.starts_with(&below)) {
        let place = format!("{}/{}", path.trim_end_matches('/'), list.link());
        let page = Box::pin(routes::glance(list, request, app, &place, "pageSize=1")).await;
        along.extend(page.and_then(|page| TakenAlong::of(list.link(), &page)));
    }
    let (api, assets, terms) = (&app.api, &app.assets, &Terms::of_class(&app.api, class.class()));
    let source = PageSource { api, assets, document: &document, terms, tag: &tag, again: None };
    let page = explorer::removal_page(source, along).map_err(Error::Internal)?.ok_or(Error::NotFound)?;
    Ok(explorer::respond(StatusCode::OK, page))
}
