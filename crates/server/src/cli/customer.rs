//! `portico customer`.

use anyhow::Result;
use clap::Subcommand;
use resource::Identities;
use resource::start::operator;
use vocab::value::{DisplayName, Name};

use super::out::{Told, table};
use crate::readable::readable;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a customer
    Create {
        /// The name in addresses
        #[arg(long)]
        name: Name,
        /// The name that people read
        #[arg(long)]
        display_name: DisplayName,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List customers, the oldest first
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

impl Command {
    pub(super) async fn run(self, identities: &Identities) -> Result<()> {
        match self {
            Self::Create { name, display_name, json } => {
                let made = operator::create_customer(identities, &name, &display_name).await.map_err(readable)?;
                Told { json }.say(&made, || format!("Customer {} ({}).", made.customer, made.name))
            }
            Self::List { json } => {
                let all = operator::customers(identities).await.map_err(readable)?;
                Told { json }.say(&all, || {
                    table(
                        &["number", "name", "display name", "state", "created"],
                        all.iter().map(|row| {
                            let state = match (row.administrator, row.disabled) {
                                (true, _) => "administrator",
                                (false, true) => "disabled",
                                (false, false) => "",
                            };
                            [
                                row.customer.to_string(),
                                row.name.clone(),
                                row.display_name.clone(),
                                state.to_owned(),
                                row.created.to_string(),
                            ]
                        }),
                    )
                })
            }
        }
    }
}
