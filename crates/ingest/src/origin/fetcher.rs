use std::path::PathBuf;

use ipnet::IpNet;
use objects::S3;
use secrecy::SecretString;

use super::fetched::{FetchLimits, Fetched};
use super::file::OriginFolder;
use super::guard::AddressGuard;
use super::http::Http;
use super::{FetchError, coding};
use vocab::value::{Origin, OriginKind};

/// What an operator lets origins be.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Networks that origins may lie in although they are not public.
    pub allow: Vec<IpNet>,
    /// The folder that `file:` origins may lie in. None is no such origins.
    pub folder: Option<PathBuf>,
    /// The buckets that `s3:` origins may lie in. None is no such origins.
    pub buckets: Option<AmbientBuckets>,
    /// How much is taken and how long is waited.
    pub limits: FetchLimits,
}

/// Buckets that are read as the service itself.
#[derive(Debug, Clone, Default)]
pub struct AmbientBuckets {
    /// How they are reached.
    pub s3: S3,
    /// Their names. The bucket in which the service keeps its objects should not be among them.
    pub names: Vec<String>,
}

/// As whom an origin is asked: what an origin strategy says.
#[derive(Debug, Clone, Default)]
pub enum OriginAccess {
    /// The strategy `default`: as nobody.
    #[default]
    Default,
    /// The strategy `basic-http-authentication`: as a user, at the host of the origin and at no other.
    Basic {
        /// The name of the user.
        user: String,
        /// The password.
        password: SecretString,
    },
    /// The strategy `s3-ambient`: as the service itself.
    S3Ambient,
}

/// Why nothing can be fetched at all.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The folder for origins is none.
    #[error("the folder of origins {} cannot be used", .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What is wrong with it.
        source: std::io::Error,
    },
    /// The buckets are not configured well.
    #[error("the buckets of origins cannot be used")]
    Buckets(#[source] objects::Error),
    /// No client could be made.
    #[error("no client for origins can be made")]
    Client(#[source] reqwest::Error),
}

/// Fetches origins. One is made for all, because it keeps connections; copies share them.
#[derive(Debug, Clone)]
pub struct Fetcher {
    http: Http,
    folder: Option<OriginFolder>,
    buckets: Option<std::sync::Arc<objects::Buckets>>,
    limits: FetchLimits,
}

impl Fetcher {
    /// Makes a fetcher; installs the provider of cryptography if there is none.
    ///
    /// # Errors
    /// See [`SetupError`].
    pub fn new(settings: Settings) -> Result<Self, SetupError> {
        let Settings { allow, folder, buckets, limits } = settings;
        let http = Http::new(AddressGuard::new(allow), limits.clone()).map_err(SetupError::Client)?;
        let open =
            |folder: PathBuf| OriginFolder::new(folder.clone()).map_err(|source| SetupError::Folder { folder, source });
        let folder = folder.map(open).transpose()?;
        let buckets = buckets.map(|buckets| objects::Buckets::open(&buckets.s3, &buckets.names)).transpose();
        let buckets = buckets.map_err(SetupError::Buckets)?.map(std::sync::Arc::new);
        Ok(Self { http, folder, buckets, limits })
    }

    /// Fetches an origin, whole, within the limits. An origin that asks for patience before it is asked elsewhere has what it
    /// asks for where it was `waited` for.
    ///
    /// # Errors
    /// See [`FetchError`], and [`FetchError::is_permanent`] for whether it is worth trying again.
    pub async fn fetch(&self, origin: &Origin, access: &OriginAccess, waited: bool) -> Result<Fetched, FetchError> {
        let limit = self.limits.time;
        tokio::time::timeout(limit, self.fetch_at_leisure(origin, access, waited))
            .await
            .unwrap_or(Err(FetchError::TimedOut { limit }))
    }

    async fn fetch_at_leisure(
        &self,
        origin: &Origin,
        access: &OriginAccess,
        waited: bool,
    ) -> Result<Fetched, FetchError> {
        match (origin.kind(), access) {
            (OriginKind::Http(url), OriginAccess::Default) => self.http.fetch(url, None, waited).await,
            (OriginKind::Http(url), OriginAccess::Basic { user, password }) => {
                self.http.fetch(url, Some((user, password)), waited).await
            }
            (OriginKind::File(path), OriginAccess::Default) => {
                let folder = self.folder.clone().ok_or(FetchError::NoFolder)?;
                let (path, longest) = (path.clone(), self.limits.longest);
                let read = tokio::task::spawn_blocking(move || folder.read(&path, longest)).await;
                let bytes = read.map_err(|error| FetchError::File(error.into()))??;
                Ok(Fetched { bytes, media_type: None })
            }
            (OriginKind::S3 { bucket, key }, OriginAccess::S3Ambient) => {
                let buckets = self.buckets.as_ref().ok_or(FetchError::NoBuckets)?;
                let objects::BucketRead { bytes, coding } = buckets.read(bucket, key, self.limits.longest).await?;
                let bytes = coding::decoded(coding, bytes, self.limits.longest).await?;
                Ok(Fetched { bytes, media_type: None })
            }
            (kind, access) => Err(FetchError::Strategy { strategy: access.name(), scheme: scheme(kind) }),
        }
    }
}

impl OriginAccess {
    fn name(&self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Basic { .. } => "basic-http-authentication",
            Self::S3Ambient => "s3-ambient",
        }
    }
}

fn scheme(kind: &OriginKind) -> &'static str {
    match kind {
        OriginKind::Http(_) => "http",
        OriginKind::File(_) => "file",
        OriginKind::S3 { .. } => "s3",
    }
}
