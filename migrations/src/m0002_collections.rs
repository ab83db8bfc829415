//! What hangs below a customer: queries, origin strategies, auth services, roles, spaces; and what is the same for all
//! customers: policies and origin strategies.

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

/// Sets that are never searched, such as default tags, are JSON arrays in a text.
const TABLES: &str = "
CREATE TABLE storage_policy (
    name TEXT NOT NULL PRIMARY KEY,
    maximum_images BIGINT NOT NULL,
    maximum_bytes BIGINT NOT NULL
);
INSERT INTO storage_policy (name, maximum_images, maximum_bytes) VALUES ('default', 1000000000, 1000000000000);
CREATE TABLE thumbnail_policy (
    name TEXT NOT NULL PRIMARY KEY,
    sizes TEXT NOT NULL
);
INSERT INTO thumbnail_policy (name, sizes) VALUES ('standard', '[1024,400,200,100]');
CREATE TABLE image_optimisation_policy (
    name TEXT NOT NULL PRIMARY KEY,
    technical_details TEXT NOT NULL
);
INSERT INTO image_optimisation_policy (name, technical_details)
    VALUES ('original', 'Images are derived from the original as it was fetched; nothing is prepared beforehand.');
CREATE TABLE origin_strategy (
    name TEXT NOT NULL PRIMARY KEY,
    requires_credentials BOOLEAN NOT NULL
);
INSERT INTO origin_strategy (name, requires_credentials) VALUES ('default', FALSE);
INSERT INTO origin_strategy (name, requires_credentials) VALUES ('basic-http-authentication', TRUE);
INSERT INTO origin_strategy (name, requires_credentials) VALUES ('s3-ambient', FALSE);
CREATE TABLE named_query (
    id <identity>,
    uuid <uuid> NOT NULL UNIQUE,
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    name TEXT NOT NULL,
    name_key <folded> NOT NULL,
    shared BOOLEAN NOT NULL DEFAULT FALSE,
    template TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    CONSTRAINT named_query_name UNIQUE (customer_id, name_key)
);
CREATE INDEX named_query_customer ON named_query (customer_id, id);
CREATE INDEX named_query_shared ON named_query (id) WHERE shared;
CREATE TABLE customer_origin_strategy (
    id <identity>,
    uuid <uuid> NOT NULL UNIQUE,
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    regex TEXT NOT NULL,
    strategy TEXT NOT NULL REFERENCES origin_strategy (name),
    credentials <bytes>,
    optimised BOOLEAN NOT NULL DEFAULT FALSE,
    precedence BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    CONSTRAINT customer_origin_strategy_regex UNIQUE (customer_id, regex)
);
CREATE INDEX customer_origin_strategy_order ON customer_origin_strategy (customer_id, precedence, id);
CREATE TABLE auth_service (
    id <identity>,
    uuid <uuid> NOT NULL UNIQUE,
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    parent_id BIGINT REFERENCES auth_service (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    name_key <folded> NOT NULL,
    profile TEXT,
    label TEXT,
    description TEXT,
    page_label TEXT,
    page_description TEXT,
    call_to_action TEXT,
    time_to_live BIGINT NOT NULL DEFAULT 600,
    provider_configuration TEXT,
    provider_credentials <bytes>,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    CONSTRAINT auth_service_name UNIQUE (customer_id, name_key)
);
CREATE INDEX auth_service_customer ON auth_service (customer_id, id);
CREATE INDEX auth_service_parent ON auth_service (parent_id, id);
CREATE TABLE role (
    id <identity>,
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key <folded> NOT NULL,
    label TEXT,
    aliases TEXT NOT NULL DEFAULT '[]',
    auth_service_id BIGINT REFERENCES auth_service (id),
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    CONSTRAINT role_slug UNIQUE (customer_id, slug)
);
CREATE INDEX role_customer ON role (customer_id, id);
CREATE INDEX role_name ON role (customer_id, name_key, id);
CREATE INDEX role_auth_service ON role (auth_service_id);
ALTER TABLE customer ADD COLUMN last_space BIGINT NOT NULL DEFAULT 0;
CREATE TABLE space (
    id <identity>,
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key <folded> NOT NULL,
    default_tags TEXT NOT NULL DEFAULT '[]',
    default_max_unauthorised BIGINT NOT NULL DEFAULT -1,
    default_roles TEXT NOT NULL DEFAULT '[]',
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    CONSTRAINT space_number UNIQUE (customer_id, number),
    CONSTRAINT space_name UNIQUE (customer_id, name_key)
);
CREATE INDEX space_customer ON space (customer_id, id);
CREATE INDEX space_created ON space (customer_id, created_at, id);
";
