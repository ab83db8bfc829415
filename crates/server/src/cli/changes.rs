//! `portico changes`.

use anyhow::Result;
use clap::Subcommand;
use resource::Identities;
use resource::start::operator::{self, Difference};
use serde_json::json;

use super::out::{Told, table};
use crate::readable::readable;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Compare what the log of changes says last of each resource with what there is: what somebody wrote into the database by
    /// themselves differs
    Check {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

impl Command {
    pub(super) async fn run(self, identities: &Identities) -> Result<()> {
        let Self::Check { json } = self;
        let (compared, differing) = operator::compare_log(identities).await.map_err(readable)?;
        Told { json }.say(&json!({"compared": compared, "differing": differing}), || {
            if differing.is_empty() {
                return format!("{compared} resources are what the log of changes says.");
            }
            let rows = differing.iter().map(|one| {
                let how = match one.difference {
                    Difference::There => "is there, and was deleted".to_owned(),
                    Difference::Gone => "is gone".to_owned(),
                    Difference::Other => format!("is another: {}", one.changed.join(", ")),
                };
                [one.path.clone(), one.change.to_string(), how]
            });
            format!("{}\n{} of {compared} differ.", table(&["resource", "change", "now"], rows), differing.len())
        })
    }
}
