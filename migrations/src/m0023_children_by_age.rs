//! An index for those who lie below a customer, by age: the one that there was also has those that are deleted, so that each row was looked
//! at, and PostgreSQL sorted all names rather than do that.

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
        run(manager, "CREATE INDEX customer_child ON customer (parent_id, id) WHERE lifecycle <> 'deleted';").await
    }
}
