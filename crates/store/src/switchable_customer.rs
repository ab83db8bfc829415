//! The customers that a portal user can switch to.

use sea_orm::Value;
use uuid::Uuid;

use crate::authority::EPOCH;
use crate::listing::{Listing, Ownership, RowPage, Table};
use crate::order::OrderBy;
use crate::placeholders::placeholders;
use crate::row::{Entity as _, row};
use crate::{CustomerNumber, Result, Scope, Transaction, UserNumber};

row! {
    /// A customer that somebody can switch to.
    Switchable {
        /// The number in addresses.
        id: CustomerNumber = "id",
        /// The identity that never changes.
        uuid: Uuid = "uuid",
        /// The name in addresses.
        name: String = "cid",
        /// Another unique name.
        alias: String = "alias",
        /// The name for people.
        display_name: String = "name",
    }
}

/// What the list can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The name in addresses.
    Name,
    /// The other unique name.
    Alias,
    /// The name for people.
    DisplayName,
}

impl By {
    fn column(self) -> &'static str {
        match self {
            Self::Name => "cid_key",
            Self::Alias => "alias_key",
            Self::DisplayName => "name_key",
        }
    }
}

const FROM: &str = "FROM portal_user_customer JOIN customer ON customer.id = customer_id \
    WHERE user_id = $1 AND lifecycle <> 'deleted'";

/// The same customers as a table, by the user.
const TABLE: Table = Table {
    name: "customer",
    condition: "lifecycle <> 'deleted' AND id IN (SELECT customer_id FROM portal_user_customer WHERE user_id = $1)",
    ownership: Ownership::AsCondition,
    owner_exists: "TRUE",
    extents: None,
    text: &[],
    has_trigrams: false,
    filters: &[],
    orders: &[("name", OrderBy::Text("cid_key"))],
};

/// A page of the customers that a portal user can switch to.
///
/// # Errors
/// As [`crate::Error`].
pub async fn page(scope: &Scope<'_>, user: UserNumber, listing: &Listing) -> Result<RowPage<Switchable>> {
    let page = TABLE.list(scope, Some(user.into()), listing).await?;
    Ok(page.unwrap_or_else(|| RowPage { rows: Vec::new(), total: Some(0), next: None }))
}

/// Some of the customers that a portal user can switch to, in an order that ends with the name, and how many there are.
/// With each key goes whether the greatest comes first.
///
/// # Errors
/// As [`crate::Error`].
pub async fn list(
    scope: &Scope<'_>,
    user: UserNumber,
    limit: u64,
    offset: u64,
    order: &[(By, bool)],
) -> Result<(Vec<Switchable>, u64)> {
    let sql = format!("SELECT CAST(count(*) AS BIGINT), {EPOCH} {FROM}");
    let (total,): (i64,) = scope.facts(scope.statement(&sql, [user.into()])).await?;
    let mut by = String::new();
    for (key, descending) in order {
        by += &format!("{}{}, ", key.column(), if *descending { " DESC" } else { "" });
    }
    let sql = format!("SELECT {} {FROM} ORDER BY {by}cid_key LIMIT $2 OFFSET $3", Switchable::COLUMNS);
    let bound = |number: u64| Value::from(i64::try_from(number).unwrap_or(i64::MAX));
    let rows = scope.all(scope.statement(&sql, [user.into(), bound(limit), bound(offset)])).await?;
    Ok((rows, total.cast_unsigned()))
}

/// Whether a customer is in the list.
///
/// # Errors
/// As [`crate::Error`].
pub async fn find(scope: &Scope<'_>, user: UserNumber, customer: CustomerNumber) -> Result<Option<Switchable>> {
    let sql = format!("SELECT {}, {EPOCH} {FROM} AND customer_id = $2", Switchable::COLUMNS);
    scope.one(scope.statement(&sql, [user.into(), customer.into()])).await
}

/// Adds customers to the list; which were not in it. None, and nothing is to be kept, if one does not exist.
///
/// # Errors
/// As [`crate::Error`].
pub async fn add(
    transaction: &Transaction,
    user: UserNumber,
    customers: &[CustomerNumber],
) -> Result<Option<Vec<CustomerNumber>>> {
    let sql = "INSERT INTO portal_user_customer (user_id, customer_id) SELECT $1, id FROM customer \
        WHERE id = $2 AND lifecycle <> 'deleted' ON CONFLICT (user_id, customer_id) DO NOTHING";
    let mut new = Vec::new();
    for customer in customers {
        if transaction.run(transaction.statement(sql, [user.into(), (*customer).into()])).await? > 0 {
            new.push(*customer);
        } else if !contains(transaction, user, *customer).await? {
            return Ok(None);
        }
    }
    Ok(Some(new))
}

async fn contains(transaction: &Transaction, user: UserNumber, customer: CustomerNumber) -> Result<bool> {
    let sql = format!("SELECT id {FROM} AND customer_id = $2");
    let row: Option<(i64,)> = transaction.one(transaction.statement(&sql, [user.into(), customer.into()])).await?;
    Ok(row.is_some())
}

/// Whoever can switch to a customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn users(transaction: &Transaction, customer: CustomerNumber) -> Result<Vec<UserNumber>> {
    let sql = "SELECT user_id FROM portal_user_customer WHERE customer_id = $1 ORDER BY user_id";
    let rows: Vec<(UserNumber,)> = transaction.all(transaction.statement(sql, [customer.into()])).await?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}

/// How many customers are in the list.
///
/// # Errors
/// As [`crate::Error`].
pub async fn count(transaction: &Transaction, user: UserNumber) -> Result<usize> {
    let sql = format!("SELECT CAST(count(*) AS BIGINT) {FROM}");
    let row: Option<(i64,)> = transaction.one(transaction.statement(&sql, [user.into()])).await?;
    Ok(row.map_or(0, |(count,)| usize::try_from(count).unwrap_or(usize::MAX)))
}

/// Takes all customers but these off the list; which were in it.
///
/// # Errors
/// As [`crate::Error`].
pub async fn keep(
    transaction: &Transaction,
    user: UserNumber,
    customers: &[CustomerNumber],
) -> Result<Vec<CustomerNumber>> {
    let mut values: Vec<Value> = vec![user.into()];
    let mut sql = "DELETE FROM portal_user_customer WHERE user_id = $1".to_owned();
    if !customers.is_empty() {
        sql += &format!(" AND customer_id NOT IN ({})", placeholders(&mut values, customers.iter().copied()));
    }
    sql += " RETURNING customer_id";
    let rows: Vec<(CustomerNumber,)> = transaction.all(transaction.statement(&sql, values)).await?;
    Ok(rows.into_iter().map(|(customer,)| customer).collect())
}

/// Takes a customer off the list. False if it was not in it.
///
/// # Errors
/// As [`crate::Error`].
pub async fn remove(transaction: &Transaction, user: UserNumber, customer: CustomerNumber) -> Result<bool> {
    let sql = "DELETE FROM portal_user_customer WHERE user_id = $1 AND customer_id = $2";
    Ok(transaction.run(transaction.statement(sql, [user.into(), customer.into()])).await? > 0)
}
