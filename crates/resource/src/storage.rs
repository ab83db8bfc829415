//! What images take, and how much they may.

use hydra::{Found, Link, Reference};
use store::storage as rows;
use store::{Tenant, Transaction, owned, space};
use vocab::value::GlobalName;
use vocab::{CustomerKey, CustomerStorage, ImageKey, ImageStorage, SpaceKey, SpaceStorage, StoragePolicyKey};

use crate::cx::instant;
use crate::number::Named;
use crate::{Cx, Error, Resource, Result, image};

impl Resource for CustomerStorage {
    async fn fetch(cx: &Cx<'_>, key: &CustomerKey) -> Result<Found<Self>> {
        let tenant = cx.tenant(key.customer)?;
        let policy = rows::policy_of(&cx.scope(), tenant).await?.ok_or(Error::NotFound)?;
        let storage = rows::of_customer(&cx.scope(), tenant).await?;
        let value = Self {
            number_of_stored_images: storage.stored.cast_unsigned(),
            total_size_of_stored_images: storage.size.cast_unsigned(),
            total_size_of_thumbnails: storage.thumbnail_size.cast_unsigned(),
            storage_policy: Reference(StoragePolicyKey { name: GlobalName::trusted(policy) }),
            customer: Link::default(),
        };
        Ok(Found::as_shown(key.clone(), value))
    }
}

impl Resource for SpaceStorage {
    async fn fetch(cx: &Cx<'_>, key: &SpaceKey) -> Result<Found<Self>> {
        let tenant = cx.tenant(key.customer)?;
        let space: Option<space::Space> = owned::find(&cx.scope(), tenant, key.space.number()).await?;
        let storage = rows::of_space(&cx.scope(), tenant, space.ok_or(Error::NotFound)?.id).await?;
        let value = Self {
            number_of_stored_images: storage.stored.cast_unsigned(),
            total_size_of_stored_images: storage.size.cast_unsigned(),
            total_size_of_thumbnails: storage.thumbnail_size.cast_unsigned(),
            space: Link::default(),
        };
        Ok(Found::as_shown(key.clone(), value))
    }
}

impl Resource for ImageStorage {
    async fn fetch(cx: &Cx<'_>, key: &ImageKey) -> Result<Found<Self>> {
        let row = image::row(cx, key).await?;
        let value = Self {
            thumbnail_size: row.thumbnail_size.cast_unsigned(),
            size: row.size.cast_unsigned(),
            last_checked: row.finished_at.map(instant),
            checking_in_progress: row.ingesting,
            image: Link::default(),
        };
        Ok(Found { key: key.clone(), value, version: row.version })
    }
}

/// How much more a customer may store.
#[derive(Debug)]
pub(crate) struct Room {
    storage: rows::Storage,
    policy: rows::Policy,
}

/// How much more a customer may store; nobody else adds images of this customer until the transaction ends.
pub(crate) async fn room(transaction: &Transaction, tenant: Tenant) -> Result<Room> {
    let (storage, policy) = rows::lock(transaction, tenant).await?.ok_or(Error::NotFound)?;
    Ok(Room { storage, policy })
}

impl Room {
    /// Whether so many new images may be registered.
    pub fn admit(&self, new: usize) -> Result<()> {
        if new == 0 {
            return Ok(());
        }
        let Self { storage, policy } = self;
        let all = storage.images.saturating_add(i64::try_from(new).unwrap_or(i64::MAX));
        if all > policy.maximum_images {
            return Err(Error::Full(format!(
                "{new} more images would be {all}, and the storage policy allows {}; nothing was registered.",
                policy.maximum_images
            )));
        }
        self.fits(0)
    }

    /// Whether so many more bytes may be stored.
    pub fn fits(&self, more: i64) -> Result<()> {
        let Self { storage, policy } = self;
        if storage.size.saturating_add(more) <= policy.maximum_bytes {
            return Ok(());
        }
        Err(Error::Full(format!(
            "The images of this customer take {} bytes, and the storage policy allows {}; delete some first.",
            storage.size, policy.maximum_bytes
        )))
    }
}

/// Whether so many new images of a customer may be registered.
pub(crate) async fn admit(transaction: &Transaction, tenant: Tenant, new: usize) -> Result<()> {
    room(transaction, tenant).await?.admit(new)
}
