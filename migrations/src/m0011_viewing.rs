//! What looking at images changes: a session of a viewer that is used ends later, up to an end of its own.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await
    }
}

/// Sessions that there are can be used for eight hours from when they would have ended.
const TABLES: &str = "
ALTER TABLE viewer_session ADD COLUMN ends_at BIGINT NOT NULL DEFAULT 0;
UPDATE viewer_session SET ends_at = expires_at + 28800000000;
CREATE INDEX viewer_token_cookie ON viewer_token (cookie_hash);
";
