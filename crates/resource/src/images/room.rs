//! How many images, of what size, a customer may have.

use store::storage as rows;
use store::{Tenant, Transaction};

use crate::{Error, Result};

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
