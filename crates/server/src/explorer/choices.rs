//! What there is to choose from where a form takes one of the resources that there are: those that the reader sees. They are put in when
//! the page is sent, as who reads it is; without them an address can be typed all the same.

use askama::Template;
use hydra::{Api, ClassDef, LinkDef, PropertyDef, PropertyKind};
use serde_json::Value as Json;

use super::address::last_segment;
use super::name::{heading, name_of};

/// What stands in a page where choices are to be put in. No text of anybody's can hold it: in those a bracket is no bracket.
const BEGIN: &str = "<!--choices ";
const END: &str = "-->";

/// What a field of a form is filled in from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilledFrom {
    /// The class of what there is.
    class: &'static str,
    /// The property that it is chosen by; by its address, where there is none.
    by: Option<&'static str>,
}

impl FilledFrom {
    /// What a property of a form is chosen from, if it is one of the resources that there are.
    pub fn class_of(property: &PropertyDef) -> Option<Self> {
        match property.kind {
            PropertyKind::One(LinkDef { class, many: false, .. }) => Some(Self { class, by: None }),
            _ => None,
        }
    }

    /// What a member is chosen from by name that is put into this collection and lives elsewhere.
    pub fn name_of(member: &ClassDef, property: &PropertyDef, collection: &str) -> Option<Self> {
        let lives = member.path.rsplit_once('/').map_or("", |(owner, _)| owner);
        let is_here = lives.rsplit('/').next() == collection.rsplit('/').next();
        let is_chosen = !is_here && member.path.ends_with('}') && Some(property.name) == name_of(member);
        is_chosen.then_some(Self { class: member.name, by: Some(property.name) })
    }

    /// The place of the list of a field of an operation.
    pub fn place(&self, operation: &str, field: &str) -> String {
        format!("{BEGIN}{} {} {operation}-{field}-choices{END}", self.class, self.by.unwrap_or("@id"))
    }
}

/// A list to choose from that is to be put into a page.
#[derive(Debug, Clone, Copy)]
pub struct WantedList<'a> {
    /// The class of what is listed.
    pub class: &'static ClassDef,
    by: &'a str,
    id: &'a str,
}

/// A page up to the first list that it wants, the list, and what follows it.
pub fn wanted<'a>(api: &Api, page: &'a str) -> Option<(&'a str, WantedList<'a>, &'a str)> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (inside, after) = rest.split_once(END)?;
    let mut words = inside.split(' ');
    let (class, by, id) = (words.next()?, words.next()?, words.next()?);
    let class = api.classes().iter().find(|one| one.name == class)?;
    Some((before, WantedList { class, by, id }, after))
}

/// What is put in.
#[derive(Debug, Template)]
#[template(path = "choices.html")]
struct List<'a> {
    id: &'a str,
    /// Where more is to be found by a word, if it is.
    search: Option<&'a str>,
    by: &'a str,
    options: Vec<(&'a str, String)>,
}

impl WantedList<'_> {
    /// The list, with what is on the first page of a collection; without one it is empty.
    pub fn list(&self, page: Option<&Json>) -> String {
        let members = page.and_then(|page| page["member"].as_array()).map_or(&[][..], Vec::as_slice);
        let options = members.iter().filter_map(|member| {
            let value = member[self.by].as_str()?;
            Some((value, heading(self.class, member).map_or_else(|| last_segment(value), String::from)))
        });
        let all = page.is_some_and(|page| page["totalItems"].as_u64() == Some(members.len() as u64));
        let search = page.filter(|_| self.class.free_text && !all).and_then(|page| page["@id"].as_str());
        List { id: self.id, search, by: self.by, options: options.collect() }.render().unwrap_or_default()
    }
}
