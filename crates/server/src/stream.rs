//! The changes of something as a linked data event stream (LDES, TREE), at the address of each list of them and `/stream`.
//!
//! A page is what follows a number. What has as many changes as a page may have stays as it is; the last page is told from what it was
//! without being read.

use actix_web::http::header;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use face::RouteTree;
use hydra::query::{Query, pairs};
use hydra::{Class as _, Found, Method, NextPage, Stream, StreamMember, fingerprint, logged_state, quads};
use resource::served::ServedCollection;
use resource::{Cx, Error, FollowedChanges, Following, log_ends};
use serde_json::{Map, Value as Json};
use vocab::Change;

use crate::answer::{iri, unwritten};
use crate::conditional::{is_whole_known, tag_of_text};
use crate::exchange::{AdmittedExchange, Exchange};
use crate::failure::{Failure, Reply};
use crate::negotiate::{self, Representation, TRIG};
use crate::problem::settle;
use crate::{Portico, place};

/// What the address has after that of the list.
const STREAM: &str = "/stream";
/// How many changes a page looks at.
const EXTENT: u64 = 100;
/// What has as many stays as it is for those who may look at it. For how long they may is not certain, so it is not kept for ever.
const FULL: &str = "private, max-age=3600, immutable";

/// Mounts a stream beside each list of changes.
pub fn routes(tree: &mut RouteTree) {
    for collection in resource::collections().filter(|collection| collection.member().name == Change::NAME) {
        let show = move |request: HttpRequest, app: Data<Portico>| async move {
            settle(show(collection, &request, &app).await, &request, &app)
        };
        let routes = vec![(Method::Get, web::route().to(show))];
        tree.add(&format!("{}{STREAM}", collection.path()), place::of("stream", routes));
    }
}

/// How a stream is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Data(Representation),
    Trig,
}

impl Format {
    fn content_type(self) -> &'static str {
        match self {
            Self::Data(format) => format.content_type(),
            Self::Trig => TRIG,
        }
    }
}

async fn show(collection: &'static dyn ServedCollection, request: &HttpRequest, app: &Portico) -> Reply {
    let list = request.uri().path().strip_suffix(STREAM).ok_or(Error::NotFound)?;
    let admitted = Exchange::beside(request, app, list, collection, Method::Get).admit().await?;
    let format = match negotiate::wants_trig(request.headers()) {
        true => Format::Trig,
        false => match negotiate::format(request.headers())? {
            // In graphs with names, the library that flattens loses what is of a class and has nothing else.
            Representation::Flattened => Format::Data(Representation::JsonLd),
            format => Format::Data(format),
        },
    };
    if format == Format::Data(Representation::Html) {
        // People see the list.
        let there = (header::LOCATION, iri(app, list));
        return Ok(HttpResponse::SeeOther().insert_header(there).finish());
    }
    let after = after(request.query_string())?;
    let address = iri(app, &format!("{list}{STREAM}"));
    let act = async |cx: &Cx<'_>| {
        let newest = collection.newest(cx, admitted.key()).await?;
        Ok((newest, log_ends(cx).await?.removed, cx.actor.epoch, cx.actor.name.clone()))
    };
    let (_, state) = admitted.act(act).await?;
    // The description is the same for all who may read it.
    let state = after.map(|after| format!("{after} {state:?}")).unwrap_or_default();
    let (mark, known) = match format {
        Format::Data(format) => (format, ""),
        Format::Trig => (Representation::NQuads, TRIG),
    };
    let tag = tag_of_text(app, mark, &fingerprint(format!("{address} {state} {known}").as_bytes())).to_string();
    if is_whole_known(request.headers(), &tag)? {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    let page = |after: i64| format!("{address}?after={after}");
    let mut stream = Stream::described(&app.api, Change::CLASS, &address, &page(0));
    let mut response = HttpResponse::Ok();
    if let Some(after) = after {
        let followed = followed(collection, &admitted, after).await?;
        let next = followed.is_full.then_some(followed.until).flatten();
        let next = next.map(|from| NextPage { address: page(followed.reached), from: from.to_string() });
        if next.is_some() {
            response.insert_header((header::CACHE_CONTROL, FULL));
        }
        let states = followed.changes.iter().map(members).collect::<Result<Vec<_>, _>>()?;
        let members = followed.changes.iter().zip(states).filter_map(|(change, (path, members))| {
            let of = vocab::CLASSES.iter().find(|class| class.name == change.value.class)?;
            Some(StreamMember { class: Change::CLASS, path, members, of })
        });
        stream.add(&app.api, &page(after), next.as_ref(), members.collect());
    }
    response.insert_header((header::ETAG, tag)).content_type(format.content_type());
    Ok(response.body(written(app, &stream, format)?))
}

/// After which change a page begins; none where the stream is asked for.
fn after(query: &str) -> Result<Option<i64>, Failure> {
    let Some((_, after)) = pairs(query).into_iter().rfind(|(name, _)| name == "after") else { return Ok(None) };
    match after.parse() {
        Ok(number) if number >= 0 => Ok(Some(number)),
        _ => Err(Error::invalid("after", "must be the number of a change, or 0").into()),
    }
}

/// The changes of a page, as far as whoever asks may look at them.
async fn followed(
    collection: &'static dyn ServedCollection,
    admitted: &AdmittedExchange<'_>,
    after: i64,
) -> Result<FollowedChanges, Failure> {
    let query = Query::all();
    let following = Following { query: &query, after, news: None, most: EXTENT };
    let act = async |cx: &Cx<'_>| collection.follow(cx, admitted.key(), following).await;
    Ok(admitted.act(act).await?.1)
}

/// A change as its path and members.
fn members(change: &Found<Change>) -> Result<(String, Map<String, Json>), Failure> {
    let members = serde_json::from_slice(&logged_state(change).map_err(unwritten)?).map_err(unwritten)?;
    Ok((hydra::expand(Change::CLASS.path, &change.key), members))
}

/// A stream in a format.
fn written(app: &Portico, stream: &Stream, format: Format) -> Result<Vec<u8>, Failure> {
    let api = &app.api;
    let internal = |text: String| Failure::from(Error::Internal(text));
    let in_json = |value: Json| serde_json::to_vec(&value).map_err(|error| internal(error.to_string()));
    match format {
        Format::Trig => Ok(quads::trig(&stream.quads(api), api.vocab())),
        Format::Data(format) => match format {
            Representation::NQuads => Ok(quads::n_quads(&stream.quads(api))),
            Representation::Turtle => Ok(quads::turtle(&stream.triples(api), api.vocab())),
            Representation::NTriples => Ok(quads::n_triples(&stream.triples(api))),
            Representation::Expanded => in_json(app.ld.expand(&stream.json(api), api.base()).map_err(internal)?),
            _ => in_json(stream.json(api)),
        },
    }
}
