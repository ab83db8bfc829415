//! Configuration: flags, then environment, then a file, then defaults. What is unknown or wrong stops the start.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use secrecy::SecretString;
use serde::Deserialize;

mod administration;
mod ingest;

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
    /// What to log, as tracing's EnvFilter has it [default: info]
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
    /// How an answer about one thing looks below /customeradmin/v2: list (of one) or object [default: list]
    #[arg(long, env = "PORTICO_ARGUS_SINGLE", global = true)]
    pub argus_single: Option<String>,
    /// Seconds that requests in flight are given when the service stops [default: 30]
    #[arg(long, env = "PORTICO_SHUTDOWN_TIMEOUT", global = true)]
    pub shutdown_timeout: Option<u64>,
    /// The first administrator's key, a UUID, in place of one made at the first start
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

const SERVER_KEY: usize = 32;

impl Settings {
    /// These settings, with what they leave open taken from a file.
    ///
    /// # Errors
    /// The file cannot be read, or has a key that is not known.
    pub fn over(self, file: Option<&Path>) -> Result<Self> {
        let Some(path) = file else { return Ok(self) };
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let file: Self = toml::from_str(&text)
            .map_err(|error| anyhow::anyhow!("{} is not a configuration: {}", path.display(), error.message()))?;
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
            argus_single: self.argus_single.or(file.argus_single),
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
            issuer: file.issuer,
        })
    }

    /// The data folder.
    pub fn data_dir(&self) -> PathBuf {
        self.data_dir.clone().unwrap_or_else(|| "portico-data".into())
    }

    /// The address to listen at.
    pub fn bind(&self) -> &str {
        self.bind.as_deref().unwrap_or("127.0.0.1:8080")
    }

    /// How an answer about one thing looks in the Argus face.
    ///
    /// # Errors
    /// The value is not one of those that are known.
    pub fn argus_single(&self) -> Result<argus::Single> {
        match self.argus_single.as_deref() {
            None | Some("list") => Ok(argus::Single::List),
            Some("object") => Ok(argus::Single::Object),
            Some(other) => bail!("argus_single must be list or object, not {other:?}"),
        }
    }

    /// How to open the database; makes the data folder where the database is to be in it.
    ///
    /// # Errors
    /// A value is not one of those that are known, or the folder cannot be made.
    pub fn database(&self) -> Result<resource::Database> {
        let durability = match self.sqlite_synchronous.as_deref() {
            None | Some("full") => resource::Durability::Full,
            Some("normal") => resource::Durability::Normal,
            Some(other) => bail!("sqlite_synchronous must be full or normal, not {other:?}"),
        };
        let url = match &self.database_url {
            Some(url) if ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme)) => {
                url.clone()
            }
            Some(_) => bail!("database_url must begin with sqlite: or postgres:"),
            None => {
                let path = self.make_data_dir()?.join("portico.db");
                if !path.exists() {
                    // SQLite gives its other files the mode of this one.
                    make_private(&path, "")?;
                }
                format!("sqlite://{}?mode=rwc", path.display())
            }
        };
        let connections = match self.database_connections {
            Some(0) => bail!("database_connections must be 1 or more"),
            Some(connections) => connections,
            None => u32::try_from(cores()).unwrap_or(u32::MAX - 2) + 2,
        };
        Ok(resource::Database { url, connections, durability })
    }

    /// The address that IRIs begin with, given the port that was bound.
    ///
    /// # Errors
    /// It is not an http or https URL without query and fragment.
    pub fn public_url(&self, bound: std::net::SocketAddr) -> Result<String> {
        let Some(url) = &self.public_url else {
            if bound.ip().is_unspecified() {
                bail!("public_url is needed where bind is every address of the machine: IRIs have to begin with one");
            }
            return Ok(format!("http://{bound}"));
        };
        let url = url.trim_end_matches('/');
        let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
        match rest {
            Some(rest) if !rest.is_empty() && !rest.contains(['?', '#', '"', '<', '>', ' ', '/']) => Ok(url.to_owned()),
            _ => bail!(
                "public_url must be http://HOST or https://HOST, with a port if need be and without a path, not {url:?}"
            ),
        }
    }

    /// The key that sessions are signed with; made at the first start.
    ///
    /// # Errors
    /// It is not 32 bytes in base64, or its file cannot be read or written.
    pub fn server_key(&self, world: &resource::World) -> Result<Vec<u8>> {
        use base64::Engine;
        use base64::engine::general_purpose::STANDARD;
        let text = match &self.server_key {
            Some(text) => text.clone(),
            None => {
                let path = self.make_data_dir()?.join("server.key");
                if !path.exists() {
                    make_private(&path, &STANDARD.encode(world.bytes::<SERVER_KEY>()))?;
                }
                std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?
            }
        };
        match STANDARD.decode(text.trim()) {
            Ok(key) if key.len() == SERVER_KEY => Ok(key),
            _ => bail!("server_key must be {SERVER_KEY} bytes in base64"),
        }
    }

    /// The first administrator's key, where the operator names it.
    ///
    /// # Errors
    /// One half is missing, the key is not a UUID, or the secret is short enough to guess.
    pub fn admin(&self) -> Result<Option<resource::bootstrap::KeyPair>> {
        match (&self.admin_key, &self.admin_secret) {
            (None, None) => Ok(None),
            (Some(key), Some(secret)) => {
                if uuid::Uuid::try_parse(key).is_err() {
                    bail!("admin_key must be a UUID");
                }
                if secret.len() < 16 {
                    bail!("admin_secret must have at least 16 characters");
                }
                Ok(Some(resource::bootstrap::KeyPair { key: key.clone(), secret: secret.clone() }))
            }
            _ => bail!("admin_key and admin_secret go together"),
        }
    }

    /// The issuers of tokens that are trusted.
    ///
    /// # Errors
    /// An algorithm is not known, or a key cannot be read.
    pub fn issuers(&self) -> Result<Vec<resource::Issuer>> {
        self.issuer.iter().map(issuer).collect()
    }

    /// Makes the data folder, for this user's eyes.
    pub(crate) fn make_data_dir(&self) -> Result<PathBuf> {
        let path = self.data_dir();
        if !path.exists() {
            let mut builder = std::fs::DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(&path).with_context(|| format!("cannot make the data folder {}", path.display()))?;
        }
        Ok(path)
    }
}

fn issuer(settings: &IssuerSettings) -> Result<resource::Issuer> {
    use resource::jwt::{Algorithm, DecodingKey};
    let claim = settings.service_claim.as_ref().map(|claim| (claim.name.clone(), claim.value.clone()));
    let texts = [&settings.name].into_iter().chain(&settings.audience).chain(&settings.services);
    if texts.chain(claim.iter().flat_map(|(name, value)| [name, value])).any(String::is_empty) {
        bail!("issuer {:?}: a name, an audience, a service and a claim must not be empty", settings.name);
    }
    let file = &settings.key_file;
    let key = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let algorithm: Algorithm = settings
        .algorithm
        .parse()
        .map_err(|_| anyhow::anyhow!("issuer {}: {:?} is not an algorithm", settings.name, settings.algorithm))?;
    let decoding = match algorithm {
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => Ok(DecodingKey::from_secret(key.trim_ascii())),
        Algorithm::ES256 | Algorithm::ES384 => DecodingKey::from_ec_pem(&key),
        Algorithm::EdDSA => DecodingKey::from_ed_pem(&key),
        _ => DecodingKey::from_rsa_pem(&key),
    };
    Ok(resource::Issuer {
        name: settings.name.clone(),
        audience: settings.audience.clone(),
        algorithm,
        services: resource::Services { subjects: settings.services.iter().cloned().collect(), claim },
        key: decoding.with_context(|| format!("issuer {}: {} is not a key for it", settings.name, file.display()))?,
    })
}

/// Writes a file that only this user can read, in one step: it is there whole or not at all.
///
/// # Errors
/// It cannot be written.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<()> {
    put_private(path, text, |partial| std::fs::rename(partial, path))
}

/// The same, unless the file is there already: of processes that start together, one makes it.
fn make_private(path: &Path, text: &str) -> Result<()> {
    put_private(path, text, |partial| {
        let made = std::fs::hard_link(partial, path);
        std::fs::remove_file(partial)?;
        made.or_else(|error| if error.kind() == std::io::ErrorKind::AlreadyExists { Ok(()) } else { Err(error) })
    })
}

fn put_private(path: &Path, text: &str, place: impl FnOnce(&Path) -> std::io::Result<()>) -> Result<()> {
    use std::io::Write;
    let partial = path.with_extension(format!("{}.partial", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let write = || -> std::io::Result<()> {
        let mut file = options.open(&partial)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        place(&partial)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Variables that look like ours and are not: a misspelt setting must not pass unseen.
///
/// # Errors
/// There is one.
pub fn check_environment(known: &[String]) -> Result<()> {
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("PORTICO_") && !known.iter().any(|known| *known == name) {
            bail!("{name} is not a setting; portico serve --help lists them");
        }
    }
    Ok(())
}

/// The cores of this machine.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}
