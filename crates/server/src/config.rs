//! Configuration: flags, then environment, then a file, then defaults. What is unknown or wrong stops the start, before
//! anything is made.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use secrecy::SecretString;
use serde::Deserialize;

mod address;
mod administration;
mod check;
mod database;
mod environment;
mod file;
mod ingest;
mod issuer;
mod number;
mod private;
mod secret;

pub(crate) use environment::check_environment;
pub(crate) use private::write_private;

pub use issuer::{IssuerSettings, ServiceClaim};

/// All settings. Each is a flag, a variable `PORTICO_…` and a key of the file, under one name.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Address to listen at; port 0 picks one [default: 127.0.0.1:8080]
    #[arg(long, env = "PORTICO_BIND", global = true)]
    pub bind: Option<String>,
    /// Where clients find the service; every IRI begins with it [default: from the bind address]
    #[arg(long, env = "PORTICO_PUBLIC_URL", global = true)]
    pub public_url: Option<String>,
    /// sqlite://FILE?mode=rwc or postgres://… [default: portico.db in the data folder]
    #[arg(long, env = "PORTICO_DATABASE_URL", global = true, hide_env_values = true)]
    pub database_url: Option<String>,
    /// Connections that read; on PostgreSQL, connections in all [default: cores + 2]
    #[arg(long, env = "PORTICO_DATABASE_CONNECTIONS", global = true)]
    pub database_connections: Option<u32>,
    /// What an acknowledged write survives on SQLite: full (a power cut) or normal (a crash) [default: full]
    #[arg(long, env = "PORTICO_SQLITE_SYNCHRONOUS", global = true)]
    pub sqlite_synchronous: Option<String>,
    /// The data folder [default: portico-data]
    #[arg(long, env = "PORTICO_DATA_DIR", global = true)]
    pub data_dir: Option<PathBuf>,
    /// Key that sessions are signed with, 32 bytes in base64 [default: made once, in the data folder]
    #[arg(long, env = "PORTICO_SERVER_KEY", global = true, hide_env_values = true)]
    pub server_key: Option<String>,
    /// What to log: a level, or levels of parts of the program, as tracing's EnvFilter has them [default: info]
    #[arg(long, env = "PORTICO_LOG", global = true)]
    pub log: Option<String>,
    /// Threads that answer requests [default: cores]
    #[arg(long, env = "PORTICO_WORKERS", global = true)]
    pub workers: Option<usize>,
    /// The largest body that is read, in bytes [default: 1048576]
    #[arg(long, env = "PORTICO_MAX_BODY", global = true)]
    pub max_body: Option<usize>,
    /// Seconds that a request may take [default: 30]
    #[arg(long, env = "PORTICO_REQUEST_TIMEOUT", global = true)]
    pub request_timeout: Option<u64>,
    /// Bytes of images made for viewers that are kept in memory [default: 268435456]
    #[arg(long, env = "PORTICO_DERIVATIVES_CACHE", global = true)]
    pub derivatives_cache: Option<u64>,
    /// Seconds that somebody who goes on looking at closed images stays let in by one use of an auth service [default: 28800]
    #[arg(long, env = "PORTICO_VIEWER_SESSION", global = true)]
    pub viewer_session: Option<u64>,
    /// How an answer about one thing looks below /customeradmin/v2: list (of one) or object [default: list]
    #[arg(long, env = "PORTICO_ARGUS_SINGLE", global = true)]
    pub argus_single: Option<String>,
    /// Seconds at a stop in which the service still answers, and says that it is not ready [default: 0]
    #[arg(long, env = "PORTICO_DRAIN", global = true)]
    pub drain: Option<u64>,
    /// Seconds that requests in flight are given when the service stops [default: 30]
    #[arg(long, env = "PORTICO_SHUTDOWN_TIMEOUT", global = true)]
    pub shutdown_timeout: Option<u64>,
    /// The first administrator's key, a user name of HTTP Basic, in place of one made at the first start
    #[arg(long, env = "PORTICO_ADMIN_KEY", global = true)]
    pub admin_key: Option<String>,
    /// The secret of that key
    #[arg(long, env = "PORTICO_ADMIN_SECRET", global = true, hide_env_values = true)]
    pub admin_secret: Option<String>,
    /// Do no jobs in this process; portico worker does them elsewhere
    #[arg(long, env = "PORTICO_NO_WORKER", global = true, num_args = 0..=1, require_equals = true,
        default_missing_value = "true")]
    pub no_worker: Option<bool>,
    /// Pictures that a worker decodes at a time [default: cores]
    #[arg(long, env = "PORTICO_WORKER_PARALLEL", global = true)]
    pub worker_parallel: Option<usize>,
    /// The largest picture that is taken in, in millions of pixels [default: 200]
    #[arg(long, env = "PORTICO_MAX_PIXELS", global = true)]
    pub max_pixels: Option<u32>,
    /// Networks that origins may lie in although they are not public, such as 10.1.0.0/16, with commas between them
    /// [default: none]
    #[arg(long, env = "PORTICO_ORIGIN_ALLOW", global = true)]
    pub origin_allow: Option<String>,
    /// The folder that file: origins may lie in [default: there are no such origins]
    #[arg(long, env = "PORTICO_ORIGIN_FOLDER", global = true)]
    pub origin_folder: Option<PathBuf>,
    /// Names of the buckets that s3: origins may lie in, with commas between them [default: there are no such origins]
    #[arg(long, env = "PORTICO_ORIGIN_BUCKETS", global = true)]
    pub origin_buckets: Option<String>,
    /// The longest origin that is fetched, in bytes [default: 50000000]
    #[arg(long, env = "PORTICO_ORIGIN_MAX_BYTES", global = true)]
    pub origin_max_bytes: Option<u64>,
    /// Seconds that fetching an origin may take [default: 30]
    #[arg(long, env = "PORTICO_ORIGIN_TIMEOUT", global = true)]
    pub origin_timeout: Option<u64>,
    /// Redirects that are followed to an origin [default: 5]
    #[arg(long, env = "PORTICO_ORIGIN_REDIRECTS", global = true)]
    pub origin_redirects: Option<usize>,
    /// Where originals and thumbnails are kept: a folder, file:///FOLDER or s3://BUCKET [default: objects in the data folder]
    #[arg(long, env = "PORTICO_OBJECTS", global = true)]
    pub objects: Option<String>,
    /// Where S3 is, if it is not Amazon's
    #[arg(long, env = "PORTICO_S3_ENDPOINT", global = true)]
    pub s3_endpoint: Option<String>,
    /// The region of S3 [default: us-east-1]
    #[arg(long, env = "PORTICO_S3_REGION", global = true)]
    pub s3_region: Option<String>,
    /// The id of the key for S3 [default: the identity that the machine has]
    #[arg(long, env = "PORTICO_S3_ACCESS_KEY", global = true)]
    pub s3_access_key: Option<String>,
    /// The secret of that key
    #[arg(long, env = "PORTICO_S3_SECRET_KEY", global = true, hide_env_values = true)]
    pub s3_secret_key: Option<SecretString>,
    /// Let the endpoint of S3 be plain http
    #[arg(long, env = "PORTICO_S3_ALLOW_HTTP", global = true, num_args = 0..=1, require_equals = true,
        default_missing_value = "true")]
    pub s3_allow_http: Option<bool>,
    /// Whether administrators of customers see, below /api, those alone that they are listed for [default: true]
    #[arg(long, env = "PORTICO_RESTRICT_CUSTOMER_ACCESS", global = true, num_args = 0..=1, require_equals = true,
        default_missing_value = "true")]
    pub restrict_customer_access: Option<bool>,
    /// How often somebody may ask for customers that are not there before they have to wait; 0 for as often as they like
    /// [default: 100]
    #[arg(long, env = "PORTICO_FETCH_LOCK", global = true)]
    pub fetch_lock: Option<u32>,
    /// The seconds within which that is counted [default: 900]
    #[arg(long, env = "PORTICO_FETCH_LOCK_WINDOW", global = true)]
    pub fetch_lock_window: Option<u64>,
    /// Names that requests may be signed for, with commas between them, each with its port if it is not that of the scheme
    /// [default: that of public_url]
    #[arg(long, env = "PORTICO_PUBLIC_HOSTS", global = true)]
    pub public_hosts: Option<String>,
    /// The revision of the agreement for users where a new customer names none [default: 1]
    #[arg(long, env = "PORTICO_DEFAULT_EULA_REVISION", global = true)]
    pub default_eula_revision: Option<String>,
    /// The header in which a proxy says where a request came from, such as X-Forwarded-For, for the log
    /// [default: none; the address of the connection]
    #[arg(long, env = "PORTICO_CLIENT_ADDRESS_HEADER", global = true)]
    pub client_address_header: Option<String>,
    /// Issuers of tokens that are trusted; in the file alone.
    #[arg(skip)]
    pub issuer: Vec<IssuerSettings>,
}

impl Settings {
    /// These settings, with what they leave open taken from a file.
    ///
    /// # Errors
    /// The file cannot be read, or has a key that is not known.
    pub fn over(self, file: Option<&Path>) -> Result<Self> {
        let Some(path) = file else { return Ok(self) };
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let file: Self = file::parse(&text).with_context(|| format!("{} is not a configuration", path.display()))?;
        Ok(Self {
            bind: self.bind.or(file.bind),
            public_url: self.public_url.or(file.public_url),
            database_url: self.database_url.or(file.database_url),
            database_connections: self.database_connections.or(file.database_connections),
            sqlite_synchronous: self.sqlite_synchronous.or(file.sqlite_synchronous),
            data_dir: self.data_dir.or(file.data_dir),
            server_key: self.server_key.or(file.server_key),
            log: self.log.or(file.log),
            workers: self.workers.or(file.workers),
            max_body: self.max_body.or(file.max_body),
            request_timeout: self.request_timeout.or(file.request_timeout),
            derivatives_cache: self.derivatives_cache.or(file.derivatives_cache),
            viewer_session: self.viewer_session.or(file.viewer_session),
            argus_single: self.argus_single.or(file.argus_single),
            drain: self.drain.or(file.drain),
            shutdown_timeout: self.shutdown_timeout.or(file.shutdown_timeout),
            admin_key: self.admin_key.or(file.admin_key),
            admin_secret: self.admin_secret.or(file.admin_secret),
            no_worker: self.no_worker.or(file.no_worker),
            worker_parallel: self.worker_parallel.or(file.worker_parallel),
            max_pixels: self.max_pixels.or(file.max_pixels),
            origin_allow: self.origin_allow.or(file.origin_allow),
            origin_folder: self.origin_folder.or(file.origin_folder),
            origin_buckets: self.origin_buckets.or(file.origin_buckets),
            origin_max_bytes: self.origin_max_bytes.or(file.origin_max_bytes),
            origin_timeout: self.origin_timeout.or(file.origin_timeout),
            origin_redirects: self.origin_redirects.or(file.origin_redirects),
            objects: self.objects.or(file.objects),
            s3_endpoint: self.s3_endpoint.or(file.s3_endpoint),
            s3_region: self.s3_region.or(file.s3_region),
            s3_access_key: self.s3_access_key.or(file.s3_access_key),
            s3_secret_key: self.s3_secret_key.or(file.s3_secret_key),
            s3_allow_http: self.s3_allow_http.or(file.s3_allow_http),
            restrict_customer_access: self.restrict_customer_access.or(file.restrict_customer_access),
            fetch_lock: self.fetch_lock.or(file.fetch_lock),
            fetch_lock_window: self.fetch_lock_window.or(file.fetch_lock_window),
            public_hosts: self.public_hosts.or(file.public_hosts),
            default_eula_revision: self.default_eula_revision.or(file.default_eula_revision),
            client_address_header: self.client_address_header.or(file.client_address_header),
            issuer: file.issuer,
        })
    }
}

/// The cores of this machine.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}
