//! Who has which role for a customer: information, no permission.

use crate::authority::EPOCH;
use crate::condition::{Condition, Visible, compile};
use crate::placeholders::placeholders;
use crate::rising::rising;
use crate::row::{Entity as _, row};
use crate::sql::Sql;
use crate::{CustomerNumber, Result, Scope, Tenant, Transaction, UserNumber};

row! {
    /// A role that somebody has for a customer.
    UserRoleAssignment {
        /// The number of the customer.
        customer: CustomerNumber = "customer_user_role.customer_id",
        /// The name of the role.
        role: String = "customer_user_role.role",
        /// The number of the portal user.
        user: UserNumber = "customer_user_role.user_id",
        /// When they came to have it, in microseconds since 1970.
        assigned_at: i64 = "customer_user_role.assigned_at",
        /// Rises with each change.
        version: i64 = "customer_user_role.version",
    }
}

/// The names of the roles that there are.
///
/// # Errors
/// As [`crate::Error`].
pub async fn names(scope: &Scope<'_>) -> Result<Vec<String>> {
    scope.check().await?;
    let rows: Vec<(String,)> = scope.all(scope.statement("SELECT name FROM user_role ORDER BY name", [])).await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// The roles for a customer, by name.
///
/// # Errors
/// As [`crate::Error`].
pub async fn of(scope: &Scope<'_>, tenant: Tenant) -> Result<Vec<UserRoleAssignment>> {
    scope.check().await?;
    let sql =
        format!("SELECT {} FROM customer_user_role WHERE customer_id = $1 ORDER BY role", UserRoleAssignment::COLUMNS);
    scope.all(scope.statement(&sql, [tenant.id().into()])).await
}

/// The version of the assignment of a role; none where nobody has it.
///
/// # Errors
/// As [`crate::Error`].
pub async fn version(transaction: &Transaction, tenant: Tenant, role: &str) -> Result<Option<i64>> {
    let sql = "SELECT version FROM customer_user_role WHERE customer_id = $1 AND role = $2";
    let row: Option<(i64,)> = transaction.one(transaction.statement(sql, [tenant.id().into(), role.into()])).await?;
    Ok(row.map(|(version,)| version))
}

/// Gives somebody a role, in place of who has it; where nobody does, with the version given.
///
/// # Errors
/// As [`crate::Error`].
pub async fn assign(transaction: &Transaction, role: &UserRoleAssignment) -> Result<()> {
    let sql = concat!(
        "INSERT INTO customer_user_role (customer_id, role, user_id, assigned_at, version) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (customer_id, role) DO UPDATE SET user_id = excluded.user_id, \
         version = customer_user_role.version + 1, ",
        rising!("customer_user_role", "assigned_at"),
        " WHERE customer_user_role.user_id <> excluded.user_id"
    );
    let UserRoleAssignment { customer, role, user, assigned_at, version } = role.clone();
    let values = [customer.into(), role.into(), user.into(), assigned_at.into(), version.into()];
    transaction.run(transaction.statement(sql, values)).await?;
    Ok(())
}

/// Takes a role from whoever has it.
///
/// # Errors
/// As [`crate::Error`].
pub async fn clear(transaction: &Transaction, tenant: Tenant, role: &str) -> Result<()> {
    let sql = "DELETE FROM customer_user_role WHERE customer_id = $1 AND role = $2";
    transaction.run(transaction.statement(sql, [tenant.id().into(), role.into()])).await?;
    Ok(())
}

/// Which roles to look for: all where a list is empty.
#[derive(Debug, Clone, Default)]
pub struct RoleSearch {
    /// Names of roles.
    pub roles: Vec<String>,
    /// Numbers of portal users.
    pub users: Vec<UserNumber>,
    /// Rows to leave out at the front.
    pub offset: u64,
    /// Rows at the most.
    pub limit: u64,
}

/// Some of the roles for those customers that can be seen and meet a condition, and how many there are in all.
///
/// # Errors
/// As [`crate::Error`].
pub async fn search(
    scope: &Scope<'_>,
    visible: &Visible,
    customers: &Condition,
    filter: &RoleSearch,
) -> Result<(Vec<UserRoleAssignment>, u64)> {
    let mut sql = Sql::new(scope.backend(), "");
    compile(visible, customers, &mut sql);
    for (column, values) in [
        ("customer_user_role.role", filter.roles.iter().cloned().map(sea_orm::Value::from).collect::<Vec<_>>()),
        ("customer_user_role.user_id", filter.users.iter().copied().map(sea_orm::Value::from).collect()),
    ] {
        if !values.is_empty() {
            let placeholders = placeholders(&mut sql.values, values);
            sql.push(&format!(" AND {column} IN ({placeholders})"));
        }
    }
    let from =
        format!("customer_user_role JOIN customer ON customer.id = customer_user_role.customer_id WHERE {}", sql.text);
    let count = format!("SELECT CAST(count(*) AS BIGINT), {EPOCH} FROM {from}");
    let (total,): (i64,) = scope.facts(scope.statement(&count, sql.values.clone())).await?;
    let total = total.cast_unsigned();
    let order = "customer_user_role.customer_id, customer_user_role.role";
    let mut sql =
        Sql { text: format!("SELECT {} FROM {from} ORDER BY {order} LIMIT ", UserRoleAssignment::COLUMNS), ..sql };
    sql.bind(filter.limit.cast_signed());
    sql.push(" OFFSET ");
    sql.bind(filter.offset.cast_signed());
    let rows = scope.all(scope.statement(&sql.text, sql.values)).await?;
    Ok((rows, total))
}

/// The customers that a person is responsible for, and the roles.
///
/// # Errors
/// As [`crate::Error`].
pub async fn of_user(transaction: &Transaction, user: UserNumber) -> Result<Vec<(CustomerNumber, String)>> {
    let sql = "SELECT customer_id, role FROM customer_user_role WHERE user_id = $1 ORDER BY customer_id, role";
    transaction.all(transaction.statement(sql, [user.into()])).await
}

/// The same of everybody who belongs to a customer, but for the customer itself.
///
/// # Errors
/// As [`crate::Error`].
pub async fn of_people(transaction: &Transaction, customer: CustomerNumber) -> Result<Vec<(CustomerNumber, String)>> {
    let sql = "SELECT customer_id, role FROM customer_user_role WHERE customer_id <> $1 \
               AND user_id IN (SELECT id FROM portal_user WHERE customer_id = $1) ORDER BY customer_id, role";
    transaction.all(transaction.statement(sql, [customer.into()])).await
}
