//! What whoever runs the service looks at, at an address of its own: what is measured, and health. Whoever gets there is believed, so it is
//! for nobody else's network.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::http::header;
use actix_web::web::{self, Data};
use actix_web::{App, FromRequest, Handler, HttpResponse, HttpServer, Resource};
use anyhow::{Context, Result};
use prometheus::{IntGauge, IntGaugeVec, TEXT_FORMAT, TextEncoder, register_int_gauge, register_int_gauge_vec};
use resource::jobs::JobQueue;
use resource::start::operator;
use resource::{Identities, Store, World};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::built;
use crate::config::Settings;
use crate::health::{Health, fine, live};
use crate::meters;

static WAITING: LazyLock<IntGauge> = LazyLock::new(|| {
    register_int_gauge!("portico_queue_images", "Images that wait or are worked on, in all processes.")
        .expect("it is registered once")
});
static OLDEST: LazyLock<IntGauge> = LazyLock::new(|| {
    register_int_gauge!("portico_queue_oldest_seconds", "For how long the image has waited that has waited longest.")
        .expect("it is registered once")
});
static CONNECTIONS: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    register_int_gauge_vec!("portico_database_connections", "Open connections to the database.", &["state"])
        .expect("it is registered once")
});
static SESSIONS: LazyLock<IntGauge> = LazyLock::new(|| {
    register_int_gauge!("portico_sessions", "Sessions of users and keys that have not ended.")
        .expect("it is registered once")
});
static BUILD: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    register_int_gauge_vec!(
        "portico_build_info",
        "Which program this is; always 1.",
        &["version", "commit", "database"]
    )
    .expect("it is registered once")
});

/// How long the database is waited for. Whoever scrapes waits for ten seconds.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is looked at.
struct Watched {
    health: Arc<Health>,
    queue: JobQueue,
    store: Store,
    world: World,
}

/// An address where somebody can look.
#[derive(Debug)]
pub struct Watching {
    /// Where that is.
    pub address: SocketAddr,
    handle: ServerHandle,
    task: JoinHandle<io::Result<()>>,
}

impl Watching {
    /// Listens where the settings say; nothing where they do not.
    ///
    /// # Errors
    /// The address is taken.
    pub fn begin(settings: &Settings, identities: &Identities, health: Arc<Health>) -> Result<Option<Self>> {
        let Some(bind) = settings.admin_bind.as_deref() else { return Ok(None) };
        let listener = TcpListener::bind(bind).with_context(|| format!("cannot listen at {bind} (admin_bind)"))?;
        let address = listener.local_addr()?;
        meters::begin();
        let (queue, store) = (JobQueue::new(identities), identities.store().clone());
        BUILD.with_label_values(&[built::VERSION, built::COMMIT, store.database()]).set(1);
        let server = serve(listener, Data::new(Watched { health, queue, store, world: identities.world().clone() }))?;
        let (handle, task) = (server.handle(), tokio::spawn(server));
        tracing::info!(%address, "metrics and health can be looked at");
        Ok(Some(Self { address, handle, task }))
    }

    /// Stops listening.
    ///
    /// # Errors
    /// It had broken before.
    pub async fn stop(self) -> Result<()> {
        self.handle.stop(false).await;
        Ok(self.task.await??)
    }
}

fn serve(listener: TcpListener, watched: Data<Watched>) -> io::Result<Server> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(watched.clone())
            .service(read("/metrics", metrics))
            .service(read("/health/live", live))
            .service(read("/health/ready", ready))
    });
    Ok(server.workers(1).disable_signals().listen(listener)?.run())
}

/// What is only read.
fn read<F, A>(path: &str, handler: F) -> Resource
where
    F: Handler<A, Output = HttpResponse> + Clone,
    A: FromRequest + 'static,
{
    web::resource(path).route(web::get().to(handler.clone())).route(web::head().to(handler))
}

async fn ready(watched: Data<Watched>) -> HttpResponse {
    match watched.health.ready().await {
        Ok(body) => fine(body),
        Err(why) => HttpResponse::ServiceUnavailable().json(serde_json::json!({"status": "unavailable", "why": why})),
    }
}

/// What the database counts, where it does in time. What else is measured is to be seen all the same.
async fn counted<T>(what: &str, count: impl Future<Output = resource::Result<T>>) -> Option<T> {
    let counted = timeout(PATIENCE, count).await.unwrap_or_else(|late| Err(resource::Error::Away(late.to_string())));
    counted.inspect_err(|error| tracing::warn!(what, %error, "not counted for the metrics")).ok()
}

/// In the text format of Prometheus.
async fn metrics(watched: Data<Watched>) -> HttpResponse {
    let connections = watched.store.connections();
    CONNECTIONS.with_label_values(&["idle"]).set(connections.idle.into());
    CONNECTIONS.with_label_values(&["used"]).set((connections.all - connections.idle).into());
    if let Some((images, oldest)) = counted("images that wait", watched.queue.waiting()).await {
        WAITING.set(i64::try_from(images).unwrap_or(i64::MAX));
        OLDEST.set(i64::try_from(oldest.as_secs()).unwrap_or(i64::MAX));
    }
    if let Some(sessions) = counted("sessions", operator::open_sessions(&watched.store, &watched.world)).await {
        SESSIONS.set(sessions);
    }
    match TextEncoder::new().encode_to_string(&prometheus::gather()) {
        Ok(text) => {
            let mut response = HttpResponse::Ok();
            response.insert_header((header::CONTENT_TYPE, TEXT_FORMAT));
            response.insert_header((header::CACHE_CONTROL, "no-store")).body(text)
        }
        Err(error) => HttpResponse::InternalServerError().body(error.to_string()),
    }
}
