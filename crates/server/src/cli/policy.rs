//! `portico policy`.

use anyhow::Result;
use clap::Subcommand;
use resource::Identities;
use resource::start::operator::{self, ListedPolicy};
use serde_json::json;
use vocab::value::GlobalName;

use super::out::{Told, table};
use crate::readable::readable;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List storage policies, and how many customers have each
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Make a storage policy, or change one, which holds for its customers at once; nothing that is stored is deleted
    Set {
        /// The name of the policy
        name: GlobalName,
        /// How many images may be registered
        #[arg(long)]
        images: Option<u64>,
        /// How many bytes their originals may take
        #[arg(long)]
        bytes: Option<u64>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Delete a storage policy that no customer has
    Delete {
        /// The name of the policy
        name: GlobalName,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Give a customer a storage policy
    Assign {
        /// The name of the policy
        name: GlobalName,
        /// The name of the customer
        #[arg(long)]
        customer: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

impl Command {
    pub(super) async fn run(self, identities: &Identities) -> Result<()> {
        match self {
            Self::List { json } => {
                let all = operator::policies(identities).await.map_err(readable)?;
                Told { json }.say(&all, || listed(&all))
            }
            Self::Set { name, images, bytes, json } => {
                operator::put_policy(identities, &name, images, bytes).await.map_err(readable)?;
                let all = operator::policies(identities).await.map_err(readable)?;
                Told { json }.say(&all, || listed(&all))
            }
            Self::Delete { name, json } => {
                operator::delete_policy(identities, &name).await.map_err(readable)?;
                Told { json }.say(&json!({"deleted": 1}), || format!("Policy {name} is deleted."))
            }
            Self::Assign { name, customer, json } => {
                operator::assign_policy(identities, &name, &customer).await.map_err(readable)?;
                let shown = operator::customer(identities, &customer).await.map_err(readable)?;
                Told { json }.say(&shown, || format!("Customer {customer} has the storage policy {name}."))
            }
        }
    }
}

fn listed(all: &[ListedPolicy]) -> String {
    table(
        &["policy", "images", "bytes", "customers"],
        all.iter().map(|row| {
            [row.name.clone(), row.maximum_images.to_string(), row.maximum_bytes.to_string(), row.customers.to_string()]
        }),
    )
}
