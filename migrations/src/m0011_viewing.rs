//! What looking at images changes: a session of a viewer that is used ends later, up to an end of its own; which pictures
//! have no colours; and that batches wait for the images that they still have.

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
        run(manager, TABLES).await?;
        run(manager, BATCHES).await
    }
}

/// Sessions that there are can be used for eight hours from when they would have ended. Whether a picture that is there has
/// colours nobody has looked at; it is said to have some until it is fetched again.
const TABLES: &str = "
ALTER TABLE viewer_session ADD COLUMN ends_at BIGINT NOT NULL DEFAULT 0;
UPDATE viewer_session SET ends_at = expires_at + 28800000000;
CREATE INDEX viewer_token_cookie ON viewer_token (cookie_hash);
ALTER TABLE image ADD COLUMN gray BOOLEAN NOT NULL DEFAULT FALSE;
";

/// A batch waits for the images that are in no later one, and for no others.
const BATCHES: &str = "
UPDATE batch SET version = version + 1, finished_at = coalesce(
    (SELECT max(batch_image.finished_at) FROM batch_image WHERE batch_image.batch_id = batch.id), submitted_at)
WHERE finished_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM image JOIN batch_image ON batch_image.image_id = image.id AND batch_image.batch_id = image.batch_id
    WHERE image.batch_id = batch.id AND batch_image.state = 'waiting');
";
