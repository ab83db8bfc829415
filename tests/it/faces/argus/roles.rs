//! Who is responsible for what of a customer.

use serde_json::{Value, json};

use super::{EVERYTHING, fields, root, user};
use crate::support::{Answer, Portico, each_database};

fn roles(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.status, 200, "{answer}");
    let json = answer.json();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let data = json["data"].as_array().expect("a list");
    data.iter().map(|one| (text(&one["role"]), text(&one["user"]["shortName"]))).collect()
}

each_database!(each_role_is_one_users, async |portico: Portico| {
    let root = root(&portico).await;
    root.make("museum", "1", "leaf").await;
    root.make("other", "1", "leaf").await;
    let person = user(&portico, Some("museum"), "person", EVERYTHING).await;
    user(&portico, Some("other"), "stranger", &[]).await;
    assert_eq!(roles(&root.get("/customer/museum/userroles").await), []);
    let put =
        async |entries: Value| root.with("PUT", "/customer/museum/userroles", &json!({"userRoles": entries})).await;
    let role = |role: &str, user: Value| json!({"role": role, "user": user});
    let first =
        put(json!([role("technicalAccountManager", json!("Person")), role("logManager", json!("root@example.org"))]))
            .await;
    let both =
        [("logManager".to_owned(), "root".to_owned()), ("technicalAccountManager".to_owned(), "person".to_owned())];
    assert_eq!(roles(&first), both);
    assert_eq!(first.json()["data"][1]["user"]["customer"]["shortName"], "museum");
    // What is not named stays; null clears.
    let id = first.json()["data"][1]["user"]["id"].clone();
    assert_eq!(roles(&put(json!([role("logManager", id)])).await)[0].1, "person");
    assert_eq!(roles(&put(json!([role("logManager", Value::Null)])).await), both[1..]);
    for (entries, field) in [
        (json!([role("janitor", json!("person"))]), "userRoles[0].role"),
        (json!([role("logManager", json!("nobody"))]), "userRoles[0].user"),
        (json!([role("logManager", json!("person")), role("logManager", json!("person"))]), "userRoles[1].role"),
        (json!([{"user": "person"}]), "userRoles[0].role"),
        (json!([]), "userRoles"),
        (json!(["x"]), "userRoles[0]"),
    ] {
        assert!(fields(&put(entries.clone()).await).contains(&field.to_owned()), "{entries}");
    }
    // Whom one does not see, one cannot make responsible.
    let entry = json!({"userRoles": [role("tiManager", json!("stranger"))]});
    assert_eq!(fields(&person.with("PUT", "/customer/museum/userroles", &entry).await), ["userRoles[0].user"]);
    assert_eq!(roles(&root.get("/customer/museum/userroles").await), both[1..], "nothing was written");
    root.with("PUT", "/customer/other/userroles", &entry).await.expect(200);

    let found = async |query: &str| root.get(&format!("/userrole{query}")).await;
    assert_eq!(roles(&found("").await).len(), 2);
    assert_eq!(roles(&found("?customer=museum&domain=default").await), both[1..]);
    assert_eq!(roles(&found("?role=tiManager&role=logManager").await).len(), 1);
    assert_eq!(found("?user=stranger").await.json()["data"][0]["customer"]["shortName"], "other");
    assert_eq!(found("?limit=1&offset=1").await.json()["count"], 2);
    assert_eq!(fields(&found("?user=nobody").await), ["user[0]"]);
    let body = json!({"customer": ["other"], "limit": 10});
    assert_eq!(roles(&root.with("POST", "/userrole/search", &body).await).len(), 1);
    assert_eq!(roles(&person.get("/userrole").await).len(), 1, "of those customers alone that one sees");
});
