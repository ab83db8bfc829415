//! Tokens of an issuer that is trusted, on every face: what they must say, and who sends them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};
use server::config::{IssuerSettings, ServiceClaim};

use crate::support::people::entitle;
use crate::support::{Answer, Credentials, Database, Portico, link};

const ISSUER: &str = "https://sso.example/";
const SECRET: &[u8] = b"the secret of the issuer, long enough";

/// A service that trusts an issuer, with two customers and a user of the first.
struct Trusting {
    portico: Portico,
    customer: String,
    user: String,
    _secret: tempfile::NamedTempFile,
}

impl Trusting {
    async fn begin() -> Self {
        let secret = tempfile::NamedTempFile::new().expect("a file can be made");
        std::fs::write(secret.path(), SECRET).expect("it can be written");
        let issuer = IssuerSettings {
            name: ISSUER.into(),
            audience: Some("portico".into()),
            algorithm: "HS256".into(),
            key_file: Some(secret.path().into()),
            keys_url: None,
            discover: false,
            services: vec!["a program".into(), "one".into()],
            service_claim: Some(ServiceClaim { name: "kind".into(), value: "machine".into() }),
        };
        let portico = Portico::start_with_issuers(Database::Sqlite, vec![issuer]).await;
        let admin = portico.admin();
        let customers = admin.walk(&["customers"]).await.json();
        let make = async |name: &str| {
            admin.post(link(&customers, "@id"), &json!({"name": name, "displayName": name})).await.expect(201).json()
        };
        let (first, _) = (make("first").await, make("second").await);
        let user = json!({"email": "one@example.org", "uid": "one"});
        let user = admin.post(link(&first, "portalUsers"), &user).await.expect(201).json();
        admin.post(link(&user, "roles"), &json!({"name": "readonly"})).await.expect(201);
        let (customer, user) = (link(&first, "@id").to_owned(), link(&user, "@id").to_owned());
        Self { portico, customer, user, _secret: secret }
    }

    fn now(&self) -> i64 {
        self.portico.world.handle().now().instant().timestamp()
    }

    /// What a good token about the user says, changed: what is `null` here is left out.
    fn claims(&self, changes: Value) -> Value {
        let mut claims = json!({"iss": ISSUER, "aud": "portico", "sub": "one", "exp": self.now() + 60});
        for (name, value) in changes.as_object().expect("they are claims") {
            match value {
                Value::Null => drop(claims.as_object_mut().expect("they are claims").remove(name)),
                value => claims[name] = value.clone(),
            }
        }
        claims
    }

    async fn send(&self, method: &str, url: &str, token: &str, body: &str) -> Answer {
        let client = self.portico.client(Credentials::Bearer(token.into()));
        client.send(client.request(method, url).header("content-type", "application/json").body(body.to_owned())).await
    }

    /// What a token gets on each face.
    async fn statuses(&self, token: &str) -> [u16; 3] {
        let url = &self.portico.url;
        let mut statuses = [0; 3];
        for (at, url) in
            [self.customer.clone(), format!("{url}/authentication/v1/session"), format!("{url}/api/user/customer")]
                .iter()
                .enumerate()
        {
            statuses[at] = self.send("GET", url, token, "").await.status;
        }
        statuses
    }

    /// What a service gets where services are served.
    async fn as_service(&self, token: &str) -> u16 {
        let url = format!("{}/api/customer/cid::second", self.portico.url);
        self.send("GET", &url, token, "").await.status
    }
}

fn signed(header: &Value, claims: &str) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims));
    let key = EncodingKey::from_secret(SECRET);
    let signature = crypto::sign(message.as_bytes(), &key, Algorithm::HS256).expect("it can be signed");
    format!("{message}.{signature}")
}

fn token(claims: &Value) -> String {
    signed(&json!({"alg": "HS256"}), &claims.to_string())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_token_must_say_it_must_say_in_its_form_on_every_face() {
    let trusting = Trusting::begin().await;
    let now = trusting.now();
    let good = [
        json!({}),
        json!({"aud": ["mail", "portico"]}),
        json!({"exp": now + 9_999_999_999_i64}),
        json!({"exp": now as f64 + 0.25, "nbf": now as f64 - 0.5, "iat": 1.5}),
        json!({"nbf": now}),
    ];
    for changes in good {
        let token = token(&trusting.claims(changes.clone()));
        assert_eq!(trusting.statuses(&token).await, [200; 3], "{changes}");
    }
    for exp in ["1e400", "99999999999999999999", "1.8e9", &format!("{now}.001")] {
        let claims = trusting.claims(json!({"exp": "EXP"})).to_string().replace("\"EXP\"", exp);
        let token = signed(&json!({"alg": "HS256"}), &claims);
        assert_eq!(trusting.statuses(&token).await, [200; 3], "{exp}");
        // It is remembered until then, and not as over.
        assert_eq!(trusting.statuses(&token).await, [200; 3], "{exp}");
    }
    let mut bad = vec![
        json!({"iss": [ISSUER]}),
        json!({"iss": [ISSUER, "https://other.example/"]}),
        json!({"iss": ISSUER.trim_end_matches('/')}),
        json!({"exp": now}),
        json!({"exp": now as f64 - 0.25}),
        json!({"exp": -1}),
        json!({"nbf": now + 3600}),
        json!({"aud": "Portico"}),
        json!({"aud": "mail"}),
        json!({"aud": []}),
        json!({"aud": ["portico", 7]}),
        json!({"aud": ["portico", ["portico"]]}),
        json!({"aud": ["portico", "not a uri: at all"]}),
        json!({"aud": {"portico": true}}),
        json!({"sub": 7}),
        json!({"sub": "nobody"}),
        json!({"sub": "one\u{0}"}),
    ];
    bad.extend(["iss", "aud", "exp", "sub"].map(|name| json!({name: null})));
    bad.extend(["iss", "aud", "exp"].map(|name| json!({name: true})));
    bad.extend(["exp", "nbf"].map(|name| json!({name: "1795813600"})));
    for changes in bad {
        let claims = trusting.claims(changes.clone());
        assert_eq!(trusting.statuses(&token(&claims)).await, [401; 3], "{changes}");
        // Nor is it a service's, whatever makes it one; but a service need not say whom the token is about.
        let mut claims = claims;
        claims["kind"] = json!("machine");
        let whom_alone = changes.get("sub").is_some_and(|sub| !sub.is_number());
        let expected = if whom_alone { 200 } else { 401 };
        assert_eq!(trusting.as_service(&token(&claims)).await, expected, "{changes}");
    }
    let null = trusting.claims(json!({"aud": "NULL"})).to_string().replace("\"NULL\"", "null");
    assert_eq!(trusting.statuses(&signed(&json!({"alg": "HS256"}), &null)).await, [401; 3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_must_be_understood_or_is_something_else_is_none_on_any_face() {
    let trusting = Trusting::begin().await;
    let claims = trusting.claims(json!({})).to_string();
    let service = trusting.claims(json!({"sub": "a program"})).to_string();
    for header in [json!({"typ": "JWT"}), json!({"typ": "at+jwt"}), json!({"x": 1})] {
        let mut header = header;
        header["alg"] = json!("HS256");
        assert_eq!(trusting.statuses(&signed(&header, &claims)).await, [200; 3], "{header}");
    }
    for header in [
        json!({"crit": ["x"], "x": true}),
        json!({"crit": []}),
        json!({"crit": null}),
        json!({"crit": "b64", "b64": true}),
        json!({"typ": "logout+jwt"}),
        json!({"typ": "secevent+jwt"}),
        json!({"typ": "application/dpop+jwt"}),
        json!({"typ": "authorisation+jwt"}),
        json!({"typ": null}),
    ] {
        let mut header = header;
        header["alg"] = json!("HS256");
        assert_eq!(trusting.statuses(&signed(&header, &claims)).await, [401; 3], "{header}");
        assert_eq!(trusting.as_service(&signed(&header, &service)).await, 401, "{header}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_about_somebody_is_theirs_and_any_other_only_that_of_a_service_that_was_named() {
    let trusting = Trusting::begin().await;
    let agreement = format!("{}/api/sla/eula/global/revision", trusting.portico.url);
    let revise = async |token: &str| trusting.send("PUT", &agreement, token, r#"{"revision":"77"}"#).await.status;
    // Named by `sub`, by a claim, and by one of the claim's list.
    for changes in [
        json!({"sub": "a program"}),
        json!({"sub": "another", "kind": "machine"}),
        json!({"sub": null, "kind": ["x", "machine"]}),
    ] {
        let token = token(&trusting.claims(changes.clone()));
        assert_eq!((trusting.as_service(&token).await, revise(&token).await), (200, 204), "{changes}");
        // It is nobody elsewhere.
        assert_eq!(trusting.statuses(&token).await, [401; 3], "{changes}");
    }
    for changes in [
        json!({"sub": "another"}),
        json!({"sub": "A program"}),
        json!({"sub": "another", "kind": "Machine"}),
        json!({"sub": "another", "kind": ["machines"]}),
        json!({"sub": "another", "kind": {"machine": true}}),
        json!({"sub": null}),
    ] {
        let token = token(&trusting.claims(changes.clone()));
        assert_eq!((trusting.as_service(&token).await, revise(&token).await), (401, 401), "{changes}");
    }
    // The user is no service, by whatever the token says, and has the rights of the user.
    let uuid = trusting.user.rsplit('/').next().expect("an address has parts");
    for changes in [json!({}), json!({"sub": uuid}), json!({"sub": "ONE"}), json!({"kind": "machine"})] {
        let token = token(&trusting.claims(changes.clone()));
        assert_eq!(trusting.statuses(&token).await, [200; 3], "{changes}");
        assert_eq!((trusting.as_service(&token).await, revise(&token).await), (403, 403), "{changes}");
    }
    // With an entitlement they see what is theirs to see, and not more.
    entitle(&trusting.portico, "one@example.org", "ADMIN_GET_CUSTOMER").await;
    let about_user = token(&trusting.claims(json!({})));
    assert_eq!(trusting.as_service(&about_user).await, 404);
    // What has become of them holds there, too.
    let admin = trusting.portico.admin();
    admin.patch(&trusting.user, &json!({"enabled": false})).await.expect(205);
    assert_eq!((trusting.as_service(&about_user).await, revise(&about_user).await), (401, 401));
    assert_eq!(trusting.statuses(&about_user).await, [401; 3]);
    // Once the account is gone, the name is that of the service that was named so.
    admin.delete(&trusting.user).await;
    assert_eq!(trusting.as_service(&about_user).await, 200);
    assert_eq!(trusting.statuses(&about_user).await, [401; 3]);
}
