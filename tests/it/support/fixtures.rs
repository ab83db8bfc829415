//! What the loops over the classes need to know of each: where one is, and bodies that are right and wrong.

use serde_json::{Value, json};

use super::{Client, Credentials, Portico, link};

/// Two customers with people and keys, and everybody who can ask.
pub struct Scene {
    /// The administrator of the service.
    pub admin: Client,
    /// A key of the first customer.
    pub owner: Client,
    /// A key of the second customer.
    pub stranger: Client,
    /// Nobody.
    pub anonymous: Client,
    /// The first customer.
    pub customer: Value,
    /// The second customer.
    pub other: Value,
    /// A portal user of the first customer, who has a role.
    pub user: Value,
    /// A second portal user of the first customer.
    pub neighbour: Value,
    /// A key of the first customer that nobody uses.
    pub key: Value,
}

impl Scene {
    /// Sets it up, over HTTP.
    pub async fn set(portico: &Portico) -> Self {
        let admin = portico.admin();
        let customers = link(&admin.walk(&[]).await.json(), "customers").to_owned();
        let mut made = Vec::new();
        for (name, display_name) in [("first", "First Customer"), ("second", "Second Customer")] {
            let body = json!({"name": name, "displayName": display_name});
            made.push(admin.post(&customers, &body).await.expect(201).json());
        }
        let [customer, other] = made.try_into().expect("two were made");
        let owner = sign_in(portico, &admin, &customer).await;
        let stranger = sign_in(portico, &admin, &other).await;
        let users = link(&customer, "portalUsers");
        let user = owner.post(users, &json!({"email": "user@example.org"})).await.expect(201).json();
        owner.post(link(&user, "roles"), &json!({"name": "readonly"})).await.expect(201);
        let neighbour =
            owner.post(users, &json!({"email": "neighbour@example.org", "uid": "neighbour"})).await.expect(201).json();
        let key = owner.post(link(&customer, "keys"), &json!({})).await.expect(201).json();
        let anonymous = portico.anonymous();
        Self { admin, owner, stranger, anonymous, customer, other, user, neighbour, key }
    }

    /// A portal user of the first customer with this role, signed in.
    pub async fn portal_user(&self, portico: &Portico, name: &str, role: Option<&str>) -> Client {
        let email = format!("{name}@example.org");
        let body = json!({"email": email, "password": "correct horse battery"});
        let user = self.owner.post(link(&self.customer, "portalUsers"), &body).await.expect(201).json();
        if let Some(role) = role {
            self.owner.post(link(&user, "roles"), &json!({"name": role})).await.expect(201);
        }
        let token = portico.anonymous().sign_in(&email, "correct horse battery").await.expect(200).json();
        portico.client(Credentials::Bearer(token["access_token"].as_str().expect("a token").into()))
    }

    /// Where the loops find one resource of a class, and what they may send it.
    pub async fn of(&self, class: &str) -> Option<Item> {
        let item = match class {
            "EntryPoint" => Item::read_only(self.admin.walk(&[]).await.id()),
            "Customer" => Item {
                url: link(&self.customer, "@id").into(),
                absent: missing_customer(&self.customer),
                right: json!({"displayName": "Another Name"}),
                wrong: json!({"displayName": ""}),
                taken: None,
                removable: None,
                stuck: None,
            },
            "PortalUser" => Item {
                url: link(&self.user, "@id").into(),
                absent: missing_sibling(link(&self.user, "@id")),
                right: json!({"email": "user@example.org", "enabled": true}),
                wrong: json!({"email": "not an address"}),
                taken: Some(json!({"email": "NEIGHBOUR@example.org"})),
                removable: Some({
                    let body = json!({"email": "leaving@example.org"});
                    let users = link(&self.customer, "portalUsers");
                    self.owner.post(users, &body).await.expect(201).id()
                }),
                stuck: None,
            },
            "PortalRole" => {
                let roles = self.owner.walk(&["portalRoles"]).await.json();
                Item::read_only(link(&roles["member"][0], "@id").into())
            }
            "RoleGrant" => {
                let roles = self.owner.get(link(&self.user, "roles")).await.expect(200).json();
                let grant: String = link(&roles["member"][0], "grant").into();
                // The neighbour's grant is there to be removed.
                let granted = self.owner.post(link(&self.neighbour, "roles"), &json!({"name": "admin"})).await.json();
                Item { removable: Some(link(&granted, "grant").into()), ..Item::read_only(grant) }
            }
            "Key" => Item {
                removable: Some(self.owner.post(link(&self.customer, "keys"), &json!({})).await.expect(201).id()),
                stuck: Some({
                    let keys = self.admin.get(link(&self.admin.customer().await, "keys")).await.json();
                    link(&keys["member"][0], "@id").into()
                }),
                ..Item::read_only(link(&self.key, "@id").into())
            },
            "Queue" => Item {
                absent: format!("{}/queue", missing_customer(&self.customer)),
                ..Item::read_only(link(&self.customer, "queue").into())
            },
            _ => return None,
        };
        Some(item)
    }

    /// Where the loops find one collection, by the class that has the link and the link.
    pub async fn collection(&self, owner: &str, property: &str) -> Collected {
        let entry = self.admin.walk(&[]).await.json();
        let source = match owner {
            "EntryPoint" => &entry,
            "Customer" => &self.customer,
            "PortalUser" => &self.user,
            _ => panic!("where is a {owner}?"),
        };
        let url: String = link(source, property).into();
        let absent = match owner {
            "Customer" => Some(format!("{}/{property}", missing_customer(&self.customer))),
            "PortalUser" => Some(format!("{}/{property}", missing_sibling(link(&self.user, "@id")))),
            _ => None,
        };
        let (right, wrong, taken, again) = match (owner, property) {
            ("EntryPoint", "customers") => (
                json!({"name": "third", "displayName": "Third"}),
                json!({"name": "v2"}),
                Some(json!({"name": "FIRST", "displayName": "Again"})),
                None,
            ),
            ("Customer", "portalUsers") => (
                json!({"email": "new@example.org", "enabled": false, "mobile": "+442079460000"}),
                json!({"email": 7, "enabled": "perhaps"}),
                Some(json!({"email": "User@Example.Org"})),
                None,
            ),
            ("PortalUser", "roles") => {
                (json!({"name": "admin"}), json!({"name": "nobody"}), None, Some(json!({"name": "readonly"})))
            }
            _ => (json!({}), json!({}), None, None),
        };
        Collected { url, absent, right, wrong, taken, again }
    }
}

async fn sign_in(portico: &Portico, admin: &Client, customer: &Value) -> Client {
    let key = admin.post(link(customer, "keys"), &json!({})).await.expect(201).json();
    let text = |name: &str| key[name].as_str().expect("a new key has both halves").to_owned();
    portico.client(Credentials::Basic(text("key"), text("secret")))
}

/// One resource of a class.
#[derive(Debug, Clone)]
pub struct Item {
    /// Where it is.
    pub url: String,
    /// Where there is none.
    pub absent: String,
    /// A body that is right for PUT and PATCH.
    pub right: Value,
    /// A body that breaks a rule.
    pub wrong: Value,
    /// A body that takes what another has.
    pub taken: Option<Value>,
    /// Where one is that may be removed.
    pub removable: Option<String>,
    /// Where one is that cannot be removed, because something else stands in the way.
    pub stuck: Option<String>,
}

impl Item {
    fn read_only(url: String) -> Self {
        let absent = missing_sibling(&url);
        Self { url, absent, right: json!({}), wrong: json!({}), taken: None, removable: None, stuck: None }
    }
}

/// One collection.
#[derive(Debug, Clone)]
pub struct Collected {
    /// Where it is.
    pub url: String,
    /// The same collection of an owner that does not exist.
    pub absent: Option<String>,
    /// A body that makes a member.
    pub right: Value,
    /// A body that breaks a rule.
    pub wrong: Value,
    /// A body that takes what another has.
    pub taken: Option<Value>,
    /// A body that asks for what is so already.
    pub again: Option<Value>,
}

/// An address like this one at which there is nothing.
pub fn missing_sibling(url: &str) -> String {
    let (parent, last) = url.rsplit_once('/').expect("an address has parts");
    let absent = match last.len() {
        36 => "ffffffff-ffff-4fff-bfff-ffffffffffff",
        _ => "absent",
    };
    format!("{parent}/{absent}")
}

/// The address of a customer that does not exist.
pub fn missing_customer(customer: &Value) -> String {
    let (parent, _) = link(customer, "@id").rsplit_once('/').expect("an address has parts");
    format!("{parent}/999999")
}

/// An address like this one, at which something may be made.
pub fn unused_sibling(url: &str) -> String {
    let (parent, _) = url.rsplit_once('/').expect("an address has parts");
    format!("{parent}/eeeeeeee-eeee-4eee-beee-eeeeeeeeeeee")
}
