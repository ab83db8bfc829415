//! Deleting a customer: what is left is a reminder that nobody can use, and whose names can be used again.

use store::tree::{self, TreeHold};
use store::{Tenant, record as rows, switchable_customer};
use vocab::value::{CustomerId, Lifecycle};

use super::change::{locked, write};
use super::{Record, lifecycle, place};
use crate::customers::prune;
use crate::number::{Named, Numbered};
use crate::{Cx, IfMatch, Result};

/// Deletes a customer, with its images, people, keys and grants. What lies below it comes to lie below its parent.
///
/// # Errors
/// [`crate::Error::NotFound`] if it has gone; [`crate::Error::Conflict`] if it administers the service.
pub async fn delete(cx: &Cx<'_>, customer: CustomerId, on: &IfMatch) -> Result<Record> {
    let transaction = cx.scope().begin().await?;
    tree::hold(&transaction, place::DEFAULT_DOMAIN, TreeHold::Alone).await?;
    transaction.confirm().await?;
    let mut record = locked(&transaction, customer, on).await?;
    lifecycle::keep_administrator(&record, "deleted")?;
    let tenant = Tenant::by(&record);
    let mut watch = cx.watch(&transaction);
    for child in tree::children(&transaction, customer.number()).await? {
        watch.customer(child.identity()).await?;
    }
    for user in switchable_customer::users(&transaction, customer.number()).await? {
        watch.switchable_gone(user, customer).await?;
    }
    watch.customer_erased(customer).await?;
    prune::discard(&transaction, tenant).await?;
    prune::batches(&transaction, tenant).await?;
    rows::release(&transaction, tenant).await?;
    tree::remove(&transaction, customer.number(), record.parent.map(Named::number)).await?;
    record.lifecycle = Lifecycle::Deleted;
    record.deleted = Some(cx.now);
    record.deleted_by = cx.actor.writer();
    let record = write(cx, &transaction, record).await?;
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok(record)
}
