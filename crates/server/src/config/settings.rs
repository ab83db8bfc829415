//! All settings.

use std::path::PathBuf;

use clap::{ArgAction, Args};
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::hidden;

/// Where a setting stands in the help. A command shows those that it has a use for.
pub(crate) mod heading {
    /// Where the service listens and how it answers.
    pub(crate) const SERVING: &str = "Serving";
    /// What is decided for all customers.
    pub(crate) const RULES: &str = "Rules";
    /// The database and what lies beside it.
    pub(crate) const KEPT: &str = "What is kept";
    /// The store of objects.
    pub(crate) const OBJECTS: &str = "Objects";
    /// Where images come from, and how hard is worked on them.
    pub(crate) const IMAGES: &str = "Images";
    /// What the process tells of itself.
    pub(crate) const WATCHING: &str = "Watching";
}

use heading::{IMAGES, KEPT, OBJECTS, RULES, SERVING, WATCHING};

/// All settings. Each is a flag, a variable `PORTICO_…` and a key of the file, under one name. Written out, it hides its secrets.
#[derive(Debug, Clone, Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Address to listen at; port 0 picks one
    #[arg(long, env = "PORTICO_BIND", global = true, help_heading = SERVING)]
    pub bind: String,
    /// Address at which whoever runs the service finds metrics and health; whoever gets there needs no credentials [default: none]
    #[arg(long, env = "PORTICO_ADMIN_BIND", global = true, help_heading = WATCHING)]
    pub admin_bind: Option<String>,
    /// Where clients find the service, with a path where it shares its host; every IRI begins with it [default: from the bind address]
    #[arg(long, env = "PORTICO_PUBLIC_URL", global = true, help_heading = SERVING)]
    pub public_url: Option<String>,
    /// sqlite://FILE?mode=rwc or postgres://… [default: portico.db in the data folder]
    #[arg(long, env = "PORTICO_DATABASE_URL", global = true, help_heading = KEPT, hide_env_values = true)]
    #[serde(serialize_with = "hidden::password")]
    pub database_url: Option<String>,
    /// Connections that read; on PostgreSQL, connections in all [default: cores + 2]
    #[arg(long, env = "PORTICO_DATABASE_CONNECTIONS", global = true, help_heading = KEPT)]
    pub database_connections: Option<u32>,
    /// Whether connections to PostgreSQL are handed out for one transaction at a time by a pooler in between
    #[arg(long, env = "PORTICO_DATABASE_POOLED", global = true, help_heading = KEPT, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
        default_missing_value = "true")]
    pub database_pooled: bool,
    /// What an acknowledged write survives on SQLite: full (a power cut) or normal (a crash)
    #[arg(long, env = "PORTICO_SQLITE_SYNCHRONOUS", global = true, help_heading = KEPT)]
    pub sqlite_synchronous: String,
    /// The data folder
    #[arg(long, env = "PORTICO_DATA_DIR", global = true, help_heading = KEPT)]
    pub data_dir: PathBuf,
    /// Key that sessions are signed with, 32 bytes in base64 [default: made once, in the data folder]
    #[arg(long, env = "PORTICO_SERVER_KEY", global = true, help_heading = KEPT, hide_env_values = true)]
    #[serde(serialize_with = "hidden::secret")]
    #[schemars(with = "Option<String>")]
    pub server_key: Option<SecretString>,
    /// Another key that is good beside it: the one before, or the one to come [default: server.key.also in the data folder, if it is
    /// there]
    #[arg(long, env = "PORTICO_SERVER_KEY_ALSO", global = true, help_heading = KEPT, hide_env_values = true)]
    #[serde(serialize_with = "hidden::secret")]
    #[schemars(with = "Option<String>")]
    pub server_key_also: Option<SecretString>,
    /// What to log: a level, or levels of parts of the program, as tracing's EnvFilter has them
    #[arg(long, env = "PORTICO_LOG", global = true, help_heading = WATCHING)]
    pub log: String,
    /// Where traces are sent: whoever collects them by OTLP over HTTP, such as http://127.0.0.1:4318 [default: they are not]
    #[arg(long, env = "PORTICO_TRACES", global = true, help_heading = WATCHING)]
    pub traces: Option<String>,
    /// Of how many requests in a hundred there is a trace, where the request does not say
    #[arg(long, env = "PORTICO_TRACES_PERCENT", global = true, help_heading = WATCHING)]
    pub traces_percent: u8,
    /// Threads that answer requests [default: cores]
    #[arg(long, env = "PORTICO_WORKERS", global = true, help_heading = SERVING)]
    pub workers: Option<usize>,
    /// The largest body that is read, in bytes
    #[arg(long, env = "PORTICO_MAX_BODY", global = true, help_heading = SERVING)]
    pub max_body: usize,
    /// Seconds that a request may take
    #[arg(long, env = "PORTICO_REQUEST_TIMEOUT", global = true, help_heading = SERVING)]
    pub request_timeout: u64,
    /// Bytes of images made for viewers that are kept in memory
    #[arg(long, env = "PORTICO_DERIVATIVES_CACHE", global = true, help_heading = SERVING)]
    pub derivatives_cache: u64,
    /// Seconds that somebody who goes on looking at closed images stays let in by one use of an auth service
    #[arg(long, env = "PORTICO_VIEWER_SESSION", global = true, help_heading = RULES)]
    pub viewer_session: u64,
    /// How an answer about one thing looks below /customeradmin/v2: list (of one) or object
    #[arg(long, env = "PORTICO_ARGUS_SINGLE", global = true, help_heading = RULES)]
    pub argus_single: String,
    /// Seconds at a stop in which the service still answers, and says that it is not ready
    #[arg(long, env = "PORTICO_DRAIN", global = true, help_heading = SERVING)]
    pub drain: u64,
    /// Seconds that requests in flight are given when the service stops
    #[arg(long, env = "PORTICO_SHUTDOWN_TIMEOUT", global = true, help_heading = SERVING)]
    pub shutdown_timeout: u64,
    /// The first administrator's key, a user name of HTTP Basic, in place of one made at the first start
    #[arg(long, env = "PORTICO_ADMIN_KEY", global = true, help_heading = SERVING)]
    pub admin_key: Option<String>,
    /// The secret of that key
    #[arg(long, env = "PORTICO_ADMIN_SECRET", global = true, help_heading = SERVING, hide_env_values = true)]
    #[serde(serialize_with = "hidden::secret")]
    #[schemars(with = "Option<String>")]
    pub admin_secret: Option<SecretString>,
    /// Do no jobs in this process; portico worker does them elsewhere
    #[arg(long, env = "PORTICO_NO_WORKER", global = true, help_heading = IMAGES, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
        default_missing_value = "true")]
    pub no_worker: bool,
    /// Pictures that a worker decodes at a time [default: cores]
    #[arg(long, env = "PORTICO_WORKER_PARALLEL", global = true, help_heading = IMAGES)]
    pub worker_parallel: Option<usize>,
    /// The largest picture that is taken in, in millions of pixels
    #[arg(long, env = "PORTICO_MAX_PIXELS", global = true, help_heading = IMAGES)]
    pub max_pixels: u32,
    /// Days that batches are kept from when they were finished [default: for ever]
    #[arg(long, env = "PORTICO_RETAIN_BATCHES", global = true, help_heading = IMAGES)]
    pub retain_batches: Option<u64>,
    /// Days that images are kept that failed, and of which nothing is stored [default: for ever]
    #[arg(long, env = "PORTICO_RETAIN_FAILED_IMAGES", global = true, help_heading = IMAGES)]
    pub retain_failed_images: Option<u64>,
    /// Days that changes are kept in the log [default: for ever]
    #[arg(long, env = "PORTICO_CHANGES_KEEP", global = true, help_heading = IMAGES)]
    pub changes_keep: Option<u64>,
    /// Networks that origins may lie in although they are not public, such as 10.1.0.0/16, with commas between them
    /// [default: none]
    #[arg(long, env = "PORTICO_ORIGIN_ALLOW", global = true, help_heading = IMAGES)]
    pub origin_allow: Option<String>,
    /// The folder that file: origins may lie in [default: there are no such origins]
    #[arg(long, env = "PORTICO_ORIGIN_FOLDER", global = true, help_heading = IMAGES)]
    pub origin_folder: Option<PathBuf>,
    /// Names of the buckets that s3: origins may lie in, with commas between them [default: there are no such origins]
    #[arg(long, env = "PORTICO_ORIGIN_BUCKETS", global = true, help_heading = IMAGES)]
    pub origin_buckets: Option<String>,
    /// The longest origin that is fetched, in bytes
    #[arg(long, env = "PORTICO_ORIGIN_MAX_BYTES", global = true, help_heading = IMAGES)]
    pub origin_max_bytes: u64,
    /// Seconds that fetching an origin may take
    #[arg(long, env = "PORTICO_ORIGIN_TIMEOUT", global = true, help_heading = IMAGES)]
    pub origin_timeout: u64,
    /// Redirects that are followed to an origin
    #[arg(long, env = "PORTICO_ORIGIN_REDIRECTS", global = true, help_heading = IMAGES)]
    pub origin_redirects: usize,
    /// Where originals and thumbnails are kept: a folder, file:///FOLDER or s3://BUCKET [default: objects in the data folder]
    #[arg(long, env = "PORTICO_OBJECTS", global = true, help_heading = OBJECTS)]
    pub objects: Option<String>,
    /// Where S3 is, if it is not Amazon's
    #[arg(long, env = "PORTICO_S3_ENDPOINT", global = true, help_heading = OBJECTS)]
    pub s3_endpoint: Option<String>,
    /// The region of S3
    #[arg(long, env = "PORTICO_S3_REGION", global = true, help_heading = OBJECTS)]
    pub s3_region: String,
    /// The id of the key for S3 [default: the identity that the machine has]
    #[arg(long, env = "PORTICO_S3_ACCESS_KEY", global = true, help_heading = OBJECTS)]
    pub s3_access_key: Option<String>,
    /// The secret of that key
    #[arg(long, env = "PORTICO_S3_SECRET_KEY", global = true, help_heading = OBJECTS, hide_env_values = true)]
    #[serde(serialize_with = "hidden::secret")]
    #[schemars(with = "Option<String>")]
    pub s3_secret_key: Option<SecretString>,
    /// Let the endpoint of S3 be plain http
    #[arg(long, env = "PORTICO_S3_ALLOW_HTTP", global = true, help_heading = OBJECTS, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
        default_missing_value = "true")]
    pub s3_allow_http: bool,
    /// Whether administrators of customers see, below /api, those alone that they are listed for
    #[arg(long, env = "PORTICO_RESTRICT_CUSTOMER_ACCESS", global = true, help_heading = RULES, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
        default_missing_value = "true")]
    pub restrict_customer_access: bool,
    /// How often somebody may ask for customers that are not there before they have to wait; 0 for as often as they like
    #[arg(long, env = "PORTICO_FETCH_LOCK", global = true, help_heading = RULES)]
    pub fetch_lock: u32,
    /// The seconds within which that is counted
    #[arg(long, env = "PORTICO_FETCH_LOCK_WINDOW", global = true, help_heading = RULES)]
    pub fetch_lock_window: u64,
    /// Names that requests may be signed for, with commas between them, each with its port if it is not that of the scheme
    /// [default: that of public_url]
    #[arg(long, env = "PORTICO_PUBLIC_HOSTS", global = true, help_heading = RULES)]
    pub public_hosts: Option<String>,
    /// The revision of the agreement for users where a new customer names none
    #[arg(long, env = "PORTICO_DEFAULT_EULA_REVISION", global = true, help_heading = RULES)]
    pub default_eula_revision: String,
    /// Networks of the proxies that are believed where they say who a request came from, such as 10.0.0.0/8, with commas between them
    /// [default: none; it came from the other end of the connection]
    #[arg(long, env = "PORTICO_TRUSTED_PROXIES", global = true, help_heading = SERVING)]
    pub trusted_proxies: Option<String>,
    /// How often passwords may be tried from one address in a minute, where it is known; 0 for as often as one likes
    #[arg(long, env = "PORTICO_SIGN_IN_LIMIT", global = true, help_heading = RULES)]
    pub sign_in_limit: u32,
    /// The header in which they say it: X-Forwarded-For or one of its form, or Forwarded (RFC 7239)
    #[arg(long, env = "PORTICO_CLIENT_ADDRESS_HEADER", global = true, help_heading = SERVING)]
    pub client_address_header: String,
    /// Issuers of tokens that are trusted; in the file alone.
    #[arg(skip)]
    pub issuer: Vec<IssuerSettings>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bind: "127.0.0.1:8080".into(),
            admin_bind: None,
            public_url: None,
            database_url: None,
            database_connections: None,
            database_pooled: false,
            sqlite_synchronous: "full".into(),
            data_dir: "portico-data".into(),
            server_key: None,
            server_key_also: None,
            log: "info,actix_server=warn".into(),
            traces: None,
            traces_percent: 100,
            workers: None,
            max_body: 1 << 20,
            request_timeout: 30,
            derivatives_cache: 256 << 20,
            viewer_session: 8 * 60 * 60,
            argus_single: "list".into(),
            drain: 0,
            shutdown_timeout: 30,
            admin_key: None,
            admin_secret: None,
            no_worker: false,
            worker_parallel: None,
            max_pixels: 200,
            retain_batches: None,
            retain_failed_images: None,
            changes_keep: None,
            origin_allow: None,
            origin_folder: None,
            origin_buckets: None,
            origin_max_bytes: 50_000_000,
            origin_timeout: 30,
            origin_redirects: 5,
            objects: None,
            s3_endpoint: None,
            s3_region: "us-east-1".into(),
            s3_access_key: None,
            s3_secret_key: None,
            s3_allow_http: false,
            restrict_customer_access: true,
            fetch_lock: 100,
            fetch_lock_window: 15 * 60,
            public_hosts: None,
            default_eula_revision: "1".into(),
            trusted_proxies: None,
            sign_in_limit: 100,
            client_address_header: "X-Forwarded-For".into(),
            issuer: Vec::new(),
        }
    }
}

/// An issuer of tokens, as the file names it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IssuerSettings {
    /// The `iss` claim.
    pub name: String,
    /// The `aud` claim that tokens must have.
    pub audience: Option<String>,
    /// The algorithm: HS256, RS256, ES256, EdDSA and their kin.
    pub algorithm: String,
    /// The file with the secret (HS*) or the public key in PEM.
    pub key_file: Option<PathBuf>,
    /// Or where it publishes its public keys, as a JWK Set.
    pub keys_url: Option<String>,
    /// Or whether that is looked up where OpenID Connect Discovery has it, below its name.
    #[serde(default)]
    pub discover: bool,
    /// The `sub` claims of those of its tokens that are services'.
    #[serde(default)]
    pub services: Vec<String>,
    /// A claim that those of its tokens have that are services'.
    pub service_claim: Option<ServiceClaim>,
}

/// A claim by which services are told from people.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceClaim {
    /// Its name.
    pub name: String,
    /// The text that it is, or that is in its list.
    pub value: String,
}
