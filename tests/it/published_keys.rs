//! Issuers whose keys are where they publish them: looked at when the service starts, and never because of a token.

use std::sync::{Arc, Mutex};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use server::config::IssuerSettings;

use crate::support::binary::{Place, refused};
use crate::support::origin::{Asked, Origin, Reply};
use crate::support::{Credentials, Database, Portico, link};

/// Two keys of P-256, and what is published of them.
const KEYS: [(&str, &str, &str); 2] = [
    (
        "-----BEGIN PRIVATE KEY-----\n\
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBHLouKa/kIqnp590\n\
    8d03CTxdXK91XmhhIMETJkkvMsihRANCAAQD4HNW99fzGir87simt/TT6M+TJUpI\n\
    EEcwMW42wbz0VNcHKqHj36hfTWlt6ih2cxR35q125pwDD7yqU40GnvKY\n\
    -----END PRIVATE KEY-----",
        "A-BzVvfX8xoq_O7Iprf00-jPkyVKSBBHMDFuNsG89FQ",
        "1wcqoePfqF9NaW3qKHZzFHfmrXbmnAMPvKpTjQae8pg",
    ),
    (
        "-----BEGIN PRIVATE KEY-----\n\
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgTO4iAQ8uzK2Wxkxi\n\
    2ZRYksrQCkb2ztfN39A3UKWQwHqhRANCAATN+5+8ts9201fSG+cMg5Xtvz0fDed9\n\
    Wlx7r6yEoDpG94MJPFmSGvUBjss7h9WQEBVW6BNZpSLT3rggivMdVbAK\n\
    -----END PRIVATE KEY-----",
        "zfufvLbPdtNX0hvnDIOV7b89Hw3nfVpce6-shKA6Rvc",
        "gwk8WZIa9QGOyzuH1ZAQFVboE1mlItPeuCCK8x1VsAo",
    ),
];

fn published(index: usize, changes: Value) -> Value {
    let (_, x, y) = KEYS[index];
    let mut key =
        json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": index.to_string(), "x": x, "y": y});
    for (name, value) in changes.as_object().expect("an object") {
        key[name] = value.clone();
    }
    key
}

fn token(index: usize, kid: Option<&str>, issuer: &str, portico: &Portico) -> String {
    let key = EncodingKey::from_ec_pem(KEYS[index].0.as_bytes()).expect("it is a key");
    let header = Header { kid: kid.map(str::to_owned), ..Header::new(Algorithm::ES256) };
    let end = portico.world.handle().now().instant().timestamp() + 60;
    encode(&header, &json!({"iss": issuer, "sub": "one", "aud": "portico", "exp": end}), &key).expect("it is signed")
}

/// An issuer that answers what is in here, by path.
type Documents = Arc<Mutex<Vec<(&'static str, Reply)>>>;

fn issuer(documents: &Documents) -> Origin {
    let documents = Arc::clone(documents);
    Origin::serve(move |asked: &Asked| {
        let documents = documents.lock().expect("nobody panics");
        let found = documents.iter().find(|(path, _)| *path == asked.path);
        found.map_or(Reply::status(404), |(_, reply)| reply.clone())
    })
}

fn document(value: &Value) -> Reply {
    Reply::content(value.to_string().into_bytes())
}

fn settings(name: &str, keys_url: Option<String>) -> IssuerSettings {
    IssuerSettings {
        name: name.to_owned(),
        audience: Some("portico".into()),
        algorithm: "ES256".into(),
        discover: keys_url.is_none(),
        keys_url,
        ..IssuerSettings::default()
    }
}

async fn trusting(issuer: IssuerSettings) -> Portico {
    let portico = Portico::start_with_issuers(Database::Sqlite, vec![issuer]).await;
    let admin = portico.admin();
    let customer = admin.customer().await;
    let user = json!({"email": "one@example.org", "uid": "one"});
    let user = admin.post(link(&customer, "portalUsers"), &user).await.expect(201).json();
    admin.post(link(&user, "roles"), &json!({"name": "readonly"})).await.expect(201);
    portico
}

async fn asks(portico: &Portico, token: String) -> u16 {
    portico.client(Credentials::Bearer(token)).get(&format!("{}/customers/1", portico.url)).await.status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_good_that_is_signed_with_a_key_that_its_issuer_publishes() {
    let documents = Documents::default();
    let origin = issuer(&documents);
    for discovered in [false, true] {
        let set = json!({"keys": [published(0, json!({})), {"kty": "oct", "k": "AAAA"}, {"nonsense": 1}, "nonsense"]});
        let configuration = json!({"issuer": origin.url, "jwks_uri": format!("{}/keys", origin.url)});
        *documents.lock().expect("nobody panics") =
            vec![("/keys", document(&set)), ("/.well-known/openid-configuration", document(&configuration))];
        let keys_url = (!discovered).then(|| format!("{}/keys", origin.url));
        let portico = trusting(settings(&origin.url, keys_url)).await;
        let asked = origin.asked().len();
        assert_eq!(asks(&portico, token(0, Some("0"), &origin.url, &portico)).await, 200);
        assert_eq!(asks(&portico, token(0, None, &origin.url, &portico)).await, 200, "its name need not be told");
        assert_eq!(asks(&portico, token(0, Some("other"), &origin.url, &portico)).await, 401);
        assert_eq!(asks(&portico, token(1, Some("1"), &origin.url, &portico)).await, 401, "nobody has published it");
        assert_eq!(asks(&portico, token(1, Some("0"), &origin.url, &portico)).await, 401);
        assert_eq!(asks(&portico, token(0, Some("0"), "https://other.example", &portico)).await, 401);
        assert_eq!(origin.asked().len(), asked, "no token has anybody asked");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_a_key_for_it_is_none() {
    let documents = Documents::default();
    let origin = issuer(&documents);
    let sets = [
        json!({"keys": []}),
        json!({"keys": [published(0, json!({"use": "enc"}))]}),
        json!({"keys": [published(0, json!({"alg": "ES384"}))]}),
        json!({"keys": [published(0, json!({"crv": "P-384"}))]}),
        json!({"keys": "none"}),
        json!([published(0, json!({}))]),
    ];
    let replies = sets.iter().map(document).chain([
        Reply::status(500),
        Reply::redirect(format!("{}/elsewhere", origin.url)),
        Reply::content(vec![b' '; (1 << 20) + 1]),
    ]);
    for (index, reply) in replies.enumerate() {
        *documents.lock().expect("nobody panics") =
            vec![("/keys", reply), ("/elsewhere", document(&json!({"keys": [published(0, json!({}))]})))];
        // It starts all the same, and others sign in.
        let portico = trusting(settings(&origin.url, Some(format!("{}/keys", origin.url)))).await;
        assert_eq!(asks(&portico, token(0, Some("0"), &origin.url, &portico)).await, 401, "{index}");
    }
    // A document about somebody else, or that points where nobody is to be asked.
    for configuration in [
        json!({"issuer": "https://other.example", "jwks_uri": format!("{}/keys", origin.url)}),
        json!({"issuer": origin.url, "jwks_uri": "http://192.0.2.1/keys"}),
        json!({"issuer": origin.url}),
    ] {
        *documents.lock().expect("nobody panics") = vec![
            ("/.well-known/openid-configuration", document(&configuration)),
            ("/keys", document(&json!({"keys": [published(0, json!({}))]}))),
        ];
        let portico = trusting(settings(&origin.url, None)).await;
        assert_eq!(asks(&portico, token(0, Some("0"), &origin.url, &portico)).await, 401, "{configuration}");
    }
}

#[tokio::test]
async fn an_issuer_says_in_one_way_where_its_keys_are() {
    let place = Place::new(Database::Sqlite).await.expect("there is always SQLite");
    let file = place.data().with_extension("toml");
    for (lines, why) in [
        ("", "give one of"),
        ("keys_url = \"https://id.example/keys\"\ndiscover = true", "give one of"),
        ("keys_url = \"https://id.example/keys\"\nkey_file = \"/etc/hostname\"", "give one of"),
        ("keys_url = \"http://id.example/keys\"", "keys_url must be https"),
        ("keys_url = \"https://user:planted@id.example/keys\"", "keys_url must be https"),
        ("keys_url = \"https://id.example/keys\"\nalgorithm = \"HS256\"", "needs key_file"),
        ("discover = true\nname = \"an issuer\"", "begins with https"),
    ] {
        let has = |name: &str| lines.contains(&format!("{name} = "));
        let mut text = format!("[[issuer]]\n{lines}\n");
        for (name, usual) in [("name", "https://id.example"), ("algorithm", "ES256")] {
            if !has(name) {
                text += &format!("{name} = \"{usual}\"\n");
            }
        }
        std::fs::write(&file, text).expect("it can be written");
        let output = place.command().args(["config", "check", "--config"]).arg(&file).output().expect("it runs");
        refused(&output, why);
        assert!(!String::from_utf8_lossy(&output.stderr).contains("planted"), "{output:?}");
    }
}
