//! One image: fetched, decoded, made small, kept.

use bytes::Bytes;
use futures_util::future::join_all;
use iiif::picture::Probe;
use iiif::render::Thumbnail;
use objects::{ObjectKey, Objects};
use resource::images::{Files, Ingest, Measured};

use super::choice::StrategyChoice;
use super::failure::IngestFailure;
use super::studio::Studio;
use crate::meters::{self, Step};
use crate::origin::{Fetcher, Origin};

/// What images are made with. Copies share it.
#[derive(Debug, Clone)]
pub struct Workshop {
    pub choice: StrategyChoice,
    pub fetcher: Fetcher,
    pub studio: Studio,
}

/// What is to be kept of an image.
#[derive(Debug)]
pub struct MadeImage {
    original: Bytes,
    probe: Probe,
    thumbnails: Vec<Thumbnail>,
    gray: bool,
}

/// An origin as it may be logged: without its query.
pub fn shown(ingest: &Ingest) -> String {
    Origin::parse(ingest.origin.as_str()).map(|origin| origin.to_string()).unwrap_or_default()
}

impl Workshop {
    /// Fetches an image and makes its thumbnails. It leaves nothing behind where nobody waits for it any more.
    /// An origin that asked for patience was `waited` for.
    pub async fn make(&self, ingest: &Ingest, waited: bool) -> Result<MadeImage, IngestFailure> {
        let text = ingest.origin.as_str();
        let origin = Origin::parse(text)?;
        let access = self.choice.access(text, &ingest.strategies).await?;
        let original = Step::Fetch.measured(self.fetcher.fetch(&origin, &access, waited)).await?.bytes;
        let size = original.len() as u64;
        meters::fetched(size);
        if size > ingest.room {
            return Err(IngestFailure::NoRoom { size, room: ingest.room });
        }
        let (probe, thumbnails, gray) =
            Step::Develop.measured(self.studio.develop(original.clone(), ingest.edges.clone())).await?;
        Ok(MadeImage { original, probe, thumbnails, gray })
    }

    /// Keeps what was made. It has to be waited for: what is dropped half-way may still appear after it was cleared away.
    pub async fn keep(objects: &Objects, files: &Files, made: MadeImage) -> Result<Measured, IngestFailure> {
        let (Files { image, version, .. }, (customer, space)) = (files, files.numbers());
        let (size, mut thumbnail_size) = (made.original.len() as u64, 0);
        let mut kept = vec![(ObjectKey::original(customer, space, image, *version), made.original)];
        for Thumbnail { width, height, bytes } in made.thumbnails {
            thumbnail_size += bytes.len() as u64;
            let key = ObjectKey::thumbnail(customer, space, image, *version, width.max(height));
            kept.push((key, bytes.into()));
        }
        // All are waited for, also where one has failed.
        let puts = join_all(kept.into_iter().map(async |(key, bytes)| objects.put(&key, bytes).await)).await;
        puts.into_iter().collect::<Result<(), _>>().map_err(IngestFailure::Store)?;
        let Probe { width, height, media_type } = made.probe;
        let media_type = media_type.as_str().to_owned();
        Ok(Measured { width, height, media_type, gray: made.gray, size, thumbnail_size })
    }
}
