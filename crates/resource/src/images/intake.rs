//! The queue as a worker sees it: what there is to do, and what became of it.

use std::collections::BTreeSet;
use std::time::Duration;

use hydra::Timestamp;
use store::ingested::{self, Ingested};
use store::{ImageNumber, JobNumber, Store, Tenant, batch, job, policy, storage};
use uuid::Uuid;
use vocab::value::{OriginCredentials, OriginText};

use crate::classes::origin_strategy;
use crate::cx::micros;
use crate::images::room::room;
use crate::images::task::{Failed, Files, Ingest, Job, Measured, Return, Strategy, Task, Way, length};
use crate::{Error, Identities, Result, Vault, World};

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
            ingested::dequeue(&transaction, &images, self.now()).await?;
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
                files.discard(&transaction).await?;
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
        let Some(row) = ingested::by_id(&scope, image).await? else { return Ok(None) };
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
        let chosen = origin_strategy::chosen(&self.store.operator(), tenant).await?;
        let strategies = chosen.into_iter().map(|row| {
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
            Some(image) => match ingested::lock_by_id(&transaction, image).await? {
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
                Files::of(&row).discard(&transaction).await?;
            }
            let measured = measured.as_ref().map_err(|failed| (failed.kind.as_str(), failed.told.as_str()));
            ingested::finish(&transaction, row.id, now, measured).await?;
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
        files.discard(&transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// Those of these versions under which no files are to be kept: no image has them, and nobody is making them. They must
    /// have been in the store before this is asked, for what is being made is asked for first.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn unknown(&self, versions: &BTreeSet<Uuid>) -> Result<BTreeSet<Uuid>> {
        let made: BTreeSet<_> = self.store.held().await?.into_iter().map(|(job, lease)| version(lease, job)).collect();
        let kept = ingested::objects(&self.store.operator(), versions).await?;
        Ok(versions.iter().filter(|version| !made.contains(version) && !kept.contains(version)).copied().collect())
    }

    /// Whether the files of a job are those of its image: it was ended, whatever was heard of that.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn is_kept(&self, job: &Job) -> Result<bool> {
        let (Some(image), Task::Ingest(ingest)) = (job.image, &job.task) else { return Ok(false) };
        let row = ingested::by_id(&self.store.operator(), image).await?;
        Ok(row.is_some_and(|row| row.object == Some(ingest.files.version)))
    }

    /// Whether the store is to be compared with what is known of it now, so long after the last time; to one worker alone. Not
    /// where there is no image that has files: then it is rather the database that is not the right one.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn is_to_be_swept(&self, every: Duration) -> Result<bool> {
        Ok(self.store.is_to_be_swept(self.now(), length(every)).await? && self.has_files().await?)
    }

    /// Whether there is an image that has files.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn has_files(&self) -> Result<bool> {
        Ok(ingested::has_any(&self.store.operator()).await?)
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
