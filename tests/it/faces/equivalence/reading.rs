//! How each face shows a customer and a portal user: what is one thing in the model is several documents in each of them.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use serde_json::{Map, Value, json};

use super::cast::{Customer, Face, Person};
use super::fields::{last, set};
use super::scene::Scene;
use super::view::{Called, Faces};
use crate::support::{Answer, link};

/// Customers by their number, as Argus shows them.
pub type Found = BTreeMap<i64, Value>;

/// What belongs to a customer in hypermedia.
const PARTS: &[&str] = &[
    "administration",
    "activation",
    "eula",
    "entitlements",
    "effectiveEntitlements",
    "entitlementGroups",
    "effectiveEntitlementGroups",
    "children",
    "userRoles",
];

/// The body, unless there is no such thing.
fn body(answer: Answer) -> Option<Value> {
    (answer.status != 404).then(|| answer.expect(200).json())
}

fn members(page: &Value, name: &str) -> Vec<Value> {
    page[name].as_array().unwrap_or_else(|| panic!("no {name} in {page}")).clone()
}

/// A short representation says the same as the long one.
#[track_caller]
fn assert_part(short: &Value, long: &Value) {
    for (name, value) in short.as_object().expect("an object") {
        assert_eq!(Some(value), long.get(name), "{name} in {short} is not that in {long}");
    }
}

/// Whether Argus shows a customer as disabled.
pub fn is_disabled(one: &Value) -> bool {
    members(one, "flags").iter().any(|flag| flag == "disabled")
}

/// Whether Argus shows a customer as deleted: since when it is, as of a disabled one; but it is not marked as such.
pub fn is_deleted(one: &Value) -> bool {
    !one["deletedTimestamp"].is_null() && !is_disabled(one)
}

/// A customer in a list of Cloudentity.
pub fn item(items: &Value, customer: &Customer) -> Option<Value> {
    members(items, "data").into_iter().find(|item| item["uuid"] == *customer.uuid)
}

/// Hypermedia.
impl Scene {
    async fn part(&self, owner: &Value, name: &str) -> Value {
        let path = format!("{}?pageSize=500", self.path(link(owner, name)));
        self.look(Face::Hydra, &path).await.expect(200).json()
    }

    pub async fn listed_in_hydra(&self) -> BTreeSet<i64> {
        let page = self.part(&self.look(Face::Hydra, "/").await.expect(200).json(), "customers").await;
        assert!(page["view"]["next"].is_null(), "all are on one page");
        members(&page, "member").iter().filter_map(|one| last(&one["@id"]).as_str()?.parse().ok()).collect()
    }

    /// What of a customer tells that something has changed.
    pub async fn glance(&self, customer: &Customer) -> Option<Value> {
        let shown = body(self.look(Face::Hydra, &customer.path).await)?;
        let administration = self.part(&shown, "administration").await;
        Some(json!([shown, administration]))
    }

    pub async fn in_hydra(&self, customer: &Customer, called: &Called) -> Option<Value> {
        let shown = body(self.look(Face::Hydra, &customer.path).await)?;
        let parts = join_all(PARTS.iter().map(|name| self.part(&shown, name))).await;
        let parts: Map<_, _> = PARTS.iter().map(|name| (*name).to_owned()).zip(parts).collect();
        // Who is still there; the identity of whoever wrote is kept for good.
        let present = |name: &str| {
            let who = parts["administration"][name].as_str().map(String::from);
            who.filter(|who| called.values().any(|known| known == who))
        };
        // Whose home it is stands in the address of a portal user.
        let home = |user: &Value| user.as_str().and_then(|iri| self.path(iri).split('/').nth(2)).map(String::from);
        let held = members(&parts["userRoles"], "member");
        let roles = held.iter().map(|one| json!([one["role"], last(&one["user"]), home(&one["user"]), one["name"]]));
        let mut seen = json!({
            "roles": set(&roles.collect()),
            "present": {
                "createdBy": present("createdBy"), "updatedBy": present("updatedBy"), "disabledBy": present("disabledBy"),
            },
            "customer": shown,
        });
        seen.as_object_mut().expect("an object").extend(parts);
        Some(seen)
    }

    async fn person_in_hydra(&self, person: &Person, eula: Option<Value>) -> Option<Value> {
        let user = body(self.look(Face::Hydra, &person.path).await)?;
        let (roles, customers) = (self.part(&user, "roles").await, self.part(&user, "customers").await);
        let home = self.path(link(&user, "customer"));
        let home = self.customers.iter().find(|customer| customer.path == home).map(|customer| &customer.name);
        let short_name = user.get("uid").unwrap_or(&user["email"]).clone();
        Some(json!({
            "user": user, "roles": roles, "customers": customers, "home": home, "shortName": short_name, "eula": eula,
        }))
    }
}

/// Argus.
impl Scene {
    pub async fn search(&self, criteria: Value) -> Found {
        let asked = async |face| {
            let path = format!("{face}/customer/search");
            self.ask(Face::Argus, self.token(), "POST", &path, Some(&criteria)).await.expect(200).json()
        };
        let (whole, short) = (asked("/customeradmin/v2").await, asked("/customers/v2").await);
        assert_eq!(short["count"], whole["count"]);
        let (whole, short) = (members(&whole, "data"), members(&short, "data"));
        for (short, whole) in short.iter().zip(&whole) {
            assert_part(short, whole);
        }
        whole.into_iter().map(|one| (one["id"].as_i64().expect("a number"), one)).collect()
    }

    pub async fn in_argus(&self, customer: &Customer, found: &Found, called: &Called) -> Option<Value> {
        let path = format!("/customeradmin/v2/customer/{}", customer.id);
        let shown = body(self.look(Face::Argus, &path).await)?["data"][0].clone();
        assert_eq!(Some(&shown), found.get(&customer.id), "a search finds what there is");
        let is_child = |one: &&Value| one["parent"]["id"] == shown["id"] && !is_deleted(one);
        let children: Vec<_> = found.values().filter(is_child).map(|one| one["id"].clone()).collect();
        // Users are told by what they sign in with, not by their identity.
        let who = |user: &Value| match user["shortName"].as_str() {
            Some(name) => called.get(name).map_or_else(|| user.clone(), |uuid| json!(uuid)),
            None => Value::Null,
        };
        let held = self.look(Face::Argus, &format!("{path}/userroles")).await.expect(200).json();
        let roles = members(&held, "data").into_iter().map(|one| {
            let home = one["user"]["customer"]["id"].as_i64().map(|id| id.to_string());
            json!([one["role"], who(&one["user"]), home, one["user"]["name"]])
        });
        Some(json!({
            "roles": set(&roles.collect()),
            "children": children,
            "writers": {
                "createdByUser": who(&shown["createdByUser"]), "lastUpdatedByUser": who(&shown["lastUpdatedByUser"]),
                "deletedByUser": who(&shown["deletedByUser"]),
            },
            "customer": shown,
        }))
    }
}

/// Cloudentity, and what is there a second time.
impl Scene {
    pub fn listed_in_cloudentity(&self, items: &Value) -> BTreeSet<i64> {
        self.customers.iter().filter(|customer| item(items, customer).is_some()).map(|one| one.id).collect()
    }

    pub async fn in_cloudentity(&self, customer: &Customer, items: &Value) -> Option<Value> {
        let at = async |path: String| body(self.look(Face::Cloudentity, &path).await);
        let (path, twin) = (format!("/api/customer/{}", customer.uuid), format!("/api/sla/customer/{}", customer.uuid));
        let shown = at(path.clone()).await?;
        if let Some(item) = item(items, customer) {
            assert_part(&item, &shown);
        }
        let (entitlements, groups) = (at(format!("{path}/entitlements")), at(format!("{twin}/entitlementgroups")));
        Some(json!({"customer": shown, "entitlements": entitlements.await, "groups": groups.await}))
    }

    async fn person_in_cloudentity(&self, person: &Person, eula: Option<Value>) -> Option<Value> {
        let path = format!("/api/users/{}/customers", person.uuid);
        // A portal user is shown where their list has been changed. To take off what nobody is called changes nothing.
        let user = self.ask(Face::Cloudentity, self.token(), "DELETE", &format!("{path}/cid::nobody"), None).await;
        let customers = body(self.look(Face::Cloudentity, &format!("{path}?limit=1000")).await);
        Some(json!({"user": body(user)?, "customers": customers, "eula": eula}))
    }
}

/// All of them.
impl Scene {
    pub async fn person_in_each(&self, person: &Person) -> Faces {
        let own = async |face, path: &str| self.ask(face, person.token.as_ref(), "GET", path, None).await;
        let home = person.path.split("/portalUsers").next().unwrap_or_default();
        let hydra = own(Face::Hydra, &format!("{home}/eula")).await;
        let argus = own(Face::Argus, "/authentication/v1/session").await;
        let cloudentity = own(Face::Cloudentity, "/api/sla/eula/customer/status").await;
        let statuses = [&hydra, &argus, &cloudentity].map(|answer| answer.status);
        assert!(statuses == [200; 3] || statuses == [401; 3], "{} is signed in: {statuses:?}", person.email);
        let [hydra, argus, cloudentity] =
            [hydra, argus, cloudentity].map(|answer| (answer.status == 200).then(|| answer.json()));
        [
            self.person_in_hydra(person, hydra).await,
            argus.map(|session| session["data"].clone()),
            self.person_in_cloudentity(person, cloudentity).await,
        ]
    }
}
