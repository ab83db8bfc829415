//! What is said in the transcripts: every operation, and every failure that there is a code for.

use super::stage::{ISSUER, Stage, Who};

const ROOT: Who<'_> = Who::User("root");
const CLERK: Who<'_> = Who::User("clerk");
const BOSS: Who<'_> = Who::User("boss");
const GUEST: Who<'_> = Who::User("guest");
const ACME: Who<'_> = Who::Customer("ACME");
const SERVICE: Who<'_> = Who::Service("a program");
/// A service that acts for somebody: the uid is as good as the uuid.
const ABOUT_ROOT: Who<'_> = Who::Service("root");

/// Tells the whole story, operation by operation.
pub async fn tell(stage: &mut Stage) {
    customers(stage).await;
    activation(stage).await;
    list(stage).await;
    entitlements(stage).await;
    groups(stage).await;
    own(stage).await;
    itself(stage).await;
    lists(stage).await;
    agreements(stage).await;
    ends(stage).await;
    elsewhere(stage).await;
}

async fn customers(stage: &mut Stage) {
    stage.page("07-create-customer");
    let initech = r#"{"cid":"INITECH","customerAlias":"initech","customerName":"Initech GmbH","eulaRevision":"1","adminEmails":["boss@acme.example","nobody@initech.example"],"customerDomains":["initech.example"],"metadata":{"region":{"code":7}},"mfaMethod":"OTP","allowPublicRegistration":"true"}"#;
    stage.ask(ROOT, "POST", "/customers", initech).await;
    stage.say("What has to be there and is not, and what is wrong: all of it at once.");
    let wrong = r#"{"cid":"_x","customerAlias":" ","eulaRevision":7,"status":"on","mfaMethod":"SMS","allowPublicRegistration":true,"eulaAutomaticApproval":"yes","adminEmails":["nobody"],"customerDomains":"x","metadata":[]}"#;
    stage.ask(ROOT, "POST", "/customers", wrong).await;
    let taken = r#"{"cid":"acme","customerAlias":"OTHER-ALIAS","customerName":"x","eulaRevision":"1"}"#;
    stage.ask(ROOT, "POST", "/customers", taken).await;
    stage.ask(ROOT, "POST", "/customers", "[1").await;
    stage.ask(ROOT, "POST", "/customers", "").await;
    stage.ask(Who::Nobody, "POST", "/customers", initech).await;
    stage.ask(GUEST, "POST", "/customers", initech).await;
    stage.say("A service that is about nobody here cannot be recorded as who made a customer.");
    stage.ask(SERVICE, "POST", "/customers", initech).await;
    let globex =
        r#"{"cid":"GLOBEX","customerAlias":"globex","customerName":"Globex","eulaRevision":"1","status":"active"}"#;
    stage.ask(ABOUT_ROOT, "POST", "/customers", globex).await;

    stage.page("02-get-customer");
    stage.ask(ROOT, "GET", "/customer/cid%3A%3Ainitech", "").await;
    stage.say("Who is listed for a customer sees it, others do not: as if it were not there.");
    stage.ask(CLERK, "GET", "/customer/cid::ACME", "").await;
    stage.ask(CLERK, "GET", "/customer/cid::OTHER", "").await;
    stage.ask(CLERK, "GET", "/customer/cid::NOBODY", "").await;
    stage.ask(CLERK, "GET", "/customer/34324-213123-21343243", "").await;
    stage.say("A service of an issuer that is trusted sees every customer.");
    stage.ask(SERVICE, "GET", "/customer/cid::OTHER", "").await;
    stage.ask(Who::Bearer("root"), "GET", "/customer/cid::OTHER", "").await;
    stage.ask(GUEST, "GET", "/customer/cid::ACME", "").await;
    stage.ask(Who::Nobody, "GET", "/customer/cid::ACME", "").await;
    stage.ask(Who::With(&[("token", "none")]), "GET", "/customer/cid::ACME", "").await;
    stage.ask(ROOT, "GET", "/customer/cid::%FF", "").await;

    stage.page("03-update-customer");
    let change = r#"{"cid":"initech","customerName":"Initech AG","status":"active","mfaMethod":null,"metadata":{},"adminEmails":["boss@acme.example"],"customerDomains":[],"allowPublicRegistration":null,"unknown":1}"#;
    stage.ask(ROOT, "PUT", "/customer/cid::INITECH", change).await;
    stage.say("What every customer has cannot be removed.");
    let removing = r#"{"cid":"OTHER","customerAlias":null,"customerName":"","eulaRevision":null}"#;
    stage.ask(ROOT, "PUT", "/customer/cid::INITECH", removing).await;
    stage.ask(ROOT, "PUT", "/customer/cid::INITECH", r#"{"customerAlias":"ACME-alias"}"#).await;
    stage.ask(ROOT, "PUT", "/customer/cid::INITECH", "7").await;
    stage.ask(CLERK, "PUT", "/customer/cid::INITECH", "{}").await;
    stage.ask(GUEST, "PUT", "/customer/cid::ACME", "{}").await;
    stage.ask(Who::Nobody, "PUT", "/customer/cid::ACME", "{}").await;
    stage.ask(SERVICE, "PUT", "/customer/cid::ACME", "{}").await;
}

async fn activation(stage: &mut Stage) {
    stage.page("05-activate-customer");
    stage.ask(ROOT, "POST", "/customer/cid::INITECH/activate", "").await;
    stage.ask(CLERK, "POST", "/customer/cid::INITECH/activate", "").await;
    stage.ask(GUEST, "POST", "/customer/cid::ACME/activate", "").await;
    stage.ask(Who::Nobody, "POST", "/customer/cid::ACME/activate", "").await;
    stage.ask(ROOT, "GET", "/customer/cid::INITECH", "").await;

    stage.page("06-deactivate-customer");
    stage.ask(ROOT, "DELETE", "/customer/cid::INITECH/activate", "").await;
    stage.ask(CLERK, "DELETE", "/customer/cid::INITECH/activate", "").await;
    stage.ask(GUEST, "DELETE", "/customer/cid::ACME/activate", "").await;
    stage.ask(Who::Nobody, "DELETE", "/customer/cid::ACME/activate", "").await;
    stage.say("Whoever administers the service stays.");
    stage.ask(ROOT, "DELETE", "/customer/cid::admin/activate", "").await;
    stage.ask(ROOT, "GET", "/customer/cid::INITECH", "").await;
}

async fn list(stage: &mut Stage) {
    stage.page("08-list-customers");
    stage.ask(ROOT, "GET", "/customers", "").await;
    stage.ask(ROOT, "GET", "/customers?filter=customerName:*LIMITED,status:active&sort=-cid&limit=1", "").await;
    stage.ask(ROOT, "GET", "/customers?limit=2000&offset=9", "").await;
    stage.ask(ROOT, "GET", "/customers?filter=lastName:A*", "").await;
    stage.ask(ROOT, "GET", "/customers?sort=lastName", "").await;
    stage.ask(ROOT, "GET", "/customers?limit=-1", "").await;
    stage.say("Who sees only what they are listed for cannot filter it; what they ask for is not even read.");
    stage.ask(CLERK, "GET", "/customers?filter=lastName&sort=-customerName", "").await;
    stage.ask(GUEST, "GET", "/customers", "").await;
    stage.ask(Who::Nobody, "GET", "/customers", "").await;
    stage.ask(SERVICE, "GET", "/customers", "").await;
}

async fn entitlements(stage: &mut Stage) {
    stage.page("09-grant-entitlement");
    stage.say("The customer gets it, and so does boss, who is named among its administrators.");
    stage.ask(ROOT, "POST", "/customer/cid::ACME/entitlement/ADMIN_GET_CUSTOMER", "").await;
    stage.ask(ROOT, "POST", "/customer/cid::ACME/entitlement/ADMIN_GET_CUSTOMER", "").await;
    stage.ask(ROOT, "POST", "/customer/cid::ACME/entitlement/ADMIN_LIST_CUSTOMERS", "").await;
    stage.ask(ROOT, "POST", "/customer/cid::ACME/entitlement/ADMIN_ALL_CUSTOMERS", "").await;
    stage.ask(ROOT, "POST", "/customer/cid::ACME/entitlement/NOTHING", "").await;
    stage.ask(ROOT, "POST", "/customer/cid::NOBODY/entitlement/NOTHING", "").await;
    stage.say("Who may grant, but neither has this nor may grant any.");
    stage.ask(CLERK, "POST", "/customer/cid::ACME/entitlement/ADMIN_ALL_CUSTOMERS", "").await;
    stage.ask(CLERK, "POST", "/customer/cid::OTHER/entitlement/ADMIN_GET_CUSTOMER", "").await;
    stage.ask(GUEST, "POST", "/customer/cid::ACME/entitlement/ADMIN_GET_CUSTOMER", "").await;
    stage.ask(Who::Nobody, "POST", "/customer/cid::ACME/entitlement/ADMIN_GET_CUSTOMER", "").await;

    stage.page("11-get-entitlements");
    stage.ask(ROOT, "GET", "/customer/cid::ACME/entitlements", "").await;
    stage.ask(CLERK, "GET", "/customer/cid::OTHER/entitlements", "").await;
    stage.ask(GUEST, "GET", "/customer/cid::ACME/entitlements", "").await;
    stage.ask(Who::Nobody, "GET", "/customer/cid::ACME/entitlements", "").await;

    stage.page("10-revoke-entitlement");
    stage.ask(ROOT, "DELETE", "/customer/cid::ACME/entitlement/ADMIN_LIST_CUSTOMERS", "").await;
    stage.say("Not granted any more, and still well.");
    stage.ask(ROOT, "DELETE", "/customer/cid::ACME/entitlement/ADMIN_LIST_CUSTOMERS", "").await;
    stage.ask(ROOT, "DELETE", "/customer/cid::ACME/entitlement/CUSTOMER_GET_ITSELF", "").await;
    stage.ask(ROOT, "DELETE", "/customer/cid::ACME/entitlement/NOTHING", "").await;
    stage.ask(CLERK, "DELETE", "/customer/cid::ACME/entitlement/ADMIN_ALL_CUSTOMERS", "").await;
    stage.ask(CLERK, "DELETE", "/customer/cid::OTHER/entitlement/ADMIN_GET_CUSTOMER", "").await;
    stage.ask(GUEST, "DELETE", "/customer/cid::ACME/entitlement/ADMIN_GET_CUSTOMER", "").await;
    stage.ask(Who::Nobody, "DELETE", "/customer/cid::ACME/entitlement/ADMIN_GET_CUSTOMER", "").await;
    stage.ask(ROOT, "GET", "/customer/cid::ACME/entitlements", "").await;
}

async fn groups(stage: &mut Stage) {
    stage.page("12-grant-group");
    let own = r#"{"group":"SELF_USER_ENTITLEMENT_GROUP"}"#;
    stage.ask(ROOT, "POST", "/customer/cid::ACME/entitlementgroups", own).await;
    stage.say("Who has all members of a group has the group to give.");
    stage.ask(CLERK, "POST", "/customer/cid::ACME/entitlementgroups", own).await;
    stage.ask(CLERK, "POST", "/customer/cid::ACME/entitlementgroups", r#"{"group":"SUPER_ADMIN"}"#).await;
    stage.ask(ROOT, "POST", "/customer/cid::ACME/entitlementgroups", r#"{"group":"SUPER_ADMIN"}"#).await;
    stage.ask(ROOT, "POST", "/customer/cid::ACME/entitlementgroups", r#"{"group":"NOTHING"}"#).await;
    stage.ask(ROOT, "POST", "/customer/cid::NOBODY/entitlementgroups", own).await;
    stage.ask(ROOT, "POST", "/customer/cid::ACME/entitlementgroups", "{}").await;
    stage.ask(GUEST, "POST", "/customer/cid::ACME/entitlementgroups", own).await;
    stage.ask(Who::Nobody, "POST", "/customer/cid::ACME/entitlementgroups", own).await;

    stage.page("13-get-groups");
    stage.ask(ROOT, "GET", "/customer/cid::ACME/entitlementgroups", "").await;
    stage.ask(CLERK, "GET", "/customer/cid::OTHER/entitlementgroups", "").await;
    stage.ask(GUEST, "GET", "/customer/cid::ACME/entitlementgroups", "").await;
    stage.ask(Who::Nobody, "GET", "/customer/cid::ACME/entitlementgroups", "").await;

    stage.page("14-revoke-group");
    let path = "/customer/cid::ACME/entitlementgroups/SELF_USER_ENTITLEMENT_GROUP";
    stage.ask(CLERK, "DELETE", "/customer/cid::ACME/entitlementgroups/SUPER_ADMIN", "").await;
    stage.say("What cannot be granted can be revoked.");
    stage.ask(ROOT, "DELETE", "/customer/cid::ACME/entitlementgroups/SUPER_ADMIN", "").await;
    stage.ask(ROOT, "DELETE", "/customer/cid::ACME/entitlementgroups/NOTHING", "").await;
    stage.ask(ROOT, "DELETE", "/customer/cid::NOBODY/entitlementgroups/NOTHING", "").await;
    stage.ask(GUEST, "DELETE", path, "").await;
    stage.ask(Who::Nobody, "DELETE", path, "").await;
    stage.ask(ROOT, "DELETE", path, "").await;
    stage.ask(ROOT, "GET", "/customer/cid::ACME/entitlementgroups", "").await;
    // With the customer's, boss lost the group that was theirs.
    stage.change("INSERT INTO portal_user_group SELECT id, 'SELF_USER_ENTITLEMENT_GROUP', 0 FROM portal_user WHERE uid_key = 'boss'").await;
}

async fn own(stage: &mut Stage) {
    stage.page("15-get-own-customer");
    stage.ask(BOSS, "GET", "/user/customer", "").await;
    stage.say("Root belongs to no customer.");
    stage.ask(ROOT, "GET", "/user/customer", "").await;
    stage.ask(GUEST, "GET", "/user/customer", "").await;
    stage.ask(Who::Nobody, "GET", "/user/customer", "").await;

    stage.page("16-reset-api-key");
    stage.key("ACME", "boss").await;
    stage.ask(ROOT, "PUT", "/user/customer/apiKey", "").await;
    stage.ask(GUEST, "PUT", "/user/customer/apiKey", "").await;
    stage.ask(Who::Nobody, "PUT", "/user/customer/apiKey", "").await;

    stage.page("18-list-own-customers");
    stage.ask(CLERK, "GET", "/user/customers?sort=-customerAlias", "").await;
    stage.say("Whom one belongs to and whom one can switch to are two things.");
    stage.ask(BOSS, "GET", "/user/customers", "").await;
    stage.ask(BOSS, "GET", "/user/customers?sort=status", "").await;
    stage.ask(BOSS, "GET", "/user/customers?offset=x", "").await;
    stage.ask(GUEST, "GET", "/user/customers", "").await;
    stage.ask(Who::Nobody, "GET", "/user/customers", "").await;
}

async fn itself(stage: &mut Stage) {
    stage.page("01-get-itself");
    stage.ask(ACME, "GET", "/customer", "").await;
    stage.say("Nobody signs but customers, and the headers are required.");
    stage.ask(ROOT, "GET", "/customer", "").await;
    stage.ask(Who::Nobody, "GET", "/customer", "").await;
    stage.ask(Who::With(&[("x-orchis-date", "Thu, 1 Jan 2026 00:00:00 +0000")]), "GET", "/customer", "").await;
    let wrong = [
        ("x-orchis-authorization", "orchis-hmac ffffffff-ffff-4fff-8fff-ffffffffffff:eA=="),
        ("x-orchis-date", "Thu, 1 Jan 2026 00:00:00 +0000"),
        ("x-orchis-request", "eA=="),
    ];
    stage.say("There is no such customer.");
    stage.ask(Who::With(&wrong), "GET", "/customer", "").await;
    stage.say("Too long ago.");
    let old = [wrong[0], ("x-orchis-date", "Tue, 3 Jun 2008 11:05:30 +0000"), wrong[2]];
    stage.ask(Who::With(&old), "GET", "/customer", "").await;
    let (uuid, _) = stage.signer("ACME");
    let other = format!("orchis-hmac {uuid}:eA==");
    stage.say("Not what was signed.");
    stage.ask(Who::With(&[("x-orchis-authorization", &other), wrong[1], wrong[2]]), "GET", "/customer", "").await;
    stage.say("A customer that lost the one entitlement nobody can revoke, as only an operator can arrange it.");
    stage.change("DELETE FROM customer_entitlement WHERE entitlement_name = 'CUSTOMER_GET_ITSELF'").await;
    stage.ask(ACME, "GET", "/customer", "").await;
    stage
        .change("INSERT INTO customer_entitlement SELECT id, 'CUSTOMER_GET_ITSELF' FROM customer WHERE cid = 'ACME'")
        .await;

    stage.page("02-get-customer");
    stage.say("A customer that signs sees itself.");
    stage.ask(ACME, "GET", "/customer/cid::ACME", "").await;
    stage.ask(ACME, "GET", "/customer/cid::OTHER", "").await;

    stage.page("08-list-customers");
    stage.ask(ROOT, "POST", "/customer/cid::ACME/entitlement/ADMIN_LIST_CUSTOMERS", "").await;
    stage.ask(ACME, "GET", "/customers?limit=5", "").await;

    stage.page("17-remove-api-key");
    stage.ask(BOSS, "DELETE", "/user/customer/apiKey", "").await;
    stage.ask(BOSS, "DELETE", "/user/customer/apiKey", "").await;
    stage.ask(ACME, "GET", "/customer", "").await;
    stage.ask(ROOT, "DELETE", "/user/customer/apiKey", "").await;
    stage.ask(GUEST, "DELETE", "/user/customer/apiKey", "").await;
    stage.ask(Who::Nobody, "DELETE", "/user/customer/apiKey", "").await;
}

async fn lists(stage: &mut Stage) {
    let representation = [("prefer", "return=representation")];
    stage.page("19-add-to-user");
    stage.ask(ROOT, "POST", "/users/uid::boss/customers", "\"cid::OTHER\"").await;
    let acme = r#"{"cid":"ACME"}"#;
    stage.tell(ROOT, "POST", "/users/email::BOSS@acme.example/customers", acme, &representation).await;
    stage.ask(ROOT, "POST", "/users/any::boss/customers", "\"cid::NOBODY\"").await;
    stage.ask(ROOT, "POST", "/users/mobile::+4712345678/customers", "\"cid::ACME\"").await;
    stage.say("Nobody adds what they do not see.");
    stage.ask(CLERK, "POST", "/users/uid::clerk/customers", "\"cid::OTHER\"").await;
    stage.ask(ROOT, "POST", "/users/uid::boss/customers", "7").await;
    stage.ask(GUEST, "POST", "/users/uid::boss/customers", "\"cid::ACME\"").await;
    stage.ask(Who::Nobody, "POST", "/users/uid::boss/customers", "\"cid::ACME\"").await;

    stage.page("20-list-of-user");
    stage.ask(ROOT, "GET", "/users/uid::boss/customers?limit=1&offset=1&sort=-cid", "").await;
    stage.ask(ROOT, "GET", "/users/uid::nobody/customers", "").await;
    stage.ask(ROOT, "GET", "/users/uid::boss/customers?sort=uuid", "").await;
    stage.ask(GUEST, "GET", "/users/uid::boss/customers", "").await;
    stage.ask(Who::Nobody, "GET", "/users/uid::boss/customers", "").await;

    stage.page("21-replace-of-user");
    stage.ask(ROOT, "PUT", "/users/uid::boss/customers", r#"["ACME","cid::OTHER"]"#).await;
    let named = r#"{"customers":["ACME"]}"#;
    stage.tell(ROOT, "PUT", "/users/uid::boss/customers", named, &representation).await;
    stage.say("An unknown customer: nothing is changed.");
    stage.ask(ROOT, "PUT", "/users/uid::boss/customers", r#"["OTHER","cid::NOBODY"]"#).await;
    stage.ask(ROOT, "PUT", "/users/uid::nobody/customers", "[]").await;
    stage.ask(ROOT, "PUT", "/users/uid::boss/customers", "{}").await;
    stage.ask(GUEST, "PUT", "/users/uid::boss/customers", "[]").await;
    stage.ask(Who::Nobody, "PUT", "/users/uid::boss/customers", "[]").await;

    stage.page("22-remove-from-user");
    stage.ask(ROOT, "DELETE", "/users/uid::boss/customers/cid::OTHER", "").await;
    stage.tell(ROOT, "DELETE", "/users/uid::boss/customers/cid::ACME", "", &representation).await;
    stage.ask(ROOT, "DELETE", "/users/uid::boss/customers/ACME", "").await;
    stage.ask(ROOT, "DELETE", "/users/uid::nobody/customers/cid::ACME", "").await;
    stage.ask(GUEST, "DELETE", "/users/uid::boss/customers/cid::ACME", "").await;
    stage.ask(Who::Nobody, "DELETE", "/users/uid::boss/customers/cid::ACME", "").await;
}

async fn agreements(stage: &mut Stage) {
    stage.page("41-require-global-agreement");
    stage.ask(SERVICE, "PUT", "/sla/eula/global/revision", r#"{"revision":"3"}"#).await;
    stage.ask(ROOT, "PUT", "/sla/eula/global/revision", r#"{"revision":"4"}"#).await;
    stage.ask(ROOT, "PUT", "/sla/eula/global/revision", r#"{"revision":" "}"#).await;
    stage.ask(CLERK, "PUT", "/sla/eula/global/revision", r#"{"revision":"5"}"#).await;
    stage.ask(Who::Nobody, "PUT", "/sla/eula/global/revision", r#"{"revision":"5"}"#).await;

    stage.page("39-require-agreement");
    let both = r#"{"organizations":["cid::ACME","cid::OTHER"],"revision":"2"}"#;
    stage.ask(SERVICE, "PUT", "/sla/eula/customers/revision", both).await;
    stage.say("An unknown organisation: nothing is changed.");
    let unknown = r#"{"organizations":["cid::ACME","cid::NOBODY","x"],"revision":"9"}"#;
    stage.ask(ROOT, "PUT", "/sla/eula/customers/revision", unknown).await;
    stage.ask(ROOT, "PUT", "/sla/eula/customers/revision", r#"{"organizations":["cid::ACME"]}"#).await;
    stage.ask(CLERK, "PUT", "/sla/eula/customers/revision", both).await;
    stage.ask(Who::Nobody, "PUT", "/sla/eula/customers/revision", both).await;

    stage.page("38-agreement-status");
    stage.ask(GUEST, "GET", "/sla/eula/customer/status", "").await;
    stage.say("Root belongs to no organisation.");
    stage.ask(ROOT, "GET", "/sla/eula/customer/status", "").await;
    stage.ask(SERVICE, "GET", "/sla/eula/customer/status", "").await;
    stage.ask(Who::Nobody, "GET", "/sla/eula/customer/status", "").await;

    stage.page("37-accept-agreement");
    stage.ask(BOSS, "POST", "/sla/eula/customer/accept", "").await;
    stage.ask(GUEST, "GET", "/sla/eula/customer/status", "").await;
    stage.ask(ROOT, "GET", "/customer/cid::ACME", "").await;
    stage.ask(ROOT, "POST", "/sla/eula/customer/accept", "").await;
    stage.ask(Who::Nobody, "POST", "/sla/eula/customer/accept", "").await;

    stage.page("40-unset-agreement");
    let acme = r#"{"organizations":["cid::ACME"]}"#;
    stage.ask(ROOT, "DELETE", "/sla/eula/customers/revision", acme).await;
    stage.say("What is required of all is required again.");
    stage.ask(GUEST, "GET", "/sla/eula/customer/status", "").await;
    stage.ask(ROOT, "DELETE", "/sla/eula/customers/revision", r#"{"organizations":["cid::NOBODY"]}"#).await;
    stage.ask(ROOT, "DELETE", "/sla/eula/customers/revision", "").await;
    stage.ask(CLERK, "DELETE", "/sla/eula/customers/revision", acme).await;
    stage.ask(Who::Nobody, "DELETE", "/sla/eula/customers/revision", acme).await;

    stage.page("42-unset-global-agreement");
    stage.ask(SERVICE, "DELETE", "/sla/eula/global/revision", "").await;
    stage.ask(SERVICE, "DELETE", "/sla/eula/global/revision", "").await;
    stage.ask(GUEST, "GET", "/sla/eula/customer/status", "").await;
    stage.ask(CLERK, "DELETE", "/sla/eula/global/revision", "").await;
    stage.ask(Who::Nobody, "DELETE", "/sla/eula/global/revision", "").await;
}

async fn ends(stage: &mut Stage) {
    stage.page("15-get-own-customer");
    stage.say("Who has looked for a customer too often has to wait: a hundred times in a quarter of an hour.");
    for _ in 0..99 {
        stage.quietly(ROOT, "GET", "/user/customer", "").await.expect(404);
    }
    stage.ask(ROOT, "GET", "/user/customer", "").await;

    stage.page("02-get-customer");
    stage.ask(ROOT, "GET", "/customer/cid::ACME", "").await;

    stage.page("08-list-customers");
    stage.ask(ROOT, "GET", "/customers", "").await;
    stage.portico.world.advance(chrono::Duration::minutes(15));

    stage.page("01-get-itself");
    stage.key("ACME", "boss").await;
    stage.ask(ROOT, "DELETE", "/customer/cid::ACME/activate", "").await;
    stage.say("The customer is not active any more; nor is anybody of it signed in.");
    stage.ask(ACME, "GET", "/customer", "").await;
    stage.ask(BOSS, "GET", "/user/customer", "").await;

    stage.page("04-delete-customer");
    stage.ask(CLERK, "DELETE", "/customer/cid::OTHER", "").await;
    stage.ask(Who::Nobody, "DELETE", "/customer/cid::OTHER", "").await;
    stage.ask(ROOT, "DELETE", "/customer/cid::INITECH", "").await;
    stage.ask(ROOT, "DELETE", "/customer/cid::INITECH", "").await;
    stage.ask(ROOT, "DELETE", "/customer/cid::admin", "").await;
    stage.say("The names can be used again.");
    let again = r#"{"cid":"INITECH","customerAlias":"initech","customerName":"Another Initech","eulaRevision":"1"}"#;
    stage.ask(ROOT, "POST", "/customers", again).await;
    stage.user("visitor", None, &[]).await;
    stage.ask(Who::User("visitor"), "DELETE", "/customer/cid::INITECH", "").await;
}

async fn elsewhere(stage: &mut Stage) {
    stage.page("elsewhere");
    stage.say("What there is not.");
    stage.ask(ROOT, "GET", "/nothing", "").await;
    stage.ask(ROOT, "PATCH", "/customer/cid::ACME", "{}").await;
    stage.ask(ROOT, "POST", "/customer", "{}").await;
    stage.ask(Who::Nobody, "OPTIONS", "/users/uid::boss/customers", "").await;
    let token = format!("{ISSUER} is not asked here");
    stage.ask(Who::With(&[("authorization", &token)]), "GET", "/customers", "").await;
}
