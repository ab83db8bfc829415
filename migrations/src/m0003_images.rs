//! Images, the batches they were submitted in, the jobs of the worker, and what is stored in all.

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
        run(manager, TABLES).await?;
        run(manager, if is_postgres(manager) { POSTGRES } else { SQLITE }).await
    }
}

/// `storage` is kept by triggers, so that totals cost the same however many images there are and cannot part from the
/// rows; `image_tag` and `image_role` are what is searched of the sets in `image`, kept the same way.
///
/// A job is not for anybody before `due_at`. Whoever takes one moves that into the future and keeps moving it while it
/// works; where it stops doing so, the job is there for others. `abandoned` is the lease of who stopped last, under which
/// there may be files that nobody else knows of.
const TABLES: &str = "
ALTER TABLE customer ADD COLUMN storage_policy TEXT NOT NULL DEFAULT 'default';
CREATE TABLE batch (
    id <identity>,
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    submitted_at BIGINT NOT NULL,
    finished_at BIGINT,
    superseded BOOLEAN NOT NULL DEFAULT FALSE,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX batch_customer ON batch (customer_id, id);
CREATE INDEX batch_recent ON batch (customer_id, finished_at, id) WHERE finished_at IS NOT NULL AND NOT superseded;
CREATE INDEX batch_active ON batch (customer_id, id) WHERE finished_at IS NULL AND NOT superseded;
CREATE TABLE image (
    id <identity>,
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    space_id BIGINT NOT NULL REFERENCES space (id),
    space_number BIGINT NOT NULL,
    name <folded> NOT NULL,
    origin TEXT NOT NULL,
    initial_origin TEXT,
    max_unauthorised BIGINT NOT NULL DEFAULT -1,
    tags TEXT NOT NULL DEFAULT '[]',
    roles TEXT NOT NULL DEFAULT '[]',
    string1 <folded> NOT NULL DEFAULT '',
    string2 <folded> NOT NULL DEFAULT '',
    string3 <folded> NOT NULL DEFAULT '',
    number1 BIGINT NOT NULL DEFAULT 0,
    number2 BIGINT NOT NULL DEFAULT 0,
    number3 BIGINT NOT NULL DEFAULT 0,
    batch_id BIGINT REFERENCES batch (id),
    ingesting BOOLEAN NOT NULL DEFAULT TRUE,
    queued_at BIGINT,
    dequeued_at BIGINT,
    finished_at BIGINT,
    error TEXT,
    width BIGINT,
    height BIGINT,
    media_type TEXT,
    object <uuid>,
    size BIGINT NOT NULL DEFAULT 0,
    thumbnail_size BIGINT NOT NULL DEFAULT 0,
    thumbnail_policy TEXT NOT NULL DEFAULT 'standard' REFERENCES thumbnail_policy (name),
    image_optimisation_policy TEXT NOT NULL DEFAULT 'original' REFERENCES image_optimisation_policy (name),
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    CONSTRAINT image_name UNIQUE (space_id, name)
);
CREATE INDEX image_space ON image (space_id, id);
CREATE INDEX image_space_created ON image (space_id, created_at, id);
CREATE INDEX image_space_string1 ON image (space_id, string1, id);
CREATE INDEX image_space_string2 ON image (space_id, string2, id);
CREATE INDEX image_space_string3 ON image (space_id, string3, id);
CREATE INDEX image_space_number1 ON image (space_id, number1, id);
CREATE INDEX image_space_number2 ON image (space_id, number2, id);
CREATE INDEX image_space_number3 ON image (space_id, number3, id);
CREATE INDEX image_customer ON image (customer_id, id);
CREATE INDEX image_customer_created ON image (customer_id, created_at, id);
CREATE INDEX image_customer_string1 ON image (customer_id, string1, id);
CREATE INDEX image_customer_string2 ON image (customer_id, string2, id);
CREATE INDEX image_customer_string3 ON image (customer_id, string3, id);
CREATE INDEX image_customer_number1 ON image (customer_id, number1, id);
CREATE INDEX image_customer_number2 ON image (customer_id, number2, id);
CREATE INDEX image_customer_number3 ON image (customer_id, number3, id);
CREATE INDEX image_batch ON image (batch_id);
CREATE TABLE image_tag (
    image_id BIGINT NOT NULL REFERENCES image (id) ON DELETE CASCADE,
    customer_id BIGINT NOT NULL,
    space_id BIGINT NOT NULL,
    tag <folded> NOT NULL,
    PRIMARY KEY (image_id, tag)
);
CREATE INDEX image_tag_space ON image_tag (space_id, tag, image_id);
CREATE INDEX image_tag_customer ON image_tag (customer_id, tag, image_id);
CREATE TABLE image_role (
    image_id BIGINT NOT NULL REFERENCES image (id) ON DELETE CASCADE,
    customer_id BIGINT NOT NULL,
    space_id BIGINT NOT NULL,
    role <folded> NOT NULL,
    PRIMARY KEY (image_id, role)
);
CREATE INDEX image_role_space ON image_role (space_id, role, image_id);
CREATE INDEX image_role_customer ON image_role (customer_id, role, image_id);
CREATE TABLE batch_image (
    batch_id BIGINT NOT NULL REFERENCES batch (id) ON DELETE CASCADE,
    image_id BIGINT NOT NULL REFERENCES image (id) ON DELETE CASCADE,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'completed', 'error')),
    finished_at BIGINT,
    PRIMARY KEY (batch_id, image_id)
);
CREATE INDEX batch_image_state ON batch_image (batch_id, state, image_id);
CREATE INDEX batch_image_image ON batch_image (image_id, state);
CREATE TABLE job (
    id <identity>,
    kind TEXT NOT NULL CHECK (kind IN ('ingest', 'discard')),
    customer_id BIGINT NOT NULL,
    image_id BIGINT UNIQUE REFERENCES image (id) ON DELETE CASCADE,
    object TEXT,
    urgency BIGINT NOT NULL DEFAULT 1,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    lease <uuid>,
    abandoned <uuid>
);
CREATE INDEX job_due ON job (urgency, due_at, id);
CREATE INDEX job_customer ON job (customer_id, kind, urgency);
CREATE TABLE storage (
    space_id BIGINT NOT NULL PRIMARY KEY REFERENCES space (id) ON DELETE CASCADE,
    customer_id BIGINT NOT NULL,
    images BIGINT NOT NULL DEFAULT 0,
    stored BIGINT NOT NULL DEFAULT 0,
    size BIGINT NOT NULL DEFAULT 0,
    thumbnail_size BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX storage_customer ON storage (customer_id);
INSERT INTO storage (space_id, customer_id) SELECT id, customer_id FROM space;
";

/// What is stored is what has an object.
const SQLITE: &str = "
CREATE TRIGGER space_storage AFTER INSERT ON space BEGIN \
    INSERT INTO storage (space_id, customer_id) VALUES (NEW.id, NEW.customer_id); END;
CREATE TRIGGER image_in AFTER INSERT ON image BEGIN \
    UPDATE storage SET images = images + 1, stored = stored + (NEW.object IS NOT NULL), size = size + NEW.size, \
        thumbnail_size = thumbnail_size + NEW.thumbnail_size WHERE space_id = NEW.space_id; \
    INSERT INTO image_tag SELECT NEW.id, NEW.customer_id, NEW.space_id, value FROM json_each(NEW.tags); \
    INSERT INTO image_role SELECT NEW.id, NEW.customer_id, NEW.space_id, value FROM json_each(NEW.roles); END;
CREATE TRIGGER image_out AFTER DELETE ON image BEGIN \
    UPDATE storage SET images = images - 1, stored = stored - (OLD.object IS NOT NULL), size = size - OLD.size, \
        thumbnail_size = thumbnail_size - OLD.thumbnail_size WHERE space_id = OLD.space_id; END;
CREATE TRIGGER image_stored AFTER UPDATE OF object, size, thumbnail_size ON image BEGIN \
    UPDATE storage SET stored = stored - (OLD.object IS NOT NULL) + (NEW.object IS NOT NULL), \
        size = size - OLD.size + NEW.size, thumbnail_size = thumbnail_size - OLD.thumbnail_size + NEW.thumbnail_size \
        WHERE space_id = NEW.space_id; END;
CREATE TRIGGER image_tags AFTER UPDATE OF tags ON image WHEN OLD.tags <> NEW.tags BEGIN \
    DELETE FROM image_tag WHERE image_id = NEW.id; \
    INSERT INTO image_tag SELECT NEW.id, NEW.customer_id, NEW.space_id, value FROM json_each(NEW.tags); END;
CREATE TRIGGER image_roles AFTER UPDATE OF roles ON image WHEN OLD.roles <> NEW.roles BEGIN \
    DELETE FROM image_role WHERE image_id = NEW.id; \
    INSERT INTO image_role SELECT NEW.id, NEW.customer_id, NEW.space_id, value FROM json_each(NEW.roles); END;
";

/// Rows that come and go together are counted together: one change of `storage` for a batch.
const POSTGRES: &str = "
CREATE FUNCTION space_storage() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
    INSERT INTO storage (space_id, customer_id) VALUES (NEW.id, NEW.customer_id); RETURN NULL; END $$;
CREATE TRIGGER space_storage AFTER INSERT ON space FOR EACH ROW EXECUTE FUNCTION space_storage();
CREATE FUNCTION image_in() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
    UPDATE storage SET images = storage.images + fresh.images, stored = storage.stored + fresh.stored, \
        size = storage.size + fresh.size, thumbnail_size = storage.thumbnail_size + fresh.thumbnail_size \
        FROM (SELECT space_id, count(*) AS images, count(object) AS stored, sum(size)::bigint AS size, \
            sum(thumbnail_size)::bigint AS thumbnail_size FROM rows_in GROUP BY space_id) AS fresh \
        WHERE storage.space_id = fresh.space_id; \
    INSERT INTO image_tag SELECT id, customer_id, space_id, value \
        FROM rows_in, jsonb_array_elements_text(tags::jsonb) AS value WHERE tags <> '[]'; \
    INSERT INTO image_role SELECT id, customer_id, space_id, value \
        FROM rows_in, jsonb_array_elements_text(roles::jsonb) AS value WHERE roles <> '[]'; RETURN NULL; END $$;
CREATE TRIGGER image_in AFTER INSERT ON image REFERENCING NEW TABLE AS rows_in \
    FOR EACH STATEMENT EXECUTE FUNCTION image_in();
CREATE FUNCTION image_out() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
    UPDATE storage SET images = storage.images - gone.images, stored = storage.stored - gone.stored, \
        size = storage.size - gone.size, thumbnail_size = storage.thumbnail_size - gone.thumbnail_size \
        FROM (SELECT space_id, count(*) AS images, count(object) AS stored, sum(size)::bigint AS size, \
            sum(thumbnail_size)::bigint AS thumbnail_size FROM rows_out GROUP BY space_id) AS gone \
        WHERE storage.space_id = gone.space_id; RETURN NULL; END $$;
CREATE TRIGGER image_out AFTER DELETE ON image REFERENCING OLD TABLE AS rows_out \
    FOR EACH STATEMENT EXECUTE FUNCTION image_out();
CREATE FUNCTION image_stored() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
    UPDATE storage SET stored = stored - (OLD.object IS NOT NULL)::int + (NEW.object IS NOT NULL)::int, \
        size = size - OLD.size + NEW.size, thumbnail_size = thumbnail_size - OLD.thumbnail_size + NEW.thumbnail_size \
        WHERE space_id = NEW.space_id; RETURN NULL; END $$;
CREATE TRIGGER image_stored AFTER UPDATE OF object, size, thumbnail_size ON image \
    FOR EACH ROW EXECUTE FUNCTION image_stored();
CREATE FUNCTION image_tags() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
    DELETE FROM image_tag WHERE image_id = NEW.id; \
    INSERT INTO image_tag SELECT NEW.id, NEW.customer_id, NEW.space_id, value \
        FROM jsonb_array_elements_text(NEW.tags::jsonb) AS value; RETURN NULL; END $$;
CREATE TRIGGER image_tags AFTER UPDATE OF tags ON image FOR EACH ROW WHEN (OLD.tags <> NEW.tags) \
    EXECUTE FUNCTION image_tags();
CREATE FUNCTION image_roles() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
    DELETE FROM image_role WHERE image_id = NEW.id; \
    INSERT INTO image_role SELECT NEW.id, NEW.customer_id, NEW.space_id, value \
        FROM jsonb_array_elements_text(NEW.roles::jsonb) AS value; RETURN NULL; END $$;
CREATE TRIGGER image_roles AFTER UPDATE OF roles ON image FOR EACH ROW WHEN (OLD.roles <> NEW.roles) \
    EXECUTE FUNCTION image_roles();
";
