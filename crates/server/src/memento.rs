//! Resources as they were (RFC 7089): of each that is logged a TimeGate, which finds what it was at an instant, a TimeMap, which lists all
//! that it was, and what it was after each change, a memento.
//!
//! Resources themselves know nothing of instants, so that no cache has to tell their answers apart by them: they only say where their
//! TimeGate is.

use std::borrow::Cow;
use std::time::SystemTime;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HttpDate};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::DateTime;
use face::RouteTree;
use hydra::query::{Literal, pairs};
use hydra::{Class as _, ClassDef, Datatype, Method, Timestamp, expand, parse_path, past};
use percent_encoding::percent_decode_str;
use resource::served::ServedClass;
use resource::{Error, SERVED, Version, Versions};
use serde_json::{Map, Value as Json};
use vocab::value::ChangeId;
use vocab::{Change, ChangeKey};

use crate::answer::{iri, unwritten};
use crate::conditional::{is_whole_known, tag_of_text};
use crate::exchange::Exchange;
use crate::failure::{Failure, Reply};
use crate::past::{LINK_FORMAT, TIMEGATE, TIMEMAP, place};
use crate::place::fixed;
use crate::problem::settle;
use crate::sending::{self, Seen};
use crate::{Portico, negotiate, routes as served};

/// What the address of a memento has after that of the change.
const STATE: &str = "/state";
/// How many mementos a TimeMap lists, before it leads on.
const LISTED: u64 = 1_000;

const ACCEPT_DATETIME: HeaderName = HeaderName::from_static("accept-datetime");
const MEMENTO_DATETIME: HeaderName = HeaderName::from_static("memento-datetime");

/// Mounts all three.
pub fn routes(tree: &mut RouteTree) {
    tree.add("/timegate/{*address}", fixed(timegate));
    tree.add("/timemap/{*address}", fixed(timemap));
    tree.add(&format!("{}{STATE}", Change::CLASS.path), fixed(memento));
}

/// The path of the resource that an address here is about: that follows whole, or without what ours have in common.
fn original(app: &Portico, request: &HttpRequest, root: &str) -> Result<String, Error> {
    let rest = request.uri().path().strip_prefix(root).ok_or(Error::NotFound)?;
    let is_encoded = rest.get(.."http%3a".len()).is_some_and(|start| start.eq_ignore_ascii_case("http%3a"))
        || rest.get(.."https%3a".len()).is_some_and(|start| start.eq_ignore_ascii_case("https%3a"));
    let rest = match is_encoded {
        true => percent_decode_str(rest).decode_utf8().map_err(|_| Error::NotFound)?,
        false => Cow::Borrowed(rest),
    };
    let base = app.api.base();
    // Two slashes in a path have become one on the way here.
    let merged = base.replacen("://", ":/", 1);
    let ours = [base, &merged].into_iter().find_map(|base| rest.strip_prefix(base));
    let path = ours.map_or_else(|| format!("/{rest}"), str::to_owned);
    Ok(path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').to_owned())
}

/// The class of the resource at a path, where it is one that is logged.
fn logged(path: &str) -> Result<&'static dyn ServedClass, Error> {
    let class = served::at(SERVED.iter().copied(), |class| *class, path);
    let is_told = |class: &ClassDef| class.logged && class.operation(Method::Get).is_some();
    class.filter(|class| is_told(class.class())).ok_or(Error::NotFound)
}

/// `GET /timegate/{address}`
async fn timegate(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    settle(negotiated(&request, &app).await, &request, &app)
}

async fn negotiated(request: &HttpRequest, app: &Portico) -> Reply {
    let path = original(app, request, TIMEGATE)?;
    let class = logged(&path)?;
    let admitted = Exchange::beside(request, app, &path, class, Method::Get).admit().await?;
    let until = until(request)?;
    let (_, versions) = admitted.act(async |cx| class.version_before(cx, admitted.key(), until).await).await?;
    let mut response = HttpResponse::Found();
    response.insert_header((header::LOCATION, address(app, versions.this)));
    response.insert_header((header::VARY, "Accept-Datetime, Authorization, Cookie"));
    response.insert_header((header::LINK, links(app, &path, &versions)));
    Ok(response.finish())
}

/// Before which instant a version is asked for, in microseconds since 1970. What is asked for by `Accept-Datetime` has no parts of
/// seconds, and neither has what is told of mementos: all of the second is meant.
fn until(request: &HttpRequest) -> Result<i64, Failure> {
    let second = 1_000_000;
    if let Some((_, at)) = pairs(request.query_string()).into_iter().rfind(|(name, _)| name == "at") {
        return match Literal::parse(Datatype::DateTime, &at) {
            Ok(Literal::Instant(instant)) => Ok(instant.timestamp_micros().saturating_add(1)),
            _ => Err(Error::invalid("at", "must be an instant, as 2026-01-31T12:00:00Z is one").into()),
        };
    }
    let Some(said) = request.headers().get(ACCEPT_DATETIME) else { return Ok(i64::MAX) };
    // As mail has it: the same, and also what is before 1970.
    let date = said.to_str().ok().and_then(|date| DateTime::parse_from_rfc2822(date.trim()).ok());
    let date = date.ok_or_else(|| {
        Failure::bad_request("Accept-Datetime must be a date as HTTP has it, as Sat, 31 Jan 2026 12:00:00 GMT is one.")
    })?;
    Ok(date.timestamp_micros().saturating_add(second))
}

/// `GET /timemap/{address}`
async fn timemap(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    settle(listed(&request, &app).await, &request, &app)
}

async fn listed(request: &HttpRequest, app: &Portico) -> Reply {
    let path = original(app, request, TIMEMAP)?;
    let class = logged(&path)?;
    let admitted = Exchange::beside(request, app, &path, class, Method::Get).admit().await?;
    let after = pairs(request.query_string()).into_iter().rfind(|(name, _)| name == "after");
    let after = match after.map(|(_, after)| after.parse::<i64>()) {
        None => 0,
        Some(Ok(number)) if number >= 0 => number,
        Some(_) => return Err(Error::invalid("after", "must be the number of a change, or 0").into()),
    };
    let act = admitted.act(async |cx| class.versions_after(cx, admitted.key(), after, LISTED).await);
    let (_, versions) = act.await?;
    let (itself, map) = (iri(app, &path), place(app, TIMEMAP, &path));
    let own = if after == 0 { map.clone() } else { format!("{map}?after={after}") };
    let mut lines = vec![
        format!("<{itself}>;rel=\"original\""),
        format!("<{}>;rel=\"timegate\"", place(app, TIMEGATE, &path)),
        format!("<{own}>;rel=\"self\";type=\"{LINK_FORMAT}\""),
    ];
    lines.extend(versions.iter().map(|version| linked(app, *version, "memento")));
    if let Some(last) = versions.last().filter(|_| versions.len() as u64 == LISTED) {
        lines.push(format!("<{map}?after={}>;rel=\"timemap\";type=\"{LINK_FORMAT}\"", last.number));
    }
    let text = format!("{}\n", lines.join(",\n"));
    let tag = format!("\"{}\"", hydra::fingerprint(text.as_bytes()));
    if is_whole_known(request.headers(), &tag)? {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag)).content_type(LINK_FORMAT).body(text))
}

/// `GET /changes/{change}/state`
async fn memento(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    settle(remembered(&request, &app).await, &request, &app)
}

async fn remembered(request: &HttpRequest, app: &Portico) -> Reply {
    let path = request.uri().path().strip_suffix(STATE).ok_or(Error::NotFound)?;
    let class = served::at(SERVED.iter().copied(), |class| *class, path).ok_or(Error::NotFound)?;
    let admitted = Exchange::beside(request, app, path, class, Method::Get).admit().await?;
    let format = negotiate::format(request.headers())?;
    let key: ChangeKey = parse_path(Change::CLASS.path, path).ok_or(Error::NotFound)?;
    let (_, (found, versions)) = admitted.act(async |cx| resource::version(cx, &key).await).await?;
    let resource = &found.value.resource.0;
    let of = vocab::CLASSES.iter().find(|class| class.name == found.value.class).ok_or(Error::NotFound)?;
    let headers = [(header::LINK, links(app, resource, &versions)), (MEMENTO_DATETIME, http_date(versions.this.made))];
    let gone = |status: StatusCode, detail: &str| {
        let [link, made] = headers.clone();
        Err(Failure::new(status, detail).with(link.0, link.1).with(made.0, made.1))
    };
    let state = match &found.value.state {
        Some(state) => &state.0,
        None if found.value.kind == vocab::value::ChangeKind::Deleted => {
            return gone(StatusCode::NOT_FOUND, "It was deleted then, and there was nothing here after that.");
        }
        None => return gone(StatusCode::GONE, "What it was then has been erased."),
    };
    let json = document(app, of, resource, state)?;
    let tag = tag_of_text(app, format, &hydra::fingerprint(&json)).to_string();
    let known = is_whole_known(request.headers(), &tag)?;
    let put = |response: &mut actix_web::HttpResponseBuilder| {
        for (name, value) in headers.clone() {
            response.append_header((name, value));
        }
    };
    if known {
        let mut response = sending::not_modified(app, Some(of), format, tag);
        put(&mut response);
        return Ok(response.finish());
    }
    let made = versions.this.made.to_string();
    let seen = Seen { tag, was: Some(&made), ..Seen::default() };
    sending::respond(app, of, format, json, StatusCode::OK, seen, put).await
}

/// What a resource was, as a document.
fn document(app: &Portico, class: &ClassDef, path: &str, state: &Json) -> Result<Vec<u8>, Failure> {
    let Json::Object(state) = state else { return Err(Error::NotFound.into()) };
    let mut document = Map::new();
    document.insert("@context".to_owned(), app.api.class(class.name).context.as_str().into());
    document.extend(past(&app.api, class, path, state));
    serde_json::to_vec(&document).map_err(unwritten)
}

fn address(app: &Portico, version: Version) -> String {
    let key = ChangeKey { change: ChangeId(version.number) };
    iri(app, &format!("{}{STATE}", expand(Change::CLASS.path, &key)))
}

fn http_date(made: Timestamp) -> String {
    HttpDate::from(SystemTime::from(made.instant())).to_string()
}

fn linked(app: &Portico, version: Version, relations: &str) -> String {
    format!("<{}>;rel=\"{relations}\";datetime=\"{}\"", address(app, version), http_date(version.made))
}

/// Where there is more to be had of a resource than one of its mementos (RFC 7089 §2.2).
fn links(app: &Portico, path: &str, versions: &Versions) -> String {
    let Versions { this, first, last, previous, next } = *versions;
    let mut all = vec![
        app.documentation_link.to_str().unwrap_or_default().to_owned(),
        format!("<{}>;rel=\"original\"", iri(app, path)),
        format!("<{}>;rel=\"timegate\"", place(app, TIMEGATE, path)),
        format!("<{}>;rel=\"timemap\";type=\"{LINK_FORMAT}\"", place(app, TIMEMAP, path)),
    ];
    // Each memento once, with all that it is: readers of these links know them by their addresses.
    let named = [(Some(first), "first"), (previous, "prev"), (next, "next"), (Some(last), "last"), (Some(this), "")];
    let mut told: Vec<(Version, Vec<&str>)> = Vec::new();
    for (version, relation) in named {
        let Some(version) = version else { continue };
        match told.iter_mut().find(|(known, _)| *known == version) {
            Some((_, relations)) => relations.push(relation),
            None => told.push((version, vec![relation])),
        }
    }
    all.extend(told.into_iter().map(|(version, mut relations)| {
        relations.retain(|relation| !relation.is_empty());
        relations.push("memento");
        linked(app, version, &relations.join(" "))
    }));
    all.join(", ")
}
