//! The jobs that fetch images: what a worker has to know for one, and what becomes of the image.

use store::changes::Changes;
use store::ingested::{self, Ingested};
use store::{ImageNumber, Tenant, batch, job, policy, storage};
use uuid::Uuid;
use vocab::value::{ErrorKind, OriginCredentials, OriginText};

use crate::changes::Changing;
use crate::classes::{image as image_class, origin_strategy};
use crate::images::files::{Files, version};
use crate::images::room::room;
use crate::jobs::{JobQueue, TakenJob};
use crate::{Error, Result};

/// What the queue calls these jobs.
pub const KIND: &str = "ingest";

/// Why an image was not ingested.
#[derive(Debug, Clone)]
pub struct Failed {
    /// Of what kind that is.
    pub kind: ErrorKind,
    /// In words for whoever submitted the image.
    pub told: String,
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

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Writes down that somebody has begun with images: all that were taken together, at once.
///
/// # Errors
/// The database does not answer.
pub async fn begin(queue: &JobQueue, taken: &[TakenJob]) -> Result<()> {
    let images: Vec<_> = taken.iter().filter_map(|job| job.image).collect();
    let transaction = queue.store.operator().begin().await?;
    ingested::dequeue(&transaction, &images, queue.now()).await?;
    Ok(transaction.commit(Changes::none("that somebody works on an image shows when that has ended")).await?)
}

/// What there is to fetch for a job; none where its image has gone. Files that whoever had the job before has left behind are
/// discarded.
///
/// # Errors
/// The database does not answer.
pub async fn ready(queue: &JobQueue, job: &TakenJob) -> Result<Option<Ingest>> {
    let Some(image) = job.image else { return Ok(None) };
    let Some(ingest) = fetched(queue, image, version(job.lease, job.id)).await? else { return Ok(None) };
    if let Some(abandoned) = job.abandoned {
        let files = Files { version: version(abandoned, job.id), ..ingest.files.clone() };
        let transaction = queue.store.operator().begin().await?;
        files.discard(&transaction).await?;
        transaction.commit(Changes::none("files are no resources")).await?;
    }
    Ok(Some(ingest))
}

async fn fetched(queue: &JobQueue, image: ImageNumber, version: Uuid) -> Result<Option<Ingest>> {
    let scope = queue.store.operator();
    let Some(row) = ingested::by_id(&scope, image).await? else { return Ok(None) };
    let sizes: Option<policy::ThumbnailPolicy> = policy::find(&scope, &row.thumbnail_policy).await?;
    let sizes = sizes.map_or("[]".into(), |policy| policy.sizes);
    let edges = serde_json::from_str(&sizes).map_err(|error| Error::Internal(error.to_string()))?;
    let tenant = Tenant::of_operator(row.customer);
    let origin = row.initial_origin.filter(|_| row.object.is_none()).unwrap_or(row.origin);
    Ok(Some(Ingest {
        files: Files { customer: row.customer, space: row.space, image: row.name, version },
        origin: OriginText::trusted(origin),
        edges,
        // What it takes already goes when it comes anew.
        room: storage::left(&scope, tenant).await?.saturating_add(row.size).try_into().unwrap_or_default(),
        strategies: strategies(queue, tenant).await?,
    }))
}

async fn strategies(queue: &JobQueue, tenant: Tenant) -> Result<Vec<Strategy>> {
    let chosen = origin_strategy::chosen(&queue.store.operator(), tenant).await?;
    let strategies = chosen.into_iter().map(|row| {
        // What cannot be read is said where it is needed. To fail here would keep all other jobs from being done.
        let basic = || OriginCredentials::split(&queue.vault.open(row.credentials.as_deref()?).ok()?);
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

/// Writes down what became of an image: what was measured, or why not. False if the job is not this worker's any more; then
/// nothing is written, and what was stored for it is to be removed.
///
/// # Errors
/// The database does not answer; or the customer may not store that much any more, and nothing was written.
pub async fn finish(
    queue: &JobQueue,
    job: &TakenJob,
    files: &Files,
    outcome: std::result::Result<Measured, Failed>,
) -> Result<bool> {
    let now = queue.now();
    let Some(image) = job.image else { return Ok(false) };
    let transaction = queue.store.operator().begin().await?;
    // What was left when the job was taken was left for all that were taken then. The customer comes first, as where
    // images are registered.
    let room = match &outcome {
        Ok(measured) => {
            let room = room(&transaction, Tenant::of_operator(files.customer)).await?;
            Some((room, number(measured.size)))
        }
        Err(_) => None,
    };
    // The image comes before its job, and its batches come last: see `batch::settle`.
    let Some(row) = ingested::lock_by_id(&transaction, image).await? else { return Ok(false) };
    if !job::end(&transaction, job.id, job.lease).await? {
        return Ok(false);
    }
    if let Some((room, size)) = room {
        room.fits(size.saturating_sub(row.size))?;
    }
    let measured = outcome.as_ref().map(|measured| Ingested {
        width: measured.width.into(),
        height: measured.height.into(),
        media_type: measured.media_type.clone(),
        gray: measured.gray,
        object: files.version,
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
    let new = ingested::lock_by_id(&transaction, image).await?.ok_or(Error::NotFound)?;
    let changing = Changing::by_service("worker", "a worker", now);
    let changing = changing.updated(&image_class::found(row)?, &image_class::found(new)?, &[])?;
    transaction.commit(changing.finish()).await?;
    Ok(true)
}

/// Whether these files are those of the image of a job: it was ended, whatever was heard of that.
///
/// # Errors
/// The database does not answer.
pub async fn is_kept(queue: &JobQueue, job: &TakenJob, files: &Files) -> Result<bool> {
    let Some(image) = job.image else { return Ok(false) };
    let row = ingested::by_id(&queue.store.operator(), image).await?;
    Ok(row.is_some_and(|row| row.object == Some(files.version)))
}
