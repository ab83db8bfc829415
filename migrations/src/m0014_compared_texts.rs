//! The twins of texts that are compared, in the form of today: normalised, addresses with their domains as A-labels, aliases
//! with one blank where there were several. Where two rows would be one now, the later keeps its old form, and the log says
//! which.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, Statement, Value};

use crate::dialect::is_postgres;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// A text and its twin.
struct Twin {
    table: &'static str,
    text: &'static str,
    key: &'static str,
    form: fn(&str) -> String,
    /// What else has to be equal for two rows to clash; none where they cannot.
    unique_within: Option<&'static str>,
    /// Which rows have a twin of the usual kind.
    condition: &'static str,
}

const TWINS: &[Twin] = &[
    Twin {
        table: "portal_user",
        text: "email",
        key: "email_key",
        form: precis::address,
        // Those who belong to no customer are told apart as well.
        unique_within: Some("other.customer_id IS NOT DISTINCT FROM portal_user.customer_id"),
        condition: "TRUE",
    },
    Twin {
        table: "customer",
        text: "alias",
        key: "alias_key",
        form: precis::nickname,
        unique_within: Some("TRUE"),
        condition: "lifecycle <> 'deleted'",
    },
    Twin {
        table: "customer",
        text: "name",
        key: "name_key",
        form: precis::folded,
        unique_within: None,
        condition: "TRUE",
    },
    Twin {
        table: "space",
        text: "name",
        key: "name_key",
        form: precis::folded,
        unique_within: Some("other.customer_id = space.customer_id"),
        condition: "TRUE",
    },
    Twin { table: "role", text: "name", key: "name_key", form: precis::folded, unique_within: None, condition: "TRUE" },
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for twin in TWINS {
            twin.renew(manager).await?;
        }
        Ok(())
    }
}

impl Twin {
    async fn renew(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let Self { table, text, key, form, unique_within, condition } = self;
        let connection = manager.get_connection();
        let statement =
            |sql: &str, values: Vec<Value>| Statement::from_sql_and_values(manager.get_database_backend(), sql, values);
        // Of ASCII alone, blanks apart, the form is what it was.
        let bytes =
            if is_postgres(manager) { "octet_length({})" } else { "length(CAST({} AS BLOB))" }.replace("{}", text);
        let unusual =
            format!("{bytes} <> length({text}) OR {text} LIKE ' %' OR {text} LIKE '% ' OR {text} LIKE '%  %'");
        let sql = format!("SELECT id, {text}, {key} FROM {table} WHERE ({unusual}) AND {condition} ORDER BY id");
        let clash = match unique_within {
            Some(within) => format!(
                "AND NOT EXISTS (SELECT 1 FROM {table} other WHERE other.{key} = $1 AND other.id <> $2 AND {within})"
            ),
            None => String::new(),
        };
        let update = format!("UPDATE {table} SET {key} = $1 WHERE id = $2 {clash}");
        for row in connection.query_all_raw(statement(&sql, Vec::new())).await? {
            let id: i64 = row.try_get_by_index(0)?;
            let (text, old): (String, String) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            let new = form(&text);
            if new == old {
                continue;
            }
            let done = connection.execute_raw(statement(&update, vec![new.into(), id.into()])).await?;
            if done.rows_affected() == 0 {
                tracing::warn!(
                    table,
                    column = self.text,
                    id,
                    "a text is the same as that of another row now; it stays as it was"
                );
            }
        }
        Ok(())
    }
}
