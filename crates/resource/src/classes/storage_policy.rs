//! Storage policies: looked at by everybody, the same for all customers; said by those who administer all of them.

use hydra::query::Query;
use hydra::{Chosen, Found, Given, Page};
use store::changes::Changes;
use store::policy as rows;
use store::{Scope, Transaction};
use vocab::value::GlobalName;
use vocab::{EntryPoint, EntryPointKey, StoragePolicy, StoragePolicyFields, StoragePolicyInput, StoragePolicyKey};

use crate::columns::{check_fixed, required};
use crate::{Created, Cx, Error, IfMatch, Members, New, Resource, Result, paging};

/// The policy that a new customer has.
const USUAL: &str = "default";

/// How many there may be.
const MOST: usize = 500;

fn found(row: rows::StoragePolicy) -> Found<StoragePolicy> {
    let name = GlobalName::trusted(row.name);
    Found {
        key: StoragePolicyKey { name: name.clone() },
        version: row.version,
        value: StoragePolicy::from(StoragePolicyFields {
            name,
            maximum_number_of_stored_images: row.maximum_images.cast_unsigned(),
            maximum_total_size_of_stored_images: row.maximum_bytes.cast_unsigned(),
        }),
    }
}

/// Begins to write. One at a time does, so that nobody is given a policy while it is being deleted.
async fn begin(scope: Scope<'_>) -> Result<(Transaction, Vec<rows::StoragePolicy>)> {
    let transaction = scope.begin_alone().await?;
    let all = rows::storage(&transaction).await?;
    Ok((transaction, all))
}

fn named(all: Vec<rows::StoragePolicy>, name: &GlobalName) -> Option<rows::StoragePolicy> {
    all.into_iter().find(|row| row.name == name.as_str())
}

const IMAGES: &str = "maximumNumberOfStoredImages";
const BYTES: &str = "maximumTotalSizeOfStoredImages";

/// A limit as the database keeps it, if one is given.
fn limit(given: Given<u64>, property: &str) -> Result<Option<i64>> {
    let kept = |number| {
        i64::try_from(number).map_err(|_| Error::invalid(property, format_args!("must be at most {}", i64::MAX)))
    };
    given.value().map(kept).transpose()
}

/// A whole policy, whose version says whether it is new.
fn whole(name: GlobalName, version: i64, input: &StoragePolicyInput) -> Result<rows::StoragePolicy> {
    let images = limit(input.maximum_number_of_stored_images.clone(), IMAGES)?;
    let bytes = limit(input.maximum_total_size_of_stored_images.clone(), BYTES)?;
    Ok(rows::StoragePolicy {
        name: name.into(),
        maximum_images: required(images, IMAGES)?,
        maximum_bytes: required(bytes, BYTES)?,
        version,
    })
}

/// Makes a policy, or writes it over the one of its name, where that is asked for.
async fn put(
    cx: &Cx<'_>,
    name: GlobalName,
    input: &StoragePolicyInput,
    over: Option<&IfMatch>,
) -> Result<Created<StoragePolicy>> {
    let (transaction, all) = begin(cx.scope()).await?;
    let count = all.len();
    let old = named(all, &name);
    let version = match &old {
        Some(old) => {
            over.ok_or_else(|| Error::conflict("name", "is taken by another storage policy"))?.check(old.version)?;
            old.version + 1
        }
        None => {
            over.map_or(Ok(()), IfMatch::check_absent)?;
            if count >= MOST {
                return Err(Error::invalid("name", format_args!("cannot be added: there are {MOST} already")));
            }
            cx.birth().version
        }
    };
    let row = whole(name, version, input)?;
    rows::put_storage(&transaction, &row).await?;
    let (old, found) = (old.map(found), found(row));
    let changes = match &old {
        Some(old) => cx.updated(old, &found)?,
        None => cx.created(&found)?,
    };
    transaction.commit(changes).await?;
    Ok(Created { found, new: old.is_none() })
}

/// Does something with the policy that is chosen, if one is, while nobody deletes it.
///
/// # Errors
/// It does not exist, or what was to be done failed.
pub(super) async fn choose<T>(
    scope: Scope<'_>,
    chosen: Option<Chosen<StoragePolicy>>,
    with: impl AsyncFnOnce(&Transaction, Option<String>) -> Result<(T, Changes)>,
) -> Result<T> {
    let (transaction, all) = begin(scope).await?;
    let policy = match chosen {
        None => None,
        Some(Chosen(StoragePolicyKey { name })) => {
            let unknown = || Error::invalid("storagePolicy", format_args!("'{name}' does not exist"));
            Some(named(all, &name).ok_or_else(unknown)?.name)
        }
    };
    let (done, changes) = with(&transaction, policy).await?;
    transaction.commit(changes).await?;
    Ok(done)
}

impl Resource for StoragePolicy {
    async fn fetch(cx: &Cx<'_>, key: &StoragePolicyKey) -> Result<Found<Self>> {
        rows::find(&cx.scope(), key.name.as_str()).await?.map(found).ok_or(Error::NotFound)
    }

    async fn replace(
        cx: &Cx<'_>,
        key: &StoragePolicyKey,
        new: StoragePolicyInput,
        on: &IfMatch,
    ) -> Result<Created<Self>> {
        check_fixed(&new.name, &key.name, "name")?;
        put(cx, key.name.clone(), &new, Some(on)).await
    }

    async fn update(
        cx: &Cx<'_>,
        key: &StoragePolicyKey,
        change: StoragePolicyInput,
        on: &IfMatch,
    ) -> Result<Found<Self>> {
        check_fixed(&change.name, &key.name, "name")?;
        let (transaction, all) = begin(cx.scope()).await?;
        let mut row = named(all, &key.name).ok_or(Error::NotFound)?;
        on.check(row.version)?;
        let old = found(row.clone());
        row.maximum_images = limit(change.maximum_number_of_stored_images, IMAGES)?.unwrap_or(row.maximum_images);
        row.maximum_bytes = limit(change.maximum_total_size_of_stored_images, BYTES)?.unwrap_or(row.maximum_bytes);
        row.version += 1;
        rows::put_storage(&transaction, &row).await?;
        let found = found(row);
        transaction.commit(cx.updated(&old, &found)?).await?;
        Ok(found)
    }

    async fn remove(cx: &Cx<'_>, key: &StoragePolicyKey, on: &IfMatch) -> Result<()> {
        let (transaction, all) = begin(cx.scope()).await?;
        let row = named(all, &key.name).ok_or(Error::NotFound)?;
        on.check(row.version)?;
        if row.name == USUAL {
            return Err(Error::conflict("name", "is that of the policy of new customers, which stays"));
        }
        match rows::customers_with(&transaction, &row.name).await? {
            0 => {}
            1 => return Err(Error::conflict("name", "is that of the policy of a customer; give it another first")),
            many => {
                let what = format!("is that of the policy of {many} customers; give them another first");
                return Err(Error::conflict("name", what));
            }
        }
        rows::delete_storage(&transaction, &row.name).await?;
        Ok(transaction.commit(cx.deleted::<Self>(key)).await?)
    }
}

/// All storage policies.
#[derive(Debug)]
pub struct StoragePolicies;

impl Members for StoragePolicies {
    type Owner = EntryPoint;
    type Member = StoragePolicy;
    const LINK: &'static str = "storagePolicies";

    async fn list(cx: &Cx<'_>, _: &EntryPointKey, query: &Query) -> Result<Page<StoragePolicy>> {
        paging::slice(query, rows::all::<rows::StoragePolicy>(&cx.scope()).await?, |row| row.name.clone(), found)
    }

    async fn create(cx: &Cx<'_>, _: &EntryPointKey, new: New<StoragePolicy>) -> Result<Created<StoragePolicy>> {
        let name = required(new.input.name.clone().value(), "name")?;
        put(cx, name, &new.input, None).await
    }
}
