//! Whether an account may have been granted more than portal roles, kept with the account: it is asked whenever one is read.

use sea_orm_migration::prelude::*;

use crate::dialect::{is_postgres, run};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let add = "ALTER TABLE portal_user ADD COLUMN privileged BOOLEAN NOT NULL DEFAULT FALSE;\n";
        run(manager, &format!("{add}UPDATE portal_user SET privileged = {GRANTED}")).await?;
        let postgres = is_postgres(manager);
        // By their names they come after the triggers of `authority`, whose row one transaction at a time changes: what
        // others grant or take meanwhile has happened when they look.
        for (table, event, change) in [
            (
                "portal_user_entitlement",
                "INSERT",
                "privileged = TRUE WHERE id = NEW.user_id AND NOT privileged".to_owned(),
            ),
            (
                "portal_user_group",
                "INSERT",
                "privileged = TRUE WHERE id = NEW.user_id AND NOT privileged \
                 AND NOT EXISTS (SELECT 1 FROM entitlement_group WHERE name = NEW.group_name AND portal)"
                    .to_owned(),
            ),
            ("portal_user_entitlement", "DELETE", taken()),
            ("portal_user_group", "DELETE", taken()),
        ] {
            let name = format!("privileged_{table}_{}", event.to_lowercase());
            let body = format!("UPDATE portal_user SET {change};");
            let action = if postgres {
                let function = format!(
                    "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$"
                );
                run(manager, &function).await?;
                format!("EXECUTE FUNCTION {name}()")
            } else {
                format!("BEGIN {body} END")
            };
            let trigger = format!("CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {action}");
            run(manager, &trigger).await?;
        }
        Ok(())
    }
}

/// A group that nobody has defined yet counts: what it will bring is not known.
const GRANTED: &str = "(EXISTS (SELECT 1 FROM portal_user_entitlement WHERE user_id = portal_user.id) \
    OR EXISTS (SELECT 1 FROM portal_user_group WHERE user_id = portal_user.id \
    AND group_name NOT IN (SELECT name FROM entitlement_group WHERE portal)))";

fn taken() -> String {
    format!("privileged = {GRANTED} WHERE id = OLD.user_id AND privileged")
}
