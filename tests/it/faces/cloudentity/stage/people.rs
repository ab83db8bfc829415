//! Portal users and what they may do, as an operator arranges it.

use resource::Identities;
use resource::start::operator::{self, NewUser};
use serde_json::Value;

use super::{PASSWORD, Stage, Who};
use crate::support::sql;

impl Stage {
    /// Makes a portal user, as an operator does it, and signs them in.
    pub async fn user(&mut self, name: &str, customer: Option<&str>, groups: &[&str]) {
        let store = sql::store(&self.portico.database()).await;
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
        operator::create_user(&identities, new).await.expect("the user is made");
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
}
