//! The list of customers: what it is filtered and sorted by, and what those are shown who do not see all.

use serde_json::{Value, json};

use super::stage::{Stage, Who, on_stage};
use crate::support::Database;

const ROOT: Who<'_> = Who::User("root");

/// The names on a page, in order.
async fn names(stage: &Stage, query: &str) -> Vec<String> {
    let page = stage.quietly(ROOT, "GET", &format!("/customers?{query}"), "").await.expect(200).json();
    let names = page["data"].as_array().expect("a list").iter();
    names.map(|item| item["cid"].as_str().expect("a name").to_owned()).collect()
}

async fn make(stage: &Stage, body: Value) -> Value {
    stage.quietly(ROOT, "POST", "/customers", &body.to_string()).await.expect(201).json()
}

async fn furnish(stage: &Stage) -> Value {
    let initech = make(
        stage,
        json!({
            "cid": "Initech", "customerAlias": "IT_100%", "customerName": "Éditions Initech", "eulaRevision": "Rev-A",
            "mfaMethod": "OTP", "allowPublicRegistration": "true", "adminEmails": ["one@x.example", "Two@x.example"],
            "customerDomains": ["*.initech.example"],
        }),
    )
    .await;
    make(
        stage,
        json!({
            "cid": "globex", "customerAlias": "ITx100y", "customerName": "Globex", "eulaRevision": "rev-b",
            "eulaAutomaticApproval": "true", "status": "active",
        }),
    )
    .await;
    stage.quietly(ROOT, "POST", "/customer/cid::globex/entitlement/ADMIN_GET_CUSTOMER", "").await.expect(204);
    let required = r#"{"organizations":["cid::ACME"],"revision":"7"}"#;
    stage.quietly(ROOT, "PUT", "/sla/eula/customers/revision", required).await.expect(204);
    stage.quietly(Who::User("boss"), "POST", "/sla/eula/customer/accept", "").await.expect(204);
    initech
}

on_stage!(every_attribute_can_be_asked_for, async |stage: Stage| {
    let initech = furnish(&stage).await;
    let (uuid, created) = (&initech["uuid"], &initech["recordCreated"]);
    let upper = uuid.as_str().expect("a uuid").to_uppercase();
    let approved = stage.quietly(ROOT, "GET", "/customer/cid::ACME", "").await.json();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let cases: &[(String, &[&str])] = &[
        ("cid:INITECH".into(), &["Initech"]),
        ("cid:I*H".into(), &["Initech"]),
        ("cid:*E*".into(), &["ACME", "globex", "Initech", "OTHER"]),
        ("cid:*".into(), &["ACME", "admin", "globex", "Initech", "OTHER"]),
        ("cid:".into(), &[]),
        (format!("uuid:{upper}"), &["Initech"]),
        (format!("uuid:{}*", &upper[..13]), &["Initech"]),
        // What LIKE would take for more than it says.
        ("customerAlias:it_100%25".into(), &["Initech"]),
        ("customerAlias:it_*".into(), &["Initech"]),
        ("customerAlias:it*00*".into(), &["globex", "Initech"]),
        ("customerName:%C3%89DITIONS*".into(), &["Initech"]),
        ("customerName:*limited,cid:a*".into(), &["ACME"]),
        ("eulaRevision:REV-*".into(), &["globex", "Initech"]),
        ("status:Active".into(), &["ACME", "admin", "globex", "OTHER"]),
        ("status:inactive".into(), &["Initech"]),
        ("mfaMethod:*".into(), &["Initech"]),
        ("mfaMethod:otp".into(), &["Initech"]),
        ("allowPublicRegistration:true".into(), &["Initech"]),
        ("eulaAutomaticApproval:TRUE".into(), &["globex"]),
        ("adminEmails:two@X.example".into(), &["Initech"]),
        ("adminEmails:boss@*".into(), &["ACME", "OTHER"]),
        ("adminEmails:*".into(), &["ACME", "Initech", "OTHER"]),
        ("customerDomains:*.initech.example".into(), &["Initech"]),
        ("entitlements:admin_get*".into(), &["globex"]),
        ("entitlements:customer_get_itself,cid:g*".into(), &["globex"]),
        (format!("recordCreated:{}", text(created)), &["Initech"]),
        (format!("recordUpdated:{}", text(&approved["recordUpdated"])), &["ACME"]),
        ("recordCreated:2026-01-01T00:00:0*".into(), &["ACME", "globex", "Initech", "OTHER"]),
        ("activationDate:*z,customerName:globex".into(), &["globex"]),
        (format!("recordCreator:{}", text(&initech["recordCreator"])), &["ACME", "globex", "Initech", "OTHER"]),
        (format!("recordUpdater:{}", text(&approved["recordUpdater"])), &["ACME"]),
        ("eulaOrgRequiredRevision:7".into(), &["ACME"]),
        ("eulaOrgApprovedRevision:7".into(), &["ACME"]),
        (format!("eulaOrgApprovedBy:{}", text(&approved["eulaOrgApprovedBy"])), &["ACME"]),
        (format!("eulaOrgApprovedDate:{}", text(&approved["eulaOrgApprovedDate"])), &["ACME"]),
    ];
    for (filter, expected) in cases {
        let mut found = names(&stage, &format!("filter={filter}")).await;
        // The first customer came to be with the service, in the same second as others.
        found.retain(|name| !filter.starts_with("recordCreated:2026") || name != "admin");
        assert_eq!(found, *expected, "{filter}");
    }
});

on_stage!(a_list_is_in_the_order_that_is_asked_for_and_in_parts, async |stage: Stage| {
    furnish(&stage).await;
    let all = ["ACME", "admin", "globex", "Initech", "OTHER"];
    assert_eq!(names(&stage, "").await, all, "by name, whatever the case of its letters");
    assert_eq!(names(&stage, "sort=-cid").await, all.iter().rev().copied().collect::<Vec<_>>());
    assert_eq!(names(&stage, "sort=status,-cid").await, ["OTHER", "globex", "admin", "ACME", "Initech"]);
    // What has no value comes last in either direction.
    assert_eq!(names(&stage, "sort=mfaMethod").await[0], "Initech");
    assert_eq!(names(&stage, "sort=-mfaMethod").await[0], "Initech");
    assert_eq!(names(&stage, "sort=-recordCreated&limit=2").await, ["globex", "Initech"]);
    for field in [
        "uuid",
        "customerAlias",
        "customerName",
        "eulaRevision",
        "allowPublicRegistration",
        "eulaAutomaticApproval",
        "activationDate",
        "recordUpdated",
        "recordCreator",
        "recordUpdater",
        "eulaOrgApprovedBy",
        "eulaOrgApprovedDate",
        "eulaOrgApprovedRevision",
        "eulaOrgRequiredRevision",
    ] {
        let (up, down) =
            (names(&stage, &format!("sort={field}")).await, names(&stage, &format!("sort=-{field}")).await);
        assert_eq!((up.len(), down.len()), (5, 5), "{field}");
    }
    assert_eq!(names(&stage, "limit=2&offset=1").await, ["admin", "globex"]);
    assert_eq!(names(&stage, "limit=0").await, Vec::<String>::new());
    assert_eq!(names(&stage, "offset=18446744073709551615").await, Vec::<String>::new());
});

on_stage!(whoever_does_not_see_all_is_shown_what_they_are_listed_for, async |stage: Stage| {
    let clerk = Who::User("clerk");
    let page = stage.quietly(clerk, "GET", "/customers?filter=cid:OTHER&sort=cid&limit=7", "").await.expect(200).json();
    assert_eq!(page["data"][0]["cid"], "ACME");
    assert_eq!(page["paging"], json!({"limit": 7, "offset": 0, "total": 1}));
    // What is made is listed, what is deleted is not.
    let body = r#"{"cid":"NEW","customerAlias":"new","customerName":"New","eulaRevision":"1"}"#;
    stage.quietly(clerk, "POST", "/customers", body).await.expect(201);
    let page = stage.quietly(clerk, "GET", "/customers", "").await.expect(200).json();
    assert_eq!(page["paging"]["total"], 2);
    stage.quietly(ROOT, "DELETE", "/customer/cid::NEW", "").await.expect(200);
    let page = stage.quietly(clerk, "GET", "/customers", "").await.expect(200).json();
    assert_eq!(page["paging"]["total"], 1);
    assert_eq!(stage.quietly(clerk, "GET", "/user/customers", "").await.expect(200).json()["paging"]["total"], 1);
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_may_let_everybody_see_all() {
    let open = |settings: &mut server::Settings| settings.restrict_customer_access = false;
    let mut stage = Stage::empty(Database::Sqlite, open).await.expect("it starts");
    stage.fill().await;
    let clerk = Who::User("clerk");
    stage.quietly(clerk, "GET", "/customer/cid::OTHER", "").await.expect(200);
    let page = stage.quietly(clerk, "GET", "/customers?filter=cid:O*", "").await.expect(200).json();
    assert_eq!(page["data"][0]["cid"], "OTHER");
    stage.quietly(clerk, "GET", "/customers?filter=lastName", "").await.expect(422);
}
