//! Descriptors as a transaction holds them.

use store::{Transaction, property_descriptor as rows};

use super::model::Descriptor;
use crate::{Cx, Error, Result};

/// All descriptors, held until the transaction ends.
pub(super) async fn lock(transaction: &Transaction) -> Result<Vec<Descriptor>> {
    rows::lock_all(transaction).await?.into_iter().map(Descriptor::of).collect()
}

/// Writes a descriptor that this transaction has locked.
pub(super) async fn write(cx: &Cx<'_>, transaction: &Transaction, mut descriptor: Descriptor) -> Result<Descriptor> {
    descriptor.updated = cx.now;
    descriptor.updated_by = cx.actor.writer();
    let row = rows::update(transaction, &descriptor.row()).await?;
    Descriptor::of(row.ok_or(Error::Changed)?)
}
