//! `/several`: something is done to several resources that somebody has picked from a list, one after another, for people: each as if it
//! had been done by its own page, on the state that was shown. Programs send a request for each, or what a collection takes.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web::{self, Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use explorer::{Filled, Form, PageSource, Picked, SEVERAL, Said, SeveralSource};
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

/// Mounts it.
pub fn routes(tree: &mut RouteTree) {
    let routes = vec![(Method::Get, web::route().to(ask)), (Method::Post, web::route().to(take))];
    tree.add(SEVERAL, place::of("page", routes));
}

async fn ask(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    settle(asked_for(&request, &app).await, &request, &app)
}

async fn take(request: HttpRequest, app: Data<Portico>, payload: Payload) -> HttpResponse {
    settle(taken(&request, &app, payload).await, &request, &app)
}

/// The list that they are picked from: its path and its query.
fn list(request: &HttpRequest, app: &Portico) -> Result<String, Failure> {
    beside::address(app, &asked::fields(request)).map(String::from)
}

async fn asked_for(request: &HttpRequest, app: &Portico) -> Reply {
    let list = list(request, app)?;
    let below = list.split('?').next().unwrap_or_default();
    let picks = pairs(request.query_string()).into_iter().filter(|(name, _)| name == "pick");
    let path = |pick: String| match pick.contains('/') {
        true => session::place(app, Some(&pick)).to_owned(),
        false => format!("{below}/{pick}"),
    };
    let paths: Vec<String> = picks.map(|(_, pick)| path(pick)).collect();
    let class = class(&paths)?;
    let mut picked = Vec::with_capacity(paths.len());
    for path in paths {
        let seen = seen(request, app, class, &path).await?;
        picked.push(Picked { path, seen, outcome: None });
    }
    shown(app, StatusCode::OK, class, &list, &picked, None)
}

/// The class that all of them are of.
fn class(paths: &[String]) -> Result<&'static dyn ServedClass, Failure> {
    let Some(first) = paths.first() else {
        return Err(Failure::bad_request("Nothing was picked. Go back, and tick what is to be changed or deleted."));
    };
    if paths.len() > MOST {
        return Err(Failure::bad_request(format!("At most {MOST} are changed or deleted at a time.")));
    }
    let class = beside::at(first).filter(|class| explorer::takes_several(class.class())).ok_or(Error::NotFound)?;
    match paths.iter().all(|path| beside::at(path).is_some_and(|one| one.class().name == class.class().name)) {
        true => Ok(class),
        false => Err(Failure::bad_request("What is picked must all be of one kind.")),
    }
}

/// One of them as its own page would show it, and the tag of that; none where it is not seen.
async fn seen(
    request: &HttpRequest,
    app: &Portico,
    class: &'static dyn ServedClass,
    path: &str,
) -> Result<Option<(Json, String)>, Failure> {
    match Box::pin(glance_at_one(class, request, app, path)).await {
        Ok(seen) => Ok(Some(seen)),
        Err(failure) if failure.status == StatusCode::NOT_FOUND => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn shown(
    app: &Portico,
    status: StatusCode,
    class: &'static dyn ServedClass,
    list: &str,
    picked: &[Picked],
    again: Option<(&Form, &Said)>,
) -> Reply {
    let terms = Terms::of_class(&app.api, class.class());
    let source = PageSource { again, ..page::source(app, &Json::Null, &terms) };
    let several = SeveralSource { source, list, class: class.class(), picked };
    let page = explorer::several_page(&app.api, &app.assets, several).map_err(Error::Internal)?;
    Ok(page::respond(status, page))
}

async fn taken(request: &HttpRequest, app: &Data<Portico>, payload: Payload) -> Reply {
    let form = form_body::read(request, app, payload).await?;
    let list = list(request, app)?;
    let (paths, tags) = (form.all("pick"), form.all("_tag"));
    let class = class(&paths)?;
    if paths.len() != tags.len() {
        return Err(Failure::bad_request(
            "The form does not say of each which state of it is meant: a _tag is missing.",
        ));
    }
    if class.operations().iter().all(|operation| operation.method != form.method) {
        return Err(Failure::bad_request(format!("There is no {} of them.", form.method.name())));
    }
    let terms = Terms::of_class(&app.api, class.class());
    let filled = explorer::filled_for_each(page::source(app, &Json::Null, &terms), class.class(), &form);
    let (body, refused) = match filled {
        Filled::Body(text) => (Bytes::from(text), None),
        Filled::Wrong(said) => (Bytes::new(), Some(said)),
        Filled::Nothing | Filled::File | Filled::Absent => (Bytes::new(), Some(explorer::nothing_said())),
    };
    let (mut picked, mut failed) = (Vec::with_capacity(paths.len()), None);
    for (path, tag) in paths.into_iter().zip(tags) {
        let outcome = match refused {
            Some(_) => None,
            None => {
                let one = Beside { class, request, app, path: &path, tag: &tag };
                let done = match form.method {
                    Method::Delete => Box::pin(remove_beside(one)).await,
                    _ => Box::pin(update_beside(one, body.clone())).await,
                };
                Some(done.map_err(|failure| {
                    let detail = failure.detail.clone();
                    failed.get_or_insert(failure);
                    detail
                }))
            }
        };
        let seen = if matches!(outcome, Some(Ok(()))) { None } else { seen(request, app, class, &path).await? };
        picked.push(Picked { path, seen, outcome });
    }
    let (status, said) = match (refused, failed) {
        (Some(said), _) => (StatusCode::BAD_REQUEST, said),
        (None, Some(failure)) => (failure.status, said(failure)),
        (None, None) => return Ok(done(app, form.method, &list)),
    };
    shown(app, status, class, &list, &picked, Some((&form, &said)))
}

/// What is said above a form of which something could not be done.
fn said(failure: Failure) -> Said {
    Said {
        title: "Not all of it could be done.".into(),
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
