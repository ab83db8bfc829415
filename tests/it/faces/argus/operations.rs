//! What holds of every row of the table.

use ::argus::{ADMIN, AUTHENTICATION, Act, BASIC, OPERATIONS, Operation};
use hydra::Method;
use serde_json::{Value, json};

use super::{Argus, EVERYTHING, check_envelope, root, user};
use crate::support::nesting::{a_third, nest, values};
use crate::support::{Answer, Portico, each_database};

/// The path of an operation with these in the place of its variables.
fn path(operation: &Operation, customer: &str, key: &str, value: &str) -> String {
    operation.whole().replace("{idOrShortName}", customer).replace("{idOrKey}", key).replace("{idOrValue}", value)
}

async fn send(actor: &Argus, operation: &Operation, path: &str, body: Option<&str>) -> Answer {
    let request = actor.request(operation.method.name(), path);
    let request = match body {
        Some(body) => request.header("content-type", "application/json").body(body.to_owned()),
        None => request,
    };
    let answer = actor.raw(request).await;
    if operation.act != Act::Logo || answer.status != 200 {
        check_envelope(&answer);
    }
    answer
}

/// Whether an operation reads its body.
fn takes_body(operation: &Operation) -> bool {
    matches!(operation.method, Method::Post | Method::Put) && !matches!(operation.act, Act::Disable | Act::Reenable)
}

async fn scene(portico: &Portico) -> Argus {
    let root = root(portico).await;
    root.make("museum", "1", "leaf").await;
    root.make("elsewhere", "1", "leaf").await;
    let descriptor = json!({
        "key": "colour", "type": "enumType", "section": "look", "localizedDescriptions": {"english": "The colour"},
    });
    root.with("POST", "/propertydescriptor", &descriptor).await.expect(201);
    let entry = json!({
        "value": "red", "localizedValues": {"english": "Red"}, "localizedDescriptions": {"english": "Red"},
    });
    root.with("POST", "/propertydescriptor/colour/values", &entry).await.expect(201);
    root
}

each_database!(every_operation_refuses_who_may_not_and_what_is_wrong, async |portico: Portico| {
    let root = scene(&portico).await;
    let anonymous = Argus::with_key(&portico, None);
    let insider = user(&portico, Some("museum"), "insider", &[]).await;
    let stranger = user(&portico, Some("elsewhere"), "stranger", EVERYTHING).await;
    for operation in OPERATIONS {
        let name = format!("{} {}", operation.method.name(), operation.whole());
        let path = path(operation, "museum", "colour", "red");
        assert_eq!(send(&anonymous, operation, &path, None).await.status, 401, "{name}");
        if operation.needs.is_some() {
            let body = (operation.act == Act::Authorise)
                .then(|| json!({"operation": "pruneCustomerData", "context": {"customerID": 2}}).to_string());
            assert_eq!(send(&insider, operation, &path, body.as_deref()).await.status, 403, "{name}");
        }
        if operation.has_customer() {
            assert_eq!(send(&stranger, operation, &path, None).await.status, 404, "{name}");
            let nobody = self::path(operation, "nobody", "", "");
            assert_eq!(send(&root, operation, &nobody, None).await.status, 404, "{name}");
            let elsewhere = format!("{path}?domain=nowhere");
            assert_eq!(send(&root, operation, &elsewhere, None).await.status, 404, "{name}");
        }
        if takes_body(operation) {
            for (body, status) in
                [(None, 412), (Some("{"), 400), (Some("[]"), 412), (Some("7"), 412), (Some("{\"unheardOf\":1}"), 412)]
            {
                assert_eq!(send(&root, operation, &path, body).await.status, status, "{name} {body:?}");
            }
        }
    }
});

each_database!(nothing_that_is_sent_is_a_fault_of_the_server, async |portico: Portico| {
    let root = scene(&portico).await;
    let long = "x".repeat(5000);
    let names =
        ["%00", "%ff", "..%2F", "%20", "999999999999999999999999", "-1", "%C3%A4", "%E2%80%AE", "a'b", long.as_str()];
    let nasty = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e308),
        json!(u64::MAX),
        json!(""),
        json!("\u{0}"),
        json!("\u{202e}'; DROP TABLE customer; --"),
        json!(long),
        json!([]),
        json!([null]),
        json!([[]]),
        json!([{}]),
        json!({}),
        json!({"\u{0}": "\u{0}"}),
    ];
    let nasty: Vec<_> = nasty.iter().map(Value::to_string).chain(values()).collect();
    let members = [
        "name",
        "shortName",
        "parent",
        "domain",
        "language",
        "timeZone",
        "type",
        "excludeFromProduction",
        "image",
        "mimeType",
        "userRoles",
        "customer",
        "includeFlags",
        "keywords",
        "keywordFieldStrategy",
        "properties",
        "subCriteria",
        "limit",
        "offset",
        "sortBy",
        "key",
        "section",
        "sectionIndex",
        "localizedNames",
        "localizedDescriptions",
        "localizedValues",
        "defaultValue",
        "schema",
        "uiSchema",
        "readFunction",
        "value",
        "user",
        "role",
        "operation",
        "context",
        "authorization",
        "password",
        "ancestor",
        "dataDeleted",
    ];
    let good = |answer: &Answer| assert!(answer.status < 500 && answer.status != 409, "{answer}");
    for (turn, operation) in OPERATIONS.iter().enumerate() {
        for name in names {
            good(&send(&root, operation, &path(operation, name, name, name), None).await);
        }
        // By its number, which nothing that is sent can change.
        let path = path(operation, "2", "colour", "red");
        let query = "?limit=%00&offset=9999999999999&sortBy=%00&parent=%00&keywords=%00&key=%00&name=%ff&section=%00&size=%00\
            &includeDefault=%00&token=%00&role=%00&user=%00&customer=%00&includeUnset=%00&a=%zz";
        good(&send(&root, operation, &format!("{path}{query}"), None).await);
        for parameter in query.trim_start_matches('?').split('&') {
            good(&send(&root, operation, &format!("{path}?{}", parameter.trim()), None).await);
        }
        if takes_body(operation) {
            for value in a_third(turn, nasty.iter()) {
                let said = members.map(|member| format!("\"{member}\":{value}"));
                for body in said.iter().cloned().chain([said.join(",")]) {
                    good(&send(&root, operation, &path, Some(&format!("{{{body}}}"))).await);
                }
            }
        }
    }
    let criteria = nest(60, r#"{"subCriteria":["#, "{}", "]}");
    root.with("POST", "/customer/search", &serde_json::from_str(&criteria).expect("it is JSON")).await.expect(412);
    root.get("/customer/2").await.expect(200);
});

each_database!(paths_and_methods_that_there_are_not_are_told_in_the_envelope, async |portico: Portico| {
    let root = root(&portico).await;
    for base in [ADMIN, BASIC, AUTHENTICATION] {
        for path in [base.to_owned(), format!("{base}/nothing"), format!("{base}/customer/1/nothing/more")] {
            let answer = root.send(root.request("GET", &path)).await.expect(404);
            assert_eq!(answer.json()["messages"][0]["messageTemplate"], "url.not.exist");
        }
    }
    let refused = root.call("DELETE", "/customer/1").await.expect(405);
    assert_eq!(refused.header("allow"), Some("GET, HEAD, PUT, OPTIONS"));
    root.send(root.request("PATCH", "/customers/v2/domain")).await.expect(405);
    let options = root.raw(root.request("OPTIONS", "/customeradmin/v2/customer/1/logo")).await.expect(204);
    assert_eq!(options.header("allow"), Some("GET, HEAD, PUT, OPTIONS"));
    root.send(root.request("HEAD", "/customeradmin/v2/customer/1")).await.expect(200);
    root.send(root.request("GET", "/customeradmin/v2/customer/1/")).await.expect(200);
    // The same addresses without the version are those of the Hydra face.
    assert!(
        portico.admin().get(&format!("{}/customers/v2", portico.url)).await.expect(404).json()["messages"].is_array()
    );
    portico.admin().get(&format!("{}/customers/1", portico.url)).await.expect(200);
});

/// Which test is about an operation.
const fn tested_in(act: Act) -> &'static str {
    match act {
        Act::Find | Act::Create | Act::Update | Act::Disable | Act::Reenable | Act::Move | Act::Session => "customers",
        Act::List | Act::Search => "search",
        Act::Prune | Act::Authorise | Act::Validate => "prune",
        Act::Logo | Act::PutLogo => "logo",
        Act::Roles | Act::PutRoles | Act::FindRoles | Act::SearchRoles => "roles",
        Act::Domains => "operations",
        _ => "properties",
    }
}

/// The rows of the table in `docs/faces.md`.
fn documented() -> String {
    let mut table = String::from("| operation | function | entitlements | Hydra | test |\n|--|--|--|--|--|\n");
    for operation in OPERATIONS {
        let (name, entitlements) = match operation.needs {
            Some(needs) => (needs.name.to_owned(), needs.entitlements.join(", ")),
            None => ("– (signed in)".to_owned(), "–".to_owned()),
        };
        table += &format!(
            "| `{} {}` | {name} | {entitlements} | `{}` | `argus::{}` |\n",
            operation.method.name(),
            operation.whole(),
            operation.hydra,
            tested_in(operation.act)
        );
    }
    table
}

#[test]
fn every_operation_is_documented() {
    let documents = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/faces.md");
    let text = std::fs::read_to_string(documents).expect("docs/faces.md is there");
    let table = documented();
    assert!(text.contains(&table), "docs/faces.md must have this table:\n{table}");
}

each_database!(domains_are_those_of_the_customers_that_are_seen, async |portico: Portico| {
    let root = root(&portico).await;
    for base in [ADMIN, BASIC] {
        let answer =
            root.send(root.request("GET", &format!("{base}/domain?offset=0&limit=25"))).await.expect(200).json();
        assert_eq!(answer["data"], json!([{"id": 1, "name": "default"}]));
        assert_eq!((&answer["limit"], &answer["count"]), (&json!(25), &json!(1)));
    }
    let nobody = user(&portico, None, "nobody", &[]).await;
    assert_eq!(nobody.get("/domain").await.expect(200).json()["data"], json!([]));
});
