//! The queue as a worker sees it: what there is to do, and what became of it.

use std::collections::BTreeSet;
use std::time::Duration;

use hydra::Timestamp;
use serde::{Deserialize, Serialize};
use store::image::{self, Ingested};
use store::{
    CustomerNumber, ImageNumber, JobNumber, SpaceNumber, Store, Tenant, Transaction, batch, job, origin_strategy,
    policy, storage,
};
use uuid::Uuid;
use vocab::value::{ErrorKind, OriginCredentials, OriginText};

use crate::cx::micros;
use crate::images::room::room;
use crate::{Error, Identities, Result, Vault, World};

/// Under which name the files of an image are kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Files {
    /// The number of the customer.
    pub customer: CustomerNumber,
    /// The number of the space within the customer.
    pub space: SpaceNumber,
    /// The identity of the image within the space.
    pub image: String,
    /// Which of the times that it was ingested.
    pub version: Uuid,
}

impl Files {
    /// The files of an image; under a version that no files have where it has none.
    pub(crate) fn of(row: &image::Image) -> Self {
        let (customer, space, image) = (row.customer, row.space, row.name.clone());
        Self { customer, space, image, version: row.object.unwrap_or_default() }
    }

    /// The numbers of the customer and of the space, for what knows no rows: the names of the files, the log.
    pub fn place(&self) -> (i64, i64) {
        (self.customer.get(), self.space.get())
    }

    /// What a job that discards them says of them.
    pub(crate) fn in_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| Error::Internal(error.to_string()))
    }
}

/// Has the files discarded that an image has, and what else lies there of it that nobody knows.
pub(crate) async fn discard(transaction: &Transaction, row: &image::Image) -> Result<()> {
    discard_files(transaction, &Files::of(row)).await
}

async fn discard_files(transaction: &Transaction, files: &Files) -> Result<()> {
    Ok(job::discard(transaction, files.customer, vec![files.in_json()?]).await?)
}

/// A job that is this worker's until its lease ends.
#[derive(Debug)]
pub struct Job {
    /// Its number.
    pub id: JobNumber,
    /// How often it was taken, this time included.
    pub attempts: u64,
    /// What there is to do.
    pub task: Task,
    /// How long it has waited so far because its origin asked for that.
    pub patience: Duration,
    lease: Uuid,
    image: Option<ImageNumber>,
}

/// How a job is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Return {
    /// As if it had not been taken, for anybody at once.
    Untouched,
    /// As if it had not been taken, for anybody after a while: nothing about it was at fault.
    Later(Duration),
    /// It waits for so long because its origin asks for patience, which is no attempt.
    Asked(Duration),
    /// It was tried, and is to be tried again after a while.
    Tried(Duration),
}

impl Return {
    fn how(self) -> job::Return {
        let (delay, tried, asked) = match self {
            Self::Untouched => (Duration::ZERO, false, false),
            Self::Later(after) => (after, false, false),
            Self::Asked(after) => (after, false, true),
            Self::Tried(after) => (after, true, false),
        };
        job::Return { delay: length(delay), tried, asked }
    }
}

/// Why an image was not ingested.
#[derive(Debug, Clone)]
pub struct Failed {
    /// Of what kind that is.
    pub kind: ErrorKind,
    /// In words for whoever submitted the image.
    pub told: String,
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
fn version(lease: Uuid, job: JobNumber) -> Uuid {
    let digest = crate::rights::secret::digest(&[&lease.as_bytes()[..], &job.get().to_be_bytes()[..]].concat());
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

/// A length of time as the database has it, in microseconds.
fn length(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

/// How far apart the clocks of the machines may be. What somebody is to have written down later than that from now was
/// written down by a clock that was wrong.
const APART: Duration = Duration::from_secs(60);

impl Intake {
    /// The queue in the database of a service.
    pub fn new(identities: &Identities) -> Self {
        Self { store: identities.store().clone(), world: identities.world().clone(), vault: identities.vault().clone() }
    }

    fn now(&self) -> i64 {
        micros(self.world.now())
    }

    fn after(&self, time: Duration) -> i64 {
        self.now().saturating_add(length(time))
    }

    /// Puts in line what has waited long enough.
    async fn wake(&self) -> Result<()> {
        let ahead = self.store.wake(self.now(), self.after(APART)).await?;
        if ahead > 0 {
            tracing::warn!(jobs = ahead, "a clock has gone back; what waited for a later time is due now");
        }
        Ok(())
    }

    /// Takes jobs, the most urgent first and by turns of their customers, for as long as the lease lasts. No more than so
    /// many are taken.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn claim(&self, most: u32, lease: Duration) -> Result<Vec<Job>> {
        self.wake().await?;
        let token = self.world.uuid();
        let rows = self.store.claim(most, self.now(), length(lease), token).await?;
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
                discard_files(&transaction, &files).await?;
                transaction.commit().await?;
            }
            // An image that was deleted a moment ago took its job along.
            if let Some(task) = task {
                let attempts = row.attempts.cast_unsigned();
                let patience = Duration::from_micros(row.patience.try_into().unwrap_or_default());
                jobs.push(Job { id: row.id, attempts, task, patience, lease: token, image: row.image });
            }
        }
        Ok(jobs)
    }

    async fn ingest(&self, image: ImageNumber, version: Uuid) -> Result<Option<Task>> {
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
    pub async fn renew(&self, jobs: &[(JobNumber, Uuid)], lease: Duration) -> Result<Vec<JobNumber>> {
        let mut kept = Vec::with_capacity(jobs.len());
        for (job, token) in jobs {
            kept.extend(self.store.renew(&[*job], *token, self.after(lease)).await?);
        }
        Ok(kept)
    }

    /// Writes down what became of a job: what was measured, or why not. False if the job is not this worker's any more; then
    /// nothing is written, and what was stored for it is to be removed.
    ///
    /// # Errors
    /// The database does not answer; or the customer may not store that much any more, and nothing was written.
    pub async fn finish(&self, job: &Job, outcome: std::result::Result<Measured, Failed>) -> Result<bool> {
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
            if measured.is_ok() && row.object.is_some() {
                discard(&transaction, &row).await?;
            }
            let measured = measured.as_ref().map_err(|failed| (failed.kind.as_str(), failed.told.as_str()));
            image::finish(&transaction, row.id, now, measured).await?;
            let mut batches = batch::finish_image(&transaction, row.id, outcome.is_ok(), now).await?;
            batches.extend(row.batch);
            batch::settle(&transaction, &batches, now).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Gives a job back. False if it is not this worker's any more.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn give_back(&self, job: &Job, how: Return) -> Result<bool> {
        let transaction = self.store.operator().begin().await?;
        let given = job::give_back(&transaction, job.id, job.lease, self.now(), how.how()).await?;
        transaction.commit().await?;
        Ok(given)
    }

    /// Has files discarded that nothing refers to: they were stored in vain, and could not be removed.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn discard(&self, files: &Files) -> Result<()> {
        let transaction = self.store.operator().begin().await?;
        discard_files(&transaction, files).await?;
        Ok(transaction.commit().await?)
    }

    /// Those of these versions under which no files are to be kept: no image has them, and nobody is making them. They must
    /// have been in the store before this is asked, for what is being made is asked for first.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn unknown(&self, versions: &BTreeSet<Uuid>) -> Result<BTreeSet<Uuid>> {
        let made: BTreeSet<_> = self.store.held().await?.into_iter().map(|(job, lease)| version(lease, job)).collect();
        let kept = image::objects(&self.store.operator(), versions).await?;
        Ok(versions.iter().filter(|version| !made.contains(version) && !kept.contains(version)).copied().collect())
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

    /// Whether the store is to be compared with what is known of it now, so long after the last time; to one worker alone. Not
    /// where there is no image that has files: then it is rather the database that is not the right one.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn is_to_be_swept(&self, every: Duration) -> Result<bool> {
        Ok(self.store.is_to_be_swept(self.now(), length(every)).await?
            && image::has_any(&self.store.operator()).await?)
    }

    /// The time, as the queue has it.
    pub fn time(&self) -> Timestamp {
        self.world.now()
    }

    /// A number that nobody else has.
    pub fn number(&self) -> Uuid {
        self.world.uuid()
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
    pub fn hold(&self) -> (JobNumber, Uuid) {
        (self.id, self.lease)
    }
}
