//! Pictures decoded and made small, on threads that may be kept busy, and not more at once than there is room for.

use std::sync::Arc;

use bytes::Bytes;
use iiif::picture::{self, Ceiling, Probe};
use iiif::render::{Thumbnail, thumbnails};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use super::failure::IngestFailure;

/// What each place brings into the common store of pixels: about what a good camera makes.
const MEGAPIXELS: usize = 25;

/// Where pictures are developed. Copies share the places.
#[derive(Debug, Clone)]
pub struct Studio {
    places: Arc<Semaphore>,
    /// Millions of pixels that may be decoded at once: many ordinary pictures beside each other, or one of the largest.
    pixels: Arc<Semaphore>,
    most_pixels: u32,
    ceiling: Ceiling,
}

impl Studio {
    /// A studio in which so many pictures are developed at once.
    pub fn new(parallel: usize, ceiling: Ceiling) -> Self {
        let largest = usize::try_from(megapixels(ceiling.max_pixels)).unwrap_or(Semaphore::MAX_PERMITS);
        let most = largest.max(parallel.saturating_mul(MEGAPIXELS)).min(u32::MAX as usize).min(Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(parallel.max(1))),
            pixels: Arc::new(Semaphore::new(most)),
            most_pixels: u32::try_from(most).unwrap_or(u32::MAX),
            ceiling,
        }
    }

    /// Decodes a picture, makes its thumbnails, and says whether it is gray. Where nobody waits for that any more, it goes on,
    /// and keeps its place until it is done.
    pub async fn develop(&self, bytes: Bytes, edges: Vec<u32>) -> Result<(Probe, Vec<Thumbnail>, bool), IngestFailure> {
        let place = permit(&self.places, 1).await?;
        let ceiling = self.ceiling;
        let header = bytes.clone();
        let (probe, place) = spawn_blocking(move || (picture::probe(&header, &ceiling), place)).await?;
        let probe = probe?;
        let pixels = megapixels(u64::from(probe.width) * u64::from(probe.height));
        let pixels = permit(&self.pixels, u32::try_from(pixels).unwrap_or(u32::MAX).min(self.most_pixels)).await?;
        let made = spawn_blocking(move || {
            let _held = (place, pixels);
            let picture = picture::decode(&bytes, &ceiling)?;
            Ok::<_, IngestFailure>((thumbnails(&picture, &edges)?, picture.is_gray()))
        });
        let (thumbnails, gray) = made.await??;
        Ok((probe, thumbnails, gray))
    }
}

async fn permit(semaphore: &Arc<Semaphore>, permits: u32) -> Result<OwnedSemaphorePermit, IngestFailure> {
    Arc::clone(semaphore).acquire_many_owned(permits).await.map_err(|_| IngestFailure::Interrupted)
}

fn megapixels(pixels: u64) -> u64 {
    pixels.div_ceil(1_000_000)
}

#[cfg(test)]
mod tests {
    use iiif::picture::PictureError;

    use super::*;

    #[tokio::test]
    async fn what_is_no_picture_gives_its_place_back() {
        let studio = Studio::new(1, Ceiling::megapixels(1, 1000));
        for _ in 0..3 {
            let failure = studio.develop(Bytes::from_static(b"no picture"), vec![100]).await.unwrap_err();
            assert!(matches!(failure, IngestFailure::Picture(PictureError::NotUnderstood)));
        }
        assert_eq!(studio.places.available_permits(), 1);
        assert_eq!(studio.pixels.available_permits(), MEGAPIXELS);
    }

    #[test]
    fn there_is_room_for_the_largest_picture_and_for_an_ordinary_one_at_each_place() {
        for (parallel, largest, room) in [(1, 200, 200), (32, 200, 800), (0, 1, 1)] {
            assert_eq!(Studio::new(parallel, Ceiling::megapixels(largest, 1000)).most_pixels, room);
        }
    }
}
