//! All settings.

use std::path::PathBuf;

use clap::Args;
use secrecy::SecretString;
use serde::Deserialize;

/// All settings. Each is a flag, a variable `PORTICO_…` and a key of the file, under one name.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Address to listen at; port 0 picks one [default: 127.0.0.1:8080]
    #[arg(long, env = "PORTICO_BIND", global = true)]
    pub bind: Option<String>,
    /// Address at which whoever runs the service finds metrics and health; whoever gets there needs no credentials [default: none]
    #[arg(long, env = "PORTICO_ADMIN_BIND", global = true)]
    pub admin_bind: Option<String>,
    /// Where clients find the service, with a path where it shares its host; every IRI begins with it [default: from the bind address]
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

/// An issuer of tokens, as the file names it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerSettings {
    /// The `iss` claim.
    pub name: String,
    /// The `aud` claim that tokens must have.
    pub audience: Option<String>,
    /// The algorithm: HS256, RS256, ES256, EdDSA and their kin.
    pub algorithm: String,
    /// The file with the secret (HS*) or the public key in PEM.
    pub key_file: PathBuf,
    /// The `sub` claims of those of its tokens that are services'.
    #[serde(default)]
    pub services: Vec<String>,
    /// A claim that those of its tokens have that are services'.
    pub service_claim: Option<ServiceClaim>,
}

/// A claim by which services are told from people.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceClaim {
    /// Its name.
    pub name: String,
    /// The text that it is, or that is in its list.
    pub value: String,
}
