//! Changes as they are made, as server-sent events (WHATWG HTML §9.2): at the address of each list of them, for those who accept
//! `text/event-stream`.
//!
//! Whoever follows is let in again for each event, as who they are then. What is new is looked for once for all of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Bytes, Data};
use futures_util::stream::{empty, unfold};
use hydra::query::Query;
use hydra::{AnyKey, Found};
use resource::served::ServedCollection;
use resource::{Actor, Cx, Error, Following, LatestChanges, log_ends};
use tokio::sync::watch::Receiver;
use tokio::time::{sleep, timeout};
use vocab::Change;

use crate::Portico;
use crate::answer::json;
use crate::exchange::{Exchange, Lasting};
use crate::failure::{Failure, Reply};
use crate::negotiate::EVENTS;

/// How long nothing may be sent. Proxies wait for a minute, most of them.
const BEAT: Duration = Duration::from_secs(15);
/// How long nothing is asked of a database that does not answer.
const AGAIN: Duration = Duration::from_secs(1);
/// After how many milliseconds whoever lost the connection is to come back.
const RETRY: u64 = 2_000;
/// How many may follow at the same time.
const MOST: usize = 5_000;
/// How many changes that were made before are told at once.
const LOT: u64 = 100;

/// Where somebody left off (WHATWG HTML §9.2.4).
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Has proxies send on what comes as it comes.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

static FOLLOWERS: AtomicUsize = AtomicUsize::new(0);

/// A place among those who follow.
struct Seat;

impl Seat {
    fn take() -> Option<Self> {
        let taken = FOLLOWERS.fetch_add(1, Ordering::Relaxed);
        let seat = Self;
        (taken < MOST).then_some(seat)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        FOLLOWERS.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Somebody who follows.
struct Follower {
    app: Data<Portico>,
    collection: &'static dyn ServedCollection,
    lasting: Lasting,
    query: Query,
    news: Receiver<Arc<LatestChanges>>,
    /// The number of the change that they were told of last, or need not be told of.
    reached: i64,
    /// Whether there may be changes after that which are no news.
    is_behind: bool,
    /// How often anybody's authority had changed when they were let in last.
    epoch: i64,
    /// What is sent before anything else.
    first: Option<String>,
    _seat: Seat,
}

/// Answers with what happens from now on, or since somebody left off.
pub async fn stream(collection: &'static dyn ServedCollection, exchange: &Exchange<'_>, app: &Data<Portico>) -> Reply {
    let request = exchange.request;
    let query = Query::parse(collection.member(), app.api.base(), request.query_string())?;
    let Some(seat) = Seat::take() else {
        let detail = "As many follow changes at the same time as can. Try again later.";
        return Err(Failure::new(StatusCode::SERVICE_UNAVAILABLE, detail).with(header::RETRY_AFTER, "5"));
    };
    // Before it is asked where the log ends: of what is new after that they are told.
    let news = app.feed.follow();
    let lasting = Lasting::of(exchange);
    let ends = lasting.act(app, async |cx, owner| {
        // Whether there is anything to follow, and what is wrong with the query, shows now.
        collection.newest(cx, owner).await?;
        let nothing = Following { query: &query, after: i64::MAX, news: None, most: 1 };
        let after = collection.follow(cx, owner, nothing).await?.after;
        Ok((log_ends(cx).await?, after))
    });
    let (_, (ends, after)) = ends.await?;
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "no-store")).insert_header(UNBUFFERED).content_type(EVENTS);
    if request.method() == Method::HEAD {
        return Ok(response.streaming(empty::<Result<Bytes, Error>>()));
    }
    let left_off = request.headers().get(LAST_EVENT_ID).map(|id| id.to_str().ok().and_then(|id| id.parse().ok()));
    let from = match left_off {
        Some(number) => number,
        None => Some(after.unwrap_or(ends.last)),
    };
    // What is not there any more they cannot be told of, and what is not there yet they cannot have been told of.
    let known = from.filter(|number| (ends.removed..=ends.last).contains(number));
    let begin = format!("retry: {RETRY}\n");
    let (reached, first) = match known {
        Some(number) => (number, format!("{begin}id: {number}\n\n")),
        None => (ends.last, format!("{begin}event: reset\nid: {0}\ndata: {{\"last\":{0}}}\n\n", ends.last)),
    };
    let is_behind = reached < ends.last;
    let (app, first) = (app.clone(), Some(first));
    let follower = Follower { app, collection, lasting, query, news, reached, is_behind, epoch: 0, first, _seat: seat };
    Ok(response.streaming(unfold(follower, Follower::next)))
}

/// A part of an answer, and who waits for the next.
type Part = (Result<Bytes, Error>, Follower);

impl Follower {
    /// What is sent next, once there is something; nothing where it is all over.
    async fn next(mut self) -> Option<Part> {
        if let Some(first) = self.first.take() {
            return Some((Ok(first.into()), self));
        }
        loop {
            let news = Arc::clone(&self.news.borrow_and_update());
            if self.is_behind || news.last > self.reached || news.epoch != self.epoch {
                // On the heap: most of the time nothing happens.
                match Box::pin(self.told(&news)).await {
                    Ok(told) if told.is_empty() => {}
                    Ok(told) => return Some((Ok(told.into()), self)),
                    // They are told when the database is there again.
                    Err(Error::Away(_)) => {
                        sleep(AGAIN).await;
                        self.is_behind = true;
                    }
                    Err(error) => return ended(&error),
                }
            }
            if self.is_behind {
                continue;
            }
            match timeout(BEAT, self.news.changed()).await {
                Ok(Ok(())) => {}
                // Nobody looks for news any more.
                Ok(Err(_)) => return None,
                // Whoever is not let in any more, because their token has ended, shows then, too.
                Err(_) => {
                    let told = match Box::pin(self.told(&news)).await {
                        Ok(told) => told,
                        Err(Error::Away(_)) => Vec::new(),
                        Err(error) => return ended(&error),
                    };
                    let beat = format!("id: {}\n\n", self.reached).into_bytes();
                    return Some((Ok([told, beat].concat().into()), self));
                }
            }
        }
    }

    /// The events of what happened since they were told last.
    async fn told(&mut self, news: &LatestChanges) -> Result<Vec<u8>, Error> {
        let Self { app, collection, query, reached: after, .. } = &*self;
        let following = Following { query, after: *after, news: Some(news), most: LOT };
        let act = async |cx: &Cx<'_>, owner: &dyn AnyKey| collection.follow(cx, owner, following).await;
        let (actor, followed) = self.lasting.act(app, act).await?;
        let mut told = Vec::new();
        for change in &followed.changes {
            event(app, &actor, change, &mut told)?;
        }
        (self.reached, self.is_behind, self.epoch) = (followed.reached, followed.is_full, news.epoch);
        Ok(told)
    }
}

/// The end of an answer. Why, whoever followed is told when they come back.
fn ended(error: &Error) -> Option<Part> {
    match error {
        Error::Internal(_) => tracing::error!(%error, "changes are not told any more"),
        error => tracing::debug!(%error, "changes are not told any more"),
    }
    None
}

/// A change as an event.
fn event(app: &Portico, actor: &Actor, change: &Found<Change>, into: &mut Vec<u8>) -> Result<(), Error> {
    let json = json(app, actor, change).map_err(|failure| Error::Internal(failure.detail))?;
    into.extend_from_slice(format!("id: {}\ndata: ", change.key.change.0).as_bytes());
    into.extend_from_slice(&json);
    into.extend_from_slice(b"\n\n");
    Ok(())
}
