//! What a worker does with a picture, and nothing else: decode, make small, encode, in a loop.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use iiif::picture::{Ceiling, decode};
use iiif::render::thumbnails;

use crate::out::say;

/// What the bare loop is told.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The picture
    #[arg(long)]
    picture: PathBuf,
    /// How often
    #[arg(long)]
    times: usize,
}

/// The edges of the policy `standard`.
const EDGES: [u32; 4] = [1024, 400, 200, 100];

/// Does it, and says how many seconds that took.
///
/// # Errors
/// It is no picture.
pub fn run(options: &Options) -> Result<()> {
    let bytes = std::fs::read(&options.picture)?;
    let ceiling = Ceiling::megapixels(200, 60_000);
    let began = Instant::now();
    for _ in 0..options.times {
        let picture = decode(&bytes, &ceiling)?;
        std::hint::black_box(thumbnails(&picture, &EDGES)?);
    }
    say(&began.elapsed().as_secs_f64().to_string());
    Ok(())
}
