//! `portico session`.

use anyhow::Result;
use clap::Subcommand;
use resource::Identities;
use resource::start::operator::{self, HeldSession, Sessions, Viewing};
use serde_json::json;
use uuid::Uuid;

use super::out::{Told, table};
use crate::readable::readable;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the sessions of users, the oldest first: whose they are, since when, until when, and when they were used last
    List {
        /// Those of the users of a customer alone, by name
        #[arg(long, conflicts_with_all = ["user", "viewers"])]
        customer: Option<String>,
        /// Those of a user alone, by sign-in name, e-mail address or uuid
        #[arg(long, conflicts_with = "viewers")]
        user: Option<String>,
        /// Instead those of people who look at the images of a customer, by name
        #[arg(long, value_name = "CUSTOMER")]
        viewers: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// End a session, all sessions of a user, or those of all people who look at the images of a customer
    #[command(group = clap::ArgGroup::new("which").required(true))]
    End {
        /// The UUID of the session, as portico session list tells it
        #[arg(value_name = "SESSION", group = "which")]
        session: Option<Uuid>,
        /// All sessions of a user, by sign-in name, e-mail address or uuid
        #[arg(long, value_name = "USER", group = "which")]
        all_of: Option<String>,
        /// Those of people who look at the images of a customer, by name
        #[arg(long, value_name = "CUSTOMER", group = "which")]
        viewers: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

impl Command {
    pub(super) async fn run(self, identities: &Identities) -> Result<()> {
        match self {
            Self::List { viewers: Some(customer), json, .. } => {
                let all = operator::viewers(identities, &customer).await.map_err(readable)?;
                Told { json }.say(&all, || viewing(&all))
            }
            Self::List { customer, user, json, .. } => {
                let whose = match (&customer, &user) {
                    (Some(name), _) => Sessions::Customer(name),
                    (None, Some(name)) => Sessions::User(name),
                    (None, None) => Sessions::All,
                };
                let all = operator::sessions(identities, whose).await.map_err(readable)?;
                Told { json }.say(&all, || listed(&all))
            }
            Self::End { session: Some(session), json, .. } => {
                operator::end_session(identities, session).await.map_err(readable)?;
                ended(json, 1)
            }
            Self::End { all_of: Some(user), json, .. } => {
                ended(json, operator::end_sessions(identities, &user).await.map_err(readable)?)
            }
            Self::End { viewers, json, .. } => {
                let customer = viewers.unwrap_or_default();
                ended(json, operator::end_viewers(identities, &customer).await.map_err(readable)?)
            }
        }
    }
}

fn ended(json: bool, sessions: u64) -> Result<()> {
    Told { json }.say(&json!({"ended": sessions}), || format!("Sessions ended: {sessions}."))
}

pub(super) fn listed(all: &[HeldSession]) -> String {
    table(
        &["session", "of", "customer", "created", "expires", "last used"],
        all.iter().map(|row| {
            [
                row.session.to_string(),
                row.email.clone().or(row.key.map(|key| format!("key {key}"))).unwrap_or_default(),
                row.customer.clone().unwrap_or_else(|| "(system)".into()),
                row.created.to_string(),
                row.expires.to_string(),
                row.last_used.map(|used| used.to_string()).unwrap_or_default(),
            ]
        }),
    )
}

fn viewing(all: &[Viewing]) -> String {
    table(
        &["session", "with", "of", "created", "expires", "ends"],
        all.iter().map(|row| {
            [
                row.session.to_string(),
                row.auth_service.clone(),
                row.customer.clone(),
                row.created.map(|created| created.to_string()).unwrap_or_default(),
                row.expires.to_string(),
                row.ends.to_string(),
            ]
        }),
    )
}
