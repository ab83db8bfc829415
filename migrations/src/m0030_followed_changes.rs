//! Up to which number changes have been removed from the log, so that whoever follows it from before that is told so.

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
        run(manager, "ALTER TABLE change_number ADD COLUMN removed BIGINT NOT NULL DEFAULT 0").await
    }
}
