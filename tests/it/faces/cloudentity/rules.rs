//! What follows from what is done: for users, sessions, grants and names.

use serde_json::json;

use super::stage::{PASSWORD, Stage, Who, code, on_stage};
use crate::support::sql;

const ROOT: Who<'_> = Who::User("root");
const BOSS: Who<'_> = Who::User("boss");

async fn count(stage: &Stage, query: &str) -> i64 {
    sql::count(&stage.portico.database(), &format!("SELECT CAST(count(*) AS BIGINT) FROM {query}")).await
}

on_stage!(another_revision_of_the_agreement_has_to_be_approved_again_by_everybody, async |stage: Stage| {
    let agreed = "portal_user WHERE eula_approval AND eula_revision = '1' AND uid_key IN ('boss', 'guest', 'clerk')";
    stage.change("UPDATE portal_user SET eula_approval = TRUE, eula_revision = '1'").await;
    for body in [r#"{"eulaRevision":"1"}"#, r#"{"customerName":"x"}"#] {
        stage.quietly(ROOT, "PUT", "/customer/cid::ACME", body).await.expect(200);
        assert_eq!(count(&stage, agreed).await, 3, "{body}");
    }
    let body = r#"{"eulaRevision":"2","eulaAutomaticApproval":"true"}"#;
    stage.quietly(ROOT, "PUT", "/customer/cid::ACME", body).await.expect(200);
    assert_eq!(count(&stage, agreed).await, 1, "clerk belongs to nobody");
    let open = "portal_user WHERE NOT eula_approval AND eula_revision = '2'";
    assert_eq!(count(&stage, open).await, 2);
});

on_stage!(a_deactivated_customer_signs_everybody_out_for_good, async |mut stage: Stage| {
    stage.quietly(BOSS, "GET", "/user/customer", "").await.expect(200);
    stage.quietly(ROOT, "DELETE", "/customer/cid::ACME/activate", "").await.expect(204);
    assert_eq!(code(&stage.quietly(BOSS, "GET", "/user/customer", "").await, 401), "Authentication.Unauthenticated");
    stage.portico.anonymous().sign_in("boss", PASSWORD).await.expect(400);
    stage.quietly(ROOT, "POST", "/customer/cid::ACME/activate", "").await.expect(204);
    stage.quietly(BOSS, "GET", "/user/customer", "").await.expect(401);
    stage.sign_in("boss").await;
    stage.quietly(BOSS, "GET", "/user/customer", "").await.expect(200);
});

on_stage!(a_deleted_customer_takes_its_people_with_it, async |mut stage: Stage| {
    stage.key("ACME", "boss").await;
    assert_eq!(
        count(&stage, "portal_user_customer WHERE user_id = (SELECT id FROM portal_user WHERE uid_key = 'clerk')")
            .await,
        1
    );
    // Somebody may delete what they belong to.
    stage.grant("boss", "name = 'ADMIN_DELETE_CUSTOMER'").await;
    stage.quietly(ROOT, "POST", "/users/uid::boss/customers", "\"cid::ACME\"").await.expect(204);
    let gone = stage.quietly(BOSS, "DELETE", "/customer/cid::ACME", "").await.expect(200);
    assert_eq!(gone.json(), json!({"cid": "ACME"}));
    stage.quietly(BOSS, "GET", "/user/customer", "").await.expect(401);
    assert_eq!(count(&stage, "portal_user WHERE uid_key IN ('boss', 'guest')").await, 0);
    assert_eq!(
        count(&stage, "portal_user_customer WHERE user_id = (SELECT id FROM portal_user WHERE uid_key = 'clerk')")
            .await,
        0
    );
    let (signed, unlisted) = (Who::Customer("ACME"), Who::User("clerk"));
    assert_eq!(code(&stage.quietly(signed, "GET", "/customer", "").await, 404), "Customer.NotFound");
    stage.quietly(unlisted, "GET", "/customer/cid::ACME", "").await.expect(404);
    let again = r#"{"cid":"acme","customerAlias":"ACME-ALIAS","customerName":"x","eulaRevision":"1"}"#;
    stage.quietly(ROOT, "POST", "/customers", again).await.expect(201);
});

on_stage!(
    what_a_customer_is_granted_its_administrators_have_and_what_it_loses_nobody_of_it_has,
    async |stage: Stage| {
        let path = "/customer/cid::ACME/entitlement/ADMIN_LIST_USER_CUSTOMERS";
        let of_clerk = "/users/uid::clerk/customers";
        stage.quietly(BOSS, "GET", of_clerk, "").await.expect(403);
        stage.quietly(ROOT, "POST", path, "").await.expect(204);
        stage.quietly(BOSS, "GET", of_clerk, "").await.expect(200);
        stage.quietly(Who::User("guest"), "GET", of_clerk, "").await.expect(403);
        stage.grant("guest", "name = 'ADMIN_LIST_USER_CUSTOMERS'").await;
        stage.quietly(Who::User("guest"), "GET", of_clerk, "").await.expect(200);
        stage.quietly(ROOT, "DELETE", path, "").await.expect(204);
        stage.quietly(BOSS, "GET", of_clerk, "").await.expect(403);
        stage.quietly(Who::User("guest"), "GET", of_clerk, "").await.expect(403);
        // Clerk has it still: they belong to nobody.
        stage.quietly(Who::User("clerk"), "GET", of_clerk, "").await.expect(200);
    }
);

on_stage!(who_is_listed_for_nothing_sees_nothing_however_entitled, async |stage: Stage| {
    stage.grant("boss", "NOT core").await;
    stage.quietly(BOSS, "GET", "/customer/cid::ACME", "").await.expect(404);
    let list = stage.quietly(BOSS, "GET", "/customers", "").await.expect(200).json();
    assert_eq!(list["paging"]["total"], 0);
    stage.quietly(BOSS, "GET", "/user/customer", "").await.expect(200);
    stage.quietly(BOSS, "POST", "/users/uid::boss/customers", "\"cid::ACME\"").await.expect(404);
    stage.quietly(BOSS, "PUT", "/users/uid::boss/customers", r#"["ACME"]"#).await.expect(400);
    stage.quietly(Who::User("clerk"), "PUT", "/users/uid::boss/customers", r#"["ACME"]"#).await.expect(204);
    stage.quietly(BOSS, "GET", "/customer/cid::ACME", "").await.expect(200);
});

on_stage!(a_user_has_one_of_several_names, async |stage: Stage| {
    stage.change("UPDATE portal_user SET mobile = '+4712345678' WHERE uid_key = 'boss'").await;
    let list = async |name: &str| stage.quietly(ROOT, "GET", &format!("/users/{name}/customers"), "").await.status;
    let user = stage.tell_of("boss").await;
    for name in [
        user.as_str(),
        "uid::BOSS",
        "email::Boss@acme.example",
        "mobile::+4712345678",
        "mobile::%2B4712345678",
        "any::boss",
        "any::boss@acme.example",
        "any::%2B4712345678",
        "uid%3A%3Aboss",
    ] {
        assert_eq!(list(name).await, 200, "{name}");
    }
    for name in ["boss", "cid::ACME", "email::boss", "any::", "::boss", "34324-213123-21343243"] {
        assert_eq!(list(name).await, 404, "{name}");
    }
    // An address that several have is nobody's.
    stage.change("UPDATE portal_user SET email = 'boss@acme.example', email_key = 'boss@acme.example' WHERE uid_key = 'clerk'").await;
    assert_eq!(list("email::boss@acme.example").await, 404);
});
