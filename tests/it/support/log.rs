//! The log of changes says what there is, whatever a test did: each resource that it tells of is what it says last, and there are as many
//! as there are rows.

use resource::start::operator::compare_log;
use resource::{Identities, Store};
use server::config::Settings;

use super::{TestWorld, sql};

/// Whoever knows a database, opened once more, at its public address.
pub async fn identities(settings: &Settings, world: &TestWorld, url: &str) -> Identities {
    let world = world.handle();
    let database = settings.database().expect("the settings name a database");
    let store = Store::open(&database).await.expect("the database answers");
    let key = settings.server_key(&world).expect("there is a server key");
    Identities::new(store, world, url, &key, Vec::new(), 1)
}

/// Rows, and the classes that the log knows them by.
const ROWS: &[(&str, &[&str])] = &[
    ("customer WHERE lifecycle <> 'deleted'", &["Customer"]),
    ("portal_user", &["PortalUser", "SystemUser"]),
    ("api_key", &["Key", "UserKey", "SystemKey"]),
    ("customer_api_key", &["ApiKey"]),
    ("customer_logo WHERE <theirs>", &["Logo"]),
    ("customer_property WHERE <theirs>", &["CustomerProperty"]),
    ("property_descriptor", &["PropertyDescriptor"]),
    ("customer_user_role", &["UserRoleAssignment"]),
    ("customer_entitlement", &["EntitlementGrant"]),
    ("customer_group", &["GroupGrant"]),
    ("entitlement WHERE NOT built_in", &["Entitlement"]),
    ("entitlement_group WHERE NOT built_in", &["EntitlementGroup"]),
    (
        "portal_user_group JOIN entitlement_group ON name = group_name JOIN portal_user ON portal_user.id = user_id \
         WHERE portal AND customer_id IS NOT NULL",
        &["RoleGrant"],
    ),
    (
        "portal_user_customer JOIN portal_user ON portal_user.id = user_id WHERE portal_user.customer_id IS NOT NULL",
        &["SwitchableCustomer"],
    ),
    ("named_query WHERE <theirs>", &["NamedQuery"]),
    ("customer_origin_strategy WHERE <theirs>", &["CustomerOriginStrategy"]),
    ("auth_service WHERE <theirs>", &["AuthService"]),
    (
        "auth_service WHERE (provider_configuration IS NOT NULL OR provider_credentials IS NOT NULL) AND <theirs>",
        &["RoleProvider"],
    ),
    ("role WHERE <theirs>", &["Role"]),
    ("space WHERE <theirs>", &["Space"]),
    ("image", &["Image"]),
    ("batch", &["Batch"]),
];

/// What is of a customer that was not deleted: the rest of what others had nobody sees any more.
const THEIRS: &str = "customer_id IN (SELECT id FROM customer WHERE lifecycle <> 'deleted')";

/// Compares.
pub async fn check(settings: &Settings, world: &TestWorld) {
    let database = settings
        .database_url
        .clone()
        .unwrap_or_else(|| format!("sqlite://{}", settings.data_dir.join("portico.db").display()));
    if sql::is_written(&database) {
        return;
    }
    let identities = identities(settings, world, "http://localhost").await;
    let (compared, differing) = compare_log(&identities).await.expect("the database answers");
    assert!(differing.is_empty(), "of {compared} the log says otherwise: {differing:#?}");
    for (rows, classes) in ROWS {
        let rows = rows.replace("<theirs>", THEIRS);
        let there = sql::count(&database, &format!("SELECT CAST(count(*) AS BIGINT) FROM {rows}")).await;
        let names: Vec<_> = classes.iter().map(|class| format!("'{class}'")).collect();
        let logged = format!(
            "SELECT CAST(count(*) AS BIGINT) FROM change AS one WHERE kind <> 'deleted' AND class IN ({}) \
             AND id = (SELECT max(id) FROM change AS other WHERE other.path = one.path)",
            names.join(", ")
        );
        assert_eq!(sql::count(&database, &logged).await, there, "{classes:?} in the log, and {rows}");
    }
}
