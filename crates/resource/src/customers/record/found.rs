//! Finding customers, under the rule of whoever asks.

use store::grant::{HeldEntitlements, OwnEntitlements};
use store::record as rows;
use vocab::value::CustomerId;

use super::{Record, WhichCustomer};
use crate::columns::names;
use crate::number::{Named, Numbered};
use crate::{Cx, Error, Result};

/// Which customers can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Those that the actor sees through the tree.
    Tree,
    /// Those that the actor is listed for.
    List,
    /// All. For services, whose issuer answers for what they do.
    Any,
}

/// A customer.
///
/// # Errors
/// [`Error::NotFound`] if there is none, or it is not the caller's to see: which, is not said.
pub async fn find(cx: &Cx<'_>, identity: &WhichCustomer, rule: Reach) -> Result<Record> {
    seen(cx, rows::find(&cx.scope(), identity).await?, rule).await
}

/// A customer, and the entitlements that it was granted by themselves, in order, whether they are defined or not.
///
/// # Errors
/// As [`find`].
pub async fn find_with_own_entitlements(
    cx: &Cx<'_>,
    identity: &WhichCustomer,
    rule: Reach,
) -> Result<(Record, Vec<String>)> {
    let (row, OwnEntitlements { own }) = rows::find_with(&cx.scope(), identity).await?.ok_or(Error::NotFound)?;
    Ok((seen(cx, Some(row), rule).await?, names(own)))
}

/// The same, and those that have effect for it, in order.
///
/// # Errors
/// As [`find`].
pub async fn find_with_entitlements(
    cx: &Cx<'_>,
    identity: &WhichCustomer,
    rule: Reach,
) -> Result<(Record, Vec<String>, Vec<String>)> {
    let found = rows::find_with(&cx.scope(), identity).await?.ok_or(Error::NotFound)?;
    let (row, HeldEntitlements { own, effective }) = found;
    Ok((seen(cx, Some(row), rule).await?, names(own), names(effective)))
}

/// What was found, if it is the caller's to see.
async fn seen(cx: &Cx<'_>, row: Option<rows::Record>, rule: Reach) -> Result<Record> {
    let row = row.ok_or(Error::NotFound)?;
    let customer = row.id.identity();
    let is_seen = match rule {
        Reach::Tree => cx.sees(customer).await?.itself(),
        Reach::List => cx.lists(customer),
        Reach::Any => true,
    };
    if is_seen { Record::of(row) } else { Err(Error::NotFound) }
}

/// Customers by their numbers, whoever may see them: to name what others refer to.
///
/// # Errors
/// [`Error::Stale`] if the actor's authority has changed.
pub async fn several(cx: &Cx<'_>, customers: &[CustomerId]) -> Result<Vec<Record>> {
    let numbers: Vec<_> = customers.iter().map(|customer| customer.number()).collect();
    rows::several(&cx.scope(), &numbers).await?.into_iter().map(Record::of).collect()
}
