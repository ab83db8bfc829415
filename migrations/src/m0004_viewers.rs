//! Who may see images that are not open: people who have used an auth service.

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
        run(manager, TABLES).await
    }
}

/// A browser has one cookie for each customer, whichever of its services it has used, and each service has an end of its
/// own. A token holds what its cookie holds at the time.
const TABLES: &str = "
CREATE TABLE viewer_session (
    cookie_hash <bytes> NOT NULL,
    service_id BIGINT NOT NULL REFERENCES auth_service (id) ON DELETE CASCADE,
    customer_id BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (cookie_hash, service_id)
);
CREATE INDEX viewer_session_service ON viewer_session (service_id);
CREATE INDEX viewer_session_expiry ON viewer_session (expires_at);
CREATE TABLE viewer_token (
    token_hash <bytes> NOT NULL PRIMARY KEY,
    cookie_hash <bytes> NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX viewer_token_expiry ON viewer_token (expires_at);
";
