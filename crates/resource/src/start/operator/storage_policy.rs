//! Storage policies: how much customers may store.

use hydra::{Chosen, Given};
use serde::Serialize;
use store::policy;
use vocab::value::GlobalName;
use vocab::{
    CustomerKey, CustomerStorage, CustomerStorageInput, EntryPointKey, StoragePolicy, StoragePolicyInput,
    StoragePolicyKey,
};

use super::acting::act;
use super::customer_number::customer_number;
use crate::classes::storage_policy::StoragePolicies;
use crate::number::Numbered;
use crate::{Error, Identities, IfMatch, Members as _, New, Resource as _, Result};

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

/// The storage policies that there are, by name.
///
/// # Errors
/// The database refused.
pub async fn policies(identities: &Identities) -> Result<Vec<ListedPolicy>> {
    let rows = policy::storage_in_use(&identities.store().operator()).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let policy::StoragePolicyInUse { name, maximum_images, maximum_bytes, customers } = row;
            ListedPolicy { name, maximum_images, maximum_bytes, customers }
        })
        .collect())
}

/// Makes a storage policy, or changes one: its customers are limited by it at once. What they have stored stays.
///
/// # Errors
/// One that is not there is not told both limits.
pub async fn put_policy(
    identities: &Identities,
    name: &GlobalName,
    images: Option<u64>,
    bytes: Option<u64>,
) -> Result<()> {
    let given = |limit: Option<u64>| limit.map_or(Given::Absent, Given::Value);
    let input = StoragePolicyInput {
        name: Given::Value(name.clone()),
        maximum_number_of_stored_images: given(images),
        maximum_total_size_of_stored_images: given(bytes),
    };
    act(identities, async |cx| {
        let key = StoragePolicyKey { name: name.clone() };
        match StoragePolicy::update(cx, &key, input.clone(), &IfMatch::Absent).await {
            Err(Error::NotFound) => {
                let new = New { id: None, input: input.clone() };
                StoragePolicies::create(cx, &EntryPointKey {}, new).await.map(drop)
            }
            done => done.map(drop),
        }
    })
    .await
    .map_err(|error| {
        error.named(&[("maximumNumberOfStoredImages", "--images"), ("maximumTotalSizeOfStoredImages", "--bytes")])
    })
}

/// Deletes a storage policy.
///
/// # Errors
/// There is none of this name, a customer has it, or it is that of new customers.
pub async fn delete_policy(identities: &Identities, name: &GlobalName) -> Result<()> {
    let key = StoragePolicyKey { name: name.clone() };
    act(identities, async |cx| StoragePolicy::remove(cx, &key, &IfMatch::Absent).await).await.map_err(|error| {
        match error {
            Error::NotFound => Error::invalid("policy", format_args!("'{name}' does not exist")),
            error => error,
        }
    })
}

/// Gives a customer a storage policy.
///
/// # Errors
/// There is no such customer, or no such policy.
pub async fn assign_policy(identities: &Identities, name: &GlobalName, customer: &str) -> Result<()> {
    let customer = customer_number(&identities.store().operator(), customer).await?.identity();
    let key = StoragePolicyKey { name: name.clone() };
    act(identities, async |cx| {
        // Whom somebody sees is looked up before they are asked to do anything.
        cx.sees(customer).await?;
        let change = CustomerStorageInput { storage_policy: Given::Value(Chosen(key.clone())) };
        CustomerStorage::update(cx, &CustomerKey { customer }, change, &IfMatch::Absent).await.map(drop)
    })
    .await
}
