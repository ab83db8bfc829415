//! `portico objects`: the store in which originals and thumbnails are kept.

use anyhow::Result;
use clap::Subcommand;
use objects::{Copied, Objects};
use serde_json::json;

use super::out::Told;
use super::started::started;
use crate::config::Settings;
use crate::opening::objects;
use crate::worker::sweep;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Remove files from the store of objects that no image has
    Sweep {
        /// Also where the database knows no files at all, which removes all that lie there
        #[arg(long)]
        force: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Copy all objects into another store, but for those that are there already
    Copy {
        /// A folder, file:///FOLDER or s3://BUCKET, which is reached as the settings say
        #[arg(long, value_name = "STORE")]
        to: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

impl Command {
    pub(super) async fn run(self, settings: &Settings) -> Result<()> {
        match self {
            Self::Sweep { force, json } => {
                let swept = sweep(settings, &started(settings).await?, force).await?;
                Told { json }.say(&json!({"seen": swept.seen, "removed": swept.removed}), || {
                    format!("Of {} versions of images, {} were no image's and are removed.", swept.seen, swept.removed)
                })
            }
            Self::Copy { to, json } => {
                let other = Settings { objects: Some(to), ..settings.clone() };
                let (from, to) = (objects(settings)?, Objects::open(&other.objects()?)?);
                let copied = from.copy_to(&to).await?;
                Told { json }.say(&told(copied), || {
                    let Copied { objects, bytes, new } = copied;
                    format!("{objects} objects of {bytes} bytes are there; {new} of them were not before.")
                })
            }
        }
    }
}

/// As a program reads it.
pub(super) fn told(Copied { objects, bytes, new }: Copied) -> serde_json::Value {
    json!({"objects": objects, "bytes": bytes, "new": new})
}
