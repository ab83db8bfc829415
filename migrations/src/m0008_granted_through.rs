//! Through which customer a portal user has what was granted to it, so that taking it away reaches them; and an end to what
//! went to namesakes who have nothing to do with the customer.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, Statement};

use crate::dialect::{is_postgres, run};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        addresses(manager).await?;
        run(manager, ADMINISTRATORS).await?;
        for (suffix, column) in [("entitlement", "entitlement_name"), ("group", "group_name")] {
            run(manager, &through(suffix, column)).await?;
        }
        run(manager, "DROP TABLE administering;\nDROP TABLE administering_address").await
    }
}

/// The addresses of the administrators of each customer, in small letters as accounts have them. The databases do not agree on
/// what those are, and SQLite knows those of ASCII alone.
async fn addresses(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    run(manager, "CREATE TABLE administering_address (customer_id BIGINT NOT NULL, address TEXT NOT NULL)").await?;
    let each = if is_postgres(manager) {
        "CROSS JOIN LATERAL jsonb_array_elements_text(CAST(customer.admin_emails AS jsonb)) AS address (value)"
    } else {
        "CROSS JOIN json_each(customer.admin_emails) AS address"
    };
    let (connection, backend) = (manager.get_connection(), manager.get_database_backend());
    let sql = format!("SELECT customer.id, address.value FROM customer {each} WHERE customer.lifecycle <> 'deleted'");
    for row in connection.query_all_raw(Statement::from_string(backend, sql)).await? {
        let (customer, address): (i64, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let sql = "INSERT INTO administering_address (customer_id, address) VALUES ($1, $2)";
        let values = [customer.into(), address.to_lowercase().into()];
        connection.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    Ok(())
}

/// Who has the address of an administrator of which customer, and whether they have to do with it: they belong to it or to
/// what it lies below, are listed for it, or belong to nobody.
const ADMINISTRATORS: &str = "CREATE TABLE administering AS SELECT DISTINCT portal_user.id AS user_id, \
portal_user.customer_id AS home_id, administered.customer_id AS customer_id, (portal_user.customer_id IS NULL \
OR portal_user.customer_id IN (SELECT ancestor_id FROM customer_closure WHERE descendant_id = administered.customer_id) \
OR portal_user.id IN (SELECT user_id FROM portal_user_customer WHERE customer_id = administered.customer_id)) AS related \
FROM administering_address AS administered JOIN portal_user ON portal_user.email_key = administered.address";

/// What somebody has of a customer that they have nothing to do with goes, unless one that they have to do with has it, too.
/// Portal roles are their own customer's to give, and stay; and what system users were given by themselves is not told from
/// what they were given through a customer.
fn through(suffix: &str, column: &str) -> String {
    let (held, table) = (format!("portal_user_{suffix}"), format!("portal_user_{suffix}_through"));
    let (not_role, not_system) = match suffix {
        "group" => (
            format!("AND {column} NOT IN (SELECT name FROM entitlement_group WHERE portal)"),
            "AND administering.home_id IS NOT NULL",
        ),
        _ => (String::new(), ""),
    };
    format!(
        "CREATE TABLE {table} (
    user_id BIGINT NOT NULL,
    {column} TEXT NOT NULL,
    customer_id BIGINT NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, {column}, customer_id),
    FOREIGN KEY (user_id, {column}) REFERENCES {held} (user_id, {column}) ON DELETE CASCADE
);
CREATE INDEX {table}_customer ON {table} (customer_id, {column});
DELETE FROM {held} WHERE user_id IN (SELECT user_id FROM administering WHERE NOT related) {not_role} \
AND NOT EXISTS (SELECT 1 FROM customer_{suffix} granted JOIN portal_user ON portal_user.id = {held}.user_id \
WHERE granted.{column} = {held}.{column} AND (\
portal_user.customer_id IN (SELECT ancestor_id FROM customer_closure WHERE descendant_id = granted.customer_id) \
OR portal_user.id IN (SELECT user_id FROM portal_user_customer WHERE customer_id = granted.customer_id)));
INSERT INTO {table} (user_id, {column}, customer_id) SELECT held.user_id, held.{column}, granted.customer_id \
FROM {held} held JOIN administering ON administering.user_id = held.user_id \
JOIN customer_{suffix} granted ON granted.customer_id = administering.customer_id AND granted.{column} = held.{column} \
WHERE administering.related {not_system} {role};
",
        role = not_role.replace(column, &format!("held.{column}")),
    )
}
