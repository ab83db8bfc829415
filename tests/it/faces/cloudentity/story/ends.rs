//! Agreements, and how things end.

use super::{ACME, BOSS, CLERK, GUEST, ROOT, SERVICE};
use crate::faces::cloudentity::stage::{ISSUER, Stage, Who};

pub async fn agreements(stage: &mut Stage) {
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

pub async fn ends(stage: &mut Stage) {
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

pub async fn elsewhere(stage: &mut Stage) {
    stage.page("elsewhere");
    stage.say("What there is not.");
    stage.ask(ROOT, "GET", "/nothing", "").await;
    stage.ask(ROOT, "PATCH", "/customer/cid::ACME", "{}").await;
    stage.ask(ROOT, "POST", "/customer", "{}").await;
    stage.ask(Who::Nobody, "OPTIONS", "/users/uid::boss/customers", "").await;
    let token = format!("{ISSUER} is not asked here");
    stage.ask(Who::With(&[("authorization", &token)]), "GET", "/customers", "").await;
}
