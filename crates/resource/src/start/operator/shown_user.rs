//! A user with what they sign in by.

use serde::Serialize;

use super::account::{ListedUser, account, named};
use super::held_key::{HeldKey, Keys, keys};
use super::session::{HeldSession, Sessions, sessions};
use crate::{Identities, Result};

/// A user, as `user show` tells of one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownUser {
    /// What the list tells, but for how many sessions and keys there are.
    #[serde(flatten)]
    pub listed: ListedUser,
    /// The sessions.
    pub session_list: Vec<HeldSession>,
    /// The keys.
    pub key_list: Vec<HeldKey>,
}

/// A user with what they sign in by.
///
/// # Errors
/// There is no such user, or more than one.
pub async fn user(identities: &Identities, name: &str) -> Result<ShownUser> {
    let uuid = named(&identities.store().operator(), name).await?.uuid;
    Ok(ShownUser {
        listed: account(identities, uuid).await?,
        session_list: sessions(identities, Sessions::User(&uuid.to_string())).await?,
        key_list: keys(identities, Keys::User(&uuid.to_string())).await?,
    })
}
