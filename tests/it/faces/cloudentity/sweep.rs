//! What holds of every operation, at each of its paths.

use cloudentity::{Act, Operation, ServiceScope, paths};
use hydra::Method;

use super::stage::{Stage, Who, code, on_stage};

/// A path with its variables filled in.
fn filled(path: &str, customer: &str) -> String {
    path.trim_start_matches("/api")
        .replace("{id}", customer)
        .replace("{name}", "ADMIN_GET_CUSTOMER")
        .replace("{group}", "SELF_USER_ENTITLEMENT_GROUP")
        .replace("{identifier}", "uid::boss")
        .replace("{customerCid}", "cid::ACME")
}

/// A body that is right.
fn body(act: Act) -> &'static str {
    match act {
        Act::UpdateCustomer => "{}",
        Act::CreateCustomer => r#"{"cid":"SWEPT","customerAlias":"swept","customerName":"Swept","eulaRevision":"1"}"#,
        Act::GrantGroup => r#"{"group":"SELF_USER_ENTITLEMENT_GROUP"}"#,
        Act::AddToUser => "\"cid::ACME\"",
        Act::ReplaceOfUser => "[]",
        Act::RequireEula => r#"{"organizations":["cid::ACME"],"revision":"2"}"#,
        Act::UnsetEula => r#"{"organizations":["cid::ACME"]}"#,
        Act::RequireGlobalEula => r#"{"revision":"2"}"#,
        _ => "",
    }
}

fn is_signed_only(operation: &Operation) -> bool {
    !operation.callers.user
}

fn cases() -> impl Iterator<Item = (String, &'static Operation)> {
    paths().map(|(_, path, operation)| (path, operation))
}

on_stage!(nobody_is_let_in_without_credentials_or_with_wrong_ones, async |stage: Stage| {
    let wrong: &[&[(&str, &str)]] = &[
        &[],
        &[("token", "nonsense")],
        &[("token", "")],
        &[("authorization", "Bearer nonsense")],
        &[("authorization", "Bearer a.b.c")],
        &[("authorization", "Basic MDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAxOmFkbWluaXN0cmF0b3Itb2YtdGVzdHM=")],
        &[("authorization", "Bearer")],
        &[("cookie", "token=nonsense")],
    ];
    for (path, operation) in cases() {
        for headers in wrong {
            let path = filled(&path, "cid::ACME");
            let answer = stage.quietly(Who::With(headers), operation.method.name(), &path, body(operation.act)).await;
            match is_signed_only(operation) {
                true => assert_eq!(code(&answer, 400), "Request.Invalid"),
                false => {
                    assert_eq!(code(&answer, 401), "Authentication.Unauthenticated");
                    assert!(answer.header("www-authenticate").is_some(), "{answer}");
                }
            }
        }
    }
});

on_stage!(half_a_signature_is_malformed_everywhere, async |stage: Stage| {
    for (path, operation) in cases() {
        let path = filled(&path, "cid::ACME");
        let who = Who::With(&[("x-orchis-request", "eA=="), ("token", stage.token("root"))]);
        let answer = stage.quietly(who, operation.method.name(), &path, body(operation.act)).await;
        assert_eq!(code(&answer, 400), "Request.Invalid");
    }
});

on_stage!(a_signature_is_good_only_where_customers_are_served, async |mut stage: Stage| {
    stage.key("ACME", "boss").await;
    for (path, operation) in cases().filter(|(_, operation)| !operation.callers.customer) {
        let path = filled(&path, "cid::ACME");
        let answer = stage.quietly(Who::Customer("ACME"), operation.method.name(), &path, body(operation.act)).await;
        assert_eq!(code(&answer, 401), "Authentication.Unauthenticated");
    }
});

on_stage!(who_is_not_entitled_is_refused_before_anything_is_looked_at, async |stage: Stage| {
    for (path, operation) in cases().filter(|(_, operation)| operation.callers.user && !operation.needs.is_empty()) {
        for customer in ["cid::ACME", "cid::NOBODY", "%FF"] {
            for body in [body(operation.act), "{"] {
                let path = filled(&path, customer);
                let answer = stage.quietly(Who::User("guest"), operation.method.name(), &path, body).await;
                assert_eq!(code(&answer, 403), "Authorization.Unauthorized");
            }
        }
    }
});

on_stage!(what_is_not_to_be_seen_is_not_there, async |stage: Stage| {
    for (path, operation) in cases().filter(|(path, _)| path.contains("{id}")) {
        let method = operation.method.name();
        let hidden = stage.quietly(Who::User("clerk"), method, &filled(&path, "cid::OTHER"), body(operation.act)).await;
        let absent =
            stage.quietly(Who::User("clerk"), method, &filled(&path, "cid::NOBODY"), body(operation.act)).await;
        assert_eq!(code(&hidden, 404), "Customer.NotFound");
        assert_eq!((hidden.body, hidden.status), (absent.body, absent.status));
        let visible = stage.quietly(Who::User("clerk"), method, &filled(&path, "cid::ACME"), body(operation.act)).await;
        assert!(visible.status < 300, "{visible}");
        if operation.act == Act::DeactivateCustomer {
            stage.quietly(Who::User("root"), "POST", "/customer/cid::ACME/activate", "").await.expect(204);
        }
        if operation.act == Act::DeleteCustomer {
            // The twin wants to delete it, too.
            let again = r#"{"cid":"ACME","customerAlias":"acme-alias","customerName":"x","eulaRevision":"1"}"#;
            stage.quietly(Who::User("clerk"), "POST", "/customers", again).await.expect(201);
        }
    }
});

on_stage!(what_is_malformed_is_said_to_be_so, async |stage: Stage| {
    let root = Who::User("root");
    for (path, operation) in cases().filter(|(_, operation)| operation.callers.user) {
        let method = operation.method.name();
        if path.contains('{') {
            for bad in ["%FF", "%00", "cid::%C3%28"] {
                let broken = path.trim_start_matches("/api").split('/');
                let broken: Vec<_> = broken.map(|part| if part.starts_with('{') { bad } else { part }).collect();
                let answer = stage.quietly(root, method, &broken.join("/"), body(operation.act)).await;
                assert_eq!(code(&answer, 400), "Request.Invalid");
            }
        }
        if !body(operation.act).is_empty() {
            let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
            for bad in ["", "{", "{}x", "nul", "7e9999", "{\"a\":1,}", "\u{0}", &deep] {
                let answer = stage.quietly(root, method, &filled(&path, "cid::ACME"), bad).await;
                assert_eq!(code(&answer, 400), "Request.Invalid", "{answer}");
            }
        }
        let long = format!("{}?x={}", filled(&path, "cid::ACME"), "x".repeat(5000));
        assert_eq!(code(&stage.quietly(root, method, &long, body(operation.act)).await, 400), "Request.Invalid");
    }
    let large = format!("\"{}\"", "x".repeat(2 << 20));
    assert_eq!(code(&stage.quietly(root, "POST", "/customers", &large).await, 400), "Request.Invalid");
});

on_stage!(services_get_what_the_table_says, async |stage: Stage| {
    for (path, operation) in cases().filter(|(_, operation)| operation.callers.user) {
        let path = filled(&path, "cid::OTHER");
        let service = Who::Service("somebody unknown");
        let answer = stage.quietly(service, operation.method.name(), &path, body(operation.act)).await;
        match operation.callers.service {
            ServiceScope::Trusted => assert!(answer.status < 300, "{answer}"),
            ServiceScope::Nobody => assert_eq!(code(&answer, 404), "User.NotFound"),
            ServiceScope::Refused => assert_eq!(code(&answer, 401), "Authentication.Unauthenticated"),
        }
    }
});

on_stage!(head_is_get_without_a_body_and_options_says_what_there_is, async |stage: Stage| {
    let root = Who::User("root");
    for (path, operation) in cases() {
        let path = filled(&path, "cid::ACME");
        let options = stage.quietly(Who::Nobody, "OPTIONS", &path, "").await.expect(204);
        let allow: Vec<_> = options.header("allow").expect("it says").split(", ").collect();
        assert!(allow.contains(&operation.method.name()), "{options}");
        let head = stage.quietly(root, "HEAD", &path, "").await;
        match (allow.contains(&"GET"), is_signed_only(operation)) {
            (true, false) => {
                let get = stage.quietly(root, "GET", &path, "").await;
                assert_eq!(head.status, get.status, "{head}");
                assert!(head.body.is_empty());
            }
            (true, true) => assert_eq!(head.status, 400, "{head}"),
            (false, _) => assert_eq!(head.status, 405, "{head}"),
        }
        assert!(operation.method != Method::Get || allow.contains(&"HEAD"), "{options}");
    }
});
