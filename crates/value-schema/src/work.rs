//! How much work it is to hold a value to a schema. The validator follows every reference and every alternative, and a schema of a
//! hundred bytes whose alternatives refer to each other doubles it with each level of a value.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

/// Schemas of which any may be asked of the same value.
const HERE: &[&str] = &["allOf", "anyOf", "oneOf", "not", "if", "then", "else", "contentSchema"];
/// The same, by names.
const HERE_BY_NAME: &[&str] = &["dependentSchemas", "dependencies"];
/// What is within an object meets one of these, or one of those by names.
const MEMBERS: &[&str] = &["additionalProperties", "unevaluatedProperties", "propertyNames"];
/// What is within an array meets one of these.
const ITEMS: &[&str] = &["prefixItems", "items", "additionalItems", "unevaluatedItems"];
const REFERENCES: &[&str] = &["$ref", "$dynamicRef", "$recursiveRef"];
/// What a schema that is not in this one, and so one of the drafts', may ask of a level.
const FOREIGN: u64 = 100;
/// How many schemas may ask each other in a row: whoever follows them recurses, and a stack that ends takes the process with it.
const LEVELS: usize = 400;

/// How often schemas are asked of a value, at the most.
pub fn of(schema: &Json, value: &Json) -> u64 {
    let (nodes, depth) = extent(value);
    Work { root: schema, known: HashMap::new(), levels: 0 }.of(schema, depth).saturating_mul(nodes)
}

/// How many values there are in one, and how deep they are nested.
fn extent(value: &Json) -> (u64, usize) {
    let within: Vec<_> = match value {
        Json::Array(items) => items.iter().map(extent).collect(),
        Json::Object(members) => members.values().map(extent).collect(),
        _ => return (1, 0),
    };
    let deepest = within.iter().map(|(_, depth)| *depth).max().unwrap_or(0);
    (1 + within.iter().map(|(nodes, _)| nodes).sum::<u64>(), 1 + deepest)
}

struct Work<'a> {
    root: &'a Json,
    /// Of each schema, by its place in memory, and each depth. None while it is being found out: it then asks itself of the same
    /// value, without end.
    known: HashMap<(usize, usize), Option<u64>>,
    /// How many schemas are being found out.
    levels: usize,
}

impl<'a> Work<'a> {
    /// How often schemas are asked of the values on one way from a value to the deepest within it.
    fn of(&mut self, schema: &'a Json, depth: usize) -> u64 {
        let Json::Object(members) = schema else { return 1 };
        let place = (std::ptr::from_ref(schema).addr(), depth);
        if let Some(known) = self.known.get(&place) {
            return known.unwrap_or(u64::MAX);
        }
        if self.levels == LEVELS {
            return u64::MAX;
        }
        self.levels += 1;
        self.known.insert(place, None);
        let mut work = 1_u64;
        for (name, value) in members {
            let name = name.as_str();
            work = work.saturating_add(if HERE.contains(&name) {
                self.all(value, depth)
            } else if HERE_BY_NAME.contains(&name) {
                self.sum(parts(value).into_iter(), depth)
            } else if REFERENCES.contains(&name) {
                self.referred(value.as_str().unwrap_or_default(), depth)
            } else {
                0
            });
        }
        if depth > 0 {
            work = work.saturating_add(self.within(members, depth - 1));
        }
        self.known.insert(place, Some(work));
        self.levels -= 1;
        work
    }

    /// How often they are asked of one thing within a value, which is an object or an array.
    fn within(&mut self, members: &'a Map<String, Json>, depth: usize) -> u64 {
        let mut most = |names: &[&str]| {
            let each = names.iter().filter_map(|name| members.get(*name)).flat_map(|value| match value {
                Json::Array(several) => several.iter().collect(),
                one => vec![one],
            });
            each.map(|one| self.of(one, depth)).max().unwrap_or(0)
        };
        let (others, items) = (most(MEMBERS), most(ITEMS));
        let contained = members.get("contains").map_or(0, |one| self.of(one, depth));
        let named = members.get("properties").map_or_else(Vec::new, parts);
        let named = named.into_iter().map(|one| self.of(one, depth)).max().unwrap_or(0);
        let patterns = members.get("patternProperties").map_or_else(Vec::new, parts);
        let patterns = self.sum(patterns.into_iter(), depth);
        named.saturating_add(patterns).max(others).max(items.saturating_add(contained))
    }

    /// A schema, or each of several.
    fn all(&mut self, value: &'a Json, depth: usize) -> u64 {
        match value {
            Json::Array(several) => self.sum(several.iter(), depth),
            one => self.of(one, depth),
        }
    }

    fn sum(&mut self, several: impl Iterator<Item = &'a Json>, depth: usize) -> u64 {
        several.map(|one| self.of(one, depth)).fold(0, u64::saturating_add)
    }

    /// What is referred to: by a pointer, by an anchor or an identifier, or in one of the drafts.
    fn referred(&mut self, reference: &str, depth: usize) -> u64 {
        let (document, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let mut bases = Vec::new();
        match document {
            "" => bases.push(self.root),
            _ => named(self.root, &["$id", "id"], document, &mut bases),
        }
        let mut targets = Vec::new();
        for base in bases {
            match fragment {
                "" => targets.push(base),
                pointer if pointer.starts_with('/') => targets.extend(base.pointer(&decoded(pointer))),
                anchor => named(base, &["$anchor", "$dynamicAnchor"], anchor, &mut targets),
            }
        }
        match targets.is_empty() {
            true => FOREIGN.saturating_mul(depth as u64 + 1),
            false => self.sum(targets.into_iter(), depth),
        }
    }
}

fn parts(value: &Json) -> Vec<&Json> {
    match value {
        Json::Array(several) => several.iter().collect(),
        Json::Object(named) => named.values().collect(),
        _ => Vec::new(),
    }
}

/// A pointer in a fragment has its odd characters percent-encoded (RFC 6901 §6).
fn decoded(pointer: &str) -> String {
    percent_encoding::percent_decode_str(pointer).decode_utf8_lossy().into_owned()
}

/// Every schema that one of these members calls so, or by an address that ends so.
fn named<'a>(within: &'a Json, members: &[&str], name: &str, found: &mut Vec<&'a Json>) {
    let is_so = |called: &str| called == name || called.trim_end_matches('#').ends_with(&format!("/{name}"));
    if members.iter().any(|member| within.get(member).and_then(Json::as_str).is_some_and(is_so)) {
        found.push(within);
    }
    parts(within).into_iter().for_each(|part| named(part, members, name, found));
}
