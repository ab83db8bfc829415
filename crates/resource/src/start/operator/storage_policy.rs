//! Storage policies: how much customers may store.

use serde::Serialize;
use store::{Transaction, policy};
use vocab::value::GlobalName;

use super::customer_number::customer_number;
use crate::{Error, Identities, Result};

/// The policy that a new customer has.
const USUAL: &str = "default";

/// A storage policy, as `policy list` tells of one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedPolicy {
    /// Its name.
    pub name: String,
    /// How many images may be registered.
    pub maximum_images: i64,
    /// How many bytes their originals may take.
    pub maximum_bytes: i64,
    /// How many customers have it.
    pub customers: i64,
}

async fn all(transaction: &Transaction) -> Result<Vec<ListedPolicy>> {
    let rows = policy::storage_in_use(transaction).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let policy::StoragePolicyInUse { name, maximum_images, maximum_bytes, customers } = row;
            ListedPolicy { name, maximum_images, maximum_bytes, customers }
        })
        .collect())
}

fn named<'a>(policies: &'a [ListedPolicy], name: &str) -> Result<&'a ListedPolicy> {
    let unknown = || Error::invalid("policy", format_args!("'{name}' does not exist"));
    policies.iter().find(|policy| policy.name == name).ok_or_else(unknown)
}

/// The storage policies that there are, by name.
///
/// # Errors
/// The database refused.
pub async fn policies(identities: &Identities) -> Result<Vec<ListedPolicy>> {
    all(&identities.store().operator().begin().await?).await
}

/// Makes a storage policy, or changes one: its customers are limited by it at once. What they have stored stays.
///
/// # Errors
/// One that is not there is not told both limits; or a limit is more than can be counted.
pub async fn put_policy(
    identities: &Identities,
    name: &GlobalName,
    images: Option<u64>,
    bytes: Option<u64>,
) -> Result<Vec<ListedPolicy>> {
    let transaction = identities.store().operator().begin_alone().await?;
    let policies = all(&transaction).await?;
    let before = named(&policies, name.as_str()).ok();
    let limit = |given: Option<u64>, kept: Option<i64>, what: &str| match given {
        Some(given) => i64::try_from(given).map_err(|_| Error::invalid(what, "is more than can be counted")),
        None => kept.ok_or_else(|| Error::invalid(what, "is required for a new policy")),
    };
    let images = limit(images, before.map(|policy| policy.maximum_images), "images")?;
    let bytes = limit(bytes, before.map(|policy| policy.maximum_bytes), "bytes")?;
    policy::put_storage(&transaction, name.as_str(), images, bytes).await?;
    let policies = all(&transaction).await?;
    transaction.commit().await?;
    Ok(policies)
}

/// Deletes a storage policy.
///
/// # Errors
/// There is none of this name, a customer has it, or it is that of new customers.
pub async fn delete_policy(identities: &Identities, name: &str) -> Result<()> {
    let transaction = identities.store().operator().begin_alone().await?;
    let policies = all(&transaction).await?;
    let policy = named(&policies, name)?;
    if name == USUAL {
        return Err(Error::conflict("policy", format_args!("'{name}' is that of new customers")));
    }
    if policy.customers > 0 {
        let customers = policy.customers;
        return Err(Error::conflict(
            "policy",
            format_args!("'{name}' is that of {customers} customers; give them another"),
        ));
    }
    policy::delete_storage(&transaction, name).await?;
    Ok(transaction.commit().await?)
}

/// Gives a customer a storage policy.
///
/// # Errors
/// There is no such customer, or no such policy.
pub async fn assign_policy(identities: &Identities, name: &str, customer: &str) -> Result<()> {
    let scope = identities.store().operator();
    let number = customer_number(&scope, customer).await?;
    let transaction = scope.begin_alone().await?;
    named(&all(&transaction).await?, name)?;
    policy::assign_storage(&transaction, number, name).await?;
    Ok(transaction.commit().await?)
}
