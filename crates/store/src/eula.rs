//! The agreements of organisations: which revision has to be approved, and which has been.

use sea_orm::Value;

use crate::authority::EPOCH;
use crate::placeholders::placeholders;
use crate::row::{Entity as _, row};
use crate::{CustomerNumber, Result, Scope, Transaction};

row! {
    /// How a customer stands to the agreement.
    EulaStatus {
        /// The revision that is required of this customer by itself.
        own: Option<String> = "eula_required",
        /// The revision that has been approved.
        approved: Option<String> = "eula_approved",
        /// The revision that has to be: the customer's own, or else that for all.
        required: Option<String> = "COALESCE(eula_required, (SELECT revision FROM global_eula))",
        /// Rises with each change of the customer or of the agreement for all.
        version: i64 = "(version + (SELECT global_eula.version FROM global_eula))",
    }
}

row! {
    /// The agreement for all customers that have none of their own.
    Eula {
        /// The revision that has to be approved.
        revision: Option<String> = "revision",
        /// When it was set or unset, in microseconds.
        updated_at: Option<i64> = "updated_at",
        /// By whom.
        updated_by: Option<String> = "updated_by",
        /// Rises with each change.
        version: i64 = "version",
    }
}

const OF_CUSTOMER: &str = "FROM customer WHERE id = $1 AND lifecycle <> 'deleted'";

/// How a customer stands to the agreement.
///
/// # Errors
/// As [`crate::Error`].
pub async fn status(scope: &Scope<'_>, customer: CustomerNumber) -> Result<Option<EulaStatus>> {
    let sql = format!("SELECT {}, {EPOCH} {OF_CUSTOMER}", EulaStatus::COLUMNS);
    scope.one(scope.statement(&sql, [customer.into()])).await
}

/// The same among writes. Nobody else changes the customer until the transaction ends.
///
/// # Errors
/// As [`crate::Error`].
pub async fn lock(transaction: &Transaction, customer: CustomerNumber) -> Result<Option<EulaStatus>> {
    let sql = format!("SELECT {} {OF_CUSTOMER}{}", EulaStatus::COLUMNS, transaction.for_no_key_update());
    transaction.one(transaction.statement(&sql, [customer.into()])).await
}

/// Notes that a customer has approved a revision.
///
/// # Errors
/// As [`crate::Error`].
pub async fn approve(
    transaction: &Transaction,
    customer: CustomerNumber,
    revision: &str,
    now: i64,
    by: Option<String>,
) -> Result<()> {
    let sql = "UPDATE customer SET eula_approved = $2, eula_approved_at = $3, eula_approved_by = $4, \
        updated_at = $3, updated_by = $4, version = version + 1 WHERE id = $1";
    transaction.run(transaction.statement(sql, [customer.into(), revision.into(), now.into(), by.into()])).await?;
    Ok(())
}

/// Sets the revision that these customers have to approve, or leaves them to that for all. False, and nothing is to be
/// kept, if one of them does not exist.
///
/// # Errors
/// As [`crate::Error`].
pub async fn require(
    transaction: &Transaction,
    customers: &[CustomerNumber],
    revision: Option<&str>,
    now: i64,
    by: Option<String>,
) -> Result<bool> {
    let mut customers = customers.to_vec();
    customers.sort_unstable();
    customers.dedup();
    // One after the other in the same order everywhere, so that two who do this cannot wait for each other.
    for part in customers.chunks(PART) {
        let mut values: Vec<Value> = Vec::new();
        let sql = format!(
            "SELECT id FROM customer WHERE id IN ({}) AND lifecycle <> 'deleted' ORDER BY id{}",
            placeholders(&mut values, part.iter().copied()),
            transaction.for_no_key_update()
        );
        let known: Vec<(CustomerNumber,)> = transaction.all(transaction.statement(&sql, values)).await?;
        if known.len() < part.len() {
            return Ok(false);
        }
        let mut values: Vec<Value> = vec![revision.map(String::from).into(), now.into(), by.clone().into()];
        let sql = format!(
            "UPDATE customer SET eula_required = $1, updated_at = $2, updated_by = $3, version = version + 1 \
             WHERE id IN ({})",
            placeholders(&mut values, part.iter().copied())
        );
        transaction.run(transaction.statement(&sql, values)).await?;
    }
    Ok(true)
}

/// How many customers one statement names.
const PART: usize = 500;

/// The agreement for all.
///
/// # Errors
/// As [`crate::Error`].
pub async fn global(scope: &Scope<'_>) -> Result<Eula> {
    scope.facts(scope.statement(&format!("SELECT {}, {EPOCH} FROM global_eula", Eula::COLUMNS), [])).await
}

/// Sets or unsets the revision for all. False if the agreement does not have the version given any more.
///
/// # Errors
/// As [`crate::Error`].
pub async fn require_globally(
    transaction: &Transaction,
    version: Option<i64>,
    revision: Option<&str>,
    now: i64,
    by: Option<String>,
) -> Result<bool> {
    let sql = "UPDATE global_eula SET revision = $1, updated_at = $2, updated_by = $3, version = version + 1 \
        WHERE version = COALESCE($4, version)";
    let values = [revision.map(String::from).into(), now.into(), by.into(), version.into()];
    Ok(transaction.run(transaction.statement(sql, values)).await? > 0)
}
