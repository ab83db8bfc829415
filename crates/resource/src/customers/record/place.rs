//! The place of a customer in the tree.

use store::record::Record as Row;
use store::tree::{self, TreeHold};
use store::{DomainNumber, Transaction, record as rows};
use vocab::value::{CustomerId, Kind, Lifecycle};

use super::{Record, WhichCustomer, change};
use crate::number::{Named, Numbered};
use crate::{Cx, Error, IfMatch, Result};

/// The domain of the root.
pub(super) const DEFAULT_DOMAIN: DomainNumber = DomainNumber::new(1);

/// What is said of a parent that is not there, or not the caller's to see.
pub(super) fn unknown() -> Error {
    Error::invalid("parent", "must be a customer that there is and that you see")
}

/// The row of the customer that another is to lie below: the named one or else the root, whose tree is held. None where
/// there is no root yet.
pub(super) async fn below(transaction: &Transaction, parent: Option<CustomerId>) -> Result<Option<Row>> {
    tree::hold(transaction, DEFAULT_DOMAIN, TreeHold::Shared).await?;
    // Somebody may have moved the parent out of the caller's sight before the tree was held.
    transaction.confirm().await?;
    let parent = match parent {
        Some(parent) => Some(parent.number()),
        None => tree::root(transaction, DEFAULT_DOMAIN).await?,
    };
    match parent {
        Some(parent) => checked(transaction, parent.identity()).await.map(Some),
        None => Ok(None),
    }
}

/// The row of a customer that others can lie below.
async fn checked(transaction: &Transaction, parent: CustomerId) -> Result<Row> {
    let row = rows::find_within(transaction, &WhichCustomer::Number(parent.number())).await?.ok_or_else(unknown)?;
    if row.kind != Kind::Group.as_str() {
        return Err(Error::invalid("parent", "must be a group; others cannot lie below a leaf"));
    }
    if row.lifecycle == Lifecycle::Disabled.as_str() {
        return Err(Error::invalid("parent", "must not be disabled; reenable it first"));
    }
    Ok(row)
}

/// Moves a customer, with all below it, below another parent. Where it lies there already nothing changes.
///
/// # Errors
/// [`Error::NotFound`] if it has gone; [`Error::Invalid`] if the parent cannot be one, or lies below the customer;
/// [`Error::Conflict`] if somebody would come to see the customer who does not now.
pub async fn relocate(cx: &Cx<'_>, customer: CustomerId, parent: CustomerId, on: &IfMatch) -> Result<Record> {
    if !cx.sees(parent).await?.itself() {
        return Err(unknown());
    }
    let transaction = cx.scope().begin().await?;
    tree::hold(&transaction, DEFAULT_DOMAIN, TreeHold::Alone).await?;
    // Somebody may have moved either out of the caller's sight before the tree was held.
    transaction.confirm().await?;
    let mut record = change::locked(&transaction, customer, on).await?;
    let row = checked(&transaction, parent).await?;
    if record.parent == Some(parent) {
        return Ok(record);
    }
    if record.parent.is_none() {
        return Err(Error::invalid("parent", "cannot be changed: this customer is the root of its domain"));
    }
    if row.domain != record.domain.number() {
        return Err(Error::invalid("parent", "must be of the same domain"));
    }
    if tree::is_within(&transaction, parent.number(), customer.number()).await? {
        return Err(Error::invalid("parent", "must not be the customer itself, nor lie below it"));
    }
    if tree::would_gain(&transaction, customer.number(), parent.number()).await? {
        return Err(Error::conflict(
            "parent",
            "would let somebody use the customer who cannot now; a move must not grant anything to anybody",
        ));
    }
    let mut watch = cx.watch(&transaction);
    watch.customer(customer).await?;
    tree::shift(&transaction, customer.number(), parent.number()).await?;
    record.parent = Some(parent);
    let record = change::write(cx, &transaction, record).await?;
    let changes = watch.finish().await?;
    transaction.commit(changes).await?;
    Ok(record)
}
