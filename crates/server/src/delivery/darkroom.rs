//! Where derivatives are made and kept for a while.
//!
//! Decoding and scaling keep a core busy, so only as many run at once as there are cores; others wait. Equal requests that
//! come together are one: the first makes the image, the others get it too. Viewers ask for many tiles of one picture, so
//! decoded pictures are kept as well, a few.

use std::sync::Arc;

use actix_web::web::Bytes;
use iiif::Plan;
use iiif::picture::{Ceiling, Picture, decode};
use iiif::render::render;
use objects::{ObjectKey, Objects};
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use resource::{Cores, Error, Files};
use uuid::Uuid;

use crate::app::Limits;

/// Bytes of decoded pictures that are kept.
const PICTURES: u64 = 256 << 20;
/// About what a derivative takes; the cache has room for entries by it.
const USUAL: u64 = 32 << 10;
/// What an entry takes beside its bytes.
const ENTRY: u64 = 200;

/// Weighs by bytes.
#[derive(Debug, Clone, Copy)]
struct ByBytes;

impl Weighter<(Uuid, String), Bytes> for ByBytes {
    fn weight(&self, (_, request): &(Uuid, String), bytes: &Bytes) -> u64 {
        (request.len() + bytes.len()) as u64 + ENTRY
    }
}

impl Weighter<Uuid, Arc<Picture>> for ByBytes {
    fn weight(&self, _: &Uuid, picture: &Arc<Picture>) -> u64 {
        picture.pixels.as_bytes().len() as u64 + ENTRY
    }
}

/// Derivatives, by the version of the files that they are made of and the canonical request.
type Derivatives = Cache<(Uuid, String), Bytes, ByBytes>;

/// Makes derivatives.
#[derive(Debug)]
pub struct Darkroom {
    objects: Objects,
    ceiling: Ceiling,
    cores: Cores,
    derivatives: Derivatives,
    pictures: Cache<Uuid, Arc<Picture>, ByBytes>,
}

impl Darkroom {
    /// A place that uses at the most so many cores, and as much memory as the limits say.
    pub fn new(objects: Objects, cores: usize, limits: Limits) -> Self {
        let bytes = limits.derivatives;
        let capacity = usize::try_from(bytes / USUAL).unwrap_or(usize::MAX).clamp(16, 1 << 20);
        // One shard: what is larger than the share of a shard is not kept, and a picture is large.
        let options = OptionsBuilder::new()
            .shards(1)
            .estimated_items_capacity(64)
            .weight_capacity(PICTURES)
            .build()
            .expect("all that has no default is given");
        Self {
            objects,
            ceiling: limits.pictures,
            cores: Cores::new(cores),
            derivatives: Cache::with_weighter(capacity, bytes, ByBytes),
            pictures: Cache::with_options(options, ByBytes, DefaultHashBuilder::default(), DefaultLifecycle::default()),
        }
    }

    /// The image of a plan.
    ///
    /// # Errors
    /// The files cannot be read, or what was taken in cannot be decoded any more.
    pub async fn derivative(&self, files: &Files, plan: &Plan) -> Result<Bytes, Error> {
        let made = async {
            let (picture, plan) = (self.picture(files).await?, *plan);
            self.work(move || render(&picture, &plan)).await.map(Bytes::from)
        };
        self.derivatives.get_or_insert_async(&(files.version, plan.canonical()), made).await
    }

    /// What was made when the image came in, of this longer edge; none where there is no such file.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn thumbnail(&self, files: &Files, edge: u32) -> Result<Option<Bytes>, Error> {
        let key = ObjectKey::thumbnail(files.customer, files.space, &files.image, files.version, edge);
        match self.objects.get(&key).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(objects::Error::Absent(_)) => Ok(None),
            Err(error) => Err(internal(&error)),
        }
    }

    async fn picture(&self, files: &Files) -> Result<Arc<Picture>, Error> {
        let decoded = async {
            let key = ObjectKey::original(files.customer, files.space, &files.image, files.version);
            let bytes = match self.objects.get(&key).await {
                Ok(bytes) => bytes,
                // It was replaced or deleted since its row was read.
                Err(objects::Error::Absent(_)) => return Err(Error::NotFound),
                Err(error) => return Err(internal(&error)),
            };
            let ceiling = self.ceiling;
            self.work(move || decode(&bytes, &ceiling)).await.map(Arc::new)
        };
        self.pictures.get_or_insert_async(&files.version, decoded).await
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

fn internal(error: &dyn std::error::Error) -> Error {
    let causes = std::iter::successors(error.source(), |error| error.source());
    Error::Internal(causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}")))
}
