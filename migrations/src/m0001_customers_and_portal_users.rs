//! Customers, their portal users and keys, sessions, entitlements and the groups that bundle them.

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
        run(manager, TABLES).await?;
        run(manager, &entitlements()).await?;
        raise_authority(manager, REVOKES).await
    }
}

/// `*_key` columns are the folded form of the text beside them: what is unique without regard to case.
const TABLES: &str = "
CREATE TABLE customer (
    id <identity>,
    uuid <uuid> NOT NULL UNIQUE,
    cid TEXT NOT NULL,
    cid_key <folded> NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_key <folded> NOT NULL,
    lifecycle TEXT NOT NULL DEFAULT 'active' CHECK (lifecycle IN ('inactive', 'active', 'disabled', 'deleted')),
    administrator BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX customer_created ON customer (created_at, id);
CREATE INDEX customer_name ON customer (name_key, id);
CREATE TABLE portal_user (
    id <identity>,
    uuid <uuid> NOT NULL UNIQUE,
    customer_id BIGINT REFERENCES customer (id),
    email TEXT NOT NULL,
    email_key <folded> NOT NULL,
    uid TEXT,
    uid_key <folded> UNIQUE,
    mobile TEXT,
    enabled BOOLEAN NOT NULL DEFAULT TRUE,
    password_hash TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    CONSTRAINT portal_user_email UNIQUE (customer_id, email_key)
);
CREATE INDEX portal_user_customer ON portal_user (customer_id, id);
CREATE INDEX portal_user_created ON portal_user (customer_id, created_at, id);
CREATE INDEX portal_user_sign_in ON portal_user (email_key);
CREATE TABLE api_key (
    id <identity>,
    key <uuid> NOT NULL UNIQUE,
    customer_id BIGINT REFERENCES customer (id),
    user_id BIGINT REFERENCES portal_user (id) ON DELETE CASCADE,
    secret_hash <bytes> NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    CHECK ((customer_id IS NULL) <> (user_id IS NULL))
);
CREATE INDEX api_key_customer ON api_key (customer_id, id);
CREATE INDEX api_key_user ON api_key (user_id);
CREATE TABLE session (
    id <uuid> NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES portal_user (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_by_user ON session (user_id);
CREATE INDEX session_by_expiry ON session (expires_at);
CREATE TABLE entitlement (
    name TEXT NOT NULL PRIMARY KEY,
    description TEXT NOT NULL,
    core BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE TABLE entitlement_group (
    name TEXT NOT NULL PRIMARY KEY,
    allow_core_entitlements BOOLEAN NOT NULL DEFAULT FALSE,
    portal BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE TABLE entitlement_group_member (
    group_name TEXT NOT NULL REFERENCES entitlement_group (name) ON DELETE CASCADE,
    entitlement_name TEXT NOT NULL REFERENCES entitlement (name) ON DELETE CASCADE,
    PRIMARY KEY (group_name, entitlement_name)
);
CREATE TABLE portal_user_group (
    user_id BIGINT NOT NULL REFERENCES portal_user (id) ON DELETE CASCADE,
    group_name TEXT NOT NULL REFERENCES entitlement_group (name) ON DELETE CASCADE,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, group_name)
);
CREATE TABLE authority (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    epoch BIGINT NOT NULL
);
INSERT INTO authority (id, epoch) VALUES (1, 1);
";

/// What ends or changes an authority that a process may remember.
const REVOKES: &[Revokes] = &[
    Revokes { table: "customer", event: Event::Change("lifecycle") },
    Revokes { table: "customer", event: Event::Change("administrator") },
    Revokes { table: "customer", event: Event::Delete },
    Revokes { table: "portal_user", event: Event::Change("enabled") },
    Revokes { table: "portal_user", event: Event::Change("customer_id") },
    Revokes { table: "portal_user", event: Event::Delete },
    Revokes { table: "api_key", event: Event::Change("secret_hash") },
    Revokes { table: "api_key", event: Event::Delete },
    Revokes { table: "session", event: Event::Delete },
    Revokes { table: "portal_user_group", event: Event::Insert },
    Revokes { table: "portal_user_group", event: Event::Delete },
    Revokes { table: "entitlement_group_member", event: Event::Insert },
    Revokes { table: "entitlement_group_member", event: Event::Delete },
];

/// Name, whether it is core (given only by groups that allow it), what it permits.
const ENTITLEMENTS: &[(&str, bool, &str)] = &[
    ("CUSTOMER_READ", false, "Look at the resources of a visible customer"),
    ("CUSTOMER_WRITE", false, "Change the resources of a visible customer"),
    ("CUSTOMER_GET_ITSELF", true, "As a customer, look at oneself"),
    ("SELF_GET_CUSTOMER", false, "Look at the customer one belongs to"),
    ("SELF_LIST_USER_CUSTOMERS", false, "List the customers one can switch to"),
    ("ADMIN_GET_CUSTOMER", false, "Look at customers"),
    ("ADMIN_UPDATE_CUSTOMER", false, "Change customers"),
    ("ADMIN_DELETE_CUSTOMER", false, "Delete customers"),
    ("ADMIN_ACTIVATE_CUSTOMER", false, "Activate customers"),
    ("ADMIN_DEACTIVATE_CUSTOMER", false, "Deactivate customers"),
    ("ADMIN_CREATE_CUSTOMER", false, "Create customers"),
    ("ADMIN_LIST_CUSTOMERS", false, "List customers"),
    ("ADMIN_ALL_CUSTOMERS", true, "See every customer"),
    ("ADMIN_RESET_CUSTOMER_API_KEY", false, "Make a new API key for a customer"),
    ("ADMIN_REMOVE_CUSTOMER_API_KEY", false, "Remove the API key of a customer"),
    ("ADMIN_GET_CUSTOMER_ENTITLEMENTS", false, "List the entitlements of a customer"),
    ("ADMIN_GET_CUSTOMER_ENTITLEMENT_GROUPS", false, "List the entitlement groups of a customer"),
    ("ADMIN_GRANT_ENTITLEMENT_TO_CUSTOMER", false, "Grant an entitlement to a customer"),
    ("ADMIN_REVOKE_ENTITLEMENT_FROM_CUSTOMER", false, "Revoke an entitlement of a customer"),
    ("ADMIN_GRANT_ENTITLEMENT_GROUP_TO_CUSTOMER", false, "Grant an entitlement group to a customer"),
    ("ADMIN_REVOKE_ENTITLEMENT_GROUP_FROM_CUSTOMER", false, "Revoke an entitlement group of a customer"),
    ("ADMIN_GRANT_ANY_ENTITLEMENT", true, "Grant entitlements that one does not have"),
    ("ADMIN_REVOKE_ANY_ENTITLEMENT", true, "Revoke entitlements that one does not have"),
    ("ADMIN_GRANT_ANY_ENTITLEMENT_GROUP", true, "Grant entitlement groups that one does not have"),
    ("ADMIN_REVOKE_ANY_ENTITLEMENT_GROUP", true, "Revoke entitlement groups that one does not have"),
    ("ADMIN_LIST_USER_CUSTOMERS", false, "List the customers that a user can switch to"),
    ("ADMIN_ADD_TO_USER_CUSTOMERS", false, "Add to the customers that a user can switch to"),
    ("ADMIN_UPDATE_USER_CUSTOMERS", false, "Set the customers that a user can switch to"),
    ("ADMIN_REMOVE_FROM_USER_CUSTOMERS", false, "Remove from the customers that a user can switch to"),
];

const SELF: &[&str] = &["SELF_GET_CUSTOMER", "SELF_LIST_USER_CUSTOMERS"];

fn entitlements() -> String {
    let mut sql = String::new();
    for (name, core, description) in ENTITLEMENTS {
        sql +=
            &format!("INSERT INTO entitlement (name, description, core) VALUES ('{name}', '{description}', {core});\n");
    }
    let everything: Vec<_> = ENTITLEMENTS.iter().map(|(name, ..)| *name).collect();
    let groups = [
        ("admin", true, false, [&["CUSTOMER_READ", "CUSTOMER_WRITE"], SELF].concat()),
        ("readonly", true, false, [&["CUSTOMER_READ"], SELF].concat()),
        ("SELF_USER_ENTITLEMENT_GROUP", false, false, SELF.to_vec()),
        ("SUPER_ADMIN", false, true, everything),
    ];
    for (name, portal, core, members) in groups {
        sql += &format!(
            "INSERT INTO entitlement_group (name, portal, allow_core_entitlements) VALUES ('{name}', {portal}, {core});\n"
        );
        for member in members {
            sql += &format!(
                "INSERT INTO entitlement_group_member (group_name, entitlement_name) VALUES ('{name}', '{member}');\n"
            );
        }
    }
    sql
}
