//! Administration: the tree of customers, what is kept of each beyond its names, who has been granted what.

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
        run(manager, CUSTOMERS).await?;
        run(manager, TREE).await?;
        run(manager, GRANTS).await?;
        run(manager, BESIDE).await?;
        run(manager, &entitlements()).await?;
        raise_authority(manager, REVOKES).await
    }
}

/// Whoever wrote is kept as the identity of a portal user, or as the name of an issuer of tokens; nobody where it was a
/// key or the operator. `flags` has a bit for each flag; that a customer is disabled is its lifecycle. The keys of a
/// deleted customer's names are rewritten, so that the names can be used again. The default domain is the first.
const CUSTOMERS: &str = "
CREATE TABLE domain (
    id <identity>,
    name TEXT NOT NULL,
    name_key <folded> NOT NULL UNIQUE
);
INSERT INTO domain (name, name_key) VALUES ('default', 'default');
ALTER TABLE customer ADD COLUMN alias TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN alias_key <folded> NOT NULL DEFAULT '';
UPDATE customer SET alias = cid, alias_key = cid_key;
CREATE UNIQUE INDEX customer_alias ON customer (alias_key);
ALTER TABLE customer ADD COLUMN kind TEXT NOT NULL DEFAULT 'leaf' CHECK (kind IN ('leaf', 'group'));
ALTER TABLE customer ADD COLUMN domain_id BIGINT NOT NULL DEFAULT 1;
ALTER TABLE customer ADD COLUMN parent_id BIGINT REFERENCES customer (id);
ALTER TABLE customer ADD COLUMN language TEXT NOT NULL DEFAULT 'english';
ALTER TABLE customer ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'Europe/Oslo';
ALTER TABLE customer ADD COLUMN flags BIGINT NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN metadata TEXT;
ALTER TABLE customer ADD COLUMN admin_emails TEXT NOT NULL DEFAULT '[]';
ALTER TABLE customer ADD COLUMN customer_domains TEXT NOT NULL DEFAULT '[]';
ALTER TABLE customer ADD COLUMN mfa_method TEXT;
ALTER TABLE customer ADD COLUMN allow_public_registration BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE customer ADD COLUMN eula_automatic_approval BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE customer ADD COLUMN eula_revision TEXT NOT NULL DEFAULT '1';
ALTER TABLE customer ADD COLUMN eula_required TEXT;
ALTER TABLE customer ADD COLUMN eula_approved TEXT;
ALTER TABLE customer ADD COLUMN eula_approved_by TEXT;
ALTER TABLE customer ADD COLUMN eula_approved_at BIGINT;
ALTER TABLE customer ADD COLUMN activated_at BIGINT;
ALTER TABLE customer ADD COLUMN deleted_at BIGINT;
ALTER TABLE customer ADD COLUMN created_by TEXT;
ALTER TABLE customer ADD COLUMN updated_by TEXT;
ALTER TABLE customer ADD COLUMN deleted_by TEXT;
UPDATE customer SET activated_at = created_at WHERE lifecycle = 'active';
ALTER TABLE portal_user ADD COLUMN first_name TEXT;
ALTER TABLE portal_user ADD COLUMN last_name TEXT;
ALTER TABLE portal_user ADD COLUMN eula_approval BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE portal_user ADD COLUMN eula_revision TEXT;
CREATE INDEX portal_user_mobile ON portal_user (mobile);
CREATE TABLE global_eula (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    revision TEXT,
    updated_at BIGINT,
    updated_by TEXT,
    version BIGINT NOT NULL DEFAULT 1
);
INSERT INTO global_eula (id) VALUES (1);
";

/// The administrator is the root, everybody else begins below it. `customer_closure` has a row for every customer and
/// each of its ancestors, itself among them.
const TREE: &str = "
UPDATE customer SET kind = 'group' WHERE administrator;
UPDATE customer SET parent_id = (SELECT min(id) FROM customer WHERE administrator) WHERE NOT administrator;
CREATE INDEX customer_parent ON customer (parent_id, id);
CREATE TABLE customer_closure (
    ancestor_id BIGINT NOT NULL REFERENCES customer (id),
    descendant_id BIGINT NOT NULL REFERENCES customer (id),
    depth BIGINT NOT NULL,
    PRIMARY KEY (ancestor_id, descendant_id)
);
CREATE INDEX customer_closure_descendant ON customer_closure (descendant_id, depth, ancestor_id);
INSERT INTO customer_closure (ancestor_id, descendant_id, depth) SELECT id, id, 0 FROM customer;
INSERT INTO customer_closure (ancestor_id, descendant_id, depth)
    SELECT parent_id, id, 1 FROM customer WHERE parent_id IS NOT NULL;
";

/// What is granted is a name: it outlives the definition of what it names, and has no effect without one. What is built in
/// came with the schema, and is not the clients' to change.
const GRANTS: &str = "
ALTER TABLE entitlement ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE entitlement ADD COLUMN built_in BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE entitlement SET built_in = TRUE;
ALTER TABLE entitlement_group ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE entitlement_group ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE entitlement_group ADD COLUMN built_in BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE entitlement_group SET built_in = TRUE;
CREATE TABLE group_member (
    group_name TEXT NOT NULL REFERENCES entitlement_group (name) ON DELETE CASCADE,
    entitlement_name TEXT NOT NULL,
    PRIMARY KEY (group_name, entitlement_name)
);
INSERT INTO group_member SELECT group_name, entitlement_name FROM entitlement_group_member;
DROP TABLE entitlement_group_member;
ALTER TABLE group_member RENAME TO entitlement_group_member;
CREATE TABLE user_group (
    user_id BIGINT NOT NULL REFERENCES portal_user (id) ON DELETE CASCADE,
    group_name TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, group_name)
);
INSERT INTO user_group SELECT user_id, group_name, granted_at FROM portal_user_group;
DROP TABLE portal_user_group;
ALTER TABLE user_group RENAME TO portal_user_group;
CREATE INDEX portal_user_group_name ON portal_user_group (group_name);
CREATE TABLE portal_user_entitlement (
    user_id BIGINT NOT NULL REFERENCES portal_user (id) ON DELETE CASCADE,
    entitlement_name TEXT NOT NULL,
    PRIMARY KEY (user_id, entitlement_name)
);
DROP INDEX portal_user_customer;
CREATE INDEX portal_user_of_customer ON portal_user (customer_id, id);
CREATE TABLE portal_user_customer (
    user_id BIGINT NOT NULL REFERENCES portal_user (id) ON DELETE CASCADE,
    customer_id BIGINT NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, customer_id)
);
CREATE INDEX portal_user_customer_number ON portal_user_customer (customer_id);
CREATE TABLE customer_entitlement (
    customer_id BIGINT NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    entitlement_name TEXT NOT NULL,
    PRIMARY KEY (customer_id, entitlement_name)
);
INSERT INTO customer_entitlement (customer_id, entitlement_name) SELECT id, 'CUSTOMER_GET_ITSELF' FROM customer;
CREATE TABLE customer_group (
    customer_id BIGINT NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    group_name TEXT NOT NULL,
    PRIMARY KEY (customer_id, group_name)
);
CREATE TABLE customer_api_key (
    customer_id BIGINT NOT NULL PRIMARY KEY REFERENCES customer (id) ON DELETE CASCADE,
    sealed <bytes> NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE used_authorisation (
    id <uuid> NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX used_authorisation_expiry ON used_authorisation (expires_at);
";

/// Values of properties and defaults are JSON texts; `schema` is a JSON schema that values of the type jsonType meet, and
/// `choices` lists those of the type enumType. Both functions are names of functions, or of entitlements.
const BESIDE: &str = "
CREATE TABLE property_descriptor (
    id <identity>,
    uuid <uuid> NOT NULL UNIQUE,
    key <folded> NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    description TEXT,
    names TEXT NOT NULL DEFAULT '{}',
    descriptions TEXT NOT NULL DEFAULT '{}',
    section <folded> NOT NULL DEFAULT '',
    section_index BIGINT NOT NULL DEFAULT 0,
    default_value TEXT,
    schema TEXT,
    ui_schema TEXT,
    choices TEXT NOT NULL DEFAULT '[]',
    hidden BOOLEAN NOT NULL DEFAULT FALSE,
    externally_managed BOOLEAN NOT NULL DEFAULT FALSE,
    deprecated BOOLEAN NOT NULL DEFAULT FALSE,
    read_function TEXT NOT NULL DEFAULT 'viewCustomers',
    write_function TEXT NOT NULL DEFAULT 'updateCustomer',
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by TEXT,
    updated_by TEXT,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX property_descriptor_order ON property_descriptor (section, section_index, key);
CREATE TABLE customer_property (
    customer_id BIGINT NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    descriptor_id BIGINT NOT NULL REFERENCES property_descriptor (id) ON DELETE CASCADE,
    value TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by TEXT,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (customer_id, descriptor_id)
);
CREATE INDEX customer_property_descriptor ON customer_property (descriptor_id, customer_id);
CREATE TABLE customer_logo (
    customer_id BIGINT NOT NULL PRIMARY KEY REFERENCES customer (id) ON DELETE CASCADE,
    media_type TEXT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    bytes <bytes> NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE TABLE user_role (
    name TEXT NOT NULL PRIMARY KEY
);
INSERT INTO user_role (name) VALUES ('technicalAccountManager');
INSERT INTO user_role (name) VALUES ('logManager');
INSERT INTO user_role (name) VALUES ('tiManager');
INSERT INTO user_role (name) VALUES ('accountManager');
CREATE TABLE customer_user_role (
    customer_id BIGINT NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    role TEXT NOT NULL REFERENCES user_role (name),
    user_id BIGINT NOT NULL REFERENCES portal_user (id) ON DELETE CASCADE,
    assigned_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (customer_id, role)
);
CREATE INDEX customer_user_role_user ON customer_user_role (user_id);
";

/// What ends or changes an authority that a process may remember. Two of the tables were made anew above, and with them
/// went what the first change had put there.
const REVOKES: &[Revokes] = &[
    Revokes { table: "customer", event: Event::Change("parent_id") },
    Revokes { table: "entitlement", event: Event::Insert },
    Revokes { table: "entitlement", event: Event::Delete },
    Revokes { table: "entitlement_group", event: Event::Insert },
    Revokes { table: "entitlement_group", event: Event::Delete },
    Revokes { table: "entitlement_group_member", event: Event::Insert },
    Revokes { table: "entitlement_group_member", event: Event::Delete },
    Revokes { table: "portal_user_group", event: Event::Insert },
    Revokes { table: "portal_user_group", event: Event::Delete },
    Revokes { table: "portal_user_entitlement", event: Event::Insert },
    Revokes { table: "portal_user_entitlement", event: Event::Delete },
    Revokes { table: "portal_user_customer", event: Event::Insert },
    Revokes { table: "portal_user_customer", event: Event::Delete },
];

/// Name, whether it is core, what it permits.
const ENTITLEMENTS: &[(&str, bool, &str)] = &[
    ("ADMIN_MOVE_CUSTOMER", false, "Move customers to another parent"),
    ("ADMIN_PRUNE_CUSTOMER_DATA", false, "Delete the data of customers"),
    ("ADMIN_MANAGE_PROPERTY_DESCRIPTORS", false, "Define the properties that customers can have"),
    ("ADMIN_MANAGE_ENTITLEMENTS", true, "Define entitlements and entitlement groups"),
];

fn entitlements() -> String {
    let mut sql = String::new();
    for (name, core, description) in ENTITLEMENTS {
        sql += &format!(
            "INSERT INTO entitlement (name, description, core, built_in) \
             VALUES ('{name}', '{description}', {core}, TRUE);\n\
             INSERT INTO entitlement_group_member (group_name, entitlement_name) VALUES ('SUPER_ADMIN', '{name}');\n"
        );
    }
    sql
}
