//! How far a customer takes part. Whoever belongs to one that is not active cannot sign in, and is not signed in any more.

use store::tree::{self, TreeHold};
use store::{Tenant, Transaction, record as rows, session};
use vocab::value::{CustomerId, Lifecycle};

use super::change::{locked, write};
use super::{Record, WhichCustomer, place};
use crate::number::Named;
use crate::{Cx, Error, IfMatch, Result};

/// Makes a customer active, whatever it was; the time of it is kept, also where it was active.
///
/// # Errors
/// [`Error::NotFound`] if it has gone; [`Error::Conflict`] if it is disabled and what it lies below is, too.
pub async fn activate(cx: &Cx<'_>, customer: CustomerId, on: &IfMatch) -> Result<Record> {
    turn(cx, customer, on, async |transaction, record| {
        if record.is_disabled() {
            enable(transaction, record).await?;
        }
        record.lifecycle = Lifecycle::Active;
        record.activated = Some(cx.now);
        Ok(true)
    })
    .await
}

/// Makes an active customer inactive. One that is disabled stays so.
///
/// # Errors
/// [`Error::NotFound`] if it has gone; [`Error::Conflict`] if it administers the service.
pub async fn deactivate(cx: &Cx<'_>, customer: CustomerId, on: &IfMatch) -> Result<Record> {
    turn(cx, customer, on, async |transaction, record| {
        keep_administrator(record, "deactivated")?;
        if record.is_active() {
            record.lifecycle = Lifecycle::Inactive;
            session::delete_of_customer(transaction, Tenant::by(record)).await?;
        }
        Ok(true)
    })
    .await
}

/// Puts a customer away. One that is disabled stays as it is, with the time when it was.
///
/// # Errors
/// [`Error::NotFound`] if it has gone; [`Error::Conflict`] if it administers the service.
pub async fn disable(cx: &Cx<'_>, customer: CustomerId, on: &IfMatch) -> Result<Record> {
    turn(cx, customer, on, async |transaction, record| {
        if record.is_disabled() {
            return Ok(false);
        }
        keep_administrator(record, "disabled")?;
        record.lifecycle = Lifecycle::Disabled;
        record.deleted = Some(cx.now);
        record.deleted_by = cx.actor.writer();
        session::delete_of_customer(transaction, Tenant::by(record)).await?;
        Ok(true)
    })
    .await
}

/// Takes a disabled customer out again, as an active one. Others stay as they are.
///
/// # Errors
/// [`Error::NotFound`] if it has gone; [`Error::Conflict`] if what it lies below is disabled.
pub async fn reenable(cx: &Cx<'_>, customer: CustomerId, on: &IfMatch) -> Result<Record> {
    turn(cx, customer, on, async |transaction, record| {
        if !record.is_disabled() {
            return Ok(false);
        }
        enable(transaction, record).await?;
        record.lifecycle = Lifecycle::Active;
        record.activated = Some(cx.now);
        Ok(true)
    })
    .await
}

/// Changes a record while the tree is held; writes it if there is a change.
async fn turn(
    cx: &Cx<'_>,
    customer: CustomerId,
    on: &IfMatch,
    change: impl AsyncFnOnce(&Transaction, &mut Record) -> Result<bool>,
) -> Result<Record> {
    let transaction = cx.scope().begin().await?;
    tree::hold(&transaction, place::DEFAULT_DOMAIN, TreeHold::Alone).await?;
    transaction.confirm().await?;
    let mut record = locked(&transaction, customer, on).await?;
    let mut watch = cx.watch(&transaction);
    watch.lifecycle(customer).await?;
    if !change(&transaction, &mut record).await? {
        return Ok(record);
    }
    let record = write(cx, &transaction, record).await?;
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok(record)
}

/// Whether a disabled customer can come back.
async fn enable(transaction: &Transaction, record: &mut Record) -> Result<()> {
    if let Some(parent) = record.parent {
        let parent = rows::find_within(transaction, &WhichCustomer::Number(parent.number())).await?;
        if parent.is_some_and(|parent| parent.lifecycle == Lifecycle::Disabled.as_str()) {
            return Err(Error::conflict("parent", "is disabled; reenable it first, or move this customer elsewhere"));
        }
    }
    record.deleted = None;
    record.deleted_by = None;
    Ok(())
}

/// Nobody could undo it.
pub(super) fn keep_administrator(record: &Record, done: &str) -> Result<()> {
    if record.administrator {
        return Err(Error::conflict(
            "lifecycle",
            format_args!("cannot change: whoever administers the service is not {done}"),
        ));
    }
    Ok(())
}
