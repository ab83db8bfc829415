//! The Argus face, as its clients see it.

mod customers;
mod logo;
mod naive;
mod operations;
mod properties;
mod prune;
mod roles;
mod search;

use resource::Identities;
use resource::start::operator::{self, NewUser};
use serde_json::{Value, json};

use crate::support::{Answer, Client, Credentials, Portico, sql};

/// What everybody may do who may do everything that is done here, short of seeing every customer.
pub const EVERYTHING: &[&str] = &[
    "ADMIN_GET_CUSTOMER",
    "ADMIN_LIST_CUSTOMERS",
    "ADMIN_UPDATE_CUSTOMER",
    "ADMIN_CREATE_CUSTOMER",
    "ADMIN_ACTIVATE_CUSTOMER",
    "ADMIN_DEACTIVATE_CUSTOMER",
    "ADMIN_MOVE_CUSTOMER",
    "ADMIN_PRUNE_CUSTOMER_DATA",
    "ADMIN_MANAGE_PROPERTY_DESCRIPTORS",
];

/// A client of the face.
#[derive(Debug, Clone)]
pub struct Argus {
    url: String,
    key: Option<String>,
    client: Client,
}

impl Argus {
    /// One that sends this key.
    pub fn with_key(portico: &Portico, key: Option<String>) -> Self {
        Self { url: portico.url.clone(), key, client: portico.client(Credentials::None) }
    }

    /// A request that is not sent yet; the path begins with that of the face.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, &format!("{}{path}", self.url));
        match &self.key {
            Some(key) => request.header("argus-api-key", key),
            None => request,
        }
    }

    /// Sends a request; its answer, which stands in the envelope.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let answer = self.client.send(request).await;
        check_envelope(&answer);
        answer
    }

    /// Sends a request whose answer may stand in no envelope.
    pub async fn raw(&self, request: reqwest::RequestBuilder) -> Answer {
        self.client.send(request).await
    }

    /// A request without a body, to where customers are administered.
    pub async fn call(&self, method: &str, path: &str) -> Answer {
        self.send(self.request(method, &format!("/customeradmin/v2{path}"))).await
    }

    /// A request with a body.
    pub async fn with(&self, method: &str, path: &str, body: &Value) -> Answer {
        let request = self.request(method, &format!("/customeradmin/v2{path}"));
        self.send(request.header("content-type", "application/json").body(body.to_string())).await
    }

    /// GET
    pub async fn get(&self, path: &str) -> Answer {
        self.call("GET", path).await
    }

    /// Makes a customer.
    pub async fn make(&self, name: &str, parent: &str, kind: &str) -> Value {
        let body = json!({"name": format!("The {name}"), "shortName": name, "parent": parent, "type": kind});
        self.with("POST", "/customer", &body).await.expect(201).json()["data"][0].clone()
    }
}

/// What holds of every answer in the envelope.
#[track_caller]
pub fn check_envelope(answer: &Answer) {
    assert_eq!(answer.header("content-type"), Some("application/json"), "{answer}");
    if answer.request.starts_with("HEAD") {
        return;
    }
    let json = answer.json();
    assert_eq!(json["responseCode"], answer.status, "{answer}");
    for count in ["limit", "offset", "count", "size"] {
        assert!(json[count].is_u64(), "{count} is missing in {answer}");
    }
    assert!(json["metaData"].is_object(), "{answer}");
    let messages = json["messages"].as_array().unwrap_or_else(|| panic!("no messages in {answer}"));
    assert_eq!(messages.is_empty(), answer.status < 400, "{answer}");
    for message in messages {
        let kind = message["type"].as_str().unwrap_or_default();
        assert!(["ACTION_ERROR", "FIELD_ERROR"].contains(&kind), "{answer}");
        assert_eq!(kind == "FIELD_ERROR", message["field"].is_string(), "{answer}");
        assert!(message["message"].as_str().is_some_and(|text| !text.is_empty()), "{answer}");
        assert!(message["messageTemplate"].is_string() && message["timestamp"].is_i64(), "{answer}");
        assert!(message.get("parameter").is_some(), "{answer}");
    }
    if let Some(data) = json["data"].as_array() {
        assert_eq!(json["size"], data.len(), "{answer}");
    }
}

/// The fields that an answer complains about.
#[track_caller]
pub fn fields(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 412, "{answer}");
    let json = answer.json();
    let messages = json["messages"].as_array().expect("messages are a list");
    messages.iter().filter_map(|message| message["field"].as_str()).map(String::from).collect()
}

/// What an answer lists, each by its short name.
#[track_caller]
pub fn short_names(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{answer}");
    let json = answer.json();
    let data = json["data"].as_array().expect("data is a list");
    data.iter().map(|one| one["shortName"].as_str().expect("customers have a short name").to_owned()).collect()
}

/// The database of a service, as its operator has it.
pub async fn operator(portico: &Portico) -> Identities {
    let store = sql::store(&portico.database()).await;
    Identities::new(store, portico.world.handle(), &portico.url, b"the key of no server", Vec::new(), 1)
}

/// Makes a portal user of a customer, or a system user, with entitlements and a password if one is given.
pub async fn user(portico: &Portico, customer: Option<&str>, name: &str, entitlements: &[&str]) -> Argus {
    let operator = operator(portico).await;
    let new = NewUser {
        customer: customer.map(String::from),
        email: format!("{name}@example.org").parse().expect("it is an address"),
        uid: Some(name.parse().expect("it is a name")),
        mobile: None,
        password: None,
        groups: Vec::new(),
    };
    operator::create_user(&operator, new).await.expect("the user is made");
    for entitlement in entitlements {
        let insert = format!(
            "INSERT INTO portal_user_entitlement (user_id, entitlement_name) \
             SELECT id, '{entitlement}' FROM portal_user WHERE uid = '{name}'"
        );
        sql::execute(&portico.database(), &insert).await;
    }
    let (uuid, pair) = operator::create_user_key(&operator, name).await.expect("the key is made");
    operator.store().clone().close().await.expect("the database closes");
    Argus::with_key(portico, Some(format!("{uuid}/{}/{}", pair.key, pair.secret)))
}

/// A system user who may do everything and sees every customer.
pub async fn root(portico: &Portico) -> Argus {
    user(portico, None, "root", &[EVERYTHING, &["ADMIN_ALL_CUSTOMERS"]].concat()).await
}
