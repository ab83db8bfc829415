//! Storage policies are changed under conditions, so each has a version; and who has one is found, where it is not that of nearly all.

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
        run(
            manager,
            "ALTER TABLE storage_policy ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
CREATE INDEX customer_storage_policy ON customer (storage_policy) WHERE storage_policy <> 'default'",
        )
        .await
    }
}
