//! How hypermedia is asked: at the end of links, where they are shown.

use serde_json::{Map, json};

use super::{Turn, Write};
use crate::faces::equivalence::cast::Request;
use crate::faces::equivalence::scene::Scene;

impl Write {
    pub(super) fn hydra(&self, scene: &Scene) -> Option<Request> {
        let path = |customer: usize| scene.customers[customer].path.clone();
        let named = |name: &str| Some(json!({"name": name}));
        match self {
            Self::Create { name, title, below, kind, is_active } => {
                let body = json!({"name": name, "displayName": title, "kind": kind});
                let at = below.map_or("/customers".into(), |below| scene.at(below, "children"));
                is_active.then(|| Request::new("POST", at, Some(body)))?
            }
            Self::Change { customer, settings, whole } => {
                let is_name = settings.iter().all(|(name, _)| *name == "displayName");
                let changed: Map<_, _> = settings.iter().map(|(name, value)| ((*name).into(), value.clone())).collect();
                let (at, shown) = match is_name {
                    true => (path(*customer), &scene.shown(*customer)["customer"]),
                    false => (scene.at(*customer, "administration"), &scene.shown(*customer)["administration"]),
                };
                let mut body = shown.as_object().filter(|_| *whole).cloned().unwrap_or_default();
                // What may be done with it is for the reader of a failure too long.
                body.remove("operation");
                body.extend(changed);
                Request::new(if *whole { "PUT" } else { "PATCH" }, at, Some(body.into()))
            }
            Self::Turn { customer, turn } => match turn {
                Turn::Activate => Request::new("POST", scene.at(*customer, "activation"), None),
                Turn::Deactivate => Request::new("DELETE", scene.at(*customer, "activation"), None),
                Turn::Disable => Request::new("POST", scene.at(*customer, "disable"), Some(json!({}))),
                Turn::Reenable => Request::new("POST", scene.at(*customer, "reenable"), Some(json!({}))),
            },
            Self::Move { customer, below } => {
                Request::new("POST", scene.at(*customer, "move"), Some(json!({"parent": scene.iri(&path(*below))})))
            }
            Self::Delete { customer } => Request::new("DELETE", path(*customer), None),
            Self::Grant { customer, kind, name } => Request::new("POST", scene.at(*customer, kind), named(name)),
            Self::Revoke { customer, kind, name } => {
                Request::new("DELETE", format!("{}/{name}", scene.at(*customer, kind)), None)
            }
            Self::Require { customer, revision } => {
                Request::new("PUT", scene.at(*customer, "eula"), Some(json!({"revision": revision})))
            }
            Self::Unset { customer } => Request::new("DELETE", scene.at(*customer, "eula"), None),
            Self::RequireOfAll { revision } => Request::new("PUT", "/eula", Some(json!({"revision": revision}))),
            Self::UnsetOfAll => Request::new("DELETE", "/eula", None),
            Self::Accept { person } => {
                let home = scene.people[*person].path.split("/portalUsers").next().unwrap_or_default();
                Request::by(*person, "POST", format!("{home}/eula"))
            }
            Self::MakePerson { home, body } => Request::new("POST", scene.at(*home, "portalUsers"), Some(body.clone())),
            Self::ChangePerson { person, body } => {
                Request::new("PATCH", scene.people[*person].path.clone(), Some(body.clone()))
            }
            Self::DeletePerson { person } => Request::new("DELETE", scene.people[*person].path.clone(), None),
            Self::GiveRole { person, role } => {
                Request::new("POST", format!("{}/roles", scene.people[*person].path), named(role))
            }
            Self::List { person, customer } => {
                Request::new("POST", format!("{}/customers", scene.people[*person].path), named(customer))
            }
            Self::Unlist { person, customer } => {
                let (person, customer) = (&scene.people[*person].path, scene.customers[*customer].id);
                Request::new("DELETE", format!("{person}/customers/{customer}"), None)
            }
            Self::Assign { customer, role, person: Some(person) } => {
                let body = json!({"role": role, "user": scene.iri(&scene.people[*person].path)});
                Request::new("PUT", format!("{}/{role}", scene.at(*customer, "userRoles")), Some(body))
            }
            Self::Assign { customer, role, person: None } => {
                Request::new("DELETE", format!("{}/{role}", scene.at(*customer, "userRoles")), None)
            }
            Self::Rename { .. } | Self::Relist { .. } => None,
        }
    }
}
