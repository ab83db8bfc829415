//! People, customers and programs that ask this face, and what is said between them.

use std::collections::BTreeMap;
use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration;
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use md5::{Digest, Md5};
use resource::bootstrap::{self, NewUser};
use resource::{Database as Opening, Durability, Identities, Store};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{Answer, Client, Credentials, Database, Portico, sql};

pub const PASSWORD: &str = "correct horse battery";
/// The host that requests are signed for.
pub const HOST: &str = "api.example.org";
/// An issuer that the service trusts.
pub const ISSUER: &str = "https://sso.example";
const ISSUER_SECRET: &[u8] = b"the secret of the issuer, long enough";

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub enum Who<'a> {
    /// Nobody.
    Nobody,
    /// Somebody with a session, in the header of this face.
    User(&'a str),
    /// The same, with a Bearer token.
    Bearer(&'a str),
    /// A service with a token about somebody.
    Service(&'a str),
    /// A customer that signs.
    Customer(&'a str),
    /// Somebody with headers of their own.
    With(&'a [(&'a str, &'a str)]),
}

/// A Portico with an audience.
pub struct Stage {
    pub portico: Portico,
    client: Client,
    /// What comes after `/api`: nothing, or `/sla`.
    pub prefix: &'static str,
    tokens: BTreeMap<String, String>,
    keys: BTreeMap<String, (String, String)>,
    known: Vec<(String, String)>,
    page: &'static str,
    /// What was said, by page.
    pub pages: BTreeMap<&'static str, String>,
}

impl Stage {
    /// A stage with nobody on it. None where there is no such database on this machine.
    pub async fn empty(database: Database, change: impl FnOnce(&mut server::Settings)) -> Option<Self> {
        let secret = tempfile::NamedTempFile::new().expect("a file can be made");
        std::fs::write(secret.path(), ISSUER_SECRET).expect("it can be written");
        let issuer = server::config::IssuerSettings {
            name: ISSUER.into(),
            audience: None,
            algorithm: "HS256".into(),
            key_file: secret.path().into(),
        };
        let settings = |settings: &mut server::Settings| {
            settings.issuer = vec![issuer];
            settings.public_hosts = Some(HOST.into());
            change(settings);
        };
        let portico = Portico::start_with(database, settings, |_| {}).await?;
        let client = portico.client(Credentials::None);
        let (tokens, keys, pages) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Some(Self { portico, client, prefix: "", tokens, keys, known: Vec::new(), page: "", pages })
    }

    /// A stage with root, who may do everything and belongs to nobody; with ACME and OTHER, two active customers that root
    /// has made; with clerk, who may do what is not core and is listed for ACME alone; with boss, who belongs to ACME, may
    /// look at it and make keys for it; and with guest, who belongs to ACME and may do nothing.
    pub async fn set(database: Database) -> Option<Self> {
        let mut stage = Self::empty(database, |_| {}).await?;
        stage.fill().await;
        Some(stage)
    }

    /// Puts everybody on the stage.
    pub async fn fill(&mut self) {
        self.user("root", None, &["SUPER_ADMIN"]).await;
        for name in ["ACME", "OTHER"] {
            let body = json!({
                "cid": name,
                "customerAlias": format!("{}-alias", name.to_lowercase()),
                "customerName": format!("{name} Limited"),
                "eulaRevision": "1",
                "status": "active",
                "adminEmails": [format!("boss@{}.example", name.to_lowercase())],
            });
            self.ask(Who::User("root"), "POST", "/customers", &body.to_string()).await.expect(201);
        }
        self.user("clerk", None, &[]).await;
        self.user("boss", Some("ACME"), &["SELF_USER_ENTITLEMENT_GROUP"]).await;
        self.user("guest", Some("ACME"), &[]).await;
        self.grant("clerk", "NOT core").await;
        self.grant("boss", "name LIKE 'ADMIN_%_CUSTOMER_API_KEY'").await;
        self.ask(Who::User("root"), "POST", "/users/uid::clerk/customers", "\"cid::ACME\"").await.expect(204);
    }

    /// Begins a page.
    pub fn page(&mut self, name: &'static str) {
        self.page = name;
    }

    /// Says something on the page that is not sent to anybody.
    pub fn say(&mut self, text: &str) {
        if !self.page.is_empty() {
            let _ = writeln!(self.pages.entry(self.page).or_default(), "# {text}\n");
        }
    }

    /// Makes a portal user, as an operator does it, and signs them in.
    pub async fn user(&mut self, name: &str, customer: Option<&str>, groups: &[&str]) {
        let settings = Opening { url: self.portico.database(), connections: 1, durability: Durability::Normal };
        let store = Store::open(&settings).await.expect("the database opens");
        let identities = Identities::new(store.clone(), self.portico.world.handle(), "tests", b"", Vec::new(), 1);
        let email = format!("{name}@{}.example", customer.unwrap_or("system").to_lowercase());
        let new = NewUser {
            customer: customer.map(String::from),
            email: email.parse().expect("it is an address"),
            uid: Some(name.parse().expect("it is a name")),
            mobile: None,
            password: Some(hydra::Value::parse(&Value::from(PASSWORD)).expect("it is a password")),
            groups: groups.iter().map(|group| group.parse().expect("it is a name")).collect(),
        };
        bootstrap::create_user(&identities, new).await.expect("the user is made");
        store.close().await.expect("the database closes");
        self.sign_in(name).await;
    }

    /// Signs a portal user in, anew if they were.
    pub async fn sign_in(&mut self, name: &str) {
        let token = self.client.sign_in(name, PASSWORD).await.expect(200).json();
        self.tokens.insert(name.into(), token["access_token"].as_str().expect("a token").into());
    }

    /// Grants entitlements to a portal user, as an operator does it: those for which a condition holds.
    pub async fn grant(&self, name: &str, which: &str) {
        let statement = format!(
            "INSERT INTO portal_user_entitlement (user_id, entitlement_name) \
             SELECT portal_user.id, entitlement.name FROM portal_user, entitlement WHERE uid_key = '{name}' AND {which} \
             ON CONFLICT DO NOTHING"
        );
        let statement = statement.replace("AND name", "AND entitlement.name");
        sql::execute(&self.portico.database(), &statement).await;
    }

    /// Changes the database behind the back of the service.
    pub async fn change(&self, statement: &str) {
        sql::execute(&self.portico.database(), statement).await;
    }

    /// Gives a customer a key to sign with, through a portal user of it.
    pub async fn key(&mut self, customer: &str, user: &str) {
        let key = self.ask(Who::User(user), "PUT", "/user/customer/apiKey", "").await.expect(200).json();
        let key = key["customerApiKey"].as_str().expect("a key").to_owned();
        let path = format!("/customer/cid::{customer}");
        let record = self.quietly(Who::User("root"), "GET", &path, "").await.expect(200).json();
        self.keys.insert(customer.into(), (record["uuid"].as_str().expect("a uuid").into(), key));
    }

    /// The token of somebody.
    pub fn token(&self, name: &str) -> &str {
        &self.tokens[name]
    }

    /// The identity of a portal user.
    pub async fn tell_of(&self, name: &str) -> String {
        let (path, named) = (format!("/users/uid::{name}/customers"), [("prefer", "return=representation")]);
        let list = self.quietly(Who::User("root"), "GET", &path, "").await.expect(200).json();
        let listed: Vec<_> = list["data"].as_array().expect("a list").iter().map(|item| &item["cid"]).collect();
        let user = self.send(Who::User("root"), "PUT", &path, &json!(listed).to_string(), &named).await.expect(200);
        user.json()["uuid"].as_str().expect("a uuid").to_owned()
    }

    /// The identity and the key of a customer.
    pub fn signer(&self, name: &str) -> (&str, &str) {
        let (uuid, key) = &self.keys[name];
        (uuid, key)
    }

    /// Asks, and lets the page say so.
    pub async fn ask(&mut self, who: Who<'_>, method: &str, path: &str, body: &str) -> Answer {
        self.tell(who, method, path, body, &[]).await
    }

    /// Asks with more headers.
    pub async fn tell(&mut self, who: Who<'_>, method: &str, path: &str, body: &str, more: &[(&str, &str)]) -> Answer {
        let answer = self.send(who, method, path, body, more).await;
        self.write(who, method, path, body, more, &answer);
        answer
    }

    /// Asks, and says it nowhere.
    pub async fn quietly(&self, who: Who<'_>, method: &str, path: &str, body: &str) -> Answer {
        self.send(who, method, path, body, &[]).await
    }

    async fn send(&self, who: Who<'_>, method: &str, path: &str, body: &str, more: &[(&str, &str)]) -> Answer {
        // The clock stands; what happens one after the other is to be seen to.
        self.portico.world.advance(Duration::seconds(1));
        let prefix = if path.starts_with("/sla/") { "" } else { self.prefix };
        let target = format!("/api{prefix}{path}");
        let mut request = self.client.request(method, &format!("{}{target}", self.portico.url));
        for (name, value) in self.headers(who, method, &target, body) {
            request = request.header(name, value);
        }
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        if !body.is_empty() {
            request = request.body(body.to_owned());
        }
        self.client.send(request).await
    }

    fn headers(&self, who: Who<'_>, method: &str, target: &str, body: &str) -> Vec<(String, String)> {
        let bearer = |token: &str| vec![("authorization".to_owned(), format!("Bearer {token}"))];
        match who {
            Who::Nobody => Vec::new(),
            Who::User(name) => vec![("token".into(), self.tokens[name].clone())],
            Who::Bearer(name) => bearer(&self.tokens[name]),
            Who::Service(about) => bearer(&self.service_token(about)),
            Who::With(headers) => headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            Who::Customer(name) => {
                let (uuid, key) = self.signer(name);
                let date = self.now().format("%a, %-d %b %Y %H:%M:%S +0000").to_string();
                sign(uuid, key, &message(method, body, &date, &format!("{HOST}{target}")), &date)
            }
        }
    }

    /// The time of the service.
    pub fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.portico.world.handle().now().instant()
    }

    /// A token of the issuer that is trusted, about somebody.
    pub fn service_token(&self, about: &str) -> String {
        let claims = json!({"iss": ISSUER, "sub": about, "exp": self.now().timestamp() + 60});
        let key = EncodingKey::from_secret(ISSUER_SECRET);
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).expect("it can be signed")
    }

    fn write(&mut self, who: Who<'_>, method: &str, path: &str, body: &str, more: &[(&str, &str)], answer: &Answer) {
        if self.page.is_empty() {
            return;
        }
        let (shown, prefix) = if path.starts_with("/sla/") { (path, "/api") } else { (path, "/api[/sla]") };
        let mut text = format!("{method} {prefix}{shown}\n");
        let mut line = |name: &str, value: &str| text += &format!("{name}: {value}\n");
        match who {
            Who::Nobody => {}
            Who::User(name) => line("token", &format!("<session of {name}>")),
            Who::Bearer(name) => line("authorization", &format!("Bearer <session of {name}>")),
            Who::Service(about) => line("authorization", &format!("Bearer <token of {ISSUER} about {about}>")),
            Who::Customer(name) => line("x-orchis-authorization, -date, -request", &format!("<signed by {name}>")),
            Who::With(headers) => headers.iter().for_each(|(name, value)| line(name, value)),
        }
        more.iter().for_each(|(name, value)| line(name, value));
        if !body.is_empty() {
            let _ = write!(text, "\n{body}\n");
        }
        let _ = writeln!(text, "\n{}", answer.status);
        for name in ["allow", "content-type", "location", "preference-applied", "retry-after", "www-authenticate"] {
            if let Some(value) = answer.header(name) {
                let _ = writeln!(text, "{name}: {value}");
            }
        }
        if !answer.body.is_empty() {
            let _ = write!(text, "\n{}\n", String::from_utf8_lossy(&answer.body));
        }
        let text = self.canonical(&text);
        let page = self.pages.entry(self.page).or_default();
        let _ = write!(page, "{text}\n----\n\n");
    }

    /// The same with identities and keys by the order in which they are met: they are random.
    fn canonical(&mut self, text: &str) -> String {
        let mut canonical = text.to_owned();
        for found in identities(text) {
            if !self.known.iter().any(|(known, _)| *known == found) {
                let number = self.known.len() + 1;
                self.known.push((found, format!("00000000-0000-4000-8000-{number:012}")));
            }
        }
        for (known, name) in &self.known {
            canonical = canonical.replace(known, name);
        }
        if let Some((before, rest)) = canonical.split_once("\"customerApiKey\":\"") {
            let after = rest.split_once('"').map_or("", |(_, after)| after);
            canonical = format!("{before}\"customerApiKey\":\"<43 characters>\"{after}");
        }
        canonical
    }
}

/// What is signed for a request without a body and without a query.
pub fn message(method: &str, body: &str, date: &str, target: &str) -> String {
    let digest: String = Md5::digest(body.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    format!("{method}\n{digest}\n{date}\n{path}\n{query}")
}

/// The headers of a signed request.
pub fn sign(uuid: &str, key: &str, message: &str, date: &str) -> Vec<(String, String)> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any key will do");
    mac.update(message.as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    vec![
        ("x-orchis-authorization".into(), format!("orchis-hmac {uuid}:{signature}")),
        ("x-orchis-date".into(), date.into()),
        ("x-orchis-request".into(), STANDARD.encode(message)),
    ]
}

/// The UUIDs in a text.
fn identities(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at + 36 <= letters.len() {
        let part: String = letters[at..at + 36].iter().collect();
        let is_identity = part.is_ascii() && part.matches('-').count() == 4 && uuid::Uuid::try_parse(&part).is_ok();
        if is_identity {
            found.push(part);
        }
        at += if is_identity { 36 } else { 1 };
    }
    found
}

/// A test that is played on a stage, on both databases: `on_stage!(name, async |stage: Stage| { … })`.
macro_rules! on_stage {
    ($name:ident, $body:expr) => {
        mod $name {
            #[expect(clippy::allow_attributes, reason = "not every test uses what is around it")]
            #[allow(unused_imports)]
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let stage = Stage::set(crate::support::Database::Sqlite).await.expect("it starts");
                crate::faces::cloudentity::stage::play(stage, $body).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some(stage) = Stage::set(crate::support::Database::Postgres).await else { return };
                crate::faces::cloudentity::stage::play(stage, $body).await;
            }
        }
    };
}
pub(crate) use on_stage;

/// Plays on a stage.
pub async fn play(stage: Stage, body: impl AsyncFnOnce(Stage)) {
    body(stage).await;
}

/// The code of a failure, which has this status.
#[track_caller]
pub fn code(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{answer}");
    assert_eq!(answer.header("content-type"), Some("application/json"), "{answer}");
    let body = answer.json();
    assert!(body["message"].as_str().is_some_and(|message| message.len() > 10), "{answer}");
    body["code"].as_str().unwrap_or_else(|| panic!("no code in {answer}")).to_owned()
}
