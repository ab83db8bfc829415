//! Where derivatives are made and kept for a while.
//!
//! Decoding and scaling keep a core busy, so only as many run at once as there are cores; others wait. Equal requests that
//! come together are one: the first makes the image, the others get it too. Viewers ask for many tiles of one picture, so
//! decoded pictures are kept as well, a few.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::web::Bytes;
use iiif::Plan;
use iiif::picture::{Ceiling, Picture, decode};
use iiif::render::render;
use objects::{ObjectKey, Objects};
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use resource::images::Files;
use resource::{Cores, Error};
use uuid::Uuid;

use super::spool::Spooled;
use crate::limits::ServiceLimits;
use crate::meters;

/// Bytes of decoded pictures that are kept in memory.
const PICTURES: u64 = 256 << 20;
/// Bytes of decoded pictures that are kept in files.
const SPOOLED: u64 = 2 << 30;
/// About what a derivative takes; the cache has room for entries by it.
const USUAL: u64 = 32 << 10;
/// What an entry takes beside its bytes: the key, the counters of what shares it, its places in the cache.
const ENTRY: u64 = 320;

/// Weighs by bytes.
#[derive(Debug, Clone, Copy)]
struct ByBytes;

impl Weighter<(Uuid, String), Bytes> for ByBytes {
    fn weight(&self, (_, request): &(Uuid, String), bytes: &Bytes) -> u64 {
        (request.capacity() + bytes.len()) as u64 + ENTRY
    }
}

/// What is made, as it is kept: in as much memory as it needs. What a writer had in reserve, which may be as much again, would
/// lie there unseen; and an allocator that is asked to take the rest back may leave up to half of it.
fn fitted(made: &[u8]) -> Bytes {
    Bytes::copy_from_slice(made)
}

impl Weighter<Uuid, Arc<Picture>> for ByBytes {
    fn weight(&self, _: &Uuid, picture: &Arc<Picture>) -> u64 {
        picture.pixels.as_bytes().len() as u64 + ENTRY
    }
}

impl Weighter<Uuid, Arc<Spooled>> for ByBytes {
    fn weight(&self, _: &Uuid, picture: &Arc<Spooled>) -> u64 {
        picture.size() + ENTRY
    }
}

/// Why a picture is not in a file.
enum NotSpooled {
    /// There is no picture.
    Failed(Error),
    /// There is a picture, and no room for it.
    NoRoom(Arc<Picture>),
}

/// Derivatives, by the version of the files that they are made of and what is made of it. The canonical request would not do:
/// `max` is another size for those who may see all of an image.
type Derivatives = Cache<(Uuid, String), Bytes, ByBytes>;

/// Makes derivatives.
#[derive(Debug)]
pub struct Darkroom {
    objects: Objects,
    ceiling: Ceiling,
    cores: Cores,
    derivatives: Derivatives,
    pictures: Cache<Uuid, Arc<Picture>, ByBytes>,
    spooled: Cache<Uuid, Arc<Spooled>, ByBytes>,
    folder: PathBuf,
}

/// A cache of few large things in one shard: what is larger than the share of a shard is not kept.
fn of_large<T: Clone>(bytes: u64) -> Cache<Uuid, T, ByBytes>
where
    ByBytes: Weighter<Uuid, T>,
{
    let options = OptionsBuilder::new()
        .shards(1)
        .estimated_items_capacity(64)
        .weight_capacity(bytes)
        .build()
        .expect("all that has no default is given");
    Cache::with_options(options, ByBytes, DefaultHashBuilder::default(), DefaultLifecycle::default())
}

impl Darkroom {
    /// A place that uses at the most so many cores, and as much memory as the limits say.
    pub fn new(objects: Objects, cores: usize, limits: ServiceLimits) -> Self {
        let bytes = limits.derivatives;
        let capacity = usize::try_from(bytes / USUAL).unwrap_or(usize::MAX).clamp(16, 1 << 20);
        Self {
            objects,
            ceiling: limits.pictures,
            cores: Cores::new(cores),
            derivatives: Cache::with_weighter(capacity, bytes, ByBytes),
            pictures: of_large(PICTURES),
            spooled: of_large(SPOOLED),
            folder: limits.spool,
        }
    }

    /// The image of a plan.
    ///
    /// # Errors
    /// The files cannot be read, or what was taken in cannot be decoded any more.
    pub async fn derivative(&self, files: &Files, plan: &Plan) -> Result<Bytes, Error> {
        let is_made = AtomicBool::new(false);
        let made = async {
            is_made.store(true, Ordering::Relaxed);
            let plan = *plan;
            // Four bytes a pixel at the most. What would not be kept in memory is laid out in a file.
            if u64::from(plan.source_width) * u64::from(plan.source_height) * 4 <= PICTURES {
                let picture = self.picture(files).await?;
                return self.work(move || render(&picture, &plan).map(|made| fitted(&made))).await;
            }
            match self.spooled(files).await {
                Ok(spooled) => self.work(move || spooled.render(&plan).map(|made| fitted(&made))).await,
                Err(NotSpooled::NoRoom(picture)) => {
                    self.work(move || render(&picture, &plan).map(|made| fitted(&made))).await
                }
                Err(NotSpooled::Failed(error)) => Err(error),
            }
        };
        let image = self.derivatives.get_or_insert_async(&(files.version, plan.recipe()), made).await;
        meters::derivative(is_made.load(Ordering::Relaxed), self.derivatives.weight());
        image
    }

    /// What was made when the image came in, of this longer edge; none where there is no such file.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn thumbnail(&self, files: &Files, edge: u32) -> Result<Option<Bytes>, Error> {
        let (customer, space) = files.numbers();
        let key = ObjectKey::thumbnail(customer, space, &files.image, files.version, edge);
        match self.objects.get(&key).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(objects::Error::Absent(_)) => Ok(None),
            Err(error) => Err(of_store(&error)),
        }
    }

    async fn picture(&self, files: &Files) -> Result<Arc<Picture>, Error> {
        self.pictures.get_or_insert_async(&files.version, self.decoded(files)).await
    }

    /// A large picture in a file. Those who ask for it together wait for one.
    async fn spooled(&self, files: &Files) -> Result<Arc<Spooled>, NotSpooled> {
        let laid_out = async {
            let picture = self.decoded(files).await.map_err(NotSpooled::Failed)?;
            let (folder, pixels) = (self.folder.clone(), Arc::clone(&picture));
            match self.work(move || Spooled::new(&folder, &pixels)).await {
                Ok(spooled) => Ok(Arc::new(spooled)),
                Err(error) => {
                    tracing::warn!(%error, "a large picture cannot be kept in a file, and is decoded again each time");
                    Err(NotSpooled::NoRoom(picture))
                }
            }
        };
        self.spooled.get_or_insert_async(&files.version, laid_out).await
    }

    async fn decoded(&self, files: &Files) -> Result<Arc<Picture>, Error> {
        let (customer, space) = files.numbers();
        let key = ObjectKey::original(customer, space, &files.image, files.version);
        let bytes = match self.objects.get(&key).await {
            Ok(bytes) => bytes,
            // It was replaced or deleted since its row was read.
            Err(objects::Error::Absent(_)) => return Err(Error::NotFound),
            Err(error) => return Err(of_store(&error)),
        };
        let ceiling = self.ceiling;
        self.work(move || decode(&bytes, &ceiling)).await.map(Arc::new)
    }

    /// Does what keeps a core busy.
    async fn work<T, E>(&self, work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, Error>
    where
        T: Send + 'static,
        E: std::error::Error + Send + 'static,
    {
        self.cores.run(work).await?.map_err(|error| internal(&error))
    }
}

fn of_store(error: &objects::Error) -> Error {
    match error.is_away() {
        true => Error::Away(whole(error)),
        false => internal(error),
    }
}

fn internal(error: &dyn std::error::Error) -> Error {
    Error::Internal(whole(error))
}

/// An error with its causes.
fn whole(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_has_nothing_in_reserve() {
        let mut made = Vec::with_capacity(100_000);
        made.extend_from_slice(&[7; 30_000]);
        let kept = fitted(&made);
        let weight = ByBytes.weight(&(Uuid::nil(), "full/max/0/default.jpg".to_owned()), &kept);
        let memory = kept.try_into_mut().expect("nobody shares it").capacity() as u64;
        assert!(memory <= weight, "{memory} bytes are weighed as {weight}");
    }
}
