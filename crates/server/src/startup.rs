//! From settings to a service that answers, and back.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::{Data, ServiceConfig};
use anyhow::{Context, Result, bail};
use argus::Argus;
use cloudentity::Cloudentity;
use face::AnyFace;
use hydra::iri::origin_and_path;
use resource::start::bootstrap::{self, Beginning, Begun};
use resource::start::operator::KeyPair;
use resource::start::seed::{Prepared, Seed, Sown};
use resource::{CustomerNumber, Error, Identities, World};

use crate::app::{Portico, is_taken};
use crate::config::{Settings, write_private};
use crate::key_set::{self, KeyWatch};
use crate::limits::ServiceLimits;
use crate::listening::listen;
use crate::opening::{identities_trusting, objects};
use crate::readable::readable;
use crate::signals::Signals;
use crate::supervisor;
use crate::watching::Watching;
use crate::worker::{Working, fetcher, worker};

/// What a start is made of, beside the settings.
#[derive(Debug, Clone)]
pub struct Launch {
    /// Time and randomness.
    pub world: World,
    /// Whether to load the demonstration customer.
    pub demo: bool,
    /// What is to be there, beside what every service begins with.
    pub seed: Option<Arc<Seed>>,
    /// Routes beside ours; tests have one that panics.
    pub more: fn(&mut ServiceConfig),
}

impl Default for Launch {
    fn default() -> Self {
        Self { world: World::new(resource::System), demo: false, seed: None, more: |_| {} }
    }
}

/// A service that answers.
#[derive(Debug)]
pub struct Running {
    /// Where clients find it.
    pub url: String,
    /// Where it listens.
    pub address: SocketAddr,
    /// The administrator's first key, if this start made it.
    pub admin: Option<KeyPair>,
    /// A key of the demonstration customer, if this start made it.
    pub demo: Option<KeyPair>,
    /// How much of the seed this start made.
    pub sown: Option<Sown>,
    handle: ServerHandle,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
    working: Option<Working>,
    writing: tokio::task::JoinHandle<()>,
    heralding: tokio::task::JoinHandle<()>,
    identities: Arc<Identities>,
    app: Data<Portico>,
    drain: Duration,
    watching: Option<Watching>,
    _keys: KeyWatch,
}

impl Running {
    /// Stops: no new connections and no new jobs, requests in flight finish, jobs finish or are given back, the database
    /// closes.
    ///
    /// # Errors
    /// The database did not close well.
    pub async fn stop(self) -> Result<()> {
        self.stop_after(std::future::ready(())).await
    }

    /// The same for new connections after a while; jobs end at once.
    async fn stop_after(self, drained: impl Future<Output = ()>) -> Result<()> {
        let worker = async {
            match self.working {
                Some(working) => working.stop().await,
                None => Ok(()),
            }
        };
        let server = async {
            drained.await;
            // Whoever follows the log is told nothing more, and comes back to whoever is there then.
            self.heralding.abort();
            self.handle.stop(true).await;
        };
        let ((), worker) = tokio::join!(server, worker);
        let ended = self.task.await;
        self.writing.abort();
        if let Err(error) = self.identities.write_down_uses().await {
            tracing::warn!(%error, "it was not written down when keys were used");
        }
        self.identities.store().clone().close().await?;
        if let Some(watching) = self.watching {
            watching.stop().await?;
        }
        worker?;
        Ok(ended??)
    }

    /// Where whoever runs it can look, if there is such a place.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.watching.as_ref().map(|watching| watching.address)
    }

    /// Runs until the process is told to stop, and stops. Where it is told again, it no longer waits for those who do not
    /// know yet.
    ///
    /// # Errors
    /// The server broke, or the database did not close well.
    pub(crate) async fn until_signal(mut self, signals: &mut Signals) -> Result<()> {
        tokio::select! {
            ended = &mut self.task => return Ok(ended??),
            error = broken(&mut self.working) => return Err(error),
            () = signals.stop() => {}
        }
        let drain = self.drain;
        self.app.health.leave();
        supervisor::stopping();
        tracing::info!(drain = drain.as_secs(), "stopping; requests in flight finish");
        self.stop_after(async {
            tokio::select! {
                () = tokio::time::sleep(drain) => {}
                () = signals.stop() => {}
            }
        })
        .await
    }
}

/// Why the worker ended by itself, if it does. A service whose images wait for ever is better started again.
async fn broken(working: &mut Option<Working>) -> anyhow::Error {
    match working {
        Some(working) => working.broken().await,
        None => std::future::pending().await,
    }
}

/// Migrates, bootstraps and serves.
///
/// # Errors
/// A setting is wrong, the address is taken, or the database does not answer.
pub async fn start(settings: &Settings, start: Launch) -> Result<Running> {
    // What is wrong shows before anything is made that lasts.
    settings.check()?;
    let objects = objects(settings)?;
    let fetcher = match settings.no_worker {
        true => None,
        false => Some(fetcher(settings)?),
    };
    let listener = TcpListener::bind(&settings.bind).with_context(|| format!("cannot listen at {}", &settings.bind))?;
    let address = listener.local_addr()?;
    let url = settings.public_url(address)?;
    let public_hosts = settings.public_hosts(&url)?;
    let (issuers, publishers) = settings.issuers_and_publishers()?;
    let identities = Arc::new(identities_trusting(settings, &start.world, &url, issuers).await?);
    let keys = key_set::watch(publishers).await?;
    let limits = ServiceLimits {
        body: settings.max_body,
        query: 4096,
        request: Duration::from_secs(settings.request_timeout),
        derivatives: settings.derivatives_cache,
        viewer_session: Duration::from_secs(settings.viewer_session),
        // What was taken in can be decoded again.
        pictures: settings.worker().ceiling,
        spool: settings.data_dir.clone(),
    };
    let worker = fetcher.map(|fetcher| worker(settings, &identities, fetcher, objects.clone()));
    let cloudentity = cloudentity::Settings {
        public_hosts,
        public_path: origin_and_path(&url).1.to_owned(),
        body: limits.body,
        query: limits.query,
    };
    let argus = argus::Settings {
        body: limits.body,
        picture: limits.body.max(8 << 20),
        query: 16 << 10,
        single: settings.argus_single()?,
    };
    let faces: Vec<Arc<dyn AnyFace>> = vec![
        Arc::new(Argus::new(Arc::clone(&identities), argus)),
        Arc::new(Cloudentity::new(Arc::clone(&identities), cloudentity)),
    ];
    let patience = limits.request * 2;
    let (herald, feed) = resource::feed();
    let app = Portico::new(&url, Arc::clone(&identities), objects, limits, faces, feed);
    let app = Data::new(app.behind(settings.proxies()?));
    if is_taken(&app) {
        bail!("public_url must not have the path {}: the service has resources of its own there", app.api.prefix());
    }
    let begun = begin(settings, &identities, start.demo, start.seed).await?;
    for (number, name, what) in bootstrap::misnamed(&identities).await? {
        tracing::warn!(customer = number.0, name, "the name of a customer {what}; give it another");
    }
    let watching = Watching::begin(settings, &identities, Arc::clone(&app.health))?;
    let server = listen(settings, listener, patience, &app, start.more)?;
    let (handle, task) = (server.handle(), tokio::spawn(server));
    let working = worker.map(Working::begin);
    let drain = Duration::from_secs(settings.drain);
    let Begun { administrator: admin, demo, sown } = begun;
    let writing = tokio::spawn(write_down(Arc::clone(&identities)));
    let heralding = tokio::spawn(herald.run(Arc::clone(&identities)));
    Ok(Running {
        url,
        address,
        admin,
        demo,
        sown,
        handle,
        task,
        working,
        writing,
        heralding,
        identities,
        app,
        drain,
        watching,
        _keys: keys,
    })
}

/// Makes what there is to be at a start.
async fn begin(settings: &Settings, identities: &Identities, demo: bool, seed: Option<Arc<Seed>>) -> Result<Begun> {
    let seed = match seed {
        Some(seed) => Some(Prepared::of(identities, seed).await.map_err(readable)?),
        None => None,
    };
    let beginning = Beginning { administrator: settings.admin()?, demo, seed };
    let keep = |name: &str, customer: CustomerNumber, pair: &KeyPair| {
        // Where the operator finds them again.
        let text = serde_json::json!({"customer": customer, "key": pair.key, "secret": pair.secret});
        let written =
            settings.make_data_dir().and_then(|folder| write_private(&folder.join(name), &format!("{text}\n")));
        written.map_err(|error| Error::invalid(name, format_args!("cannot be kept: {error:#}")))
    };
    bootstrap::begin(identities, beginning, &keep).await.map_err(readable).context("the service cannot begin")
}

/// How often it is written down when keys were used.
const WRITE_DOWN: Duration = Duration::from_secs(60);

/// Writes down, for as long as the service runs, when keys were used.
async fn write_down(identities: Arc<Identities>) {
    loop {
        tokio::time::sleep(WRITE_DOWN).await;
        if let Err(error) = identities.write_down_uses().await {
            tracing::warn!(%error, "it was not written down when keys were used");
        }
    }
}
