//! `/several`: something is done to several resources that somebody has picked from a list, one after another, for people: each as if it
//! had been done by its own page, on the state that was shown. Programs send a request for each, or what a collection takes.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web::{self, Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use explorer::{Filled, Form, PageSource, Picked, SEVERAL, Said, SeveralSource, is_picked_from, is_tag};
use face::RouteTree;
use hydra::Method;
use hydra::quads::Terms;
use hydra::query::pairs;
use resource::Error;
use resource::served::ServedClass;
use serde_json::Value as Json;

use crate::failure::{Failure, Reply};
use crate::problem::settle;
use crate::routes::{Beside, glance_at_one, remove_beside, update_beside};
use crate::{Portico, asked, beside, form_body, notice, page, place, session};

/// How many are picked at the most.
const MOST: usize = 250;

/// What a box is called that is ticked.
const PICK: &str = "pick";

/// Mounts it.
pub fn routes(tree: &mut RouteTree) {
    let routes = vec![(Method::Get, web::route().to(ask)), (Method::Post, web::route().to(take))];
    tree.add(SEVERAL, place::of("page", routes));
}

async fn ask(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let picks = pairs(request.query_string()).into_iter().filter(|(name, _)| name == PICK).map(|(_, pick)| pick);
    settle(asked_for(&request, &app, picks).await, &request, &app)
}

async fn take(request: HttpRequest, app: Data<Portico>, payload: Payload) -> HttpResponse {
    let reply = async {
        let form = form_body::read(&request, &app, payload).await?;
        match form.method {
            // More may be ticked than an address has room for.
            Method::Get => asked_for(&request, &app, form.all(PICK).into_iter()).await,
            Method::Patch | Method::Delete if form.raw.is_none() && !form.shows => taken(&request, &app, &form).await,
            _ => Err(Failure::bad_request("Several are changed or deleted, and nothing else.")),
        }
    };
    settle(reply.await, &request, &app)
}

/// What was picked.
struct Several {
    /// The list that it was picked from: its path and its query.
    list: String,
    /// The class of all of it.
    class: &'static dyn ServedClass,
    /// Where each is, once.
    paths: Vec<String>,
}

impl Several {
    /// What stands for itself in a list, or is an address of this service.
    fn new(request: &HttpRequest, app: &Portico, picks: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let list = beside::address(app, &asked::fields(request))?.to_owned();
        let below = list.split('?').next().unwrap_or_default();
        beside::listed_at(below).ok_or_else(|| Failure::bad_request("of must be the address of a list."))?;
        let mut paths: Vec<String> = Vec::new();
        for pick in picks {
            let path = match pick.contains('/') {
                true => session::place(app, Some(&pick)).to_owned(),
                false => format!("{below}/{pick}"),
            };
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        if paths.len() > MOST {
            return Err(Failure::bad_request(format!("At most {MOST} are changed or deleted at a time.")));
        }
        let nothing = "Nothing was picked. Go back, and tick what is to be changed or deleted.";
        let first = paths.first().ok_or_else(|| Failure::bad_request(nothing))?;
        let class = beside::at(first).filter(|class| is_picked_from(class.class())).ok_or(Error::NotFound)?;
        match paths.iter().all(|path| beside::at(path).is_some_and(|one| one.class().name == class.class().name)) {
            true => Ok(Self { list, class, paths }),
            false => Err(Failure::bad_request("What is picked must all be of one kind.")),
        }
    }

    fn shown(&self, app: &Portico, status: StatusCode, picked: &[Picked], again: Option<(&Form, &Said)>) -> Reply {
        let class = self.class.class();
        let terms = Terms::of_class(&app.api, class);
        let source = PageSource { again, ..page::source(app, &Json::Null, &terms) };
        let several = SeveralSource { source, list: &self.list, class, picked };
        let page = explorer::several_page(&app.api, &app.assets, several).map_err(Error::Internal)?;
        Ok(page::respond(status, page))
    }
}

async fn asked_for(request: &HttpRequest, app: &Portico, picks: impl Iterator<Item = String>) -> Reply {
    let several = Several::new(request, app, picks)?;
    let mut picked = Vec::with_capacity(several.paths.len());
    for path in &several.paths {
        let seen = match Box::pin(glance_at_one(several.class, request, app, path)).await {
            Ok(seen) => Some(seen),
            Err(failure) if failure.status == StatusCode::NOT_FOUND => None,
            Err(failure) => return Err(failure),
        };
        picked.push(Picked { path: path.clone(), seen, outcome: None });
    }
    several.shown(app, StatusCode::OK, &picked, None)
}

async fn taken(request: &HttpRequest, app: &Data<Portico>, form: &Form) -> Reply {
    let (picks, tags) = (form.all(PICK), form.all("_tag"));
    if picks.len() != tags.len() || !tags.iter().all(|tag| is_tag(tag)) {
        let missing = "The form does not say of each which state of it is meant: a _tag is missing, or is none.";
        return Err(Failure::bad_request(missing));
    }
    let several = Several::new(request, app, picks.iter().cloned())?;
    if several.paths.len() != picks.len() {
        return Err(Failure::bad_request("Something is picked twice."));
    }
    let class = several.class;
    if class.operations().iter().all(|operation| operation.method != form.method) {
        return Err(Failure::bad_request(format!("There is no {} of them.", form.method.name())));
    }
    let terms = Terms::of_class(&app.api, class.class());
    let filled = explorer::filled_for_each(page::source(app, &Json::Null, &terms), class.class(), form);
    let (body, refused) = match filled {
        Filled::Body(text) => (Bytes::from(text), None),
        Filled::Wrong(said) => (Bytes::new(), Some(said)),
        Filled::Nothing | Filled::File | Filled::Absent => (Bytes::new(), Some(explorer::nothing_said())),
    };
    let (mut picked, mut failed) = (Vec::with_capacity(tags.len()), None);
    for (path, tag) in several.paths.iter().zip(tags) {
        let mut outcome = None;
        // It goes on to be about what was shown, until somebody is told that that has changed.
        let mut is_told = false;
        if refused.is_none() {
            let one = Beside { class, request, app, path, tag: &tag };
            let done = match form.method {
                Method::Delete => Box::pin(remove_beside(one)).await,
                _ => Box::pin(update_beside(one, body.clone())).await,
            };
            outcome = Some(done.map_err(|failure| {
                is_told = failure.status == StatusCode::PRECONDITION_FAILED;
                let detail = failure.detail.clone();
                failed.get_or_insert(failure);
                detail
            }));
        }
        // Whatever is not seen any more, what was done is said.
        let seen = Box::pin(glance_at_one(class, request, app, path)).await.ok();
        let seen = seen.map(|(document, now)| (document, if is_told { now } else { tag }));
        picked.push(Picked { path: path.clone(), seen, outcome });
    }
    let (status, said) = match (refused, failed) {
        (Some(said), _) => (StatusCode::BAD_REQUEST, said),
        (None, Some(failure)) => (failure.status, said(failure, &picked)),
        (None, None) => return Ok(done(app, form.method, &several.list)),
    };
    several.shown(app, status, &picked, Some((form, &said)))
}

/// What is said above a form of which something could not be done.
fn said(failure: Failure, picked: &[Picked]) -> Said {
    let is_part = picked.iter().any(|one| matches!(one.outcome, Some(Ok(()))));
    Said {
        title: if is_part { "Some of it could not be done." } else { "It could not be done." }.into(),
        detail: failure.detail,
        violations: failure.violations.into_iter().map(|one| (one.property_path, one.message)).collect(),
        ..Said::default()
    }
}

/// Where the list is, with what was done.
fn done(app: &Portico, method: Method, list: &str) -> HttpResponse {
    let words = if method == Method::Delete { notice::Notice::Deleted } else { notice::Notice::Changed };
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, format!("{}{list}", app.api.base())));
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response.cookie(notice::telling(app, words)).finish()
}
