//! An address proves nothing: what a customer is granted reaches those who administer it, not who has made an account for
//! their address somewhere.

use resource::start::operator::{self, NewUser};
use serde_json::{Value, json};

use crate::support::{Client, Portico, each_database, link, sql};

/// What is granted, and the table of it.
const KINDS: [(&str, &str); 2] = [("entitlement", "X"), ("group", "XS")];

/// A customer that is granted something, in its tree, and people with addresses of its administrators.
struct Town {
    admin: Client,
    above: Value,
    granted: Value,
    other: Value,
}

impl Town {
    async fn begin(portico: &Portico) -> Self {
        let admin = portico.admin();
        let entry = admin.walk(&[]).await.json();
        let make = async |at: &str, name: &str| {
            let body = json!({"name": name, "displayName": name, "kind": "group"});
            admin.post(at, &body).await.expect(201).json()
        };
        let above = make(link(&entry, "customers"), "above").await;
        let granted = make(link(&above, "children"), "granted").await;
        let other = make(link(&entry, "customers"), "other").await;
        let below = make(link(&granted, "children"), "below").await;
        admin.post(link(&entry, "entitlements"), &json!({"name": "X"})).await.expect(201);
        admin.post(link(&entry, "entitlementGroups"), &json!({"name": "XS", "members": ["X"]})).await.expect(201);
        for (home, name) in [
            (&granted, "home"),
            (&above, "above"),
            (&other, "claimed"),
            (&other, "listed"),
            (&below, "below"),
            (&granted, "shared"),
            (&other, "shared"),
        ] {
            let user = json!({"email": format!("{name}@example.org")});
            let user = admin.post(link(home, "portalUsers"), &user).await.expect(201).json();
            if name == "listed" {
                let granted = json!({"switchable": granted["@id"]});
                admin.post(link(&user, "customers"), &granted).await.expect(201);
            }
        }
        let identities = portico.identities().await;
        let system = NewUser {
            customer: None,
            email: "system@example.org".parse().expect("it is an address"),
            uid: None,
            mobile: None,
            password: None,
            groups: Vec::new(),
        };
        operator::create_user(&identities, system).await.expect("the user is made");
        let town = Self { admin, above, granted, other };
        for customer in [&town.above, &town.granted, &town.other] {
            town.administer(customer).await;
        }
        town
    }

    async fn administer(&self, customer: &Value) {
        let names = ["HOME", "above", "claimed", "listed", "below", "shared", "system", "nobody"];
        let emails: Vec<_> = names.iter().map(|name| format!("{name}@example.org")).collect();
        let administration = link(customer, "administration");
        self.admin.patch(administration, &json!({"adminEmails": emails})).await.expect(205);
    }

    async fn grant(&self, customer: &Value) {
        for (property, (_, name)) in ["entitlements", "entitlementGroups"].into_iter().zip(KINDS) {
            let answer = self.admin.post(link(customer, property), &json!({"name": name})).await;
            assert!([200, 201].contains(&answer.status), "{answer}");
        }
    }

    async fn revoke(&self, customer: &Value) {
        for (property, (_, name)) in ["entitlements", "entitlementGroups"].into_iter().zip(KINDS) {
            let grants = self.admin.members(link(customer, property)).await;
            let grant = grants.iter().find(|grant| grant["name"] == name).expect("it is granted");
            self.admin.delete(link(grant, "grant")).await.expect(204);
        }
    }
}

/// How many of each address have it.
async fn holders(portico: &Portico) -> String {
    let mut found = Vec::new();
    for (kind, name) in KINDS {
        let mut of_kind = Vec::new();
        for who in ["home", "above", "claimed", "listed", "below", "shared", "system"] {
            let query = format!(
                "SELECT CAST(count(*) AS BIGINT) FROM portal_user_{kind} JOIN portal_user ON id = user_id \
                 WHERE email = '{who}@example.org' AND {kind}_name = '{name}'"
            );
            match sql::count(&portico.database(), &query).await {
                0 => {}
                1 => of_kind.push(who.to_owned()),
                more => of_kind.push(format!("{more} × {who}")),
            }
        }
        found.push(of_kind.join(" "));
    }
    assert_eq!(found[0], found[1], "entitlements and groups reach the same people");
    found.swap_remove(0)
}

each_database!(what_a_customer_is_granted_reaches_those_who_have_to_do_with_it, async |portico: Portico| {
    let town = Town::begin(&portico).await;
    assert_eq!(holders(&portico).await, "");
    town.grant(&town.granted).await;
    assert_eq!(holders(&portico).await, "home above listed shared system");
    town.grant(&town.granted).await;
    town.revoke(&town.granted).await;
    assert_eq!(holders(&portico).await, "", "taking it away reaches all whom it reached");
});

each_database!(what_somebody_has_another_way_they_keep, async |portico: Portico| {
    let town = Town::begin(&portico).await;
    let give = async |who: &str| {
        for (kind, name) in KINDS {
            let (more, now) = if kind == "group" { (", granted_at", ", 0") } else { ("", "") };
            let sql = format!(
                "INSERT INTO portal_user_{kind} (user_id, {kind}_name{more}) SELECT id, '{name}'{now} FROM portal_user \
                 WHERE email = '{who}@example.org'"
            );
            sql::execute(&portico.database(), &sql).await;
        }
    };
    give("above").await;
    town.grant(&town.granted).await;
    town.grant(&town.above).await;
    assert_eq!(holders(&portico).await, "home above listed shared system");
    // System users were reached through two, and those at home with one of them lose it with that.
    town.revoke(&town.granted).await;
    assert_eq!(holders(&portico).await, "above system");
    town.revoke(&town.above).await;
    assert_eq!(holders(&portico).await, "", "of those at home everybody loses it");
    give("listed").await;
    town.grant(&town.granted).await;
    town.revoke(&town.granted).await;
    assert_eq!(holders(&portico).await, "listed", "what was their own stays");
});

each_database!(what_a_customer_was_granted_goes_with_the_customer, async |portico: Portico| {
    let town = Town::begin(&portico).await;
    town.grant(&town.other).await;
    assert_eq!(holders(&portico).await, "claimed listed shared system");
    town.admin.delete(link(&town.other, "@id")).await.expect(205);
    assert_eq!(holders(&portico).await, "");
});

each_database!(what_went_to_namesakes_before_is_taken_from_them, async |portico: Portico| {
    let town = Town::begin(&portico).await;
    town.grant(&town.granted).await;
    // As it was before through whom was kept, when the only one with an address was taken for its owner.
    let database = portico.database();
    for (kind, name) in KINDS {
        let (more, now) = if kind == "group" { (", granted_at", ", 0") } else { ("", "") };
        for sql in [
            format!("DROP TABLE portal_user_{kind}_through"),
            format!(
                "INSERT INTO portal_user_{kind} (user_id, {kind}_name{more}) SELECT id, '{name}'{now} FROM portal_user \
                 WHERE email IN ('claimed@example.org', 'below@example.org')"
            ),
        ] {
            sql::execute(&database, &sql).await;
        }
    }
    sql::execute(&database, "DELETE FROM seaql_migrations WHERE version = 'm0008_granted_through'").await;
    assert_eq!(holders(&portico).await, "home above claimed listed below shared system");
    let identities = portico.identities().await;
    identities.store().migrate().await.expect("it migrates");
    assert_eq!(holders(&portico).await, "home above listed shared system");
    town.revoke(&town.granted).await;
    let left = "SELECT CAST(count(*) AS BIGINT) FROM portal_user_entitlement WHERE entitlement_name = 'X'";
    assert_eq!(sql::count(&database, left).await, 0, "and through whom the others have it is known");
    let left = "SELECT CAST(count(*) AS BIGINT) FROM portal_user_group JOIN portal_user ON id = user_id \
        WHERE group_name = 'XS' AND customer_id IS NOT NULL";
    assert_eq!(sql::count(&database, left).await, 0);
});
