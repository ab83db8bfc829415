//! The tree of customers: each has a row in `customer_closure` for itself and for each of its ancestors.

use sea_orm::DbBackend;

use crate::placeholders::placeholders;
use crate::{CustomerNumber, DomainNumber, Result, Scope, Transaction};

/// How a transaction holds the tree of a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TreeHold {
    /// Nobody moves, disables or deletes a customer until the transaction ends; others may add some.
    Shared,
    /// Nobody else changes the tree until the transaction ends.
    Alone,
}

/// Holds the tree of a domain. False if there is no such domain. It comes before any lock of a customer.
///
/// # Errors
/// As [`crate::Error`].
pub async fn hold(transaction: &Transaction, domain: DomainNumber, hold: TreeHold) -> Result<bool> {
    let lock = match (transaction.backend(), hold) {
        (DbBackend::Postgres, TreeHold::Shared) => " FOR SHARE",
        (DbBackend::Postgres, TreeHold::Alone) => " FOR UPDATE",
        _ => "",
    };
    let sql = format!("SELECT id FROM domain WHERE id = $1{lock}");
    let row: Option<(i64,)> = transaction.one(transaction.statement(&sql, [domain.into()])).await?;
    Ok(row.is_some())
}

/// The root of a domain; none where there is no customer yet.
///
/// # Errors
/// As [`crate::Error`].
pub async fn root(transaction: &Transaction, domain: DomainNumber) -> Result<Option<CustomerNumber>> {
    let sql = "SELECT id FROM customer WHERE parent_id IS NULL AND domain_id = $1 AND lifecycle <> 'deleted' \
        ORDER BY id LIMIT 1";
    let row: Option<(CustomerNumber,)> = transaction.one(transaction.statement(sql, [domain.into()])).await?;
    Ok(row.map(|(id,)| id))
}

/// Enters a new customer below its parent, or as a root.
///
/// # Errors
/// As [`crate::Error`].
pub async fn enter(transaction: &Transaction, customer: CustomerNumber, parent: Option<CustomerNumber>) -> Result<()> {
    let sql = "INSERT INTO customer_closure (ancestor_id, descendant_id, depth) \
        SELECT ancestor_id, $1, depth + 1 FROM customer_closure WHERE descendant_id = $2 \
        UNION ALL SELECT $1, $1, 0";
    transaction.run(transaction.statement(sql, [customer.into(), parent.into()])).await?;
    Ok(())
}

/// Moves a customer with all below it. The row of the customer itself is the caller's to write.
///
/// # Errors
/// As [`crate::Error`].
pub async fn shift(transaction: &Transaction, customer: CustomerNumber, parent: CustomerNumber) -> Result<()> {
    leave(transaction, customer).await?;
    let sql = "INSERT INTO customer_closure (ancestor_id, descendant_id, depth) \
        SELECT above.ancestor_id, below.descendant_id, above.depth + below.depth + 1 \
        FROM customer_closure above, customer_closure below WHERE above.descendant_id = $2 AND below.ancestor_id = $1";
    transaction.run(transaction.statement(sql, [customer.into(), parent.into()])).await?;
    Ok(())
}

/// Takes a customer with all below it from under its ancestors.
async fn leave(transaction: &Transaction, customer: CustomerNumber) -> Result<()> {
    let sql = "DELETE FROM customer_closure WHERE descendant_id IN \
        (SELECT descendant_id FROM customer_closure WHERE ancestor_id = $1) \
        AND ancestor_id IN (SELECT ancestor_id FROM customer_closure WHERE descendant_id = $1 AND depth > 0)";
    transaction.run(transaction.statement(sql, [customer.into()])).await?;
    Ok(())
}

/// Takes a customer out of the tree: what is below it comes to lie below its parent.
///
/// # Errors
/// As [`crate::Error`].
pub async fn remove(transaction: &Transaction, customer: CustomerNumber, parent: Option<CustomerNumber>) -> Result<()> {
    let sql = "UPDATE customer_closure SET depth = depth - 1 WHERE descendant_id IN \
        (SELECT descendant_id FROM customer_closure WHERE ancestor_id = $1) \
        AND ancestor_id IN (SELECT ancestor_id FROM customer_closure WHERE descendant_id = $1 AND depth > 0)";
    transaction.run(transaction.statement(sql, [customer.into()])).await?;
    let sql = "DELETE FROM customer_closure WHERE ancestor_id = $1 OR descendant_id = $1";
    transaction.run(transaction.statement(sql, [customer.into()])).await?;
    let sql = "UPDATE customer SET parent_id = $2, version = version + 1 WHERE parent_id = $1";
    transaction.run(transaction.statement(sql, [customer.into(), parent.into()])).await?;
    Ok(())
}

/// The customers that lie directly below one.
///
/// # Errors
/// As [`crate::Error`].
pub async fn children(transaction: &Transaction, customer: CustomerNumber) -> Result<Vec<CustomerNumber>> {
    let sql = "SELECT id FROM customer WHERE parent_id = $1 ORDER BY id";
    let rows: Vec<(CustomerNumber,)> = transaction.all(transaction.statement(sql, [customer.into()])).await?;
    Ok(rows.into_iter().map(|(child,)| child).collect())
}

/// Whether a customer lies below another, or is it.
///
/// # Errors
/// As [`crate::Error`].
pub async fn is_within(transaction: &Transaction, customer: CustomerNumber, ancestor: CustomerNumber) -> Result<bool> {
    let sql = "SELECT depth FROM customer_closure WHERE descendant_id = $1 AND ancestor_id = $2";
    let row: Option<(i64,)> = transaction.one(transaction.statement(sql, [customer.into(), ancestor.into()])).await?;
    Ok(row.is_some())
}

/// Whether a move would let somebody use a customer who cannot now: a portal user who may do anything at all, or a key,
/// that begins at an ancestor which the customer gets and does not have. Who begins at the customer itself does not use it from above yet:
/// from there it is seen while it is disabled, and decided about.
///
/// # Errors
/// As [`crate::Error`].
pub async fn would_gain(transaction: &Transaction, customer: CustomerNumber, parent: CustomerNumber) -> Result<bool> {
    let sql = "WITH above AS (SELECT ancestor_id AS id FROM customer_closure WHERE descendant_id = $1 AND depth > 0), \
        gained AS (SELECT ancestor_id AS id FROM customer_closure WHERE descendant_id = $2 \
            AND ancestor_id NOT IN (SELECT id FROM above)), \
        newcomer AS (SELECT id AS user_id FROM portal_user WHERE customer_id IN (SELECT id FROM gained) \
            UNION SELECT user_id FROM portal_user_customer WHERE customer_id IN (SELECT id FROM gained)), \
        stranger AS (SELECT user_id FROM newcomer \
            WHERE NOT EXISTS (SELECT 1 FROM portal_user WHERE id = user_id AND customer_id IN (SELECT id FROM above)) \
            AND NOT EXISTS (SELECT 1 FROM portal_user_customer AS other \
                WHERE other.user_id = newcomer.user_id AND other.customer_id IN (SELECT id FROM above))), \
        entitled AS (SELECT stranger.user_id, entitlement_name FROM stranger \
                JOIN portal_user_entitlement AS own ON own.user_id = stranger.user_id \
            UNION SELECT stranger.user_id, entitlement_name FROM stranger \
                JOIN portal_user_group AS own ON own.user_id = stranger.user_id \
                JOIN entitlement_group_member AS member ON member.group_name = own.group_name) \
        SELECT CAST(count(*) AS BIGINT) FROM ( \
            SELECT user_id FROM entitled JOIN entitlement ON name = entitlement_name \
            WHERE user_id NOT IN (SELECT user_id FROM entitled WHERE entitlement_name = 'ADMIN_ALL_CUSTOMERS') \
            UNION ALL SELECT id FROM api_key WHERE customer_id IN (SELECT id FROM gained \
                EXCEPT SELECT id FROM customer WHERE administrator)) AS those";
    let row: Option<(i64,)> = transaction.one(transaction.statement(sql, [customer.into(), parent.into()])).await?;
    Ok(row.is_some_and(|(count,)| count > 0))
}

/// What somebody who begins at these customers sees of others: whether each itself, and whether what it lies below. A
/// customer is seen from itself and from its ancestors, a disabled one from its ancestors alone.
///
/// # Errors
/// As [`crate::Error`].
pub async fn sights(
    scope: &Scope<'_>,
    roots: &[CustomerNumber],
    customers: &[CustomerNumber],
) -> Result<Vec<(CustomerNumber, bool, bool)>> {
    if roots.is_empty() || customers.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = Vec::new();
    let roots = placeholders(&mut values, roots.iter().copied());
    let customers = placeholders(&mut values, customers.iter().copied());
    // Whether a root lies at the customer itself, and whether one lies above it.
    let sql = format!(
        "SELECT id, (above OR (at AND lifecycle <> 'disabled')), above FROM (SELECT id, lifecycle, \
         EXISTS (SELECT 1 FROM customer_closure WHERE descendant_id = id AND depth = 0 AND ancestor_id IN ({roots})) AS at, \
         EXISTS (SELECT 1 FROM customer_closure WHERE descendant_id = id AND depth > 0 AND ancestor_id IN ({roots})) AS above \
         FROM customer WHERE id IN ({customers}) AND lifecycle <> 'deleted') AS seen"
    );
    scope.check().await?;
    scope.all(scope.statement(&sql, values)).await
}
