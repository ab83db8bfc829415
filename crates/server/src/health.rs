//! `/health/live`: the process answers. `/health/ready`: what clients ask for can be done, because the database reads and writes
//! and its schema is ours; and whether the store of objects can be used, without which images alone are away.

use std::time::{Duration, Instant};

use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use face::RouteTree;
use resource::{Schema, Store};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::failure::Failure;
use crate::place::fixed;
use crate::{Portico, asked};

/// How long each part is waited for. Those who ask wait for a second.
const PATIENCE: Duration = Duration::from_millis(800);
/// For how long what was found of each part is taken for so.
const READ: Duration = Duration::from_millis(500);
const WRITTEN: Duration = Duration::from_secs(3);
const STORED: Duration = Duration::from_secs(5);
/// For how long another process may have the lock of a file before nothing can be said to be written.
const LOCKED: Duration = Duration::from_secs(60);

const SILENT: &str = "The database does not answer.";

/// Mounts both.
pub fn routes(tree: &mut RouteTree) {
    tree.add("/health/live", fixed(live));
    tree.add("/health/ready", fixed(ready));
}

/// What was found when it was last looked.
#[derive(Debug, Default)]
pub struct Health(Mutex<Found>);

#[derive(Debug, Default)]
struct Found {
    /// Nothing where it is well; otherwise what is not.
    read: Option<(Instant, Option<&'static str>)>,
    written: Option<(Instant, Option<&'static str>)>,
    stored: Option<(Instant, Option<&'static str>)>,
    /// Since when another process has had the lock.
    locked: Option<Instant>,
}

/// What was found, if not too long ago.
fn fresh(found: Option<(Instant, Option<&'static str>)>, age: Duration) -> Option<Option<&'static str>> {
    // What is not well is looked at again soon.
    let age = |wrong: Option<&str>| if wrong.is_some() { READ } else { age };
    found.filter(|(at, wrong)| at.elapsed() < age(*wrong)).map(|(_, wrong)| wrong)
}

impl Health {
    /// What is wrong with the database, and what with the store of objects.
    async fn look(&self, app: &Portico) -> (Option<&'static str>, Option<&'static str>) {
        let mut found = self.0.lock().await;
        let store = app.identities.store();
        let stored = async {
            match fresh(found.stored, STORED) {
                Some(wrong) => wrong,
                None => objects(app).await,
            }
        };
        let read = async {
            match fresh(found.read, READ) {
                Some(wrong) => wrong,
                None => read(store).await,
            }
        };
        // A write that was refused since says more than what was found before.
        let written = async {
            match fresh(found.written, WRITTEN).filter(|_| !store.was_refused()) {
                Some(wrong) => (wrong, found.locked),
                None => written(store, found.locked).await,
            }
        };
        let (stored, read, (written, locked)) = tokio::join!(stored, read, written);
        let now = Instant::now();
        let keep = |old: Option<(Instant, Option<&'static str>)>, age, new| match fresh(old, age) {
            Some(_) => old,
            None => Some((now, new)),
        };
        *found = Found {
            read: keep(found.read, READ, read),
            written: keep(found.written.filter(|_| !store.was_refused()), WRITTEN, written),
            stored: keep(found.stored, STORED, stored),
            locked,
        };
        (read.or(written), stored)
    }
}

async fn read(store: &Store) -> Option<&'static str> {
    match timeout(PATIENCE, store.schema()).await {
        Ok(Ok(Schema::Current)) => None,
        Ok(Ok(Schema::Behind)) => Some("The database has not been migrated to this version."),
        Ok(Ok(Schema::Beyond)) => Some("The database has been migrated to a later version."),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the database cannot be read");
            Some(SILENT)
        }
        Err(_elapsed) => Some(SILENT),
    }
}

async fn written(store: &Store, locked: Option<Instant>) -> (Option<&'static str>, Option<Instant>) {
    match timeout(PATIENCE, store.can_write()).await {
        Ok(Ok(true)) => (None, None),
        Ok(Ok(false)) => {
            let since = locked.unwrap_or_else(Instant::now);
            let wrong = (since.elapsed() > LOCKED).then_some("Another process has locked the database.");
            (wrong, Some(since))
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "the database cannot be written");
            (Some("The database cannot be written."), None)
        }
        Err(_elapsed) => (Some(SILENT), None),
    }
}

async fn objects(app: &Portico) -> Option<&'static str> {
    match timeout(PATIENCE, app.objects.check(app.identities.world().uuid())).await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "the store of objects cannot be used");
            Some("objects")
        }
        Err(_elapsed) => Some("objects"),
    }
}

fn fine(body: &'static str) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).content_type("application/json").body(body)
}

async fn live() -> HttpResponse {
    fine(r#"{"status":"ok"}"#)
}

async fn ready(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let why = match timeout(PATIENCE + PATIENCE / 8, app.health.look(&app)).await {
        _ if app.is_leaving() => "The service is about to stop.",
        Ok((None, None)) => return fine(r#"{"status":"ok"}"#),
        Ok((None, Some(_))) => return fine(r#"{"status":"degraded","away":["objects"]}"#),
        Ok((Some(why), _)) => why,
        Err(_elapsed) => SILENT,
    };
    Failure::new(StatusCode::SERVICE_UNAVAILABLE, why)
        .with(header::RETRY_AFTER, "5")
        .respond(&asked::path(&request), &app)
}
