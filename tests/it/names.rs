//! Names of customers: one rule, whoever asks; and never taken for a number.

use resource::start::bootstrap;
use resource::start::operator::{self, NewUser};
use serde_json::{Value, json};

use crate::support::binary::Place;
use crate::support::people::{PASSWORD, entitle};
use crate::support::{Client, Credentials, Database, Portico, each_database, link, sql};

const BAD: [&str; 14] =
    ["77", "007", "search", "Search", "admin", "v2", "V3", "~x", "x~y", "_x", "-x", ".x", "x y", "x/y"];
const GOOD: [&str; 6] = ["3com", "1-2", "searching", "x.y", "x_y-z", "vat"];

/// A system user who may make customers, for the two faces in plain JSON.
async fn maker(portico: &Portico) -> Client {
    let identities = portico.identities().await;
    let new = NewUser {
        customer: None,
        email: "maker@example.org".parse().expect("it is an address"),
        uid: None,
        mobile: None,
        password: Some(hydra::Value::parse(&json!(PASSWORD)).expect("it is a password")),
        groups: Vec::new(),
    };
    operator::create_user(&identities, new).await.expect("the user is made");
    for entitlement in [
        "ADMIN_ALL_CUSTOMERS",
        "ADMIN_GET_CUSTOMER",
        "ADMIN_LIST_CUSTOMERS",
        "ADMIN_CREATE_CUSTOMER",
        "ADMIN_UPDATE_CUSTOMER",
    ] {
        entitle(portico, "maker@example.org", entitlement).await;
    }
    let token = portico.anonymous().sign_in("maker@example.org", PASSWORD).await.expect(200).json();
    portico.client(Credentials::Bearer(link(&token, "access_token").into()))
}

each_database!(what_one_face_refuses_as_a_name_every_face_refuses, async |portico: Portico| {
    let (admin, maker) = (portico.admin(), maker(&portico).await);
    let customers = link(&admin.walk(&[]).await.json(), "customers").to_owned();
    let plain = async |path: &str, body: Value| {
        let request = maker.request("POST", &format!("{}{path}", portico.url));
        maker.send(request.header("content-type", "application/json").body(body.to_string())).await.status
    };
    let try_at = async |name: &str, face: usize| match face {
        0 => admin.post(&customers, &json!({"name": name, "displayName": "x"})).await.status,
        1 => plain("/customeradmin/v2/customer", json!({"name": "x", "shortName": name, "parent": "1"})).await,
        _ => {
            let alias = format!("alias of {name}");
            let body = json!({"cid": name, "customerAlias": alias, "customerName": "x", "eulaRevision": "1"});
            plain("/api/customers", body).await
        }
    };
    for name in BAD {
        for (face, status) in [400, 412, 422].into_iter().enumerate() {
            assert_eq!(try_at(name, face).await, status, "{name}");
        }
    }
    for name in GOOD {
        for face in 0..3 {
            assert_eq!(try_at(&format!("{name}{face}"), face).await, 201, "{name}");
        }
    }
    let url = format!("{}/customeradmin/v2/customer/3com0", portico.url);
    for name in BAD {
        let request = maker.request("PUT", &url).header("content-type", "application/json");
        maker.send(request.body(json!({"shortName": name}).to_string())).await.expect(412);
    }
});

#[tokio::test]
async fn the_command_line_and_seeds_refuse_it_too() {
    let place = Place::new(Database::Sqlite).await.expect("there is always SQLite");
    assert!(place.run(&["migrate"]).status.success());
    for name in BAD {
        let made = place.run(&["customer", "create", &format!("--name={name}"), "--display-name", "x"]);
        assert!(!made.status.success(), "{name}");
        let seed = json!({"customers": [{"name": name, "displayName": "x"}]}).to_string();
        assert!(resource::start::seed::Seed::parse(&seed).is_err(), "{name}");
    }
}

each_database!(a_number_is_never_a_name_that_was_taken_before, async |portico: Portico| {
    let (admin, maker) = (portico.admin(), maker(&portico).await);
    let entry = admin.walk(&[]).await.json();
    let body = json!({"name": "early", "displayName": "Early"});
    let early = admin.post(link(&entry, "customers"), &body).await.expect(201).json();
    let query = json!({"name": "all", "template": "s1=x"});
    admin.post(link(&early, "namedQueries"), &query).await.expect(201);
    let number: i64 = link(&early, "@id").rsplit('/').next().expect("an address has parts").parse().expect("a number");
    let next = number + 1;
    // It was made when names could be all digits.
    let rename = format!("UPDATE customer SET cid = '{next}', cid_key = '{next}' WHERE id = {number}");
    sql::execute(&portico.database(), &rename).await;
    let shown = async || {
        let url = format!("{}/customeradmin/v2/customer/{next}", portico.url);
        let answer = maker.get(&url).await;
        (answer.status, answer.json()["data"][0]["id"].clone())
    };
    assert_eq!(shown().await.0, 404, "there is no customer of this number");
    portico.anonymous().get(&format!("{}/iiif-resource/{next}/all", portico.url)).await.expect(404);
    let body = json!({"name": "late", "displayName": "Late"});
    let late = admin.post(link(&entry, "customers"), &body).await.expect(201).json();
    assert!(link(&late, "@id").ends_with(&format!("/{next}")));
    assert_eq!(shown().await, (200, json!(next)));
    let search = json!({"customer": [next.to_string(), number.to_string()]}).to_string();
    let request = maker.request("POST", &format!("{}/customeradmin/v2/customer/search", portico.url));
    let found = maker.send(request.header("content-type", "application/json").body(search)).await.expect(200).json();
    assert_eq!(found["count"], 2, "both, each by its number: {found}");
    // An operator is told.
    let told = bootstrap::misnamed(&portico.identities().await).await.expect("the database answers");
    let told: Vec<_> = told.into_iter().map(|(customer, name, _)| (customer.0, name)).collect();
    assert_eq!(told, [(number, next.to_string())]);
});
