//! Customers take turns in the queue, waiting jobs depend on no clock, and what failed can be found and tried again.

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
        run(manager, CHANGES).await
    }
}

/// A job whose `due_at` is 0 is in line, and is taken by its `turn`. Another one waits for its instant, by the clock of
/// whoever wrote that down; `delay` is how far ahead it was then, in microseconds, so that it shows where that clock was
/// wrong. Processes of the release before know neither: what they write waits for an instant, an hour ahead at the most.
///
/// `patience` is how long a job has waited so far because its origin asked for that, in microseconds.
const CHANGES: &str = "
ALTER TABLE job ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN delay BIGINT NOT NULL DEFAULT 3600000000;
ALTER TABLE job ADD COLUMN patience BIGINT NOT NULL DEFAULT 0;
UPDATE job SET due_at = 0, turn = line.turn FROM \
    (SELECT id, row_number() OVER (PARTITION BY customer_id, urgency ORDER BY due_at, id) AS turn \
    FROM job WHERE lease IS NULL) AS line WHERE job.id = line.id;
DROP INDEX job_due;
CREATE INDEX job_line ON job (urgency, turn, id) WHERE due_at = 0;
CREATE INDEX job_line_of_customer ON job (customer_id, urgency, turn) WHERE due_at = 0;
CREATE INDEX job_waiting ON job (due_at) WHERE due_at > 0;
CREATE INDEX job_written ON job ((due_at - delay)) WHERE due_at > 0;
CREATE INDEX job_held ON job (lease) WHERE lease IS NOT NULL;
ALTER TABLE image ADD COLUMN error_kind TEXT;
UPDATE image SET error_kind = CASE \
    WHEN error LIKE 'The image could not be stored%' OR error LIKE 'The image could not be ingested%' \
        OR error LIKE '%the decoder failed%' THEN 'service' \
    WHEN error LIKE '%within the storage policy%' THEN 'storage' \
    WHEN error LIKE '%origin strategy%' OR error LIKE 'Origins may not%' \
        OR error LIKE 'The bucket % is not one of those that may be read%' THEN 'strategy' \
    WHEN error LIKE 'The image %' OR error LIKE 'No thumbnails%' THEN 'picture' \
    ELSE 'origin' END WHERE error IS NOT NULL;
CREATE INDEX image_failed ON image (customer_id, id) WHERE error IS NOT NULL;
CREATE INDEX image_object ON image (object) WHERE object IS NOT NULL;
CREATE TABLE sweep (swept_at BIGINT NOT NULL);
INSERT INTO sweep (swept_at) VALUES (0);
";
