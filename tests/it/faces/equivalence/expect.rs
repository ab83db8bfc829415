//! What is there once a write is done. The faces agree by then, so it is enough that one of them says so.

use serde_json::{Value, json};

use super::fields::{Field, OF_CUSTOMER, OF_PERSON, set};
use super::scene::Scene;
use super::view::{Faces, Views};
use super::write::{Turn, Write};
use crate::support::Answer;

/// Whose field it is.
#[derive(Debug, Clone, Copy)]
enum Of {
    Customer(usize),
    Person(usize),
}

/// What a field is like.
#[derive(Debug, Clone)]
enum Like {
    Is(Value),
    /// It has this member, or part of one.
    Has(String),
    Lacks(String),
}

/// What somebody who wrote can count on.
#[derive(Debug, Clone)]
pub struct Expectation {
    of: Of,
    field: &'static str,
    like: Like,
}

impl Expectation {
    /// Whether it has come true.
    #[track_caller]
    pub fn assert(&self, views: &Views, answer: &Answer) {
        let (faces, fields): (&Faces, &[Field]) = match self.of {
            Of::Customer(at) => (&views.customers[at], OF_CUSTOMER),
            Of::Person(at) => (&views.people[at], OF_PERSON),
        };
        let field = fields.iter().find(|field| field.name == self.field).expect("it is a field");
        let told = field.read(faces);
        let (_, value) = told.first().unwrap_or_else(|| panic!("nobody tells {self:?} after {answer}"));
        let text = value.to_string();
        let is_so = match &self.like {
            Like::Is(expected) => value == expected,
            Like::Has(part) => text.contains(part),
            Like::Lacks(part) => !text.contains(part),
        };
        assert!(is_so, "{self:?}, but it is {text} after {answer}");
    }
}

fn quoted(text: &str) -> String {
    json!(text).to_string()
}

impl Write {
    /// What is there once this has been done in a scene, which is as it was before.
    pub fn expected(&self, scene: &Scene) -> Vec<Expectation> {
        let of = |of: Of, field: &'static str, like: Like| Expectation { of, field, like };
        let is = |customer: &usize, field, value| of(Of::Customer(*customer), field, Like::Is(value));
        let new = scene.customers.len();
        match self {
            Self::Create { name, title, below, kind, is_active } => vec![
                is(&new, "name", json!(name)),
                is(&new, "displayName", json!(title)),
                is(&new, "alias", json!(name)),
                is(&new, "kind", json!(kind)),
                is(&new, "parent", json!(scene.customers[below.unwrap_or(0)].id)),
                is(&new, "active", json!(is_active)),
                is(&new, "createdBy", json!(scene.root)),
            ],
            Self::Rename { customer, name } => vec![is(customer, "name", json!(name))],
            Self::Change { customer, settings, .. } => {
                let value = |value: &Value| if value.is_array() { set(value) } else { value.clone() };
                settings.iter().map(|(field, to)| is(customer, field, value(to))).collect()
            }
            Self::Turn { customer, turn } => match turn {
                Turn::Activate => vec![is(customer, "active", json!(true)), is(customer, "disabled", json!(false))],
                Turn::Deactivate => vec![is(customer, "active", json!(false))],
                Turn::Disable => vec![is(customer, "disabled", json!(true)), is(customer, "active", json!(false))],
                Turn::Reenable => vec![is(customer, "disabled", json!(false))],
            },
            Self::Move { customer, below } => vec![is(customer, "parent", json!(scene.customers[*below].id))],
            Self::Grant { customer, kind, name } => {
                vec![of(Of::Customer(*customer), kind, Like::Has(quoted(name)))]
            }
            Self::Revoke { customer, kind, name } => {
                vec![of(Of::Customer(*customer), kind, Like::Lacks(quoted(name)))]
            }
            Self::Require { customer, revision } => vec![is(customer, "eulaRequired", json!(revision))],
            Self::Unset { customer } => vec![is(customer, "eulaRequired", Value::Null)],
            Self::Accept { person } => vec![of(Of::Person(*person), "eulaRequired", Like::Is(json!(false)))],
            Self::MakePerson { body, .. } => {
                vec![of(Of::Person(scene.people.len()), "email", Like::Is(body["email"].clone()))]
            }
            Self::ChangePerson { person, body } => {
                let changed = body.as_object().into_iter().flatten();
                let known = ["uid", "mobile", "enabled"];
                let known = known
                    .into_iter()
                    .filter_map(|name| Some((name, changed.clone().find(|(member, _)| *member == name)?.1)));
                known.map(|(name, value)| of(Of::Person(*person), name, Like::Is(value.clone()))).collect()
            }
            Self::GiveRole { person, role } => vec![of(Of::Person(*person), "roles", Like::Has(quoted(role)))],
            Self::List { person, customer } => {
                vec![of(Of::Person(*person), "customers", Like::Has(quoted(customer)))]
            }
            Self::Unlist { person, customer } => {
                vec![of(Of::Person(*person), "customers", Like::Lacks(quoted(&scene.customers[*customer].name)))]
            }
            Self::Relist { person, customers } => {
                let mut names: Vec<_> = customers.iter().map(|customer| &scene.customers[*customer].name).collect();
                names.sort_unstable();
                names.dedup();
                vec![of(Of::Person(*person), "customers", Like::Is(set(&json!(names))))]
            }
            Self::Assign { customer, role, person } => {
                let like = match person {
                    Some(person) => Like::Has(format!("[{},{}", quoted(role), quoted(&scene.people[*person].uuid))),
                    None => Like::Lacks(quoted(role)),
                };
                vec![of(Of::Customer(*customer), "userRoles", like)]
            }
            // That they are gone, or what is required of all, is seen where the faces are compared.
            Self::Delete { .. } | Self::DeletePerson { .. } | Self::RequireOfAll { .. } | Self::UnsetOfAll => {
                Vec::new()
            }
        }
    }
}
