//! Reading a body as a class: what has to be there, what may not be, and all violations at once.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde_json::Value as Json;

use crate::body::Body;
use crate::class::{ClassDef, PropertyDef};
use crate::input::{BodyMembers, Input as _, Violation};
use crate::represent::Class;

/// What a body is for; it decides which members have to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// To make a member of a collection: the server chooses its address.
    Create,
    /// To put something that exists into a collection: `@id` may name it, and whether anything else is needed is for the
    /// rule to decide.
    Refer,
    /// To be one of a list: `@id` may name what exists, and what has to be there beside it is for the rule to decide.
    List,
    /// To be the whole state of the resource at this IRI.
    Replace(&'a str),
    /// To change some of the state of the resource at this IRI.
    Change(&'a str),
}

/// Reads a body as a class.
///
/// Unknown and read-only members are left aside, because generic clients send back what they got; `strict` makes each
/// a violation (RFC 7240 §4.4).
///
/// # Errors
/// Every violation, in the order of the class.
pub fn read<C: Class>(body: Body, purpose: Purpose<'_>, strict: bool) -> Result<C::Input, Vec<Violation>> {
    let (input, violations) = examine::<C>(body, purpose, strict);
    if violations.is_empty() { Ok(input) } else { Err(violations) }
}

/// What is right in a body, and all that is wrong.
fn examine<C: Class>(body: Body, purpose: Purpose<'_>, strict: bool) -> (C::Input, Vec<Violation>) {
    let mut members = checked(body, C::CLASS, purpose, strict);
    let input = C::Input::take(&mut members);
    (input, members.violations())
}

/// The members of a body, with all that its class finds wrong before any of them is read.
fn checked(mut body: Body, class: &ClassDef, purpose: Purpose<'_>, strict: bool) -> BodyMembers {
    let mut violations = Vec::new();
    check_identity(&body, class, purpose, &mut violations);
    if strict {
        violations.extend(body.members.keys().filter_map(|name| match class.property(name) {
            None => Some(Violation::new(name, format_args!("is not a property of {}", class.name))),
            Some(property) if !property.writable => Some(Violation::new(name, "is read-only")),
            Some(_) => None,
        }));
    }
    violations.extend(class.properties.iter().filter_map(|property| check_presence(property, &body.members, purpose)));
    if purpose == Purpose::List {
        // A list may make and may change. What cannot be cleared is not asked to be: null is as good as nothing.
        let cleared = |name: &str| class.property(name).is_none_or(|property| property.clearable);
        body.members.retain(|name, value| *value != Ok(Json::Null) || cleared(name));
    }
    BodyMembers::new(body, violations)
}

/// What a list gives.
#[derive(Debug)]
pub struct Listed<C: Class> {
    /// For each of its members the identity that it names, and what is right in it.
    pub members: Vec<(Option<String>, C::Input)>,
    /// All that is wrong, at the path of the member: `member[3].email`.
    pub violations: Vec<Violation>,
}

/// Reads each body of a list as a class, as [`read`] does; there may be so many. What is wrong does not keep the rules from
/// being asked, so that a client learns of everything at once.
///
/// # Errors
/// There are too few, or too many.
pub fn read_members<C: Class>(
    bodies: Vec<Body>,
    many: RangeInclusive<usize>,
    strict: bool,
) -> Result<Listed<C>, Vec<Violation>> {
    let mut members = Vec::with_capacity(bodies.len());
    let violations = each_member(bodies, &many, &mut |mut body| {
        let id = body.id.take();
        let (input, violations) = examine::<C>(body, Purpose::List, strict);
        members.push((id, input));
        violations
    })?;
    Ok(Listed { members, violations })
}

/// What is wrong with the members of a list, each said of its place; refused if there are too few or too many.
fn each_member(
    bodies: Vec<Body>,
    many: &RangeInclusive<usize>,
    examine: &mut dyn FnMut(Body) -> Vec<Violation>,
) -> Result<Vec<Violation>, Vec<Violation>> {
    let count = bodies.len();
    if !many.contains(&count) {
        let what = format_args!("must have {} to {} members; this has {count}", many.start(), many.end());
        return Err(vec![Violation::new("member", what)]);
    }
    let mut wrong = Vec::new();
    for (index, body) in bodies.into_iter().enumerate() {
        wrong.extend(examine(body).into_iter().map(|violation| violation.within(&format!("member[{index}]."))));
    }
    Ok(wrong)
}

fn check_identity(body: &Body, class: &ClassDef, purpose: Purpose<'_>, violations: &mut Vec<Violation>) {
    match (purpose, &body.id) {
        (_, None) => {}
        (Purpose::Create, Some(_)) => {
            violations
                .push(Violation::new("@id", "must be left out: the server chooses the address of what POST creates"));
        }
        (Purpose::Replace(target) | Purpose::Change(target), Some(id)) if id != target => {
            violations.push(Violation::new("@id", format_args!("must be left out or name the target, {target}")));
        }
        _ => {}
    }
    let is_ours = |name: &String| name == class.name || class.sub_class_of == Some(name.as_str());
    if !body.types.is_empty() && !body.types.iter().any(is_ours) {
        violations.push(Violation::new("@type", format_args!("must be left out or be vocab:{}", class.name)));
    }
}

fn check_presence(
    property: &PropertyDef,
    members: &BTreeMap<String, Result<Json, String>>,
    purpose: Purpose<'_>,
) -> Option<Violation> {
    if !property.writable {
        return None;
    }
    let must = match purpose {
        Purpose::Create => property.required,
        Purpose::Replace(_) => property.required && !property.fixed,
        // What exists may be named by its address alone.
        Purpose::Refer | Purpose::Change(_) | Purpose::List => false,
    };
    match members.get(property.name) {
        None if must => Some(Violation::new(property.name, "is required")),
        Some(Ok(Json::Null)) if property.required => {
            Some(Violation::new(property.name, "is required and cannot be null"))
        }
        // To describe something new, null is as good as nothing; to change something, it asks for it to be cleared.
        Some(Ok(Json::Null)) if matches!(purpose, Purpose::Change(_)) && !property.clearable => {
            Some(Violation::new(property.name, "cannot be null; leave it out to keep it"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Class, Given};

    crate::key! {
        /// Which thing.
        ThingKey { thing: i64 }
        customer = |_| None
    }

    /// A thing.
    #[derive(Debug, Clone, Class)]
    #[hydra(path = "/things/{thing}", key = ThingKey, label = "Thing")]
    struct Thing {
        /// What it is called.
        #[hydra(required)]
        pub name: String,
        /// Whether.
        pub flag: bool,
        /// A word.
        pub word: Option<String>,
    }

    fn body(members: Json) -> Body {
        let Json::Object(members) = members else { panic!("{members} is no object") };
        Body { members: members.into_iter().map(|(name, json)| (name, Ok(json))).collect(), ..Body::default() }
    }

    fn messages(result: Result<Listed<Thing>, Vec<Violation>>) -> Vec<String> {
        let violations = result.map_or_else(|violations| violations, |listed| listed.violations);
        assert!(!violations.is_empty(), "something is wrong");
        assert!(violations.iter().all(|violation| violation.message.starts_with(&violation.property_path)));
        violations.into_iter().map(|violation| violation.message).collect()
    }

    #[test]
    fn a_member_of_a_list_says_what_it_likes() {
        let named = Body { id: Some("http://x.example/1".into()), ..body(json!({})) };
        let nulls = body(json!({"flag": null, "word": null, "other": null}));
        let read = read_members::<Thing>(vec![named, nulls], 1..=2, false).expect("nothing is required");
        assert!(read.violations.is_empty());
        let read = read.members;
        assert_eq!(read[0].0.as_deref(), Some("http://x.example/1"));
        assert_eq!(read[0].1.name, Given::Absent);
        assert_eq!((&read[1].1.flag, &read[1].1.word), (&Given::Absent, &Given::Null));
    }

    #[test]
    fn every_violation_of_every_member_is_named_at_once() {
        let right = body(json!({"name": "a"}));
        let wrong = body(json!({"name": null, "flag": 7, "nonsense": 1}));
        let other = Body { types: vec!["Other".into()], ..body(json!({"word": 1})) };
        let said = messages(read_members::<Thing>(vec![right, wrong, other], 1..=9, true));
        let expected = [
            "member[1].nonsense is not a property of Thing.",
            "member[1].name is required and cannot be null.",
            "member[1].flag must be true or false.",
            "member[2].@type must be left out or be vocab:Thing.",
            "member[2].word must be a text.",
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn a_list_has_some_members_and_not_too_many() {
        let said =
            |count: usize| messages(read_members::<Thing>((0..count).map(|_| body(json!({}))).collect(), 1..=2, false));
        assert_eq!(said(0), ["member must have 1 to 2 members; this has 0."]);
        assert_eq!(said(3), ["member must have 1 to 2 members; this has 3."]);
    }
}
