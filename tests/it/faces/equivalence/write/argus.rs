//! How Argus is asked: by number in paths, by name in bodies.

use serde_json::{Map, Value, json};

use super::{FLAGS, Setting, Turn, Write};
use crate::faces::equivalence::cast::Request;
use crate::faces::equivalence::scene::Scene;

/// The members of a body of Argus; none where there is none for it.
fn in_argus((name, value): &Setting) -> Option<Vec<(String, Value)>> {
    match *name {
        "displayName" => Some(vec![("name".into(), value.clone())]),
        "language" | "timeZone" => Some(vec![((*name).into(), value.clone())]),
        "flags" => {
            let is_set = |flag: &str| value.as_array().is_some_and(|flags| flags.iter().any(|set| set == flag));
            Some(FLAGS.iter().map(|(flag, member)| ((*member).into(), json!(is_set(flag)))).collect())
        }
        _ => None,
    }
}

impl Write {
    pub(super) fn argus(&self, scene: &Scene) -> Option<Request> {
        let path = |customer: usize| format!("/customeradmin/v2/customer/{}", scene.customers[customer].id);
        match self {
            Self::Create { name, title, below, kind, is_active: true } => {
                let parent = scene.customers[below.unwrap_or(0)].id;
                let body = json!({"name": title, "shortName": name, "parent": parent, "type": kind});
                Request::new("POST", "/customeradmin/v2/customer", Some(body))
            }
            Self::Rename { customer, name } => Request::new("PUT", path(*customer), Some(json!({"shortName": name}))),
            Self::Change { customer, settings, .. } => {
                let members: Option<Vec<_>> = settings.iter().map(in_argus).collect();
                let body: Map<_, _> = members?.into_iter().flatten().collect();
                Request::new("PUT", path(*customer), Some(body.into()))
            }
            Self::Turn { customer, turn: Turn::Disable } => {
                Request::new("PUT", format!("{}/disable", path(*customer)), Some(json!({})))
            }
            Self::Turn { customer, turn: Turn::Reenable } => {
                Request::new("PUT", format!("{}/reenable", path(*customer)), None)
            }
            Self::Move { customer, below } => {
                let body = json!({"parent": scene.customers[*below].name});
                Request::new("PUT", format!("{}/move", path(*customer)), Some(body))
            }
            Self::Assign { customer, role, person } => {
                let user = person.map(|person| scene.people[person].email.as_str());
                let body = json!({"userRoles": [{"role": role, "user": user}]});
                Request::new("PUT", format!("{}/userroles", path(*customer)), Some(body))
            }
            _ => None,
        }
    }
}
