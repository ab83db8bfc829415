//! Sessions that somebody began with a key and its secret, for the pages: what a browser keeps is not the secret, and it ends when
//! they sign out, or with the key.

use sea_orm_migration::prelude::*;

use crate::dialect::{Event, Revokes, raise_authority, run};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, SESSIONS).await?;
        raise_authority(manager, &[Revokes { table: "session", event: Event::Delete }]).await
    }
}

/// SQLite lets no column be empty that could not be before, so the table is made anew. What older processes write goes on to be
/// right.
const SESSIONS: &str = "
CREATE TABLE begun_session (
    number <identity>,
    id <uuid> NOT NULL UNIQUE,
    user_id BIGINT REFERENCES portal_user (id) ON DELETE CASCADE,
    key_id BIGINT REFERENCES api_key (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT,
    CHECK ((user_id IS NULL) <> (key_id IS NULL))
);
INSERT INTO begun_session (id, user_id, created_at, expires_at, last_used_at)
    SELECT id, user_id, created_at, expires_at, last_used_at FROM session ORDER BY number;
DROP TABLE session;
ALTER TABLE begun_session RENAME TO session;
CREATE INDEX session_by_user ON session (user_id, number);
CREATE INDEX session_by_key ON session (key_id);
CREATE INDEX session_by_expiry ON session (expires_at);
";
