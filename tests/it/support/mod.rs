//! A Portico of one's own for each test, on a fresh database, with a set clock and seeded randomness.

mod answer;
pub mod between;
pub mod binary;
mod client;
pub mod desk;
pub mod events;
pub mod extents;
pub mod fixtures;
pub mod html;
pub mod log;
pub mod nesting;
pub mod origin;
pub mod page;
mod patience;
pub mod people;
pub mod plans;
pub mod postgres;
pub mod sql;
pub mod template;
mod world;

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::ServiceConfig;
use hydra::iri::origin_and_path;
use resource::Identities;
use resource::images::{Measured, ingestion};
use resource::jobs::JobQueue;
use serde_json::Value;
use server::{Counts, Launch, Running, Settings};
use tempfile::TempDir;

pub use answer::{Answer, heeds_what_is_asked_for};
pub use client::{Client, Credentials, link};
pub use patience::until;
pub use world::TestWorld;

/// The administrator's key in every test.
pub const ADMIN_KEY: &str = "00000000-0000-4000-8000-000000000001";
/// Its secret.
pub const ADMIN_SECRET: &str = "administrator-of-tests";

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// A file.
    Sqlite,
    /// A server of our own, thrown away at the end.
    Postgres,
}

/// A test that runs on both databases: `each_database!(name, async |portico| { … })`.
macro_rules! each_database {
    ($(#[$attribute:meta])* $name:ident, $body:expr) => {
        mod $name {
            #[expect(clippy::allow_attributes, reason = "not every test uses what is around it")]
            #[allow(unused_imports)]
            use super::*;

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let portico = crate::support::Portico::start(crate::support::Database::Sqlite).await.expect("it starts");
                crate::support::run(portico, $body).await;
            }

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some(portico) = crate::support::Portico::start(crate::support::Database::Postgres).await else { return };
                crate::support::run(portico, $body).await;
            }
        }
    };
}
pub(crate) use each_database;

/// A test of what is written and read, in which no database has a say: on a file, and below a path.
macro_rules! whatever_database {
    ($name:ident, $body:expr) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let (sqlite, change) = (crate::support::Database::Sqlite, crate::support::below_a_path);
            let portico = crate::support::Portico::start_with(sqlite, change, |_| {}).await.expect("it starts");
            crate::support::run(portico, $body).await;
        }
    };
}
pub(crate) use whatever_database;

/// At an address that nobody listens at, with the resources below a path of it.
pub fn below_a_path(settings: &mut Settings) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let address = listener.local_addr().expect("it has an address").to_string();
    settings.public_url = Some(format!("http://{address}/portico"));
    settings.bind = address;
}

/// Runs the body of a test.
pub async fn run(portico: Portico, body: impl AsyncFnOnce(Portico)) {
    let (database, _folder) = (portico.database(), portico.folder.clone());
    let (settings, world) = (portico.settings.clone(), portico.world.clone());
    body(portico).await;
    log::check(&settings, &world).await;
    extents::check(&database).await;
    plans::check(&database).await;
}

/// A running Portico.
pub struct Portico {
    /// Its address.
    pub url: String,
    /// Its clock and randomness.
    pub world: TestWorld,
    /// How to open that database again.
    pub settings: Settings,
    running: Running,
    folder: Arc<TempDir>,
}

/// A second process of the same service.
pub struct Twin {
    /// Where it listens.
    pub url: String,
    running: Running,
}

impl Twin {
    /// Stops it.
    pub async fn stop(self) {
        self.running.stop().await.expect("it stops well");
    }
}

impl Portico {
    /// A new one; none where there is no PostgreSQL on this machine.
    pub async fn start(database: Database) -> Option<Self> {
        Self::start_with(database, |_| {}, |_| {}).await
    }

    /// A new one with other settings, or with routes beside ours.
    pub async fn start_with(
        database: Database,
        change: impl FnOnce(&mut Settings),
        more: fn(&mut ServiceConfig),
    ) -> Option<Self> {
        plans::listen();
        let folder = tempfile::tempdir().expect("a folder can be made");
        let url = match database {
            Database::Sqlite => None,
            Database::Postgres => Some(postgres::database().await?),
        };
        let mut settings = Settings {
            bind: "127.0.0.1:0".into(),
            database_url: url,
            database_connections: Some(3),
            data_dir: folder.path().join("data"),
            workers: Some(1),
            admin_key: Some(ADMIN_KEY.into()),
            admin_secret: Some(ADMIN_SECRET.into()),
            // Tests that cut the power have their own; the others are about something else than the disk.
            sqlite_synchronous: "normal".into(),
            // What waits in the queue is there until a test has it done.
            no_worker: true,
            ..Settings::default()
        };
        // Half of all that is tested is below a path, as behind a proxy that leaves the path as it is.
        if database == Database::Postgres {
            below_a_path(&mut settings);
        }
        change(&mut settings);
        let world = TestWorld::new();
        let start = Launch { world: world.handle(), more, ..Launch::default() };
        let running = server::start(&settings, start).await.expect("Portico starts");
        // Whoever opens the database again listens elsewhere.
        let settings = Settings { bind: "127.0.0.1:0".into(), public_url: None, ..settings };
        Some(Self { url: running.url.clone(), world, settings, running, folder: Arc::new(folder) })
    }

    /// Where whoever runs it can look, if there is such a place.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.running.admin_address()
    }

    /// A new one that trusts issuers of tokens.
    pub async fn start_with_issuers(database: Database, issuers: Vec<server::config::IssuerSettings>) -> Self {
        Self::start_with(database, |settings| settings.issuer = issuers, |_| {}).await.expect("it starts")
    }

    /// A second process on the same database, as far as it can tell.
    pub async fn twin(&self) -> Twin {
        let start = Launch { world: self.world.handle(), ..Launch::default() };
        // Processes of one service have one public address.
        let settings = Settings { public_url: Some(self.url.clone()), ..self.settings.clone() };
        let running = server::start(&settings, start).await.expect("a second Portico starts");
        Twin { url: format!("http://{}", running.address), running }
    }

    /// Does what is due in the queue, as a worker beside the service would, with origins in these networks allowed.
    pub async fn worker(&self, origins: &[&str]) -> Counts {
        let settings = Settings { origin_allow: Some(origins.join(",")), ..self.settings.clone() };
        server::drain(&settings, &self.world.handle()).await.expect("the worker works")
    }

    /// Does what is due as a worker would that has one job at a time, but for the files. Returns the images in the order in
    /// which they were taken: what is worked on beside each other is not done in that order, nor asked for.
    pub async fn taken(&self) -> Vec<String> {
        let identities = self.identities().await;
        let queue = JobQueue::new(&identities);
        let mut order = Vec::new();
        while let Some(job) = queue.claim(1, Duration::from_secs(60)).await.expect("the database answers").pop() {
            let Some(ingest) = ingestion::ready(&queue, &job).await.expect("the database answers") else { continue };
            order.push(ingest.files.image.clone());
            let media_type = "image/png".into();
            let measured = Measured { width: 20, height: 10, media_type, gray: false, size: 100, thumbnail_size: 100 };
            assert!(ingestion::finish(&queue, &job, &ingest.files, Ok(measured)).await.expect("it is written down"));
        }
        identities.store().clone().close().await.expect("it closes");
        order
    }

    /// What browsers call the origin of its pages.
    pub fn origin(&self) -> &str {
        origin_and_path(&self.url).0
    }

    /// The path of an address of ours, which is a reference to it (RFC 3986 §4.2).
    #[track_caller]
    pub fn reference<'a>(&self, ours: &'a str) -> &'a str {
        ours.strip_prefix(self.origin()).expect("it is ours")
    }

    /// The address that is listened at, which the public one may hide.
    pub fn local(&self) -> String {
        format!("http://{}", self.running.address)
    }

    /// The path below which its resources lie, if there is one.
    pub fn prefix(&self) -> &str {
        origin_and_path(&self.url).1
    }

    /// The address that is listened at, with that path.
    pub fn local_base(&self) -> String {
        format!("{}{}", self.local(), self.prefix())
    }

    /// Where its database is.
    pub fn database(&self) -> String {
        let file = || format!("sqlite://{}", self.settings.data_dir.join("portico.db").display());
        self.settings.database_url.clone().unwrap_or_else(file)
    }

    /// All files that are kept of images.
    pub fn objects(&self) -> BTreeSet<PathBuf> {
        files(&self.settings.data_dir.join("objects"))
    }

    /// Gives a customer a storage policy that allows nothing, as an operator does it.
    pub async fn leave_no_room(&self, customer: &Value) {
        self.leave_room(customer, "none", 0, 0).await;
    }

    /// Gives a customer a new storage policy, as an operator does it.
    pub async fn leave_room(&self, customer: &Value, name: &str, images: u64, bytes: u64) {
        let number = link(customer, "@id").rsplit_once('/').expect("an address has parts").1;
        for statement in [
            format!(
                "INSERT INTO storage_policy (name, maximum_images, maximum_bytes) VALUES ('{name}', {images}, {bytes})"
            ),
            format!("UPDATE customer SET storage_policy = '{name}' WHERE id = {number}"),
        ] {
            sql::execute(&self.database(), &statement).await;
        }
    }

    /// The rules themselves, on the same database and under the same key, for what no face shows.
    pub async fn identities(&self) -> Identities {
        log::identities(&self.settings, &self.world, &self.url).await
    }

    /// A client that does not sign in.
    pub fn anonymous(&self) -> Client {
        Client::new(&self.url, Credentials::None)
    }

    /// The administrator.
    pub fn admin(&self) -> Client {
        Client::new(&self.url, Credentials::Basic(ADMIN_KEY.into(), ADMIN_SECRET.into()))
    }

    /// A client of this service.
    pub fn client(&self, credentials: Credentials) -> Client {
        Client::new(&self.url, credentials)
    }

    /// IRIs that end as one of ours does, and are those of others.
    pub fn elsewhere(&self, ours: &str) -> [String; 5] {
        let path = ours.strip_prefix(&self.url).expect("it is ours");
        [
            format!("http://elsewhere.example{path}"),
            format!("{}/more{path}", self.url),
            format!("{}x{path}", self.url),
            ours.replacen("http:", "https:", 1),
            format!("urn:x:{path}"),
        ]
    }
}

/// All files in a folder, however deep.
pub fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return BTreeSet::new() };
    let below = |path: PathBuf| if path.is_dir() { files(&path) } else { BTreeSet::from([path]) };
    entries.flatten().flat_map(|entry| below(entry.path())).collect()
}
