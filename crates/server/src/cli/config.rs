//! `portico config`.

use anyhow::Result;
use clap::Subcommand;

use super::out::{Told, table};
use crate::config::{Given, schema, words};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Say whether the settings are right, and make nothing
    Check {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show every setting and where it comes from; secrets are hidden
    Show {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the JSON Schema of the file of settings
    Schema,
}

impl Command {
    /// Settings that are wrong were refused before.
    pub(super) fn run(self, given: &Given, command: &clap::Command) -> Result<()> {
        match self {
            Self::Check { json } => {
                Told { json }.say(&serde_json::json!({"right": true}), || "The settings are right.".to_owned())
            }
            Self::Show { json } => {
                let all = given.shown(command);
                Told { json }.say(&all, || {
                    let rows = all.iter().map(|setting| {
                        let value = match (&setting.value, &setting.default) {
                            (serde_json::Value::Null, Some(words)) => format!("({words})"),
                            (serde_json::Value::Null, None) => "(none)".to_owned(),
                            (value, _) => words(value),
                        };
                        [setting.name.clone(), value, setting.from.to_string()]
                    });
                    table(&["setting", "value", "from"], rows)
                })
            }
            Self::Schema => {
                let text = serde_json::to_string_pretty(&schema())?;
                Told { json: false }.say(&text, || text.clone())
            }
        }
    }
}
