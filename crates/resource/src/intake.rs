//! The queue as a worker sees it: what there is to do, and what became of it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use store::image::{self, Ingested};
use store::{Store, Tenant, Transaction, batch, job, origin_strategy, policy, storage};
use uuid::Uuid;
use vocab::value::{OriginCredentials, OriginText};

use crate::cx::micros;
use crate::storage::room;
use crate::{Error, Identities, Result, Vault, World};

/// Under which name the files of an image are kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Files {
    /// The number of the customer.
    pub customer: i64,
    /// The number of the space within the customer.
    pub space: i64,
    /// The identity of the image within the space.
    pub image: String,
    /// Which of the times that it was ingested.
    pub version: Uuid,
}

impl Files {
    /// The files of an image that has some.
    pub(crate) fn of(row: &image::Image) -> Option<Self> {
        let (customer, space, image) = (row.customer, row.space, row.name.clone());
        row.object.map(|version| Self { customer, space, image, version })
    }

    /// What a job that discards them says of them.
    pub(crate) fn in_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| Error::Internal(error.to_string()))
    }
}

/// Has the files of an image discarded, if it has any.
pub(crate) async fn discard(transaction: &Transaction, row: &image::Image, now: i64) -> Result<()> {
    match Files::of(row) {
        Some(files) => discard_files(transaction, &files, now).await,
        None => Ok(()),
    }
}

async fn discard_files(transaction: &Transaction, files: &Files, now: i64) -> Result<()> {
    Ok(job::discard(transaction, files.customer, files.in_json()?, now).await?)
}

/// A job that is this worker's until its lease ends.
#[derive(Debug)]
pub struct Job {
    /// Its number.
    pub id: i64,
    /// How often it was taken, this time included.
    pub attempts: u64,
    /// What there is to do.
    pub task: Task,
    lease: Uuid,
    image: Option<i64>,
}

/// What there is to do.
#[derive(Debug)]
pub enum Task {
    /// Fetch an image and make of it what is kept.
    Ingest(Box<Ingest>),
    /// Remove files that nothing refers to any more.
    Discard(Files),
}

/// An image to fetch.
#[derive(Debug)]
pub struct Ingest {
    /// Where its files are to be kept.
    pub files: Files,
    /// Where it comes from.
    pub origin: OriginText,
    /// The edges of its thumbnails, in pixels.
    pub edges: Vec<u32>,
    /// The bytes that it may take.
    pub room: u64,
    /// The customer's ways of fetching, in the order in which they are tried.
    pub strategies: Vec<Strategy>,
}

/// A way of fetching, and the origins it is for.
#[derive(Debug)]
pub struct Strategy {
    /// The pattern of the origins.
    pub regex: String,
    /// What it is.
    pub way: Way,
}

/// As whom an origin is asked.
pub enum Way {
    /// As nobody.
    Default,
    /// With a name and a password.
    Basic {
        /// The name.
        user: String,
        /// The password.
        password: String,
    },
    /// As the service itself.
    Ambient,
    /// As somebody whose credentials cannot be read, because they were encrypted under another key than the service's.
    Unreadable,
}

impl std::fmt::Debug for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Default => "Default",
            Self::Basic { .. } => "Basic",
            Self::Ambient => "Ambient",
            Self::Unreadable => "Unreadable",
        })
    }
}

/// What became of an image.
#[derive(Debug)]
pub struct Measured {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// The media type that the content has.
    pub media_type: String,
    /// Whether it has no colours.
    pub gray: bool,
    /// Bytes of what was fetched.
    pub size: u64,
    /// Bytes of all thumbnails.
    pub thumbnail_size: u64,
}

/// Under which version the files are kept that are made under a lease. So those that a worker has left behind are known to
/// whoever takes its job over.
fn version(lease: Uuid, job: i64) -> Uuid {
    let digest = crate::secret::digest(&[&lease.as_bytes()[..], &job.to_be_bytes()[..]].concat());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// The queue, as a worker sees it.
#[derive(Debug, Clone)]
pub struct Intake {
    store: Store,
    world: World,
    vault: Vault,
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Intake {
    /// The queue in the database of a service.
    pub fn new(identities: &Identities) -> Self {
        Self { store: identities.store().clone(), world: identities.world().clone(), vault: identities.vault().clone() }
    }

    fn now(&self) -> i64 {
        micros(self.world.now())
    }

    fn after(&self, time: Duration) -> i64 {
        self.now().saturating_add(i64::try_from(time.as_micros()).unwrap_or(i64::MAX))
    }

    /// Takes jobs, the most urgent first, for as long as the lease lasts.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn claim(&self, most: u32, lease: Duration) -> Result<Vec<Job>> {
        let token = self.world.uuid();
        let rows = self.store.claim(most, self.now(), self.after(lease), token).await?;
        let images: Vec<_> = rows.iter().filter_map(|row| row.image).collect();
        if !images.is_empty() {
            let transaction = self.store.operator().begin().await?;
            image::dequeue(&transaction, &images, self.now()).await?;
            transaction.commit().await?;
        }
        let mut jobs = Vec::with_capacity(rows.len());
        for row in rows {
            let task = match (row.image, &row.object) {
                (Some(image), _) => self.ingest(image, version(token, row.id)).await?,
                (None, object) => object.as_deref().and_then(|text| serde_json::from_str(text).ok()).map(Task::Discard),
            };
            if let (Some(Task::Ingest(ingest)), Some(abandoned)) = (&task, row.abandoned) {
                let files = Files { version: version(abandoned, row.id), ..ingest.files.clone() };
                let transaction = self.store.operator().begin().await?;
                discard_files(&transaction, &files, self.now()).await?;
                transaction.commit().await?;
            }
            // An image that was deleted a moment ago took its job along.
            if let Some(task) = task {
                let attempts = row.attempts.cast_unsigned();
                jobs.push(Job { id: row.id, attempts, task, lease: token, image: row.image });
            }
        }
        Ok(jobs)
    }

    async fn ingest(&self, image: i64, version: Uuid) -> Result<Option<Task>> {
        let scope = self.store.operator();
        let Some(row) = image::by_id(&scope, image).await? else { return Ok(None) };
        let sizes: Option<policy::ThumbnailPolicy> = policy::find(&scope, &row.thumbnail_policy).await?;
        let sizes = sizes.map_or("[]".into(), |policy| policy.sizes);
        let edges = serde_json::from_str(&sizes).map_err(|error| Error::Internal(error.to_string()))?;
        let tenant = Tenant::of_operator(row.customer);
        let origin = row.initial_origin.filter(|_| row.object.is_none()).unwrap_or(row.origin);
        let (customer, space) = (row.customer, row.space);
        Ok(Some(Task::Ingest(Box::new(Ingest {
            files: Files { customer, space, image: row.name, version },
            origin: OriginText::trusted(origin),
            edges,
            // What it takes already goes when it comes anew.
            room: storage::left(&scope, tenant).await?.saturating_add(row.size).try_into().unwrap_or_default(),
            strategies: self.strategies(tenant).await?,
        }))))
    }

    async fn strategies(&self, tenant: Tenant) -> Result<Vec<Strategy>> {
        let rows = origin_strategy::in_order(&self.store.operator(), tenant).await?;
        let strategies = rows.into_iter().map(|row| {
            // What cannot be read is said where it is needed. To fail here would keep all other jobs from being taken.
            let basic = || OriginCredentials::split(&self.vault.open(row.credentials.as_deref()?).ok()?);
            let way = match row.strategy.as_str() {
                "basic-http-authentication" => {
                    basic().map_or(Way::Unreadable, |(user, password)| Way::Basic { user, password })
                }
                "s3-ambient" => Way::Ambient,
                _ => Way::Default,
            };
            Strategy { regex: row.regex, way }
        });
        Ok(strategies.collect())
    }

    /// Keeps jobs for the time of a lease from now on; the numbers of those that are still this worker's.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn renew(&self, jobs: &[(i64, Uuid)], lease: Duration) -> Result<Vec<i64>> {
        let mut kept = Vec::with_capacity(jobs.len());
        for (job, token) in jobs {
            kept.extend(self.store.renew(&[*job], *token, self.after(lease)).await?);
        }
        Ok(kept)
    }

    /// Writes down what became of a job: what was measured, or why not, in words for whoever submitted the image. False if
    /// the job is not this worker's any more; then nothing is written, and what was stored for it is to be removed.
    ///
    /// # Errors
    /// The database does not answer; or the customer may not store that much any more, and nothing was written.
    pub async fn finish(&self, job: &Job, outcome: std::result::Result<Measured, String>) -> Result<bool> {
        let now = self.now();
        let transaction = self.store.operator().begin().await?;
        // What was left when the job was taken was left for all that were taken then. The customer comes first, as where
        // images are registered.
        let room = match (&outcome, &job.task) {
            (Ok(measured), Task::Ingest(ingest)) => {
                let tenant = Tenant::of_operator(ingest.files.customer);
                Some((room(&transaction, tenant).await?, number(measured.size)))
            }
            _ => None,
        };
        // The image comes before its job, and its batches come last: see `batch::settle`.
        let row = match job.image {
            Some(image) => match image::lock_by_id(&transaction, image).await? {
                Some(row) => Some(row),
                None => return Ok(false),
            },
            None => None,
        };
        if !job::end(&transaction, job.id, job.lease).await? {
            return Ok(false);
        }
        if let (Some(row), Some((room, size))) = (&row, room) {
            room.fits(size.saturating_sub(row.size))?;
        }
        if let (Some(row), Task::Ingest(ingest)) = (row, &job.task) {
            let measured = outcome.as_ref().map(|measured| Ingested {
                width: measured.width.into(),
                height: measured.height.into(),
                media_type: measured.media_type.clone(),
                gray: measured.gray,
                object: ingest.files.version,
                size: number(measured.size),
                thumbnail_size: number(measured.thumbnail_size),
            });
            if measured.is_ok() {
                discard(&transaction, &row, now).await?;
            }
            image::finish(&transaction, row.id, now, measured.as_ref().map_err(|error| error.as_str())).await?;
            let mut batches = batch::finish_image(&transaction, row.id, outcome.is_ok(), now).await?;
            batches.extend(row.batch);
            batch::settle(&transaction, &batches, now).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Gives a job back, for anybody to take after a while. As if it had not been taken, where `untried`.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn give_back(&self, job: &Job, after: Duration, untried: bool) -> Result<bool> {
        let transaction = self.store.operator().begin().await?;
        let given = job::give_back(&transaction, job.id, job.lease, self.after(after), untried).await?;
        transaction.commit().await?;
        Ok(given)
    }

    /// Whether the files of a job are those of its image: it was ended, whatever was heard of that.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn is_kept(&self, job: &Job) -> Result<bool> {
        let (Some(image), Task::Ingest(ingest)) = (job.image, &job.task) else { return Ok(false) };
        let row = image::by_id(&self.store.operator(), image).await?;
        Ok(row.is_some_and(|row| row.object == Some(ingest.files.version)))
    }

    /// How many images wait, of all customers, those included that somebody works on.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn backlog(&self) -> Result<u64> {
        Ok(self.store.backlog().await?.cast_unsigned())
    }
}

impl Job {
    /// By what the job is kept: its number and its lease.
    pub fn hold(&self) -> (i64, Uuid) {
        (self.id, self.lease)
    }
}
