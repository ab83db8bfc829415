//! Customers: made, looked at, changed, put away, taken out again, moved.

use serde_json::{Value, json};

use super::{Argus, EVERYTHING, check_envelope, fields, root, short_names, user};
use crate::codings::{CODINGS, plain};
use crate::support::{Client, Credentials, Portico, each_database, link};

each_database!(a_customer_is_made_and_looked_at, async |portico: Portico| {
    let root = root(&portico).await;
    let body = json!({
        "name": "Northern Lights", "shortName": "Northern-Lights", "parent": "admin", "domain": "default",
        "language": "norwegian", "timeZone": "Europe/Berlin", "type": "GROUP",
        "excludeFromProduction": true, "networkBaseCustomer": false, "singleNetworkDomain": true,
    });
    let made = root.with("POST", "/customer", &body).await.expect(201).json();
    assert_eq!((&made["count"], &made["size"], &made["limit"]), (&json!(1), &json!(1), &json!(0)));
    let customer = &made["data"][0];
    assert_eq!(customer["name"], "Northern Lights");
    assert_eq!(customer["shortName"], "Northern-Lights");
    assert_eq!(customer["type"], "group");
    assert_eq!(customer["flags"], json!(["excludeFromProduction", "singleNetworkDomain"]));
    assert_eq!(customer["language"], "norwegian");
    assert_eq!(customer["timeZone"]["name"], "Europe/Berlin");
    assert!(customer["timeZone"]["description"].is_string());
    assert_eq!(customer["domain"], json!({"id": 1, "name": "default"}));
    assert_eq!(customer["parent"]["shortName"], "admin");
    assert_eq!(customer["createdByUser"]["shortName"], "root");
    assert_eq!(customer["createdByUser"]["type"], "user");
    assert_eq!(customer["createdByUser"]["customer"], Value::Null, "a system user belongs to nobody");
    assert_eq!(customer["createdTimestamp"], 1_767_225_600_000_i64, "milliseconds");
    assert_eq!((&customer["deletedTimestamp"], &customer["deletedByUser"]), (&Value::Null, &Value::Null));
    let id = customer["id"].as_i64().expect("a number");
    for name in [
        &id.to_string(),
        "northern-lights",
        "NORTHERN-LIGHTS",
        "northern-lights?domain=DEFAULT%20",
        "northern-lights?domain=1&x=y",
    ] {
        assert_eq!(root.get(&format!("/customer/{name}")).await.expect(200).json()["data"][0]["id"], id);
    }
    for name in ["nobody", "999999", "99999999999999999999", "northern-lights?domain=other", "%00", "%ff", "a%20b"] {
        root.get(&format!("/customer/{name}")).await.expect(404);
    }
    // The same customer in the Hydra face.
    assert_eq!(
        portico.admin().get(&format!("{}/customers/{id}", portico.url)).await.expect(200).json()["name"],
        "Northern-Lights"
    );
    let basic = root.send(root.request("GET", &format!("/customers/v2/customer/{id}"))).await.expect(200).json();
    assert_eq!((&basic["count"], &basic["size"]), (&json!(0), &json!(0)));
    assert_eq!(basic["data"]["language"], "norwegian", "one thing is an object here");
    assert_eq!(basic["data"]["parent"], Value::Null, "the model is the short one");
});

each_database!(what_is_wrong_with_a_new_customer_is_said_at_once, async |portico: Portico| {
    let root = root(&portico).await;
    let group = root.make("group", "1", "group").await;
    let leaf = root.make("leaf", "group", "leaf").await;
    let make = async |body: Value| root.with("POST", "/customer", &body).await;
    let right = json!({"name": "A", "shortName": "a", "parent": "group"});
    let with = |name: &str, value: Value| {
        let mut body = right.clone();
        body[name] = value;
        body
    };
    assert_eq!(fields(&make(json!({})).await), ["name", "shortName", "parent"]);
    for (name, value) in [
        ("name", json!("")),
        ("name", json!({})),
        ("name", json!("x".repeat(256))),
        ("shortName", json!("with space")),
        ("shortName", json!("12345")),
        ("shortName", json!("search")),
        ("shortName", json!("x".repeat(65))),
        ("parent", json!("nobody")),
        ("parent", json!("\u{0}")),
        ("parent", leaf["id"].clone()),
        ("parent", json!("999999")),
        ("language", json!("klingon")),
        ("timeZone", json!("Europe/Nowhere")),
        ("type", json!("branch")),
        ("domain", json!("nowhere")),
        ("excludeFromProduction", json!("true")),
        ("singleNetworkDomain", json!(true)),
        ("unheardOf", json!(1)),
    ] {
        assert_eq!(fields(&make(with(name, value.clone())).await), [name], "{value}");
    }
    let mut group_with_base = with("networkBaseCustomer", json!(true));
    group_with_base["type"] = json!("group");
    assert_eq!(fields(&make(group_with_base).await), ["networkBaseCustomer"]);
    let taken = make(with("shortName", json!("GROUP"))).await;
    assert_eq!(fields(&taken), ["shortName"], "a name that is taken is 412, and named as here");
    assert!(taken.json()["messages"][0]["message"].as_str().is_some_and(|text| text.starts_with("shortName is taken")));
    // Whatever is null is not there, and a number stands for the text that it is.
    let id = make(json!({"name": "A", "shortName": "a", "parent": group["id"], "domain": null, "type": null})).await;
    assert_eq!(id.expect(201).json()["data"][0]["type"], "leaf");
});

each_database!(a_change_says_only_what_changes, async |portico: Portico| {
    let root = root(&portico).await;
    let made = root.make("museum", "1", "leaf").await;
    portico.world.advance(chrono::Duration::seconds(5));
    let body = json!({
        "name": "Museum of Light", "language": "norwegian", "denySubmitForAnonymousUser": true, "allowGlobalData": true,
        "networkBaseCustomer": true, "dataDeleted": true, "timeZone": null,
    });
    let changed = root.with("PUT", "/customer/museum", &body).await.expect(200).json()["data"][0].clone();
    assert_eq!(changed["name"], "Museum of Light");
    assert_eq!(changed["shortName"], "museum");
    assert_eq!(changed["timeZone"], made["timeZone"]);
    let flags = ["customerDataDeleted", "networkBaseCustomer", "denySubmitForAnonymousUser", "allowGlobalData"];
    assert_eq!(changed["flags"], json!(flags));
    assert_eq!(changed["lastUpdatedByUser"]["shortName"], "root");
    assert_eq!(changed["lastUpdatedTimestamp"].as_i64(), made["createdTimestamp"].as_i64().map(|at| at + 5000));
    // A body that says nothing changes nothing; no body at all is no way to disable a customer.
    let same = root.with("PUT", "/customer/museum", &json!({})).await.expect(200).json()["data"][0].clone();
    assert_eq!(same, changed);
    let refused = root.call("PUT", "/customer/museum").await.expect(412).json();
    assert_eq!(refused["messages"][0]["messageTemplate"], "request.body.required");
    assert!(refused["messages"][0]["message"].as_str().is_some_and(|text| text.contains("/disable")));
    assert_eq!(root.get("/customer/museum").await.expect(200).json()["data"][0], changed);
    let renamed = root.with("PUT", "/customer/museum", &json!({"shortName": "light"})).await.expect(200).json();
    assert_eq!((&renamed["data"][0]["id"], &renamed["data"][0]["shortName"]), (&made["id"], &json!("light")));
    root.get("/customer/museum").await.expect(404);
    root.make("other", "1", "group").await;
    assert_eq!(fields(&root.with("PUT", "/customer/light", &json!({"shortName": "OTHER"})).await), ["shortName"]);
    assert_eq!(fields(&root.with("PUT", "/customer/light", &json!({"shortName": "123"})).await), ["shortName"]);
    assert_eq!(
        fields(&root.with("PUT", "/customer/other", &json!({"allowGlobalData": true})).await),
        ["allowGlobalData"]
    );
    assert_eq!(fields(&root.with("PUT", "/customer/light", &json!({"type": "group"})).await), ["type"]);
});

each_database!(a_disabled_customer_is_there_for_those_above_alone, async |portico: Portico| {
    let root = root(&portico).await;
    root.make("group", "1", "group").await;
    root.make("leaf", "group", "leaf").await;
    root.make("below", "group", "group").await;
    let inside = user(&portico, Some("leaf"), "inside", EVERYTHING).await;
    let above = user(&portico, Some("group"), "above", EVERYTHING).await;
    inside.get("/customer/leaf").await.expect(200);
    inside.call("PUT", "/customer/leaf/disable").await.expect(403);
    for body in [None, Some("{}")] {
        portico.world.advance(chrono::Duration::seconds(1));
        let request = above.request("PUT", "/customeradmin/v2/customer/leaf/disable");
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body),
            None => request,
        };
        let disabled = above.send(request).await.expect(200).json()["data"][0].clone();
        assert_eq!(disabled["flags"], json!(["disabled"]));
        assert_eq!(disabled["deletedTimestamp"], 1_767_225_601_000_i64, "the first time is kept");
        assert_eq!(disabled["deletedByUser"]["shortName"], "above");
    }
    inside.get("/customer/leaf").await.expect(401);
    assert_eq!(above.get("/customer/leaf").await.expect(200).json()["data"][0]["flags"], json!(["disabled"]));
    assert_eq!(short_names(&above.get("/customer").await), ["group", "below"]);
    let asked = json!({"includeFlags": ["deleted"]});
    assert_eq!(short_names(&above.with("POST", "/customer/search", &asked).await), ["leaf"]);
    // Nothing can be below what is disabled, and nothing comes back before what it lies below.
    above.call("PUT", "/customer/below/disable").await.expect(200);
    assert_eq!(fields(&root.with("PUT", "/customer/leaf/move", &json!({"parent": "below"})).await), ["parent"]);
    let taken = json!({"name": "Again", "shortName": "leaf", "parent": "group"});
    assert_eq!(fields(&root.with("POST", "/customer", &taken).await), ["shortName"], "the name stays taken");
    root.call("PUT", "/customer/group/disable").await.expect(200);
    assert_eq!(fields(&root.call("PUT", "/customer/leaf/reenable").await), ["parent"]);
    root.call("PUT", "/customer/group/reenable").await.expect(200);
    for _ in 0..2 {
        let back = above.call("PUT", "/customer/leaf/reenable").await.expect(200).json()["data"][0].clone();
        assert_eq!(
            (&back["flags"], &back["deletedTimestamp"], &back["deletedByUser"]),
            (&json!([]), &json!(null), &json!(null))
        );
    }
    inside.get("/customer/leaf").await.expect(200);
    root.call("PUT", "/customer/1/disable").await.expect(412);
});

each_database!(a_move_takes_a_customer_elsewhere_and_gives_nobody_anything, async |portico: Portico| {
    let root = root(&portico).await;
    for (name, parent, kind) in
        [("one", "1", "group"), ("other", "1", "group"), ("leaf", "one", "leaf"), ("below", "one", "group")]
    {
        root.make(name, parent, kind).await;
    }
    let go = async |actor: &Argus, name: &str, parent: &str| {
        actor.with("PUT", &format!("/customer/{name}/move"), &json!({"parent": parent})).await
    };
    let moved = go(&root, "leaf", "other").await.expect(200).json();
    assert_eq!(moved["data"][0]["parent"]["shortName"], "other");
    go(&root, "leaf", "other").await.expect(200);
    for (name, parent) in [("one", "one"), ("one", "below"), ("below", "leaf"), ("below", "nobody"), ("1", "one")] {
        assert_eq!(fields(&go(&root, name, parent).await), ["parent"], "{name} to {parent}");
    }
    assert_eq!(fields(&root.with("PUT", "/customer/leaf/move", &json!({})).await), ["parent"]);
    let there = user(&portico, Some("one"), "there", EVERYTHING).await;
    there.get("/customer/leaf").await.expect(404);
    let refused = go(&root, "leaf", "one").await;
    assert_eq!(fields(&refused), ["parent"]);
    assert_eq!(refused.json()["messages"][0]["messageTemplate"], "customer.move.grants.privileges");
    go(&there, "below", "other").await.expect(412);
});

each_database!(who_asks_is_known_by_a_key_or_a_session, async |portico: Portico| {
    let root = root(&portico).await;
    let nobody = Argus::with_key(&portico, None);
    let refused = nobody.get("/customer/1").await.expect(401);
    assert!(refused.header("www-authenticate").is_some());
    let key = root.key.clone().expect("it has a key");
    let parts: Vec<_> = key.split('/').collect();
    for wrong in [
        "my/api/key".to_owned(),
        String::new(),
        format!("{}/{}/{}", parts[1], parts[1], parts[2]),
        format!("{}/{}/wrong", parts[0], parts[1]),
        format!("{}/{}", parts[0], parts[1]),
        format!("{key}/more"),
    ] {
        Argus::with_key(&portico, Some(wrong)).get("/customer/1").await.expect(401);
    }
    // A customer's key signs in elsewhere; so does a user's key in another header.
    let admin = portico.admin();
    check_envelope(&admin.get(&format!("{}/customeradmin/v2/customer/1", portico.url)).await.expect(401));
    // The key is no other credential, and signs in no more once its user is gone.
    let basic = Client::new(&portico.url, Credentials::Bearer(key.clone()));
    basic.get(&format!("{}/customeradmin/v2/customer/1", portico.url)).await.expect(401);
    let session = root.send(root.request("GET", "/authentication/v1/session")).await.expect(200).json();
    assert_eq!(session["data"]["user"]["shortName"], "root");
    // Somebody in a session.
    let customers = link(&admin.walk(&[]).await.json(), "customers").to_owned();
    let museum = admin.post(&customers, &json!({"name": "museum", "displayName": "Museum"})).await.expect(201).json();
    let person = json!({"email": "a@museum.example", "uid": "a", "password": "correct horse battery"});
    admin.post(link(&museum, "portalUsers"), &person).await.expect(201);
    let token = portico.anonymous().sign_in("a", "correct horse battery").await.expect(200).json();
    let bearer = Client::new(&portico.url, Credentials::Bearer(link(&token, "access_token").into()));
    let session = bearer.get(&format!("{}/authentication/v1/session", portico.url)).await.expect(200).json();
    assert_eq!(session["data"]["user"]["customer"]["shortName"], "museum");
    assert_eq!(session["data"]["functions"], json!([]));
    crate::support::sql::execute(&portico.database(), "DELETE FROM portal_user WHERE uid = 'root'").await;
    root.get("/customer/1").await.expect(401);
});

each_database!(a_list_is_compressed_for_who_asks, async |portico: Portico| {
    let root = root(&portico).await;
    for name in ["one", "two", "three", "four"] {
        root.make(name, "admin", "leaf").await;
    }
    let ask = async |coding: &str| {
        let request = root.request("GET", "/customeradmin/v2/customer?sortBy=name");
        root.raw(request.header("accept-encoding", coding)).await.expect(200)
    };
    let whole = ask("identity").await;
    assert!(whole.body.len() > 1024 && whole.header("content-encoding").is_none(), "{whole}");
    for coding in CODINGS {
        let got = ask(coding).await;
        assert_eq!(got.header("content-encoding"), Some(coding), "{whole}");
        assert!(plain(coding, &got.body) == whole.body, "{coding}");
    }
});
