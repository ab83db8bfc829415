//! The log of changes.
//!
//! On PostgreSQL, transactions do not end in the order in which they drew numbers. What they change lies apart there until it is
//! numbered, so that whoever has read up to a number has read all below it.

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
        let told = "    made_at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor TEXT,
    actor_name TEXT NOT NULL,
    face TEXT NOT NULL,
    request TEXT,
    customer_id BIGINT,
    class TEXT NOT NULL,
    path <folded> NOT NULL,
    kind TEXT NOT NULL,
    version BIGINT,
    members TEXT,
    state TEXT
);
";
        let sql = format!(
            "CREATE TABLE change (
    id <identity>,
{told}CREATE INDEX change_customer ON change (customer_id, id);
CREATE INDEX change_path ON change (path, id);
CREATE INDEX change_made ON change (made_at);
CREATE TABLE change_unnumbered (
    id <identity>,
{told}CREATE INDEX change_unnumbered_path ON change_unnumbered (path, id);
CREATE TABLE change_number (
    last BIGINT NOT NULL
);
INSERT INTO change_number (last) VALUES (0)"
        );
        run(manager, &sql).await
    }
}
