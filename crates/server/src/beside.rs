//! What pages show beside their documents, as whoever reads them sees it: lists to choose from.

use actix_web::body::MessageBody;
use actix_web::{HttpRequest, HttpResponse};
use hydra::{ClassDef, Method};
use resource::served::ServedCollection;
use serde_json::Value as Json;

use crate::explorer::{IsPage, wanted};
use crate::{Portico, routes};

/// How many are offered without a search.
const MOST: usize = 50;

/// An answer that is a page, with the lists that it wants; any other as it is.
pub async fn fill(app: &Portico, request: &HttpRequest, response: HttpResponse) -> HttpResponse {
    if !response.extensions().contains::<IsPage>() {
        return response;
    }
    let (head, body) = response.into_parts();
    // Pages are made whole.
    let Ok(bytes) = body.try_into_bytes() else { return head.map_into_boxed_body() };
    match std::str::from_utf8(&bytes) {
        Ok(page) if wanted(&app.api, page).is_some() => {
            head.set_body(Box::pin(filled(app, request, page)).await).map_into_boxed_body()
        }
        _ => head.set_body(bytes).map_into_boxed_body(),
    }
}

async fn filled(app: &Portico, request: &HttpRequest, page: &str) -> String {
    let (mut filled, mut rest) = (String::with_capacity(page.len() + 4096), page);
    let mut known: Vec<(&str, Option<Json>)> = Vec::new();
    while let Some((before, list, after)) = wanted(&app.api, rest) {
        let name = list.class.name;
        if known.iter().all(|(class, _)| *class != name) {
            known.push((name, first_page(app, request, list.class).await));
        }
        let page = known.iter().find(|(class, _)| *class == name).and_then(|(_, page)| page.as_ref());
        filled.push_str(before);
        filled.push_str(&list.list(page));
        rest = after;
    }
    filled + rest
}

/// The first page of the widest collection of a class that the reader sees, of those that are owned by what a request is about or is in.
async fn first_page(app: &Portico, request: &HttpRequest, class: &ClassDef) -> Option<Json> {
    let here = request.uri().path();
    let mut all: Vec<(usize, String, &'static dyn ServedCollection)> = resource::collections()
        .filter(|collection| collection.member().name == class.name)
        .filter(|collection| collection.operations().iter().any(|operation| operation.method == Method::Get))
        .filter_map(|collection| Some((collection.path().matches('{').count(), placed(collection, here)?, collection)))
        .collect();
    all.sort_by_key(|(variables, path, _)| (*variables, path.len()));
    for (_, path, collection) in all {
        let query = format!("pageSize={MOST}");
        if let Some(page) = Box::pin(routes::glance(collection, request, app, &path, &query)).await {
            return Some(page);
        }
    }
    None
}

/// The path of a collection whose owner is at a path, or above it.
pub fn placed(collection: &dyn ServedCollection, path: &str) -> Option<String> {
    let template = collection.path();
    let (owner, link) = template.rsplit_once('/')?;
    let mut here = path.split('/');
    let segments = owner.split('/').map(|segment| {
        let given = here.next()?;
        (segment.starts_with('{') || given == segment).then_some(given)
    });
    Some(format!("{}/{link}", segments.collect::<Option<Vec<_>>>()?.join("/")))
}
