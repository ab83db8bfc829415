//! Accounts, whosever they are.

use hydra::Timestamp;
use serde::Serialize;
use store::accounts::{self, WhoseAccounts};
use store::{Scope, Transaction, UserNumber, portal_role, portal_user, session};
use uuid::Uuid;
use vocab::value::{Password, RoleName};

use super::acting::watch;
use super::customer_number::customer_number;
use crate::instant::{instant, micros};
use crate::{Error, Identities, Result};

/// What the log is told of groups that an operator puts users into, which no class shows.
pub(super) const GROUPS: &[&str] = &["groups"];

/// Somebody who can sign in.
#[derive(Debug, Clone)]
pub(super) struct NamedAccount {
    pub(super) id: UserNumber,
    pub(super) uuid: Uuid,
}

/// The user with this identity, sign-in name or address.
pub(super) async fn named(scope: &Scope<'_>, name: &str) -> Result<NamedAccount> {
    let mut found: Vec<NamedAccount> = match Uuid::try_parse(name) {
        Ok(uuid) => {
            let accounts = accounts::list(scope, WhoseAccounts::One(uuid), 0).await?;
            accounts.into_iter().map(|account| NamedAccount { id: account.id, uuid: account.uuid }).collect()
        }
        Err(_) => {
            let accounts = portal_user::accounts(scope, name, 2).await?;
            accounts.into_iter().map(|account| NamedAccount { id: account.id, uuid: account.uuid }).collect()
        }
    };
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok(one),
        (None, _) => Err(Error::invalid("user", format_args!("'{name}' does not exist"))),
        _ => Err(Error::invalid(
            "user",
            format_args!(
                "'{name}' belongs to several accounts; name the uid, or the uuid that portico user list tells"
            ),
        )),
    }
}

/// Whether there is a group of this name. What the operator gives goes beyond what a customer can give its people. Nobody writes
/// such an account who may do less than it.
pub(super) async fn known_group(transaction: &Transaction, group: &RoleName) -> Result<()> {
    match portal_role::portal(transaction, group.as_str()).await? {
        Some(_) => Ok(()),
        None => Err(Error::invalid("group", format_args!("'{group}' does not exist"))),
    }
}

/// A user, as `user list` tells of one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedUser {
    /// The identity in addresses.
    pub uuid: Uuid,
    /// The address that the person signs in with.
    pub email: String,
    /// A sign-in name.
    pub uid: Option<String>,
    /// The customer, by name; none of a system user.
    pub customer: Option<String>,
    /// Whether the person can sign in.
    pub enabled: bool,
    /// The groups that the person is in.
    pub groups: Vec<String>,
    /// When the account was made.
    pub created: Timestamp,
    /// How many sessions it has.
    pub sessions: i64,
    /// How many keys it has.
    pub keys: i64,
}

impl From<accounts::Account> for ListedUser {
    fn from(row: accounts::Account) -> Self {
        let groups = row.groups.unwrap_or_default();
        Self {
            uuid: row.uuid,
            email: row.email,
            uid: row.uid,
            customer: row.customer,
            enabled: row.enabled,
            groups: groups.split(',').filter(|name| !name.is_empty()).map(String::from).collect(),
            created: instant(row.created_at),
            sessions: row.sessions,
            keys: row.keys,
        }
    }
}

/// WhoseAccounts users are asked for.
#[derive(Debug, Clone, Copy)]
pub enum Users<'a> {
    /// Everybody, system users included.
    All,
    /// Those who belong to no customer.
    System,
    /// Those of a customer, by name.
    Of(&'a str),
}

/// The users that there are, the oldest first.
///
/// # Errors
/// There is no such customer.
pub async fn users(identities: &Identities, whose: Users<'_>) -> Result<Vec<ListedUser>> {
    let scope = identities.store().operator();
    let whose = match whose {
        Users::All => WhoseAccounts::All,
        Users::System => WhoseAccounts::System,
        Users::Of(name) => WhoseAccounts::Customer(customer_number(&scope, name).await?),
    };
    let rows = accounts::list(&scope, whose, micros(identities.world().now())).await?;
    Ok(rows.into_iter().map(ListedUser::from).collect())
}

/// The account as it is after a change.
pub(super) async fn account(identities: &Identities, uuid: Uuid) -> Result<ListedUser> {
    let now = micros(identities.world().now());
    let rows = accounts::list(&identities.store().operator(), WhoseAccounts::One(uuid), now).await?;
    rows.into_iter().next().map(ListedUser::from).ok_or(Error::NotFound)
}

/// Lets a user sign in, or keeps them from that and ends every session.
///
/// # Errors
/// There is no such user, or more than one.
pub async fn enable(identities: &Identities, name: &str, enabled: bool) -> Result<ListedUser> {
    let scope = identities.store().operator();
    let user = named(&scope, name).await?;
    let transaction = scope.begin().await?;
    let mut watch = watch(identities, &transaction);
    watch.account(user.id, &[]).await?;
    accounts::enable(&transaction, user.id, enabled).await?;
    if !enabled {
        session::delete_of(&transaction, user.id).await?;
    }
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    account(identities, user.uuid).await
}

/// Gives a user another password, and ends every session.
///
/// # Errors
/// There is no such user, or more than one.
pub async fn set_password(identities: &Identities, name: &str, password: &Password) -> Result<ListedUser> {
    let scope = identities.store().operator();
    let user = named(&scope, name).await?;
    let hash = identities.passwords().hash(identities.world(), password).await?;
    let transaction = scope.begin().await?;
    let mut watch = watch(identities, &transaction);
    watch.account(user.id, &["password"]).await?;
    accounts::set_password(&transaction, user.id, &hash).await?;
    session::delete_of(&transaction, user.id).await?;
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    account(identities, user.uuid).await
}

/// Puts a user into groups, and takes them out of others; all of it or nothing.
///
/// # Errors
/// There is no such user, or more than one; a group does not exist, or is one that the user is not in.
pub async fn group(identities: &Identities, name: &str, add: &[RoleName], remove: &[RoleName]) -> Result<ListedUser> {
    let scope = identities.store().operator();
    let user = named(&scope, name).await?;
    let now = micros(identities.world().now());
    let transaction = scope.begin().await?;
    let mut watch = watch(identities, &transaction);
    let mut changed = false;
    for group in add.iter().chain(remove) {
        watch.role_grant(user.id, group.as_str()).await?;
    }
    for group in add {
        known_group(&transaction, group).await?;
        changed |= portal_role::grant(&transaction, user.id, group.as_str(), now).await?;
    }
    for group in remove {
        known_group(&transaction, group).await?;
        if !portal_role::revoke(&transaction, user.id, group.as_str()).await? {
            return Err(Error::invalid("group", format_args!("'{group}' is none that {name} is in")));
        }
        changed = true;
    }
    if changed {
        watch.account(user.id, GROUPS).await?;
    }
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    account(identities, user.uuid).await
}

/// Deletes a user, with every session and key; who it was.
///
/// # Errors
/// There is no such user, or more than one.
pub async fn delete_user(identities: &Identities, name: &str) -> Result<ListedUser> {
    let scope = identities.store().operator();
    let user = named(&scope, name).await?;
    let was = account(identities, user.uuid).await?;
    let transaction = scope.begin().await?;
    let mut watch = watch(identities, &transaction);
    watch.account_erased(user.id).await?;
    accounts::delete(&transaction, user.id).await?;
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok(was)
}
