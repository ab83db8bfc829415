//! `portico key`.

use anyhow::{Result, bail};
use clap::Subcommand;
use resource::Identities;
use resource::start::operator::{self, HeldKey, Keys};
use serde_json::json;
use uuid::Uuid;

use super::out::{Told, table};
use crate::config::Settings;
use crate::readable::readable;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a key
    #[command(group = clap::ArgGroup::new("owner").required(true))]
    Create {
        /// For a customer, by name
        #[arg(long, group = "owner")]
        customer: Option<String>,
        /// For a user, by e-mail address, sign-in name or uuid
        #[arg(long, group = "owner")]
        user: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List keys, the oldest first: whose they are, since when, and when they were used last; then those that customers sign
    /// requests with
    List {
        /// Those of a customer alone, by name
        #[arg(long, conflicts_with = "user")]
        customer: Option<String>,
        /// Those of a user alone, by e-mail address, sign-in name or uuid
        #[arg(long)]
        user: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Exchange the server key, which sessions are signed with and credentials for elsewhere are encrypted under: first make another,
    /// with which the service is started; then --finish
    Rotate {
        /// Encrypt all under the new key, and let the one before be good no longer
        #[arg(long)]
        finish: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// End a key, all keys of a user, or the key that a customer signs requests with
    #[command(visible_alias = "revoke")]
    #[command(group = clap::ArgGroup::new("which").required(true))]
    Delete {
        /// The UUID of the key, as portico key list tells it
        #[arg(value_name = "KEY", group = "which")]
        key: Option<Uuid>,
        /// All keys of a user, by e-mail address, sign-in name or uuid
        #[arg(long, value_name = "USER", group = "which")]
        all_of: Option<String>,
        /// The key that a customer signs requests with, by the name of the customer
        #[arg(long, value_name = "CUSTOMER", group = "which")]
        signing_of: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

impl Command {
    pub(super) async fn run(self, identities: &Identities, settings: &Settings) -> Result<()> {
        match self {
            Self::Create { user: Some(user), json, .. } => {
                let (uuid, pair) = operator::create_user_key(identities, &user).await.map_err(readable)?;
                let whole = format!("{uuid}/{}/{}", pair.key, pair.secret);
                Told { json }.say(&json!({"apiKey": whole}), || format!("API key {whole}"))
            }
            Self::Create { customer, user: None, json } => {
                let name = customer.unwrap_or_default();
                let pair = operator::create_customer_key(identities, &name).await.map_err(readable)?;
                Told { json }
                    .say(&pair, || format!("Key {}, secret {}. The secret is not shown again.", pair.key, pair.secret))
            }
            Self::List { customer, user, json } => {
                let whose = match (&customer, &user) {
                    (Some(name), _) => Keys::Customer(name),
                    (None, Some(name)) => Keys::User(name),
                    (None, None) => Keys::All,
                };
                let all = operator::keys(identities, whose).await.map_err(readable)?;
                Told { json }.say(&all, || listed(&all))
            }
            Self::Rotate { finish: false, json } => {
                let before = settings.rotate_server_key(identities.world())?;
                Told { json }.say(&json!({"before": before}), || {
                    format!(
                        "There is a new server key; the one before is in {} and is good, too. Start all processes of the service \
                         again, and then run portico key rotate --finish.",
                        before.display()
                    )
                })
            }
            Self::Rotate { finish: true, json } => {
                if settings.server_key_also()?.is_none() {
                    bail!("there is no key beside the server key: nothing was begun, or it is finished");
                }
                let resealed = operator::reseal(identities).await.map_err(readable)?;
                let retired = settings.retire_server_key()?;
                Told { json }.say(&json!({"encrypted": resealed, "retired": retired}), || {
                    let then = match retired {
                        true => "The key before signs nothing any more",
                        false => "Take server_key_also out of the settings",
                    };
                    format!(
                        "Encrypted anew: {resealed}. {then}; start all processes of the service again, which ends the sessions \
                         that it has signed."
                    )
                })
            }
            Self::Delete { key: Some(key), json, .. } => {
                operator::delete_key(identities, key).await.map_err(readable)?;
                Told { json }.say(&json!({"deleted": 1}), || format!("Key {key} is good no longer."))
            }
            Self::Delete { signing_of: Some(customer), json, .. } => {
                operator::delete_signing_key(identities, &customer).await.map_err(readable)?;
                Told { json }
                    .say(&json!({"deleted": 1}), || format!("The key that {customer} signed with is good no longer."))
            }
            Self::Delete { all_of, json, .. } => {
                let user = all_of.unwrap_or_default();
                let deleted = operator::delete_keys(identities, &user).await.map_err(readable)?;
                Told { json }
                    .say(&json!({"deleted": deleted}), || format!("Keys of {user} that are good no longer: {deleted}."))
            }
        }
    }
}

pub(super) fn listed(all: &[HeldKey]) -> String {
    table(
        &["key", "of", "created", "by", "last used"],
        all.iter().map(|row| {
            let owner = match (&row.customer, &row.email) {
                (Some(customer), _) => format!("customer {customer}"),
                (None, Some(email)) => format!("user {email}"),
                (None, None) => String::new(),
            };
            [
                match (row.key, &row.name) {
                    (None, _) => "(signs requests)".to_owned(),
                    (Some(key), None) => key.to_string(),
                    (Some(key), Some(name)) => format!("{key} ({name})"),
                },
                owner,
                row.created.to_string(),
                row.created_by.clone().unwrap_or_default(),
                row.last_used.map(|used| used.to_string()).unwrap_or_default(),
            ]
        }),
    )
}
