//! The customers that a portal user can switch to: a list that has nothing to do with the customer they belong to.
//!
//! The caller of these functions has asked whether the actor may do this, and whether they see the customers that come in.

use store::{CustomerNumber, Transaction, UserNumber, switchable_customer as rows};
use uuid::Uuid;
use vocab::value::CustomerId;

pub use store::switchable_customer::By;

use crate::number::{Named, Numbered};
use crate::{Cx, Error, Result};

/// A customer that somebody can switch to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserCustomer {
    /// The number in addresses.
    pub id: CustomerId,
    /// The identity that never changes.
    pub uuid: Uuid,
    /// The name in addresses.
    pub name: String,
    /// Another unique name.
    pub alias: String,
    /// The name for people.
    pub display_name: String,
}

impl From<rows::Switchable> for UserCustomer {
    fn from(row: rows::Switchable) -> Self {
        let rows::Switchable { id, uuid, name, alias, display_name } = row;
        Self { id: id.identity(), uuid, name, alias, display_name }
    }
}

/// Some of the list, and how many customers are in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserCustomers {
    /// The customers.
    pub rows: Vec<UserCustomer>,
    /// How many there are without paging.
    pub total: u64,
}

/// The most customers that a list may have.
pub const MOST: usize = 1000;

/// Some of the customers that the portal user with this row number can switch to. With each key of the order goes whether
/// the greatest comes first; last comes the name, from the smallest.
///
/// # Errors
/// As [`Error`]. A portal user that does not exist has none.
pub async fn list(
    cx: &Cx<'_>,
    user: UserNumber,
    limit: u64,
    offset: u64,
    order: &[(By, bool)],
) -> Result<UserCustomers> {
    let (rows, total) = rows::list(&cx.scope(), user, limit, offset, order).await?;
    Ok(UserCustomers { rows: rows.into_iter().map(UserCustomer::from).collect(), total })
}

/// Adds a customer to the list, if it is not in it.
///
/// # Errors
/// [`Error::NotFound`] if there is no such customer; [`Error::Invalid`] if the list would be too long.
pub async fn add(cx: &Cx<'_>, user: UserNumber, customer: CustomerId) -> Result<()> {
    let transaction = cx.scope().begin().await?;
    let new = rows::add(&transaction, user, &[customer.number()]).await?.ok_or(Error::NotFound)?;
    admit(rows::count(&transaction, user).await?)?;
    finish(cx, transaction, user, &[], &new).await
}

fn admit(count: usize) -> Result<()> {
    if count <= MOST {
        return Ok(());
    }
    Err(Error::invalid("customers", format_args!("must be at most {MOST}; nothing was changed")))
}

/// Makes these the list.
///
/// # Errors
/// [`Error::NotFound`] if there is no such customer as one of them, and [`Error::Invalid`] if they are too many: then the list
/// is as it was.
pub async fn replace(cx: &Cx<'_>, user: UserNumber, customers: &[CustomerId]) -> Result<()> {
    let mut customers: Vec<_> = customers.iter().map(|customer| customer.number()).collect();
    customers.sort_unstable();
    customers.dedup();
    admit(customers.len())?;
    let transaction = cx.scope().begin().await?;
    let gone = rows::keep(&transaction, user, &customers).await?;
    let new = rows::add(&transaction, user, &customers).await?.ok_or(Error::NotFound)?;
    finish(cx, transaction, user, &gone, &new).await
}

/// Takes a customer off the list, if it is in it.
///
/// # Errors
/// As [`Error`].
pub async fn remove(cx: &Cx<'_>, user: UserNumber, customer: CustomerId) -> Result<()> {
    let transaction = cx.scope().begin().await?;
    let gone = rows::remove(&transaction, user, customer.number()).await?.then_some(customer.number());
    finish(cx, transaction, user, gone.as_slice(), &[]).await
}

/// Makes it last that some are gone from a list, and others are new in it.
async fn finish(
    cx: &Cx<'_>,
    transaction: Transaction,
    user: UserNumber,
    gone: &[CustomerNumber],
    new: &[CustomerNumber],
) -> Result<()> {
    let mut watch = cx.watch(&transaction);
    for gone in gone {
        watch.switchable_gone(user, gone.identity()).await?;
    }
    for new in new {
        watch.switchable_made(user, new.identity()).await?;
    }
    let changes = watch.finish().await?;
    Ok(transaction.commit(changes).await?)
}
