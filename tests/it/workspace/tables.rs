//! A table is called as the class that it keeps, or is listed here (docs/decisions/0044-names-that-a-database-keeps.md).

use std::collections::BTreeSet;

use crate::support::{Database, Portico, sql};

/// Tables that have kept the name they were made with, and the classes that are in them.
const OLD_NAMES: &[(&str, &[&str])] = &[
    ("api_key", &["Key", "UserKey", "SystemKey"]),
    ("customer_api_key", &["ApiKey"]),
    ("customer_logo", &["Logo"]),
    ("customer_user_role", &["UserRoleAssignment"]),
    ("global_eula", &["Eula"]),
    ("session", &["UserSession", "SystemSession"]),
    ("storage", &["CustomerStorage", "SpaceStorage"]),
];

/// What is said of a class, or of two together: its name begins with that of a table.
const BESIDE: &[&str] = &[
    "batch_image",
    "customer_closure",
    "customer_entitlement",
    "customer_group",
    "entitlement_group_member",
    "image_role",
    "image_tag",
    "portal_user_customer",
    "portal_user_entitlement",
    "portal_user_entitlement_through",
    "portal_user_group",
    "portal_user_group_through",
];

/// What is no class's.
const MACHINERY: &[&str] = &[
    "authority",
    "change_number",
    "change_unnumbered",
    "extent",
    "job",
    "made_once",
    "readers",
    "repeatable",
    "seaql_migrations",
    "sweep",
    "used_authorisation",
    "user_role",
    "viewer_token",
];

#[tokio::test]
async fn a_table_is_called_as_its_class() {
    let portico = Portico::start(Database::Sqlite).await.expect("it starts");
    let tables: BTreeSet<String> = sql::texts(&portico.database(), sql::TABLES).await.into_iter().collect();
    let classes: BTreeSet<&str> = vocab::CLASSES.iter().map(|class| class.name).collect();
    let (mut old, mut beside, mut machinery): (Vec<_>, Vec<_>, Vec<_>) = Default::default();
    for table in tables.iter().map(String::as_str) {
        match table {
            table if OLD_NAMES.iter().any(|(name, _)| *name == table) => old.push(table),
            table if classes.contains(camel_case(table).as_str()) => continue,
            table if BESIDE.contains(&table) => beside.push(table),
            table => machinery.push(table),
        }
    }
    // Nothing is listed that there is not, and what is there is listed.
    assert_eq!(old, OLD_NAMES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    assert_eq!((beside.as_slice(), machinery.as_slice()), (BESIDE, MACHINERY));
    let named = OLD_NAMES.iter().flat_map(|(_, classes)| *classes);
    assert_eq!(named.filter(|name| !classes.contains(*name)).collect::<Vec<_>>(), Vec::<&&str>::new());
}

fn camel_case(name: &str) -> String {
    let words = name.split('_').map(|word| word[..1].to_uppercase() + &word[1..]);
    words.collect()
}
