//! Customers that have signed a request are remembered, as all are who have shown who they are: so it changes somebody's authority, too, if
//! their key is replaced or taken away, and if they are granted something themselves, or it is revoked.

use sea_orm_migration::prelude::*;

use crate::dialect::{Event, Revokes, raise_authority};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let changes = [
            ("customer_api_key", Event::Delete),
            ("customer_api_key", Event::Change("sealed")),
            ("customer_entitlement", Event::Insert),
            ("customer_entitlement", Event::Delete),
            ("customer_group", Event::Insert),
            ("customer_group", Event::Delete),
        ];
        raise_authority(manager, &changes.map(|(table, event)| Revokes { table, event })).await
    }
}
