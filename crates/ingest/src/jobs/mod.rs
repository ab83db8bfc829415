//! The kinds of jobs: a file each, and a line in [`kinds`].

mod discard;
mod image;

use std::sync::Arc;

use iiif::picture::Ceiling;

use crate::origin::Fetcher;
use crate::worker::JobKind;

pub use discard::Discarding;

use discard::Discard;
use image::{Ingestion, StrategyChoice, Studio, Workshop};

/// All kinds of jobs that a worker does which fetches with this fetcher, and decodes so many pictures at a time, no larger than
/// this.
pub fn kinds(fetcher: Fetcher, parallel: usize, ceiling: Ceiling) -> Vec<Arc<dyn JobKind>> {
    let workshop = Workshop { choice: StrategyChoice::new(), fetcher, studio: Studio::new(parallel, ceiling) };
    vec![Arc::new(Ingestion(workshop)), Arc::new(Discard)]
}
