//! What pages show beside their documents, as whoever reads them sees it: lists to choose from, and what is called how.

use std::collections::HashMap;

use actix_web::body::MessageBody;
use actix_web::{HttpRequest, HttpResponse};
use explorer::{Hole, SEVERAL, Tree, WantedBoxes, WantedList, count, heading, hole, named, strip, timeline};
use hydra::{ClassDef, Method};
use resource::SERVED;
use resource::served::{ServedClass, ServedCollection};
use serde_json::Value as Json;

use crate::failure::Failure;
use crate::page::IsPage;
use crate::{Portico, asked, home, routes, session};

/// How far up a tree is shown.
const DEEPEST: usize = 8;
/// How many changes are told.
const TOLD: usize = 10;
/// How many pictures are shown of a list.
const PICTURES: usize = 12;
/// How many are offered without a search, and how many names are looked up.
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
        Ok(page) if hole(&app.api, page).is_some() => {
            head.set_body(Box::pin(filled(app, request, page)).await).map_into_boxed_body()
        }
        _ => head.set_body(bytes).map_into_boxed_body(),
    }
}

/// What was looked up for a page.
#[derive(Default)]
struct Known<'a> {
    lists: Vec<(&'static str, Option<Json>)>,
    names: Vec<(&'a str, Option<String>)>,
}

async fn filled(app: &Portico, request: &HttpRequest, page: &str) -> String {
    let (mut filled, mut rest) = (String::with_capacity(page.len() + 4096), page);
    let mut known = Known::default();
    while let Some((before, hole, after)) = hole(&app.api, rest) {
        filled.push_str(before);
        match hole {
            Hole::List(list) => filled.push_str(&known.list(app, request, list).await),
            Hole::Boxes(boxes) => filled.push_str(&known.boxes(app, request, boxes).await),
            Hole::Strip(path) => filled.push_str(&pictures(app, request, path).await.unwrap_or_default()),
            Hole::Count(path) => filled.push_str(&counted(app, request, path).await.unwrap_or_default()),
            Hole::Timeline(path) => filled.push_str(&happened(app, request, path).await.unwrap_or_default()),
            // Whoever is not told of what was before sees it on the page.
            Hole::Now => filled.push_str(&resource::last_change(&app.identities).await.unwrap_or_default().to_string()),
            Hole::Home => filled.push_str(&home::home(app, request).await.unwrap_or_default()),
            Hole::Tree(path) => filled.push_str(&tree(app, request, path).await.unwrap_or_default()),
            Hole::Name { path, otherwise } => {
                filled.push_str(known.name(app, request, path).await.unwrap_or(otherwise));
            }
        }
        rest = after;
    }
    filled + rest
}

impl<'a> Known<'a> {
    async fn list(&mut self, app: &Portico, request: &HttpRequest, list: WantedList<'_>) -> String {
        list.of(self.first_page(app, request, list.class).await)
    }

    async fn boxes(&mut self, app: &Portico, request: &HttpRequest, boxes: WantedBoxes<'_>) -> String {
        boxes.of(self.first_page(app, request, boxes.class).await)
    }

    async fn first_page(&mut self, app: &Portico, request: &HttpRequest, class: &'static ClassDef) -> Option<&Json> {
        if self.lists.iter().all(|(known, _)| *known != class.name) {
            self.lists.push((class.name, first_page(app, request, class).await));
        }
        self.lists.iter().find(|(known, _)| *known == class.name).and_then(|(_, page)| page.as_ref())
    }

    async fn name(&mut self, app: &Portico, request: &HttpRequest, path: &'a str) -> Option<&str> {
        if self.names.iter().all(|(known, _)| *known != path) {
            let name = if self.names.len() < MOST { name(app, request, path).await } else { None };
            self.names.push((path, name));
        }
        self.names.iter().find(|(known, _)| *known == path).and_then(|(_, name)| name.as_deref())
    }
}

/// What the resource at a path is called, if its address does not say it.
async fn name(app: &Portico, request: &HttpRequest, path: &str) -> Option<String> {
    let class = at(path).filter(|class| class.path().ends_with('}'))?;
    let (document, _) = Box::pin(routes::glance_at_one(class, request, app, path)).await.ok()?;
    named(class.class(), &document)
}

/// The first of those that are listed at a path, as pictures.
async fn pictures(app: &Portico, request: &HttpRequest, path: &str) -> Option<String> {
    let list = listed_at(path)?;
    let page = Box::pin(routes::glance(list, request, app, path, &format!("pageSize={PICTURES}"))).await.ok()?;
    Some(strip(list.member(), &page))
}

/// How many are listed at a path, where that is counted.
async fn counted(app: &Portico, request: &HttpRequest, path: &str) -> Option<String> {
    let page = Box::pin(routes::glance(listed_at(path)?, request, app, path, "pageSize=1")).await.ok()?;
    page["totalItems"].as_u64().map(count)
}

/// What has happened to the resource at a path, as far as the reader may look at that.
async fn happened(app: &Portico, request: &HttpRequest, path: &str) -> Option<String> {
    let list = format!("{path}/changes");
    let query = format!("pageSize={}", TOLD + 1);
    let page = Box::pin(routes::glance(listed_at(&list)?, request, app, &list, &query)).await.ok()?;
    Some(timeline(&app.api, &format!("{}{path}", app.api.base()), &page, TOLD))
}

/// Where a resource lies among the others of its class, as far as they are seen.
async fn tree(app: &Portico, request: &HttpRequest, path: &str) -> Option<String> {
    let class = at(path)?;
    let tree = class.class().tree?;
    let (document, _) = Box::pin(routes::glance_at_one(class, request, app, path)).await.ok()?;
    let called = |node: &Json| Some((heading(class.class(), node)?.to_owned(), node["@id"].as_str()?.to_owned()));
    let place = |node: &Json, link: &str| Some(node[link].as_str()?.strip_prefix(app.api.base())?.to_owned());
    let (mut above, mut parent) = (Vec::new(), place(&document, tree.parent));
    while let Some(path) = parent.filter(|_| above.len() < DEEPEST) {
        let Ok((node, _)) = Box::pin(routes::glance_at_one(class, request, app, &path)).await else { break };
        above.extend(called(&node));
        parent = place(&node, tree.parent);
    }
    above.reverse();
    let list = place(&document, tree.children)?;
    let page = match listed_at(&list) {
        Some(children) => Box::pin(routes::glance(children, request, app, &list, "pageSize=20")).await.ok(),
        None => None,
    };
    let members = page.as_ref().and_then(|page| page["member"].as_array()).map_or(&[][..], Vec::as_slice);
    let is_all = page.as_ref().is_none_or(|page| page["totalItems"].as_u64() == Some(members.len() as u64));
    let (here, _) = called(&document)?;
    let below = members.iter().filter_map(called).collect();
    Some(Tree { above, here, below, more: (!is_all).then(|| format!("{}{list}", app.api.base())) }.drawn())
}

/// The class of what is at a path.
pub fn at(path: &str) -> Option<&'static dyn ServedClass> {
    routes::at(SERVED.iter().copied(), |class| *class, path)
}

/// What a page is about that is of no address of its own: the path and the query in its `of`.
///
/// # Errors
/// There is none, it is no address of this service, or it has lost a part of its query.
pub fn subject(app: &Portico, request: &HttpRequest) -> Result<(String, String), Failure> {
    let fields = asked::fields(request);
    if fields.keys().any(|name| name != "of") {
        return Err(Failure::bad_request("Nothing but of is taken here. Write an & that is a part of it as %26."));
    }
    let of = address(app, &fields)?;
    let (path, query) = of.split_once('?').unwrap_or((of, ""));
    Ok((path.to_owned(), query.to_owned()))
}

/// The path and the query of the address of this service that is in a field `of`, whether it is whole or begins with its path.
///
/// # Errors
/// There is none, or it is another's.
pub fn address<'a>(app: &Portico, fields: &'a HashMap<String, String>) -> Result<&'a str, Failure> {
    let of = fields.get("of").map(String::as_str);
    let place = session::place(app, of);
    match place == "/" && of != Some("/") {
        true => Err(Failure::bad_request("of must be an address of this service.")),
        false => Ok(place),
    }
}

/// The collection that is at a path.
pub fn listed_at(path: &str) -> Option<&'static dyn ServedCollection> {
    routes::at(resource::collections(), |collection| *collection, path)
}

/// The first page of the widest collection of a class that the reader sees, of those that are owned by what a request is about or is in.
async fn first_page(app: &Portico, request: &HttpRequest, class: &ClassDef) -> Option<Json> {
    let fields = asked::fields(request);
    let here = match request.uri().path() {
        SEVERAL => address(app, &fields).ok()?.split('?').next().unwrap_or_default(),
        path => path,
    };
    let mut all: Vec<(usize, String, &'static dyn ServedCollection)> = resource::collections()
        .filter(|collection| collection.member().name == class.name)
        .filter(|collection| collection.operations().iter().any(|operation| operation.method == Method::Get))
        .filter_map(|collection| Some((collection.path().matches('{').count(), placed(collection, here)?, collection)))
        .collect();
    all.sort_by_key(|(variables, path, _)| (*variables, path.len()));
    for (_, path, collection) in all {
        let query = format!("pageSize={MOST}");
        if let Ok(page) = Box::pin(routes::glance(collection, request, app, &path, &query)).await {
            return Some(page);
        }
    }
    None
}

/// The path of a collection whose owner is at a path, or above it.
pub fn placed(collection: &dyn ServedCollection, path: &str) -> Option<String> {
    explorer::placed(&collection.path(), path)
}
