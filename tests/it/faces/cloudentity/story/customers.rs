//! Customers, for those who administer them.

use super::{ABOUT_ROOT, CLERK, GUEST, ROOT, SERVICE};
use crate::faces::cloudentity::stage::{Stage, Who};

pub async fn customers(stage: &mut Stage) {
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
    stage.say("A service that the configuration names sees every customer.");
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

pub async fn activation(stage: &mut Stage) {
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

pub async fn list(stage: &mut Stage) {
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
