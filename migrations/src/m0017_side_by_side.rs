//! What lets programs of two versions work on one database for longer: it says which programs may, a job may be of a kind that
//! one of them does not know, and a column that nobody reads need not be written.

use sea_orm_migration::prelude::*;

use crate::dialect::{is_postgres, run};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, READERS).await?;
        run(manager, if is_postgres(manager) { POSTGRES } else { SQLITE }).await
    }
}

/// `least` is the change that a program has to know to work on this database. A change that takes something away raises it, in
/// its own transaction; one that only adds leaves it alone.
const READERS: &str = "
CREATE TABLE readers (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    least TEXT NOT NULL
);
INSERT INTO readers (id, least) VALUES (1, 'm0006_privileged');
";

const POSTGRES: &str = "
ALTER TABLE job DROP CONSTRAINT IF EXISTS job_kind_check;
ALTER TABLE portal_user ALTER COLUMN updated_at SET DEFAULT 0;
";

/// A check cannot be dropped from a table here, nor a default added to a column: both are made anew.
const SQLITE: &str = "
CREATE TABLE job_of_any_kind (
    id <identity>,
    kind TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    image_id BIGINT UNIQUE REFERENCES image (id) ON DELETE CASCADE,
    object TEXT,
    urgency BIGINT NOT NULL DEFAULT 1,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    lease <uuid>,
    abandoned <uuid>,
    turn BIGINT NOT NULL DEFAULT 0,
    delay BIGINT NOT NULL DEFAULT 3600000000,
    patience BIGINT NOT NULL DEFAULT 0
);
INSERT INTO job_of_any_kind (id, kind, customer_id, image_id, object, urgency, due_at, attempts, lease, abandoned, turn, delay,
    patience) SELECT id, kind, customer_id, image_id, object, urgency, due_at, attempts, lease, abandoned, turn, delay, patience
    FROM job;
DROP TABLE job;
ALTER TABLE job_of_any_kind RENAME TO job;
CREATE INDEX job_customer ON job (customer_id, kind, urgency);
CREATE INDEX job_line ON job (urgency, turn, id) WHERE due_at = 0;
CREATE INDEX job_line_of_customer ON job (customer_id, urgency, turn) WHERE due_at = 0;
CREATE INDEX job_waiting ON job (due_at) WHERE due_at > 0;
CREATE INDEX job_written ON job ((due_at - delay)) WHERE due_at > 0;
CREATE INDEX job_held ON job (lease) WHERE lease IS NOT NULL;
ALTER TABLE portal_user DROP COLUMN updated_at;
ALTER TABLE portal_user ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
";
