//! How Cloudentity is asked: by identity or by name, at one place or its twin.

use serde_json::{Map, Value, json};

use super::{Setting, Turn, Write};
use crate::faces::equivalence::cast::Request;
use crate::faces::equivalence::scene::Scene;

/// The member of a body of Cloudentity; none where there is none for it.
fn in_cloudentity((name, value): &Setting) -> Option<(String, Value)> {
    let member = match *name {
        "displayName" => "customerName",
        "alias" => "customerAlias",
        "language" | "timeZone" | "flags" => return None,
        other => other,
    };
    let value = value.as_bool().map_or_else(|| value.clone(), |truth| json!(truth.to_string()));
    Some((member.into(), value))
}

impl Write {
    pub(super) fn cloudentity(&self, scene: &Scene) -> Option<Request> {
        // By identity or by name, at one place or its twin.
        let path = |customer: usize| {
            let customer = &scene.customers[customer];
            match customer.id % 2 {
                0 => format!("/api/customer/{}", customer.uuid),
                _ => format!("/api/sla/customer/cid::{}", customer.name),
            }
        };
        let list = |person: usize| format!("/api/users/email::{}/customers", scene.people[person].email);
        let named = |customer: usize| format!("cid::{}", scene.customers[customer].name);
        match self {
            Self::Create { name, title, below: None, kind: "leaf", is_active } => {
                let status = if *is_active { "active" } else { "inactive" };
                let body = json!({
                    "cid": name, "customerAlias": name, "customerName": title, "eulaRevision": "1", "status": status,
                });
                Request::new("POST", "/api/customers", Some(body))
            }
            Self::Change { customer, settings, .. } => {
                let body: Option<Map<_, _>> = settings.iter().map(in_cloudentity).collect();
                Request::new("PUT", path(*customer), Some(body?.into()))
            }
            Self::Turn { customer, turn: Turn::Activate } => {
                Request::new("POST", format!("{}/activate", path(*customer)), None)
            }
            Self::Turn { customer, turn: Turn::Deactivate } => {
                Request::new("DELETE", format!("{}/activate", path(*customer)), None)
            }
            Self::Delete { customer } => Request::new("DELETE", path(*customer), None),
            Self::Grant { customer, kind: "entitlements", name } => {
                Request::new("POST", format!("{}/entitlement/{name}", path(*customer)), None)
            }
            Self::Grant { customer, name, .. } => {
                Request::new("POST", format!("{}/entitlementgroups", path(*customer)), Some(json!({"group": name})))
            }
            Self::Revoke { customer, kind, name } => {
                let kind = if *kind == "entitlements" { "entitlement" } else { "entitlementgroups" };
                Request::new("DELETE", format!("{}/{kind}/{name}", path(*customer)), None)
            }
            Self::Require { customer, revision } => {
                let body = json!({"organizations": [named(*customer)], "revision": revision});
                Request::new("PUT", "/api/sla/eula/customers/revision", Some(body))
            }
            Self::Unset { customer } => {
                let body = json!({"organizations": [named(*customer)]});
                Request::new("DELETE", "/api/sla/eula/customers/revision", Some(body))
            }
            Self::RequireOfAll { revision } => {
                Request::new("PUT", "/api/sla/eula/global/revision", Some(json!({"revision": revision})))
            }
            Self::UnsetOfAll => Request::new("DELETE", "/api/sla/eula/global/revision", None),
            Self::Accept { person } => Request::by(*person, "POST", "/api/sla/eula/customer/accept"),
            Self::List { person, customer } => {
                Request::new("POST", list(*person), Some(json!(format!("cid::{customer}"))))
            }
            Self::Unlist { person, customer } => {
                Request::new("DELETE", format!("{}/{}", list(*person), named(*customer)), None)
            }
            Self::Relist { person, customers } => {
                let names = customers.iter().map(|customer| named(*customer));
                Request::new("PUT", list(*person), Some(names.collect()))
            }
            _ => None,
        }
    }
}
