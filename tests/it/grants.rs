//! What is granted, what that comes to, and who may grant it; agreements and signing keys with it.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::{Rng, RngExt as _};
use proptest::test_runner::TestRunner;
use resource::UserNumber;
use resource::rights::grants;
use serde_json::{Value, json};
use vocab::value::CustomerId;

use crate::support::fixtures::Scene;
use crate::support::people::{entitle, person};
use crate::support::{Answer, Credentials, Portico, each_database, link, sql};

/// The methods that a representation offers.
fn methods(answer: &Answer) -> Vec<String> {
    let document = answer.json();
    let operations = document["operation"].as_array().expect("operations");
    operations.iter().map(|operation| link(operation, "method").to_owned()).collect()
}

fn names(members: &[Value]) -> Vec<&str> {
    members.iter().map(|member| link(member, "name")).collect()
}

/// How many portal users with an address have something.
async fn count(portico: &Portico, kind: &str, email: &str, name: &str) -> i64 {
    let query = format!(
        "SELECT count(*) FROM portal_user_{kind} JOIN portal_user ON id = user_id \
         WHERE email_key = '{email}' AND {kind}_name = '{name}'"
    );
    sql::count(&portico.database(), &query).await
}

async fn define(scene: &Scene, property: &str, body: &Value) -> String {
    let all = link(&scene.admin.walk(&[]).await.json(), property).to_owned();
    scene.admin.post(&all, body).await.expect(201).id()
}

async fn administered_by(portico: &Portico, scene: &Scene, emails: &Value) {
    let number = link(&scene.customer, "@id").rsplit('/').next().expect("an address has parts").to_owned();
    let statement = format!("UPDATE customer SET admin_emails = '{emails}' WHERE id = {number}");
    sql::execute(&portico.database(), &statement).await;
}

each_database!(a_grant_reaches_who_administers_and_a_revocation_everybody_at_home, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    define(&scene, "entitlements", &json!({"name": "X"})).await;
    define(&scene, "entitlementGroups", &json!({"name": "XS", "members": ["X"]})).await;
    // One of the addresses is that of somebody who is at home with the second customer alone, another has a namesake there:
    // anybody could have made them.
    person(&portico, &scene.admin, &scene.other, "boss", &[]).await;
    for home in [&scene.customer, &scene.other] {
        let namesake = json!({"email": "namesake@example.org"});
        scene.admin.post(link(home, "portalUsers"), &namesake).await.expect(201);
    }
    let administrators = ["BOSS@example.org", "Neighbour@Example.org", "nobody@example.org", "namesake@example.org"];
    administered_by(&portico, &scene, &json!(administrators)).await;
    let before = scene.admin.get(link(&scene.customer, "@id")).await.expect(200);
    for (kind, property, name) in [("entitlement", "entitlements", "X"), ("group", "entitlementGroups", "XS")] {
        let grants = link(&scene.customer, property);
        scene.admin.post(grants, &json!({"name": name})).await.expect(201);
        scene.admin.post(grants, &json!({"name": name})).await.expect(200);
        let holders = [
            ("boss@example.org", 0),
            ("neighbour@example.org", 1),
            ("user@example.org", 0),
            ("namesake@example.org", 1),
        ];
        for (email, had) in holders {
            assert_eq!(count(&portico, kind, email, name).await, had, "{email} {name}");
        }
    }
    let after = scene.admin.get(link(&scene.customer, "@id")).await.expect(200);
    assert_ne!(before.header("etag"), after.header("etag"), "the customer was changed");
    // Somebody at home has it although nobody granted it to them here.
    entitle(&portico, "user@example.org", "X").await;
    for (kind, property, name) in [("group", "entitlementGroups", "XS"), ("entitlement", "entitlements", "X")] {
        let grants = link(&scene.customer, property);
        let grant = scene.admin.members(grants).await;
        let grant = grant.iter().find(|member| member["name"] == name).expect("it is granted");
        scene.admin.delete(link(grant, "grant")).await.expect(204);
        scene.admin.delete(link(grant, "grant")).await.expect(404);
        assert!(!names(&scene.admin.members(grants).await).contains(&name));
        for (email, has) in [("namesake@example.org", 0), ("neighbour@example.org", 0), ("user@example.org", 0)] {
            assert_eq!(count(&portico, kind, email, name).await, has, "{email} {name}");
        }
    }
});

each_database!(what_is_effective_follows_from_definitions_and_grants, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let list = async |property: &str| scene.admin.members(link(&scene.customer, property)).await;
    assert_eq!(names(&list("entitlements").await), ["CUSTOMER_GET_ITSELF", "FIXTURE"]);
    assert_eq!(names(&list("effectiveEntitlements").await), ["CUSTOMER_GET_ITSELF", "FIXTURE"]);
    for name in ["A", "B"] {
        define(&scene, "entitlements", &json!({"name": name})).await;
    }
    define(&scene, "entitlementGroups", &json!({"name": "AB", "members": ["A", "B"]})).await;
    define(&scene, "entitlementGroups", &json!({"name": "B-ALONE", "members": ["B"]})).await;
    let empty = define(&scene, "entitlementGroups", &json!({"name": "EMPTY"})).await;
    define(&scene, "entitlementGroups", &json!({"name": "EMPTY-TOO"})).await;
    let groups = link(&scene.customer, "entitlementGroups");
    scene.admin.post(groups, &json!({"name": "AB"})).await.expect(201);
    // What the members of a group amount to is effective; an empty group only for whoever was granted it.
    assert_eq!(names(&list("effectiveEntitlements").await), ["A", "B", "CUSTOMER_GET_ITSELF", "FIXTURE"]);
    assert_eq!(names(&list("effectiveEntitlementGroups").await), ["AB", "B-ALONE", "FIXTURES"]);
    scene.admin.post(groups, &json!({"@id": empty})).await.expect(201);
    assert_eq!(names(&list("effectiveEntitlementGroups").await), ["AB", "B-ALONE", "EMPTY", "FIXTURES"]);
    // A name outlives its definition, without effect.
    let b = format!("{}/entitlements/B", portico.url);
    scene.admin.delete(&b).await.expect(204);
    scene.admin.delete(&format!("{}/entitlements/FIXTURE", portico.url)).await.expect(204);
    assert_eq!(names(&list("entitlements").await), ["CUSTOMER_GET_ITSELF", "FIXTURE"]);
    assert_eq!(names(&list("effectiveEntitlements").await), ["A", "CUSTOMER_GET_ITSELF"]);
    assert_eq!(names(&list("effectiveEntitlementGroups").await), ["AB", "EMPTY", "FIXTURES"]);
    scene.admin.put(&b, &json!({})).await.expect(201);
    assert_eq!(names(&list("effectiveEntitlements").await), ["A", "B", "CUSTOMER_GET_ITSELF"]);
});

each_database!(what_is_core_is_neither_granted_nor_revoked, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let (entitlements, groups) = (link(&scene.customer, "entitlements"), link(&scene.customer, "entitlementGroups"));
    let core = scene.admin.post(entitlements, &json!({"name": "ADMIN_ALL_CUSTOMERS"})).await.expect(409).problem();
    assert_eq!(core["title"], "Entitlement.CoreNotAllowed");
    let itself = format!("{entitlements}/CUSTOMER_GET_ITSELF");
    assert_eq!(methods(&scene.admin.get(&itself).await), ["GET"]);
    scene.admin.delete(&itself).await.expect(409);
    // Even where there is nothing core in the group yet.
    define(&scene, "entitlementGroups", &json!({"name": "OPEN", "allowCoreEntitlements": true})).await;
    scene.admin.post(groups, &json!({"name": "OPEN"})).await.expect(409);
    scene.admin.post(groups, &json!({"name": "SUPER_ADMIN"})).await.expect(409);
    // It can be taken back from whoever had it before it was opened.
    let fixtures = format!("{}/entitlementGroups/FIXTURES", portico.url);
    scene.admin.patch(&fixtures, &json!({"allowCoreEntitlements": true})).await.expect(205);
    scene.admin.delete(&format!("{groups}/FIXTURES")).await.expect(204);
});

each_database!(nobody_grants_what_is_not_theirs, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let may = [
        "CUSTOMER_READ",
        "ADMIN_GET_CUSTOMER_ENTITLEMENTS",
        "ADMIN_GRANT_ENTITLEMENT_TO_CUSTOMER",
        "ADMIN_REVOKE_ENTITLEMENT_FROM_CUSTOMER",
        "ADMIN_GET_CUSTOMER_ENTITLEMENT_GROUPS",
        "ADMIN_GRANT_ENTITLEMENT_GROUP_TO_CUSTOMER",
        "ADMIN_REVOKE_ENTITLEMENT_GROUP_FROM_CUSTOMER",
    ];
    let (granter, _) = person(&portico, &scene.admin, &scene.customer, "granter", &may).await;
    define(&scene, "entitlements", &json!({"name": "X"})).await;
    define(&scene, "entitlementGroups", &json!({"name": "XS", "members": ["X"]})).await;
    define(&scene, "entitlementGroups", &json!({"name": "EMPTY"})).await;
    let (entitlements, groups) = (link(&scene.customer, "entitlements"), link(&scene.customer, "entitlementGroups"));
    granter.post(entitlements, &json!({"name": "X"})).await.expect(403);
    granter.post(entitlements, &json!({"name": "ADMIN_ALL_CUSTOMERS"})).await.expect(403);
    granter.post(entitlements, &json!({"name": "UNDEFINED"})).await.expect(400);
    granter.post(groups, &json!({"name": "XS"})).await.expect(403);
    granter.post(groups, &json!({"name": "EMPTY"})).await.expect(403);
    for grant in [format!("{entitlements}/FIXTURE"), format!("{groups}/FIXTURES")] {
        assert_eq!(methods(&granter.get(&grant).await.expect(200)), ["GET"]);
        granter.delete(&grant).await.expect(403);
    }
    // What is effective for somebody is theirs to grant: by itself, and as a group of such.
    entitle(&portico, "granter@example.org", "X").await;
    granter.post(entitlements, &json!({"name": "X"})).await.expect(201);
    granter.post(groups, &json!({"name": "XS"})).await.expect(201);
    granter.post(groups, &json!({"name": "EMPTY"})).await.expect(403);
    let statement = "INSERT INTO portal_user_group (user_id, group_name, granted_at) \
        SELECT id, 'EMPTY', 0 FROM portal_user WHERE email_key = 'granter@example.org'";
    sql::execute(&portico.database(), statement).await;
    granter.post(groups, &json!({"name": "EMPTY"})).await.expect(201);
    for grant in [format!("{groups}/XS"), format!("{groups}/EMPTY"), format!("{entitlements}/X")] {
        assert_eq!(methods(&granter.get(&grant).await.expect(200)), ["GET", "DELETE"], "{grant}");
        granter.delete(&grant).await.expect(204);
    }
    // The right to grant any is not the right to revoke any.
    entitle(&portico, "granter@example.org", "ADMIN_GRANT_ANY_ENTITLEMENT").await;
    granter.post(entitlements, &json!({"name": "FIXTURE"})).await.expect(200);
    granter.delete(&format!("{entitlements}/FIXTURE")).await.expect(403);
    // Of another customer there is nothing to see.
    granter.post(link(&scene.other, "entitlements"), &json!({"name": "FIXTURE"})).await.expect(404);
});

each_database!(nobody_defines_a_group_of_what_is_not_theirs, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let email = "definer@example.org";
    let (definer, _) = person(&portico, &scene.admin, &scene.customer, "definer", &["ADMIN_MANAGE_ENTITLEMENTS"]).await;
    let all = format!("{}/entitlementGroups", portico.url);
    definer.post(&all, &json!({"name": "MINE", "members": ["FIXTURE"]})).await.expect(403);
    definer.put(&format!("{all}/MINE"), &json!({"members": ["FIXTURE"]})).await.expect(403);
    let refused = definer.post(&all, &json!({"name": "MINE", "members": ["UNDEFINED"]})).await.expect(400).problem();
    assert_eq!(refused["violations"][0]["propertyPath"], "members");
    let own = json!({"name": "MINE", "members": ["ADMIN_MANAGE_ENTITLEMENTS"]});
    definer.post(&all, &own).await.expect(400);
    entitle(&portico, email, "FIXTURE").await;
    definer.post(&all, &json!({"name": "MINE", "members": ["FIXTURE"]})).await.expect(201);
    assert_eq!(count(&portico, "group", email, "MINE").await, 1, "whoever defines a group has it");
    definer.put(&format!("{all}/OPEN"), &json!({"members": [], "allowCoreEntitlements": true})).await.expect(201);
    let more = json!({"members": ["ADMIN_MANAGE_ENTITLEMENTS"]});
    definer.patch(&format!("{all}/OPEN"), &more).await.expect(205);
    definer.patch(&format!("{all}/OPEN"), &json!({"members": ["ADMIN_ALL_CUSTOMERS"]})).await.expect(403);
    definer.patch(&format!("{all}/OPEN"), &json!({"allowCoreEntitlements": false})).await.expect(400);
    // What somebody else put into a group does not keep others from changing the rest.
    scene.admin.patch(&format!("{all}/OPEN"), &json!({"members": ["ADMIN_ALL_CUSTOMERS"]})).await.expect(205);
    definer.patch(&format!("{all}/OPEN"), &json!({"description": "Open to all"})).await.expect(205);
    // What the service began with stays as it is, for everybody.
    for built_in in ["entitlements/CUSTOMER_READ", "entitlementGroups/admin"] {
        let url = format!("{}/{built_in}", portico.url);
        let seen = scene.admin.get(&url).await.expect(200);
        assert_eq!(methods(&seen), ["GET"]);
        scene.admin.patch(&url, &json!({"description": "Mine"})).await.expect(403);
        scene.admin.put(&url, &json!({})).await.expect(403);
        scene.admin.delete(&url).await.expect(403);
    }
    let fixture = format!("{}/entitlements/FIXTURE", portico.url);
    let etag = scene.admin.get(&fixture).await.header("etag").expect("a tag").to_owned();
    scene.admin.patch(&fixture, &json!({"description": "Changed"})).await.expect(205);
    let request = scene.admin.request("DELETE", &fixture).header("if-match", etag);
    scene.admin.send(request).await.expect(412);
});

each_database!(an_agreement_is_required_of_one_or_of_all_and_approved_by_one, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let (eula, all) = (link(&scene.customer, "eula"), format!("{}/eula", portico.url));
    let status = async || {
        let status = scene.owner.get(eula).await.expect(200).json();
        let text = |name: &str| status[name].as_str().unwrap_or("-").to_owned();
        (text("requiredRevision"), text("approvedRevision"), status["eulaRequired"] == json!(true))
    };
    let is = |required: &str, approved: &str, due| (required.to_owned(), approved.to_owned(), due);
    assert_eq!(status().await, is("-", "-", false));
    scene.owner.post(eula, &json!({})).await.expect(200);
    assert_eq!(status().await, is("-", "-", false), "where nothing is required, nothing is approved");
    scene.admin.put(&all, &json!({"revision": "all-1"})).await.expect(200);
    assert_eq!(status().await, is("all-1", "-", true));
    scene.admin.put(eula, &json!({"revision": "own-1"})).await.expect(200);
    assert_eq!(status().await, is("own-1", "-", true));
    let (person, user) = person(&portico, &scene.admin, &scene.customer, "member", &[]).await;
    person.post(eula, &json!({})).await.expect(200);
    assert_eq!(status().await, is("own-1", "own-1", false));
    let by = link(&user, "@id").rsplit('/').next().expect("an address has parts").to_owned();
    let query = format!("SELECT count(*) FROM customer WHERE eula_approved_by = '{by}'");
    assert_eq!(sql::count(&portico.database(), &query).await, 1);
    scene.admin.delete(eula).await.expect(204);
    assert_eq!(status().await, is("all-1", "own-1", true), "what was approved stays approved");
    scene.admin.delete(&all).await.expect(204);
    assert_eq!(status().await, is("-", "own-1", false));
    // Whoever does not belong to the customer does not approve for it, and whoever does requires nothing.
    scene.admin.post(eula, &json!({})).await.expect(403);
    scene.stranger.post(eula, &json!({})).await.expect(404);
    scene.owner.put(eula, &json!({"revision": "mine"})).await.expect(403);
    scene.owner.put(&all, &json!({"revision": "mine"})).await.expect(403);
    assert_eq!(methods(&scene.owner.get(eula).await), ["GET", "POST"]);
    assert_eq!(methods(&scene.admin.get(eula).await), ["GET", "PUT", "DELETE"]);
    let etag = scene.admin.get(eula).await.header("etag").expect("a tag").to_owned();
    scene.admin.put(eula, &json!({"revision": "own-2"})).await.expect(200);
    let request = scene.admin.request("PUT", eula).header("if-match", etag);
    scene.admin.send(request.body(json!({"revision": "own-3"}).to_string())).await.expect(412);
});

each_database!(a_signing_key_is_shown_once_and_only_at_home, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let url = link(&scene.admin.customer().await, "apiKey").to_owned();
    let absent = scene.admin.get(&url).await.expect(200).json();
    assert_eq!((&absent["present"], &absent["key"]), (&json!(false), &Value::Null));
    let keys = [(), ()].map(|()| async { scene.admin.send(scene.admin.request("PUT", &url)).await.expect(200).json() });
    let mut shown = Vec::new();
    for key in keys {
        let key = key.await;
        assert_eq!(key["present"], true);
        shown.push(link(&key, "key").to_owned());
    }
    assert_ne!(shown[0], shown[1], "each is new");
    assert!(shown.iter().all(|key| key.len() == 43), "256 bits");
    let there = scene.admin.get(&url).await.expect(200).json();
    assert_eq!((&there["present"], &there["key"]), (&json!(true), &Value::Null));
    scene.admin.delete(&url).await.expect(204);
    scene.admin.delete(&url).await.expect(204);
    assert_eq!(scene.admin.get(&url).await.expect(200).json()["present"], false);
    // Not even the administrator has to do with that of another customer; a key of its own may look and no more.
    let theirs = format!("{}/apiKey", link(&scene.customer, "@id"));
    scene.admin.get(&theirs).await.expect(403);
    scene.admin.put(&theirs, &json!({})).await.expect(403);
    assert_eq!(methods(&scene.owner.get(&theirs).await.expect(200)), ["GET"]);
    scene.owner.put(&theirs, &json!({})).await.expect(403);
});

each_database!(nobody_writes_an_account_that_may_do_more_than_they, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let rights = ["CUSTOMER_READ", "CUSTOMER_WRITE", "ADMIN_LIST_CUSTOMERS"];
    let (_, chief) = person(&portico, &scene.admin, &scene.customer, "chief", &rights).await;
    let (url, roles) = (link(&chief, "@id"), link(&chief, "roles"));
    let granted = scene.admin.post(roles, &json!({"name": "readonly"})).await.expect(201).json();
    let grant = link(&granted, "grant").to_owned();
    let (lesser, _) = person(&portico, &scene.admin, &scene.customer, "lesser", &rights[..2]).await;
    for client in [&scene.owner, &lesser] {
        for place in [url, roles, &grant] {
            assert_eq!(methods(&client.get(place).await.expect(200)), ["GET"], "{place}");
        }
        client.patch(url, &json!({"password": "another password"})).await.expect(403);
        client.put(url, &json!({"email": "chief@example.org"})).await.expect(403);
        client.delete(url).await.expect(403);
        client.post(roles, &json!({"name": "admin"})).await.expect(403);
        client.delete(&grant).await.expect(403);
    }
    // The list says no more than the account itself.
    assert!(!scene.owner.members(link(&scene.customer, "portalUsers")).await.is_empty());
    // The role brings more than the rights that the account has of its own.
    let all = [&rights[..], &["SELF_GET_CUSTOMER", "SELF_LIST_USER_CUSTOMERS"]].concat();
    let (equal, _) = person(&portico, &scene.admin, &scene.customer, "equal", &all).await;
    equal.patch(url, &json!({"mobile": "+442079460000"})).await.expect(205);
    equal.delete(&grant).await.expect(205);
    scene.admin.patch(url, &json!({"password": "another password"})).await.expect(205);
    // Portal roles alone make nobody privileged; nor does what has been revoked.
    scene.owner.patch(link(&scene.user, "@id"), &json!({"mobile": "+442079460000"})).await.expect(205);
    let statement = "DELETE FROM portal_user_entitlement WHERE entitlement_name = 'ADMIN_LIST_CUSTOMERS'";
    sql::execute(&portico.database(), statement).await;
    scene.owner.patch(url, &json!({"mobile": null})).await.expect(205);
    // A group beyond the portal's makes an account privileged, too.
    let statement = "INSERT INTO portal_user_group (user_id, group_name, granted_at) \
        SELECT id, 'SUPER_ADMIN', 0 FROM portal_user WHERE email_key = 'chief@example.org'";
    sql::execute(&portico.database(), statement).await;
    scene.owner.delete(url).await.expect(403);
    equal.delete(url).await.expect(403);
    scene.admin.delete(url).await.expect(205);
});

each_database!(who_can_switch_to_a_customer_sees_it, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let (person, user) = person(&portico, &scene.admin, &scene.customer, "switcher", &["CUSTOMER_READ"]).await;
    let list = link(&user, "customers");
    person.get(link(&scene.other, "@id")).await.expect(404);
    person.get(list).await.expect(403);
    let added = scene.admin.post(list, &json!({"switchable": scene.other["@id"]})).await.expect(201);
    assert_eq!(added.json()["displayName"], "Second Customer");
    scene.admin.post(list, &json!({"name": "SECOND"})).await.expect(200);
    scene.admin.post(list, &json!({"switchable": scene.other["@id"], "name": "first"})).await.expect(400);
    scene.admin.post(list, &json!({})).await.expect(400);
    person.get(link(&scene.other, "@id")).await.expect(200);
    let members = scene.admin.members(list).await;
    assert_eq!(names(&members), ["second"]);
    // Nobody lists for others what they do not see.
    entitle(&portico, "switcher@example.org", "ADMIN_ADD_TO_USER_CUSTOMERS").await;
    let administrator = scene.admin.customer().await;
    let refused = person.post(list, &json!({"switchable": administrator["@id"]})).await.expect(400).problem();
    assert_eq!(refused["violations"][0]["propertyPath"], "switchable");
    scene.admin.delete(link(&members[0], "@id")).await.expect(204);
    scene.admin.delete(link(&members[0], "@id")).await.expect(404);
    person.get(link(&scene.other, "@id")).await.expect(404);
    // The whole list at once: by name, by address, and by what was read of it; all of it or nothing.
    let whole = json!({"member": [{"name": "second"}, {"switchable": scene.customer["@id"]}, {"name": "SECOND"}]});
    let replaced = scene.admin.put(list, &whole).await.expect(200).json();
    assert_eq!(replaced["totalItems"], 2, "{replaced}");
    let wrong = json!({"member": [{"name": "inside"}, {"name": "nobody"}, {}]});
    let refused = scene.admin.put(list, &wrong).await.expect(400).problem();
    let paths: Vec<_> =
        refused["violations"].as_array().expect("violations").iter().map(|one| link(one, "propertyPath")).collect();
    assert_eq!(paths, ["member[1].name", "member[2].switchable"]);
    assert_eq!(names(&scene.admin.members(list).await), ["first", "second"]);
    let page = scene.admin.get(list).await;
    let stale = scene.admin.request("PUT", list).header("if-match", "\"0-x\"").body(whole.to_string());
    scene.admin.send(stale).await.expect(412);
    let mut kept = page.json();
    kept["member"].as_array_mut().expect("members").remove(0);
    let tag = page.header("etag").expect("a tag").to_owned();
    let request = scene.admin.request("PUT", list).header("if-match", tag).body(kept.to_string());
    scene.admin.send(request).await.expect(200);
    assert_eq!(names(&scene.admin.members(list).await), ["second"]);
    person.put(list, &whole).await.expect(403);
    assert_eq!(scene.admin.put(list, &json!({"member": []})).await.expect(200).json()["totalItems"], 0);
    person.get(link(&scene.other, "@id")).await.expect(404);
});

/// Definitions and grants, drawn at random: names, the defined ones of them, members of groups, what is granted.
#[derive(Debug)]
struct Drawn {
    defined: BTreeSet<String>,
    groups: BTreeMap<String, BTreeSet<String>>,
    entitlements: BTreeSet<String>,
    owned: BTreeSet<String>,
}

impl Drawn {
    fn draw(rng: &mut impl Rng) -> Self {
        let mut some = |letter: &str, likely: f64| -> BTreeSet<String> {
            (0..6).filter(|_| rng.random_bool(likely)).map(|number| format!("P{letter}{number}")).collect()
        };
        let (defined, defined_groups) = (some("E", 0.7), some("G", 0.7));
        let (entitlements, owned) = (some("E", 0.4), some("G", 0.3));
        // So few that some groups are empty.
        let groups = defined_groups.into_iter().map(|name| (name, some("E", 0.3))).collect();
        Self { defined, groups, entitlements, owned }
    }

    /// The statements that make it so for a holder, in place of what was.
    fn statements(&self, holder: &str, column: &str, number: i64) -> Vec<String> {
        let when = |table: &str| match (holder, table) {
            ("portal_user", "group") => (", granted_at", ", 0"),
            _ => ("", ""),
        };
        let grants = [("entitlement", &self.entitlements), ("group", &self.owned)].map(|(table, names)| {
            let (more, value) = when(table);
            let statement = move |name| {
                format!(
                    "INSERT INTO {holder}_{table} ({column}, {table}_name{more}) VALUES ({number}, '{name}'{value})"
                )
            };
            let emptied = format!("DELETE FROM {holder}_{table} WHERE {column} = {number}");
            [vec![emptied], names.iter().map(statement).collect()].concat()
        });
        let mut all = vec![
            "DELETE FROM entitlement WHERE name LIKE 'P%'".to_owned(),
            "DELETE FROM entitlement_group WHERE name LIKE 'P%'".to_owned(),
        ];
        let entitlement = |name| format!("INSERT INTO entitlement (name, description) VALUES ('{name}', '')");
        all.extend(self.defined.iter().map(entitlement));
        for (group, members) in &self.groups {
            all.push(format!("INSERT INTO entitlement_group (name) VALUES ('{group}')"));
            let into = "INSERT INTO entitlement_group_member (group_name, entitlement_name)";
            all.extend(members.iter().map(|member| format!("{into} VALUES ('{group}', '{member}')")));
        }
        all.extend(grants.concat());
        all
    }

    /// Whether a portal user holds more than portal roles; none of these groups is one.
    fn is_privileged(&self) -> bool {
        !self.entitlements.is_empty() || self.owned.iter().any(|group| self.groups.contains_key(group))
    }

    /// What that comes to, word by word as the contract has it.
    fn effective(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let mut effective = BTreeSet::new();
        for name in &self.defined {
            let brought = self.owned.iter().any(|group| self.groups.get(group).is_some_and(|all| all.contains(name)));
            if brought || self.entitlements.contains(name) {
                effective.insert(name.clone());
            }
        }
        let mut groups = BTreeSet::new();
        for (group, members) in &self.groups {
            let every = !members.is_empty() && members.iter().all(|member| effective.contains(member));
            if every || self.owned.contains(group) {
                groups.insert(group.clone());
            }
        }
        (effective, groups)
    }
}

each_database!(what_is_effective_is_what_the_rule_says_for_random_grants, async |portico: Portico| {
    let scene = Scene::set(&portico).await;
    let (client, user) = person(&portico, &scene.admin, &scene.customer, "random", &[]).await;
    let Credentials::Bearer(token) = client.credentials() else { panic!("a person has a token") };
    let number = "SELECT id FROM portal_user WHERE email_key = 'random@example.org'";
    let number = sql::count(&portico.database(), number).await;
    let customer: i64 =
        link(&scene.customer, "@id").rsplit('/').next().and_then(|id| id.parse().ok()).expect("a number");
    let identities = portico.identities().await;
    let mut rng = TestRunner::deterministic().new_rng();
    for round in 0..24 {
        let drawn = Drawn::draw(&mut rng);
        let (holder, column, id) =
            if round % 2 == 0 { ("portal_user", "user_id", number) } else { ("customer", "customer_id", customer) };
        let statements = drawn.statements(holder, column, id).join(";\n");
        sql::execute(&portico.database(), &statements).await;
        let cx = identities.everybody().having_written();
        let (owned, effective) = match holder {
            "portal_user" => grants::of_user(&cx, UserNumber::new(id)).await,
            _ => grants::of_customer(&cx, CustomerId(id)).await,
        }
        .expect("the database answers");
        let (entitlements, groups) = drawn.effective();
        assert_eq!(owned.entitlements, Vec::from_iter(drawn.entitlements.clone()));
        assert_eq!(owned.groups, Vec::from_iter(drawn.owned.clone()));
        assert_eq!((&effective.entitlements, &effective.groups), (&entitlements, &groups), "{drawn:?}");
        if holder == "portal_user" {
            let header = format!("Bearer {token}");
            let actor = identities.authenticate(resource::Credentials(&header), true).await.expect("it is signed in");
            assert_eq!(actor.entitlements, entitlements, "whoever signs in may do the same: {drawn:?}");
            // Nobody who may do less writes the account, and whoever may do as much does.
            let beyond = drawn.is_privileged() && !entitlements.is_empty();
            let seen = scene.owner.get(link(&user, "@id")).await.expect(200);
            assert_eq!(methods(&seen).len() == 1, beyond, "{drawn:?}");
        }
    }
});
