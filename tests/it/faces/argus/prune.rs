//! Deleting the data of a customer takes an authorisation that is used once.

use serde_json::{Value, json};

use super::{Argus, EVERYTHING, check_envelope, fields, root, user};
use crate::support::{Answer, Client, Credentials, Portico, each_database, link, sql};

async fn authorise(actor: &Argus, customer: &Value, password: Option<&str>) -> Answer {
    let mut body = json!({"operation": "pruneCustomerData", "context": {"customerID": customer}});
    if let Some(password) = password {
        body["password"] = json!(password);
    }
    let request = actor.request("POST", "/authentication/v1/authorization");
    actor.send(request.body(body.to_string())).await
}

async fn token(actor: &Argus, customer: &Value) -> String {
    let made = authorise(actor, customer, None).await.expect(201).json();
    made["data"]["authorization"].as_str().expect("a token").to_owned()
}

async fn prune(actor: &Argus, base: &str, name: &str, token: &str) -> Answer {
    let request = actor.request("DELETE", &format!("{base}/customer/{name}/data?domain=default%20&token={token}"));
    actor.send(request).await
}

async fn images(portico: &Portico) -> i64 {
    sql::count(&portico.database(), "SELECT CAST(count(*) AS BIGINT) FROM image").await
}

each_database!(an_authorisation_is_used_once_and_for_one_thing, async |portico: Portico| {
    let root = root(&portico).await;
    let admin = portico.admin();
    let museum = root.make("museum", "1", "group").await;
    let below = root.make("below", "museum", "leaf").await;
    for (index, customer) in [&museum, &below].into_iter().enumerate() {
        let customer = admin.get(&format!("{}/customers/{}", portico.url, customer["id"])).await.expect(200).json();
        let spaces = link(&customer, "spaces").to_owned();
        let space = admin.post(&spaces, &json!({"name": "Photographs"})).await.expect(201).json();
        let listed: Vec<_> = (0..3)
            .map(|number| {
                json!({"id": format!("image-{number}"), "space": space["id"], "origin": "https://images.example/1.jpg"})
            })
            .collect();
        admin.post(link(&customer, "queue"), &json!({"member": listed})).await.expect(201);
        assert_eq!(images(&portico).await, 3 * (i64::try_from(index).unwrap() + 1));
    }
    let a = "/customeradmin/v2";
    let good = token(&root, &museum["id"]).await;
    // For another customer, by somebody else, damaged, of a session, too late: nothing of it is told apart.
    let other = user(&portico, Some("museum"), "other", EVERYTHING).await;
    let late = token(&root, &museum["id"]).await;
    let (middle, end) = (good.len() / 2, good.len() - 2);
    let damaged = format!(
        "{}{}{}",
        &good[..middle],
        if good.as_bytes()[middle] == b'A' { 'B' } else { 'A' },
        &good[middle + 1..end]
    );
    for (actor, name, token) in [
        (&root, "below", good.as_str()),
        (&other, "museum", good.as_str()),
        (&root, "museum", damaged.as_str()),
        (&root, "museum", "x"),
        (&root, "museum", ""),
    ] {
        let refused = prune(actor, a, name, token).await.expect(403).json();
        assert_eq!(refused["messages"][0]["messageTemplate"], "authorization.required");
    }
    // Nor does it sign anybody in.
    let bearer = Client::new(&portico.url, Credentials::Bearer(good.clone()));
    check_envelope(&bearer.get(&format!("{}{a}/customer/1", portico.url)).await.expect(401));
    bearer.get(&format!("{}/customers", portico.url)).await.expect(401);
    assert_eq!(images(&portico).await, 6);
    portico.world.advance(chrono::Duration::minutes(2));
    let pruned = prune(&root, "/customers/v2", "MUSEUM", &good).await.expect(200).json();
    assert_eq!(pruned["responseCode"], 200);
    assert_eq!(images(&portico).await, 3, "what lies below keeps its own");
    assert_eq!(sql::count(&portico.database(), "SELECT CAST(count(*) AS BIGINT) FROM batch").await, 1);
    let left = root.get("/customer/museum").await.expect(200).json()["data"][0].clone();
    assert_eq!((&left["flags"], &left["deletedTimestamp"]), (&json!([]), &Value::Null), "the customer stays as it is");
    prune(&root, a, "museum", &good).await.expect(403);
    portico.world.advance(chrono::Duration::minutes(4));
    prune(&root, a, "museum", &late).await.expect(403);
    // By number, at the other address.
    let again = token(&root, &json!(museum["id"].to_string())).await;
    prune(&root, a, &museum["id"].to_string(), &again).await.expect(200);
});

each_database!(an_authorisation_can_be_validated, async |portico: Portico| {
    let root = root(&portico).await;
    let museum = root.make("museum", "1", "leaf").await;
    let validate = async |body: Value| {
        let request = root.request("POST", "/authentication/v1/authorization/validate");
        root.send(request.body(body.to_string())).await
    };
    let good = token(&root, &museum["id"]).await;
    let body =
        json!({"authorization": good, "operation": "pruneCustomerData", "context": {"customerID": museum["id"]}});
    let with = |name: &str, value: Value| {
        let mut body = body.clone();
        body[name] = value;
        body
    };
    for wrong in [
        with("operation", json!("viewCustomers")),
        with("context", json!({"customerID": 1})),
        with("context", json!({"customerID": museum["id"], "more": 1})),
        with("authorization", json!("x")),
    ] {
        validate(wrong).await.expect(403);
    }
    assert_eq!(fields(&validate(json!({})).await), ["authorization", "operation"]);
    let again = with("allowReplay", json!(true));
    for _ in 0..2 {
        validate(again.clone()).await.expect(200);
    }
    let answer = validate(body.clone()).await.expect(200).json();
    assert_eq!(answer["data"]["context"]["customerID"], museum["id"]);
    validate(body.clone()).await.expect(403);
    validate(again.clone()).await.expect(200);
    portico.world.advance(chrono::Duration::minutes(6));
    validate(again).await.expect(403);
    validate({
        let mut body = with("allowExpired", json!(true));
        body["allowReplay"] = json!(true);
        body
    })
    .await
    .expect(200);
});

each_database!(whoever_has_a_password_proves_it_again, async |portico: Portico| {
    let root = root(&portico).await;
    let museum = root.make("museum", "1", "leaf").await;
    let wrong = json!({"operation": "viewCustomers", "context": {}});
    let request = root.request("POST", "/authentication/v1/authorization").body(wrong.to_string());
    assert_eq!(fields(&root.send(request).await), ["operation", "context.customerID"]);
    assert_eq!(fields(&authorise(&root, &json!(999_999), None).await), ["context.customerID"]);
    let reader = user(&portico, Some("museum"), "reader", &EVERYTHING[..2]).await;
    authorise(&reader, &museum["id"], None).await.expect(403);
    let person = user(&portico, Some("museum"), "person", EVERYTHING).await;
    let users = format!("{}/customers/{}/portalUsers", portico.url, museum["id"]);
    let admin = portico.admin();
    let all = admin.members(&users).await;
    let found = all.iter().find(|user| user["uid"] == "person").expect("the person is there");
    admin.patch(link(found, "@id"), &json!({"password": "correct horse battery"})).await.expect(205);
    assert_eq!(fields(&authorise(&person, &museum["id"], None).await), ["password"]);
    let guessed = authorise(&person, &museum["id"], Some("a wild guess")).await;
    assert_eq!(fields(&guessed), ["password"]);
    assert!(!String::from_utf8_lossy(&guessed.body).contains("guess"), "no password is said again: {guessed}");
    authorise(&person, &museum["id"], Some("correct horse battery")).await.expect(201);
    // Guessing comes to an end.
    let mut last = None;
    for _ in 0..10 {
        last = Some(authorise(&person, &museum["id"], Some("wrong")).await);
    }
    let last = last.expect("there was one").expect(429);
    assert!(last.header("retry-after").is_some());
});
