//! Requests that their senders may send again, by the key of each, with the answer, encrypted.

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
            "CREATE TABLE repeatable (
    sender TEXT NOT NULL,
    key TEXT NOT NULL,
    digest <bytes> NOT NULL,
    made_at BIGINT NOT NULL,
    answer <bytes>,
    PRIMARY KEY (sender, key)
);
CREATE INDEX repeatable_made ON repeatable (made_at)",
        )
        .await
    }
}
