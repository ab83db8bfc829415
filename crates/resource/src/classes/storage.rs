//! What images take, and how much they may.

use hydra::{Chosen, Found};
use store::{policy, storage as rows};
use vocab::value::GlobalName;
use vocab::{
    CustomerKey, CustomerStorage, CustomerStorageFields, CustomerStorageInput, ImageKey, ImageStorage,
    ImageStorageFields, Space, SpaceKey, SpaceStorage, SpaceStorageFields, StoragePolicyKey,
};

use crate::classes::{image, kept, storage_policy};
use crate::instant::instant;
use crate::{Cx, Error, IfMatch, Resource, Result};

fn of_customer(key: &CustomerKey, storage: &rows::Storage, policy: String) -> Found<CustomerStorage> {
    let value = CustomerStorage::from(CustomerStorageFields {
        number_of_stored_images: storage.stored.cast_unsigned(),
        total_size_of_stored_images: storage.size.cast_unsigned(),
        total_size_of_thumbnails: storage.thumbnail_size.cast_unsigned(),
        storage_policy: Chosen(StoragePolicyKey { name: GlobalName::trusted(policy) }),
    });
    Found::as_shown(key.clone(), value)
}

impl Resource for CustomerStorage {
    async fn fetch(cx: &Cx<'_>, key: &CustomerKey) -> Result<Found<Self>> {
        let tenant = cx.tenant(key.customer)?;
        let policy = rows::policy_of(&cx.scope(), tenant).await?.ok_or(Error::NotFound)?;
        let storage = rows::of_customer(&cx.scope(), tenant).await?;
        Ok(of_customer(key, &storage, policy))
    }

    /// The policy is all that can be changed.
    async fn update(cx: &Cx<'_>, key: &CustomerKey, change: CustomerStorageInput, on: &IfMatch) -> Result<Found<Self>> {
        let tenant = cx.tenant(key.customer)?;
        storage_policy::choose(cx.scope(), change.storage_policy.value(), async |transaction, name| {
            let (storage, policy) = rows::lock(transaction, tenant).await?.ok_or(Error::NotFound)?;
            on.check(of_customer(key, &storage, policy.name.clone()).version)?;
            let name = name.unwrap_or_else(|| policy.name.clone());
            let old = of_customer(key, &storage, policy.name);
            policy::assign_storage(transaction, tenant, &name).await?;
            let new = of_customer(key, &storage, name);
            let changes = cx.updated(&old, &new)?;
            Ok((new, changes))
        })
        .await
    }
}

impl Resource for SpaceStorage {
    async fn fetch(cx: &Cx<'_>, key: &SpaceKey) -> Result<Found<Self>> {
        let tenant = cx.tenant(key.customer)?;
        let space = kept::row::<Space>(cx, key).await?.ok_or(Error::NotFound)?;
        let storage = rows::of_space(&cx.scope(), tenant, space.number()).await?;
        let value = Self::from(SpaceStorageFields {
            number_of_stored_images: storage.stored.cast_unsigned(),
            total_size_of_stored_images: storage.size.cast_unsigned(),
            total_size_of_thumbnails: storage.thumbnail_size.cast_unsigned(),
        });
        Ok(Found::as_shown(key.clone(), value))
    }
}

impl Resource for ImageStorage {
    async fn fetch(cx: &Cx<'_>, key: &ImageKey) -> Result<Found<Self>> {
        let row = image::row(cx, key).await?;
        let value = Self::from(ImageStorageFields {
            thumbnail_size: row.thumbnail_size.cast_unsigned(),
            size: row.size.cast_unsigned(),
            last_checked: row.finished_at.map(instant),
            checking_in_progress: row.ingesting,
        });
        Ok(Found { key: key.clone(), value, version: row.version })
    }
}
