//! People, customers and programs that ask this face, and what is said between them.

mod people;
mod signing;
mod transcript;

pub use signing::{message, sign};

use std::collections::BTreeMap;

use chrono::Duration;
use serde_json::json;

use crate::support::{Answer, Client, Credentials, Database, Portico};

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
            key_file: Some(secret.path().into()),
            keys_url: None,
            discover: false,
            services: ["a program", "somebody unknown", "x"].map(String::from).into(),
            ..Default::default()
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
