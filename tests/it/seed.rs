//! A seed: sown once or twice it is there once, and one that is wrong changes nothing.

use std::sync::Arc;

use resource::start::seed::{Seed, Sown};
use serde_json::{Value, json};
use server::Launch;

use crate::support::{Client, Credentials, Database, Portico, each_database, link, sql};

const ADMIN: &str = "chief@harbour.example";
const PASSWORD: &str = "correct horse battery";

fn seed() -> Value {
    json!({
        "entitlements": [{"name": "SEE_TIDES", "description": "Look at the tides"}],
        "entitlementGroups": [{"name": "PILOTS", "members": ["SEE_TIDES", "CUSTOMER_READ"]}],
        "customers": [
            {"name": "harbours", "displayName": "Harbours", "kind": "group"},
            {
                "name": "north", "displayName": "North Harbour", "parent": "harbours", "alias": "N", "language": "norwegian",
                "adminEmails": [ADMIN], "entitlementGroups": ["PILOTS"], "flags": ["allowGlobalData"],
                "eulaAutomaticApproval": true,
            },
            {"name": "closed", "displayName": "Closed Harbour", "parent": "harbours", "status": "inactive"},
        ],
        "users": [
            {
                "customer": "north", "email": ADMIN, "password": PASSWORD, "entitlementGroups": ["SUPER_ADMIN"],
                "customers": ["north", "closed"],
            },
            {"email": "system@harbour.example", "uid": "system", "entitlements": ["SEE_TIDES"]},
        ],
    })
}

async fn sow(portico: &Portico, seed: &Value) -> Result<Option<Sown>, String> {
    let seed = Seed::parse(&seed.to_string()).map_err(|error| error.to_string())?;
    let start = Launch { world: portico.world.handle(), seed: Some(Arc::new(seed)), ..Launch::default() };
    let running = server::start(&portico.settings, start).await.map_err(|error| format!("{error:#}"))?;
    let sown = running.sown;
    running.stop().await.expect("it stops well");
    Ok(sown)
}

each_database!(what_is_missing_is_made_and_what_is_there_stays, async |portico: Portico| {
    let sown = sow(&portico, &seed()).await.expect("it is sown");
    assert_eq!(sown, Some(Sown { entitlements: 1, groups: 1, customers: 3, users: 2 }));
    let token = portico.anonymous().sign_in(ADMIN, PASSWORD).await.expect(200).json();
    let chief = portico.client(Credentials::Bearer(link(&token, "access_token").into()));
    let north = named(&chief, "north").await;
    let administration = chief.get(link(&north, "administration")).await.expect(200).json();
    assert_eq!(administration["alias"], "N");
    assert_eq!(administration["language"], "norwegian");
    assert_eq!(administration["flags"], json!(["allowGlobalData"]));
    chief.patch(link(&north, "@id"), &json!({"displayName": "Renamed since"})).await.expect(205);
    let closed = chief.get(link(&named(&chief, "closed").await, "activation")).await.expect(200).json();
    assert_eq!(closed["status"], "inactive");
    let sown = sow(&portico, &seed()).await.expect("it can be sown again");
    assert_eq!(sown, Some(Sown::default()));
    assert_eq!(named(&chief, "north").await["displayName"], "Renamed since");
    let database = portico.database();
    assert_eq!(sql::count(&database, "SELECT count(*) FROM portal_user_entitlement").await, 1);
    assert_eq!(sql::count(&database, "SELECT count(*) FROM portal_user WHERE eula_approval").await, 1);
});

each_database!(what_was_taken_away_stays_away, async |portico: Portico| {
    sow(&portico, &seed()).await.expect("it is sown");
    let admin = portico.admin();
    let north = named(&admin, "north").await;
    let chief = admin.members(link(&north, "portalUsers")).await.remove(0);
    let database = portico.database();
    // Of a user: what was granted, and what it was listed for. Of a customer: a group. And two that are gone altogether.
    sql::execute(&database, "DELETE FROM portal_user_group").await;
    sql::execute(&database, "DELETE FROM portal_user_customer").await;
    sql::execute(&database, "DELETE FROM customer_group").await;
    let system = admin.members(&format!("{}/systemUsers", portico.url)).await.remove(0);
    admin.delete(link(&system, "@id")).await.expect(205);
    let definition = format!("{}/entitlements/SEE_TIDES", portico.url);
    admin.delete(&definition).await.expect(204);
    let closed = named(&admin, "closed").await;
    admin.delete(link(&closed, "@id")).await.expect(205);
    for _ in 0..2 {
        let sown = sow(&portico, &seed()).await.expect("it can be sown again");
        assert_eq!(sown, Some(Sown::default()));
        for table in ["portal_user_group", "portal_user_customer", "customer_group", "portal_user_entitlement"] {
            assert_eq!(sql::count(&database, &format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
        }
        admin.get(link(&chief, "@id")).await.expect(200);
        admin.get(link(&system, "@id")).await.expect(404);
        admin.get(&definition).await.expect(404);
        assert!(named(&admin, "closed").await.is_null());
    }
    // The chief is there and is taken away, and everything of the seed with the customer.
    admin.delete(link(&chief, "@id")).await.expect(205);
    admin.delete(link(&north, "@id")).await.expect(205);
    assert_eq!(sow(&portico, &seed()).await.expect("it can be sown again"), Some(Sown::default()));
    assert_eq!(sql::count(&database, "SELECT count(*) FROM portal_user").await, 0);
});

each_database!(the_administrators_key_stays_away_where_it_was_deleted, async |portico: Portico| {
    let admin = portico.admin();
    let keys = link(&admin.customer().await, "keys").to_owned();
    let other = admin.post(&keys, &json!({})).await.expect(201).json();
    let other = portico.client(Credentials::Basic(link(&other, "key").into(), link(&other, "secret").into()));
    other.delete(&format!("{keys}/{}", crate::support::ADMIN_KEY)).await.expect(204);
    for _ in 0..2 {
        let twin = portico.twin().await;
        let there = Client::new(&twin.url, admin.credentials());
        there.get(&format!("{}/customers", twin.url)).await.expect(401);
        twin.stop().await;
    }
    other.get(&keys).await.expect(200);
});

each_database!(a_seed_that_does_not_fit_leaves_no_administrator_behind, async |portico: Portico| {
    let before = sql::count(&portico.database(), "SELECT count(*) FROM api_key").await;
    let mut wrong = seed();
    wrong["users"][0]["customers"] = json!(["elsewhere"]);
    let another = "00000000-0000-4000-8000-00000000000f";
    let settings = server::Settings { admin_key: Some(another.into()), ..portico.settings.clone() };
    let wrong = Seed::parse(&wrong.to_string()).expect("it can be read");
    let start = Launch { world: portico.world.handle(), seed: Some(Arc::new(wrong)), demo: true, ..Launch::default() };
    server::start(&settings, start).await.expect_err("it does not fit");
    assert_eq!(sql::count(&portico.database(), "SELECT count(*) FROM api_key").await, before);
    assert_eq!(sql::count(&portico.database(), "SELECT count(*) FROM customer").await, 1);
});

async fn named(client: &Client, name: &str) -> Value {
    let customers = link(&client.walk(&[]).await.json(), "customers").to_owned();
    let page = client.get(&format!("{customers}?name={name}")).await.expect(200).json();
    page["member"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seed_that_is_wrong_changes_nothing_and_says_where() {
    let portico = Portico::start(Database::Sqlite).await.expect("there is always SQLite");
    let table = [
        ("/customers/1/parent", json!("nobody"), "names 'nobody'"),
        ("/customers/1/language", json!("latin"), "must be one of: english, norwegian"),
        ("/customers/0/nonsense", json!(1), "unknown field `nonsense`"),
        ("/customers/1/parent", json!("north"), "names 'north'"),
        ("/entitlementGroups/0/members", json!(["ADMIN_ALL_CUSTOMERS"]), "which is core"),
        ("/users/0/customers", json!(["elsewhere"]), "names 'elsewhere'"),
        ("/users/1/entitlements", json!(["NONE_SUCH"]), "names 'NONE_SUCH'"),
        ("/customers/2/status", json!("deleted"), "it is active or inactive"),
        ("/customers/1/flags", json!(["singleNetworkDomain"]), "only a group can have it"),
    ];
    for (place, value, why) in table {
        let mut wrong = seed();
        let (parent, member) = place.rsplit_once('/').expect("a pointer has parts");
        wrong.pointer_mut(parent).expect("the seed has it")[member] = value;
        let said = sow(&portico, &wrong).await.expect_err("it is refused");
        assert!(said.contains(why), "{place}: {said}");
    }
    assert_eq!(sql::count(&portico.database(), "SELECT count(*) FROM customer").await, 1);
}
