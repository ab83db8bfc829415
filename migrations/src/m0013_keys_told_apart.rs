//! What a key is called that is no UUID, who made it, and when it was used last; and what a start has made, which no later one makes again.

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
        run(manager, CHANGES).await
    }
}

const CHANGES: &str = "
ALTER TABLE api_key ADD COLUMN name TEXT;
ALTER TABLE api_key ADD COLUMN created_by TEXT;
ALTER TABLE api_key ADD COLUMN last_used_at BIGINT;
CREATE TABLE made_once (
    what TEXT NOT NULL PRIMARY KEY,
    made_at BIGINT NOT NULL
);
";
