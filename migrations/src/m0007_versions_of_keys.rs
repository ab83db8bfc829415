//! The version of a customer's signing key: an instant does not tell a key from the one that was made at the same one.

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
        run(manager, "ALTER TABLE customer_api_key ADD COLUMN version BIGINT NOT NULL DEFAULT 1").await
    }
}
