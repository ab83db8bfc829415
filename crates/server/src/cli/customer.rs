//! `portico customer`.

use anyhow::Result;
use clap::Subcommand;
use resource::Identities;
use resource::start::operator::{self, ListedCustomer};
use vocab::value::{DisplayName, Name};

use super::out::{Told, fields, table};
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
    /// Show a customer, and what it stores
    Show(NamedCustomer),
    /// Put a customer away: none of its users and keys is let in, and its images are not shown
    Disable(NamedCustomer),
    /// Take a customer out again
    Enable(NamedCustomer),
}

#[derive(Debug, clap::Args)]
pub(super) struct NamedCustomer {
    /// The name of the customer
    #[arg(value_name = "CUSTOMER")]
    customer: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
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
                            [
                                row.customer.to_string(),
                                row.name.clone(),
                                row.display_name.clone(),
                                state(row).to_owned(),
                                row.created.to_string(),
                            ]
                        }),
                    )
                })
            }
            Self::Show(NamedCustomer { customer, json }) => {
                let shown = operator::customer(identities, &customer).await.map_err(readable)?;
                Told { json }.say(&shown, || {
                    fields(&[
                        ("number", shown.listed.customer.to_string()),
                        ("name", shown.listed.name.clone()),
                        ("display name", shown.listed.display_name.clone()),
                        ("state", state(&shown.listed).to_owned()),
                        ("created", shown.listed.created.to_string()),
                        ("storage policy", shown.storage_policy.clone().unwrap_or_default()),
                        ("images", shown.images.to_string()),
                        ("bytes", shown.bytes.to_string()),
                        ("bytes of thumbnails", shown.thumbnail_bytes.to_string()),
                    ])
                })
            }
            Self::Disable(NamedCustomer { customer, json }) => {
                let shown = operator::enable_customer(identities, &customer, false).await.map_err(readable)?;
                Told { json }
                    .say(&shown, || format!("Customer {customer} is disabled, and none of its users has a session."))
            }
            Self::Enable(NamedCustomer { customer, json }) => {
                let shown = operator::enable_customer(identities, &customer, true).await.map_err(readable)?;
                Told { json }.say(&shown, || format!("Customer {customer} is not disabled."))
            }
        }
    }
}

fn state(row: &ListedCustomer) -> &'static str {
    match (row.administrator, row.disabled) {
        (true, _) => "administrator",
        (false, true) => "disabled",
        (false, false) => "",
    }
}
