//! `/health/live`: the process answers. `/health/ready`: what clients ask for can be done, because the database reads and writes
//! and its schema is ours; and whether the store of objects can be used, without which images alone are away.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use face::RouteTree;
use objects::Objects;
use resource::{Identities, Schema, Store, World};
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
const FINE: &str = r#"{"status":"ok"}"#;

/// Mounts both.
pub fn routes(tree: &mut RouteTree) {
    tree.add("/health/live", fixed(live));
    tree.add("/health/ready", fixed(ready));
}

/// How it stands with what a process needs, and whether it is about to stop.
#[derive(Debug)]
pub struct Health {
    store: Store,
    objects: Objects,
    world: World,
    leaving: AtomicBool,
    found: Mutex<Found>,
}

/// What was found when it was last looked.

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
    /// That of a process with this database and these objects.
    pub fn new(identities: &Identities, objects: Objects) -> Self {
        let (store, world) = (identities.store().clone(), identities.world().clone());
        Self { store, objects, world, leaving: AtomicBool::new(false), found: Mutex::default() }
    }

    /// Says that the process is about to stop: whoever sends it requests had better send them elsewhere.
    pub fn leave(&self) {
        self.leaving.store(true, Ordering::Relaxed);
    }

    /// Whether it can do what it is asked: what is to be answered then, or else why it cannot.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub async fn ready(&self) -> Result<&'static str, &'static str> {
        match timeout(PATIENCE + PATIENCE / 8, self.look()).await {
            _ if self.leaving.load(Ordering::Relaxed) => Err("The service is about to stop."),
            Ok((None, None)) => Ok(FINE),
            Ok((None, Some(_))) => Ok(r#"{"status":"degraded","away":["objects"]}"#),
            Ok((Some(why), _)) => Err(why),
            Err(_elapsed) => Err(SILENT),
        }
    }

    /// What is wrong with the database, and what with the store of objects.
    async fn look(&self) -> (Option<&'static str>, Option<&'static str>) {
        let mut found = self.found.lock().await;
        let store = &self.store;
        let stored = async {
            match fresh(found.stored, STORED) {
                Some(wrong) => wrong,
                None => self.objects().await,
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

    async fn objects(&self) -> Option<&'static str> {
        match timeout(PATIENCE, self.objects.check(self.world.uuid())).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the store of objects cannot be used");
                Some("objects")
            }
            Err(_elapsed) => Some("objects"),
        }
    }
}

async fn read(store: &Store) -> Option<&'static str> {
    match timeout(PATIENCE, store.schema()).await {
        Ok(Ok(Schema::Current)) => None,
        Ok(Ok(Schema::Behind)) => Some("The database has not been migrated to this version."),
        Ok(Ok(Schema::Unfinished)) => Some("Another database is being copied into this one."),
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

/// The answer of what is well.
pub fn fine(body: &'static str) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).content_type("application/json").body(body)
}

/// That the process answers.
pub async fn live() -> HttpResponse {
    fine(FINE)
}

async fn ready(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let why = match app.health.ready().await {
        Ok(body) => return fine(body),
        Err(why) => why,
    };
    Failure::new(StatusCode::SERVICE_UNAVAILABLE, why)
        .with(header::RETRY_AFTER, "5")
        .respond(&asked::path(&request), &app)
}
