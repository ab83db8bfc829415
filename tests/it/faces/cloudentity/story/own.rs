//! The caller's own, and the lists of portal users.

use super::{ACME, BOSS, CLERK, GUEST, ROOT};
use crate::faces::cloudentity::stage::{Stage, Who};

pub async fn own(stage: &mut Stage) {
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

pub async fn itself(stage: &mut Stage) {
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

pub async fn lists(stage: &mut Stage) {
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
