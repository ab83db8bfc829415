//! What people cannot tell apart is one: passwords, addresses, aliases and names, however their characters are put together.

use resource::start::operator;
use serde_json::{Value, json};

use crate::support::people::{entitle, person};
use crate::support::{Client, Credentials, Portico, each_database, link, sql};

/// Passwords of which each pair is one.
const PASSWORDS: [(&str, &str); 4] = [
    ("Çömlek-ñandú", "C\u{327}o\u{308}mlek-n\u{303}andu\u{301}"),
    ("open sesame", "open\u{a0}sesame"),
    ("한글 비밀번호 열쇠", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af} 비밀번호 열쇠"),
    ("Ångström-units", "\u{212b}ngstro\u{308}m-units"),
];

each_database!(a_password_is_one_however_it_is_typed, async |portico: Portico| {
    let admin = portico.admin();
    let customer = admin.customer().await;
    let users = link(&customer, "portalUsers");
    let sign_in = async |email: &str, password: &str| portico.anonymous().sign_in(email, password).await.status;
    for (index, (one, other)) in PASSWORDS.into_iter().enumerate() {
        let email = format!("user{index}@example.org");
        let user = admin.post(users, &json!({"email": email, "password": one})).await.expect(201).json();
        assert_eq!((sign_in(&email, one).await, sign_in(&email, other).await), (200, 200), "{one}");
        admin.patch(link(&user, "@id"), &json!({"password": other})).await.expect(205);
        assert_eq!((sign_in(&email, one).await, sign_in(&email, other).await), (200, 200), "{one}");
    }
    for (index, (one, other)) in
        [("password one", "Password one"), ("ﬁnal answer", "final answer"), ("two  blanks", "two blanks")]
            .into_iter()
            .enumerate()
    {
        let email = format!("other{index}@example.org");
        admin.post(users, &json!({"email": email, "password": one})).await.expect(201);
        assert_eq!((sign_in(&email, one).await, sign_in(&email, other).await), (200, 400), "{one}");
    }
    for bad in ["pass\tword", "pass\u{ad}word", "pass\u{200b}word", "seve\u{301}nx!"] {
        let body = json!({"email": "bad@example.org", "password": bad});
        assert_eq!(admin.post(users, &body).await.expect(400).problem()["violations"][0]["propertyPath"], "password");
    }
    // Wherever one is asked for.
    let (pruner, _) =
        person(&portico, &admin, &customer, "pruner", &["CUSTOMER_READ", "ADMIN_PRUNE_CUSTOMER_DATA"]).await;
    let me = admin.members(users).await.into_iter().find(|user| user["email"] == "pruner@example.org").expect("a user");
    admin.patch(link(&me, "@id"), &json!({"password": PASSWORDS[0].0})).await.expect(205);
    drop(pruner);
    let token = portico.anonymous().sign_in("pruner@example.org", PASSWORDS[0].1).await.expect(200).json();
    let pruner = portico.client(Credentials::Bearer(link(&token, "access_token").into()));
    let authorise = format!("{}/data/pruneAuthorization", link(&customer, "@id"));
    pruner.post(&authorise, &json!({"password": PASSWORDS[0].1})).await.expect(200);
});

/// Addresses of which each pair is one.
const ADDRESSES: [(&str, &str); 5] = [
    ("josé@x.example", "jose\u{301}@x.example"),
    ("b@bücher.example", "b@xn--bcher-kva.example"),
    ("c@bücher.example", "C@BU\u{308}CHER.example"),
    ("d@faß.example", "D@xn--fa-hia.example"),
    ("É@y.example", "e\u{301}@Y.EXAMPLE"),
];

each_database!(an_address_is_one_however_it_is_spelt, async |portico: Portico| {
    const PASSWORD: &str = "correct horse battery";
    let admin = portico.admin();
    let customer = admin.customer().await;
    let users = link(&customer, "portalUsers");
    for (one, other) in ADDRESSES {
        let user = admin.post(users, &json!({"email": one, "password": PASSWORD})).await.expect(201).json();
        admin.post(users, &json!({"email": other})).await.expect(409);
        admin.patch(link(&user, "@id"), &json!({"email": other})).await.expect(205);
        for spelt in [one, other] {
            portico.anonymous().sign_in(spelt, PASSWORD).await.expect(200);
            for parameter in ["email", "q"] {
                let query = reqwest::Url::parse_with_params(users, [(parameter, spelt)]).expect("it is an address");
                let found = admin.get(query.as_str()).await.expect(200).json();
                assert_eq!(found["totalItems"], 1, "{parameter} {spelt}: {found}");
            }
        }
    }
    for bad in [
        ".a@x.example",
        "a.@x.example",
        "a..b@x.example",
        "a\u{ad}b@x.example",
        "a\u{200b}@x.example",
        "a@x\u{ad}y.example",
        "a b@x.example",
        "\"a\"@x.example",
        "a@x_y.example",
        "a@-x.example",
        "a@xn--zz--.example",
        "☠@x.example",
    ] {
        let said = admin.post(users, &json!({"email": bad})).await.expect(400).problem();
        assert_eq!(said["violations"][0]["propertyPath"], "email", "{bad}");
    }
    for apart in ["jose@x.example", "josé+1@x.example", "d@fass.example"] {
        admin.post(users, &json!({"email": apart})).await.expect(201);
    }
});

/// A system user who may do what is done below `/api` here.
async fn operator(portico: &Portico) -> Client {
    let identities = portico.identities().await;
    let new = operator::NewUser {
        customer: None,
        email: "operator@example.org".parse().expect("it is an address"),
        uid: None,
        mobile: None,
        password: Some(hydra::Value::parse(&json!(PASSWORDS[1].0)).expect("it is a password")),
        groups: Vec::new(),
    };
    operator::create_user(&identities, new).await.expect("the user is made");
    for entitlement in
        ["ADMIN_ALL_CUSTOMERS", "ADMIN_CREATE_CUSTOMER", "ADMIN_UPDATE_CUSTOMER", "ADMIN_LIST_USER_CUSTOMERS"]
    {
        entitle(portico, "operator@example.org", entitlement).await;
    }
    let token = portico.anonymous().sign_in("operator@example.org", PASSWORDS[1].1).await.expect(200).json();
    portico.client(Credentials::Bearer(link(&token, "access_token").into()))
}

async fn send(client: &Client, method: &str, url: &str, body: &Value) -> u16 {
    let request = client.request(method, url).header("content-type", "application/json");
    client.send(request.body(body.to_string())).await.status
}

each_database!(an_alias_and_a_name_are_one_however_they_are_spelt, async |portico: Portico| {
    let (admin, operator) = (portico.admin(), operator(&portico).await);
    let url = format!("{}/api/customers", portico.url);
    let create = async |name: &str, alias: &str| {
        let body = json!({"cid": name, "customerAlias": alias, "customerName": "x", "eulaRevision": "1"});
        send(&operator, "POST", &url, &body).await
    };
    for (index, (one, other)) in
        [("Café", "CAFE\u{301}"), ("Mill", " mill "), ("Old Mill", "old\u{a0} \u{3000}mill")].into_iter().enumerate()
    {
        assert_eq!(create(&format!("one{index}"), one).await, 201, "{one}");
        assert_eq!(create(&format!("other{index}"), other).await, 409, "{other}");
        assert_eq!(create(&format!("third{index}"), &format!("a third {index}")).await, 201);
        let third = format!("{}/api/customer/cid::third{index}", portico.url);
        assert_eq!(send(&operator, "PUT", &third, &json!({"customerAlias": other})).await, 409, "{other}");
    }
    for bad in ["a\u{ad}b", "a\u{202e}b", "a\u{200b}", "\u{feff}a"] {
        assert_eq!(create("bad", bad).await, 422, "{bad:?}");
    }
    let spaces = link(&admin.customer().await, "spaces").to_owned();
    admin.post(&spaces, &json!({"name": "Café"})).await.expect(201);
    admin.post(&spaces, &json!({"name": "CAFE\u{301}"})).await.expect(409);
    // Users are found by the other spelling, too.
    let users = link(&admin.customer().await, "portalUsers").to_owned();
    admin.post(&users, &json!({"email": ADDRESSES[1].0})).await.expect(201);
    let list = format!("{}/api/users/email::{}/customers", portico.url, ADDRESSES[1].1);
    assert_eq!(send(&operator, "GET", &list, &json!(null)).await, 200);
});

each_database!(what_was_there_goes_on_working_and_is_compared_like_the_rest, async |portico: Portico| {
    const PASSWORD: &str = "correct horse battery";
    let admin = portico.admin();
    let users = link(&admin.customer().await, "portalUsers").to_owned();
    let (one, other) = ("josé@x.example", "jose\u{301}@x.example");
    for email in ["first@x.example", "second@x.example", "third@x.example"] {
        admin.post(&users, &json!({"email": email, "password": PASSWORD})).await.expect(201);
    }
    // As it was kept before: in lower case, and no more than that.
    let database = portico.database();
    for (old, new) in [("first", one), ("second", other), ("third", "b@bücher.example")] {
        let sql =
            format!("UPDATE portal_user SET email = '{new}', email_key = '{new}' WHERE email = '{old}@x.example'");
        sql::execute(&database, &sql).await;
    }
    sql::execute(&database, "DELETE FROM seaql_migrations WHERE version = 'm0014_compared_texts'").await;
    portico.identities().await.store().migrate().await.expect("it migrates");
    portico.anonymous().sign_in("b@xn--bcher-kva.example", PASSWORD).await.expect(200);
    admin.post(&users, &json!({"email": "b@xn--bcher-kva.example"})).await.expect(409);
    // Of two that are one now, both are found; and either is found by name, where the password fits one alone.
    let query = reqwest::Url::parse_with_params(&users, [("q", "x.example")]).expect("it is an address");
    assert_eq!(admin.get(query.as_str()).await.expect(200).json()["totalItems"], 2);
    portico.anonymous().sign_in(other, PASSWORD).await.expect(400);
    let second = admin.members(&users).await.into_iter().find(|user| user["email"] == other).expect("it is there");
    admin.patch(link(&second, "@id"), &json!({"password": "another horse battery"})).await;
    portico.anonymous().sign_in(one, PASSWORD).await.expect(200);
});
