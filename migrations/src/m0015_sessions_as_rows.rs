//! What lists of sessions need: a number that they are told in the order of, a name that is no secret, when they began and were used
//! last. And of a key that a customer signs requests with, who made it and when it was used last.

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
        raise_authority(manager, &[Revokes { table: "session", event: Event::Delete }]).await?;
        run(manager, VIEWERS).await
    }
}

/// SQLite gives a table that there is no such column, so both are made anew. What older processes write goes on to be right.
const SESSIONS: &str = "
CREATE TABLE numbered_session (
    number <identity>,
    id <uuid> NOT NULL UNIQUE,
    user_id BIGINT NOT NULL REFERENCES portal_user (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT
);
INSERT INTO numbered_session (id, user_id, created_at, expires_at)
    SELECT id, user_id, created_at, expires_at FROM session ORDER BY created_at, id;
DROP TABLE session;
ALTER TABLE numbered_session RENAME TO session;
CREATE INDEX session_by_user ON session (user_id, number);
CREATE INDEX session_by_expiry ON session (expires_at);
ALTER TABLE customer_api_key ADD COLUMN created_by TEXT;
ALTER TABLE customer_api_key ADD COLUMN last_used_at BIGINT;
";

/// When those began that there are, nobody wrote down.
const VIEWERS: &str = "
CREATE TABLE numbered_viewer_session (
    number <identity>,
    id <uuid> NOT NULL UNIQUE DEFAULT <any uuid>,
    cookie_hash <bytes> NOT NULL,
    service_id BIGINT NOT NULL REFERENCES auth_service (id) ON DELETE CASCADE,
    customer_id BIGINT NOT NULL,
    created_at BIGINT,
    expires_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL DEFAULT 0,
    UNIQUE (cookie_hash, service_id)
);
INSERT INTO numbered_viewer_session (cookie_hash, service_id, customer_id, expires_at, ends_at)
    SELECT cookie_hash, service_id, customer_id, expires_at, ends_at FROM viewer_session ORDER BY expires_at, cookie_hash;
DROP TABLE viewer_session;
ALTER TABLE numbered_viewer_session RENAME TO viewer_session;
CREATE INDEX viewer_session_service ON viewer_session (service_id, number);
CREATE INDEX viewer_session_customer ON viewer_session (customer_id, number);
CREATE INDEX viewer_session_expiry ON viewer_session (expires_at);
";
