//! An index for each order of customers below one and for what portal users are filtered by, and for the few customers that are looked for
//! at a start.

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
        run(manager, INDEXES).await
    }
}

const INDEXES: &str = "
CREATE INDEX portal_user_enabled ON portal_user (customer_id, enabled, id);
CREATE INDEX customer_child_name ON customer (parent_id, cid_key, id) WHERE lifecycle <> 'deleted';
CREATE INDEX customer_child_display_name ON customer (parent_id, name_key, id) WHERE lifecycle <> 'deleted';
CREATE INDEX customer_child_created ON customer (parent_id, created_at, id) WHERE lifecycle <> 'deleted';
CREATE INDEX customer_child_kind ON customer (parent_id, kind, id) WHERE lifecycle <> 'deleted';
CREATE INDEX customer_administrator ON customer (id) WHERE administrator;
CREATE INDEX customer_misnamed ON customer (id)
    WHERE (cid_key < 'a' OR cid_key = 'search' OR cid_key LIKE '%~%') AND lifecycle <> 'deleted';
";
