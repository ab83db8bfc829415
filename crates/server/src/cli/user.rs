//! `portico user`.

use std::io::Read;

use anyhow::{Context, Result, anyhow};
use clap::Subcommand;
use resource::Identities;
use resource::start::operator::{self, ListedUser, Users};
use serde_json::json;
use vocab::value::{Email, Mobile, Password, RoleName, Uid};

use super::out::{Told, table};
use super::{key, session};
use crate::readable::readable;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a portal user, or without a customer a system user
    Create {
        /// The customer, by name
        #[arg(long)]
        customer: Option<String>,
        /// The e-mail address
        #[arg(long)]
        email: Email,
        /// A sign-in name that is unique in the whole service
        #[arg(long)]
        uid: Option<Uid>,
        /// The mobile number
        #[arg(long)]
        mobile: Option<Mobile>,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
        /// An entitlement group; may be given more than once
        #[arg(long = "group")]
        groups: Vec<RoleName>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List users, system users among them, the oldest first
    List {
        /// Those of a customer alone, by name
        #[arg(long, conflicts_with = "system")]
        customer: Option<String>,
        /// System users alone
        #[arg(long)]
        system: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Keep a user from signing in, and end every session; no key of theirs is good meanwhile
    Disable(NamedUser),
    /// Let a user sign in again
    Enable(NamedUser),
    /// Read a password from standard input, give it to a user, and end every session
    #[command(visible_alias = "password")]
    SetPassword(NamedUser),
    /// Show a user, with sessions and keys
    Show(NamedUser),
    /// Tell the entitlement groups of a user, after putting them into some and taking them out of others
    Groups {
        /// The user, by sign-in name, e-mail address or uuid
        #[arg(value_name = "USER")]
        user: String,
        /// A group to put the user into; may be given more than once
        #[arg(long, value_name = "GROUP")]
        add: Vec<RoleName>,
        /// A group to take the user out of; may be given more than once
        #[arg(long, value_name = "GROUP")]
        remove: Vec<RoleName>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Delete a user, with every session and key
    Delete(NamedUser),
}

#[derive(Debug, clap::Args)]
pub(super) struct NamedUser {
    /// The user, by sign-in name, e-mail address or uuid
    #[arg(value_name = "USER")]
    user: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Command {
    /// What is read from standard input, before anything else is done.
    pub(super) fn password(&self) -> Result<Option<Password>> {
        match self {
            Self::Create { password_stdin: true, .. } | Self::SetPassword(_) => read_password().map(Some),
            _ => Ok(None),
        }
    }

    pub(super) async fn run(self, identities: &Identities, password: Option<Password>) -> Result<()> {
        match self {
            Self::Create { customer, email, uid, mobile, groups, json, .. } => {
                let address = email.to_string();
                let new = operator::NewUser { customer: customer.clone(), email, uid, mobile, password, groups };
                let uuid = operator::create_user(identities, new).await.map_err(readable)?;
                let made = json!({"uuid": uuid, "email": address, "customer": customer});
                Told { json }.say(&made, || format!("User {uuid} ({address})."))
            }
            Self::List { customer, system, json } => {
                let whose = match &customer {
                    Some(name) => Users::Of(name),
                    None if system => Users::System,
                    None => Users::All,
                };
                let all = operator::users(identities, whose).await.map_err(readable)?;
                Told { json }.say(&all, || listed(&all))
            }
            Self::Disable(NamedUser { user, json }) => {
                let account = operator::enable(identities, &user, false).await.map_err(readable)?;
                Told { json }.say(&account, || format!("{} cannot sign in, and has no session.", account.email))
            }
            Self::Enable(NamedUser { user, json }) => {
                let account = operator::enable(identities, &user, true).await.map_err(readable)?;
                Told { json }.say(&account, || format!("{} can sign in.", account.email))
            }
            Self::SetPassword(NamedUser { user, json }) => {
                let password = password.context("the password is missing")?;
                let account = operator::set_password(identities, &user, &password).await.map_err(readable)?;
                Told { json }.say(&account, || format!("{} has another password, and no session.", account.email))
            }
            Self::Show(NamedUser { user, json }) => {
                let shown = operator::user(identities, &user).await.map_err(readable)?;
                Told { json }.say(&shown, || {
                    let parts = [
                        listed(std::slice::from_ref(&shown.listed)),
                        session::listed(&shown.session_list),
                        key::listed(&shown.key_list),
                    ];
                    parts.join("\n\n")
                })
            }
            Self::Groups { user, add, remove, json } => {
                let account = operator::group(identities, &user, &add, &remove).await.map_err(readable)?;
                Told { json }.say(&account, || account.groups.join("\n"))
            }
            Self::Delete(NamedUser { user, json }) => {
                let account = operator::delete_user(identities, &user).await.map_err(readable)?;
                Told { json }.say(&account, || format!("{} is deleted, with all sessions and keys.", account.email))
            }
        }
    }
}

fn listed(all: &[ListedUser]) -> String {
    table(
        &["uuid", "e-mail", "uid", "customer", "state", "groups", "sessions", "keys"],
        all.iter().map(|row| {
            [
                row.uuid.to_string(),
                row.email.clone(),
                row.uid.clone().unwrap_or_default(),
                row.customer.clone().unwrap_or_else(|| "(system)".into()),
                if row.enabled { "" } else { "disabled" }.to_owned(),
                row.groups.join(","),
                row.sessions.to_string(),
                row.keys.to_string(),
            ]
        }),
    )
}

fn read_password() -> Result<Password> {
    let mut text = String::new();
    std::io::stdin().take(4096).read_to_string(&mut text).context("cannot read the password")?;
    let text = text.trim_end_matches(['\r', '\n']);
    hydra::Value::parse(&json!(text)).map_err(|what| anyhow!("the password {what}"))
}
