//! Keys, whosever they are.

use hydra::Timestamp;
use serde::Serialize;
use store::key::{self as rows, Owner, Which};
use store::{Tenant, api_key};
use uuid::Uuid;
use vocab::{ApiKey, CustomerKey};

use super::account::named;
use super::acting::{changing, watch};
use super::customer_number::customer_number;
use crate::classes::key;
use crate::instant::{instant, micros};
use crate::number::Numbered;
use crate::{Error, Identities, Result};

/// A key, as `key list` tells of one: whose it is, since when, and when it was used last.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldKey {
    /// What it is for.
    pub kind: KeyKind,
    /// What it is known by, and where that is a UUID, the public half; none of a key to sign requests with, of which a customer has
    /// one.
    pub key: Option<Uuid>,
    /// The public half, where it is another.
    pub name: Option<String>,
    /// The customer that it is a key of, by name.
    pub customer: Option<String>,
    /// Or the user, by identity.
    pub user: Option<Uuid>,
    /// The address of that user.
    pub email: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// Who made it.
    pub created_by: Option<String>,
    /// When it was used last, as far as it has been written down.
    pub last_used: Option<Timestamp>,
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum KeyKind {
    /// To sign in with, by HTTP Basic.
    SignIn,
    /// To sign requests with.
    Signing,
}

/// Whose keys are asked for.
#[derive(Debug, Clone, Copy)]
pub enum Keys<'a> {
    /// Everybody's.
    All,
    /// Those of a customer, by name.
    Customer(&'a str),
    /// Those of a user.
    User(&'a str),
}

/// The keys that there are, the oldest first; those that customers sign requests with after the others.
///
/// # Errors
/// There is no such customer or user.
pub async fn keys(identities: &Identities, whose: Keys<'_>) -> Result<Vec<HeldKey>> {
    let scope = identities.store().operator();
    let which = match whose {
        Keys::All => Which::All,
        Keys::Customer(name) => Which::Of(Owner::Customer(customer_number(&scope, name).await?)),
        Keys::User(name) => Which::Of(Owner::User(named(&scope, name).await?.id)),
    };
    let signing = match which {
        Which::All => api_key::owned(&scope, None).await?,
        Which::Of(Owner::Customer(customer)) => api_key::owned(&scope, Some(customer)).await?,
        Which::Of(Owner::User(_)) | Which::One(_) => Vec::new(),
    };
    let signing = signing.into_iter().map(|row| HeldKey {
        kind: KeyKind::Signing,
        key: None,
        name: None,
        customer: Some(row.customer),
        user: None,
        email: None,
        created: instant(row.created_at),
        created_by: row.created_by,
        last_used: row.last_used_at.map(instant),
    });
    let rows = rows::owned(&scope, which).await?;
    let keys = rows.into_iter().map(|row| HeldKey {
        kind: KeyKind::SignIn,
        key: Some(row.key),
        name: row.name,
        customer: row.customer,
        user: row.user,
        email: row.email,
        created: instant(row.created_at),
        created_by: row.created_by,
        last_used: row.last_used_at.map(instant),
    });
    Ok(keys.chain(signing).collect())
}

/// Ends the key that a customer signs requests with.
///
/// # Errors
/// There is no such customer, or it has none.
pub async fn delete_signing_key(identities: &Identities, customer: &str) -> Result<()> {
    let scope = identities.store().operator();
    let number = customer_number(&scope, customer).await?;
    if api_key::find(&scope, number).await?.is_none() {
        return Err(Error::invalid("customer", format_args!("'{customer}' has no key that it signs requests with")));
    }
    let transaction = scope.begin().await?;
    let changes = changing(micros(identities.world().now()))
        .deleted::<ApiKey>(&CustomerKey { customer: number.identity() })
        .finish();
    api_key::delete(&transaction, number).await?;
    Ok(transaction.commit(changes).await?)
}

/// Ends a key, whosever it is.
///
/// # Errors
/// There is no such key, or it is the last of an administrator.
pub async fn delete_key(identities: &Identities, key: Uuid) -> Result<()> {
    let scope = identities.store().operator();
    let unknown = || Error::invalid("key", format_args!("{key} does not exist"));
    let row = rows::owned(&scope, Which::One(key)).await?.into_iter().next().ok_or_else(unknown)?;
    let transaction = scope.begin().await?;
    if let Some(customer) = row.customer_id {
        key::check_last(&transaction, Tenant::of_operator(customer)).await?;
    }
    let mut watch = watch(identities, &transaction);
    watch.key_gone(row.customer_id.map(Numbered::identity), row.user_id, key).await?;
    if !rows::delete(&transaction, row.id, row.version).await? {
        return Err(unknown());
    }
    let changes = watch.finish().await?;
    Ok(transaction.commit(changes).await?)
}

/// Ends all keys of a user; how many there were.
///
/// # Errors
/// There is no such user, or more than one.
pub async fn delete_keys(identities: &Identities, name: &str) -> Result<u64> {
    let scope = identities.store().operator();
    let user = named(&scope, name).await?;
    let transaction = scope.begin().await?;
    let mut watch = watch(identities, &transaction);
    let ended = rows::delete_of_user(&transaction, user.id).await?;
    for key in &ended {
        watch.key_gone(None, Some(user.id), *key).await?;
    }
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok(ended.len() as u64)
}
