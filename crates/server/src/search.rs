//! `/search`: one place to find what there is by a word of it, for people: in the collections of the service, and in those of the reader's
//! customer. Programs search each collection by the template that it has.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use explorer::FoundGroup;
use face::RouteTree;
use resource::Error;
use resource::people::introduction::introduce;

use crate::place::fixed;
use crate::problem::settle;
use crate::{Portico, asked, beside, exchange, page, routes};

/// Where it is.
const PATH: &str = "/search";
/// The longest text that is looked for, in bytes; no name has more.
const LONGEST: usize = 1000;
/// How many of each collection are shown.
const MOST: usize = 7;

/// Mounts it.
pub fn routes(tree: &mut RouteTree) {
    tree.add(PATH, fixed(search));
}

async fn search(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let fields = asked::fields(&request);
    let words = fields.get("q").map(|words| words.trim()).filter(|words| words.len() <= LONGEST).unwrap_or_default();
    let reply = async {
        let found = if words.is_empty() { Vec::new() } else { found(&app, &request, words).await? };
        let page = explorer::found_page(&app.api, &app.assets, words, found).map_err(Error::Internal)?;
        Ok(page::respond(StatusCode::OK, page))
    };
    settle(reply.await, &request, &app)
}

async fn found(app: &Portico, request: &HttpRequest, words: &str) -> Result<Vec<FoundGroup>, Error> {
    let home = match exchange::actor(app, request, false).await {
        Ok(actor) => introduce(&app.identities, &actor).await?.customer.map(|(path, _)| path),
        Err(_) => None,
    };
    let query = serde_urlencoded::to_string([("q", words), ("pageSize", &MOST.to_string())]).unwrap_or_default();
    let mut groups = Vec::new();
    for collection in resource::collections().filter(|collection| collection.member().free_text) {
        let Some(path) = beside::placed(collection, home.as_deref().unwrap_or_default()) else { continue };
        let page = Box::pin(routes::glance(collection, request, app, &path, &query)).await.ok();
        groups.extend(page.and_then(|page| FoundGroup::of(collection.member(), collection.link(), words, &page)));
    }
    Ok(groups)
}
