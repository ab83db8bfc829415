//! What a page leaves open until it is sent, because it is not of its document and not the same for every reader: lists to choose from, and
//! what the resources are called that it links to. Left open, an address stands there.

use askama::Template;
use askama::filters::{Html, escape};
use hydra::view::words::words;
use hydra::{Api, ClassDef};
use serde_json::Value as Json;

use super::address::last_segment;
use super::document::listed;
use super::name::{called, heading};
use super::picture::picture;
use super::submitted::lines;

// No text of anybody's can hold these: in those a bracket is no bracket.
const COMMENT: &str = "<!--";
const LIST: &str = "<!--list ";
const NAME: &str = "<!--name ";
const TREE: &str = "<!--tree ";
const BOXES: &str = "<!--boxes ";
const STRIP: &str = "<!--strip ";
const COUNT: &str = "<!--count ";
const TIMELINE: &str = "<!--timeline ";
/// Where it is said what is going on.
pub const HOME: &str = "<!--home-->";
/// The number of the last change that there is, in the address where it is told what follows.
pub const NOW: &str = "<!--now-->";
const END: &str = "-->";
const UNNAMED: &str = "<!--/name-->";
const UNTICKED: &str = "<!--/boxes-->";

/// Something that a page leaves open.
#[derive(Debug, Clone, Copy)]
pub enum Hole<'a> {
    /// What there is to choose from.
    List(WantedList<'a>),
    /// What of it there is to tick.
    Boxes(WantedBoxes<'a>),
    /// Where the resource at this path lies in its tree.
    Tree(&'a str),
    /// The pictures of those that are listed at this path.
    Strip(&'a str),
    /// How many are listed at this path.
    Count(&'a str),
    /// What has happened to the resource at this path.
    Timeline(&'a str),
    /// What is going on.
    Home,
    /// The number of the last change that there is.
    Now,
    /// What the resource at a path is called, with what stands there otherwise.
    Name {
        /// The path.
        path: &'a str,
        /// What stands there.
        otherwise: &'a str,
    },
}

/// What is open of something at a path.
type OfAPath<'a> = fn(&'a str) -> Hole<'a>;

/// A list to choose from.
#[derive(Debug, Clone, Copy)]
pub struct WantedList<'a> {
    /// The class of what is listed.
    pub class: &'static ClassDef,
    by: &'a str,
    id: &'a str,
}

/// What there is to tick, in place of lines to type.
#[derive(Debug, Clone, Copy)]
pub struct WantedBoxes<'a> {
    /// The class of what is listed.
    pub class: &'static ClassDef,
    name: &'a str,
    lines: &'a str,
}

/// The place of a list of what there is of a class, by one of its properties.
pub fn list_of(class: &str, by: &str, id: &str) -> String {
    format!("{LIST}{class} {by} {id}{END}")
}

/// The place of boxes for what there is of a class, before the field of lines of this name.
pub fn boxes_of(class: &str, name: &str) -> String {
    format!("{BOXES}{class} {name}{END}")
}

/// The place of the pictures of those that are listed at a path.
pub fn strip_of(path: &str) -> String {
    format!("{STRIP}{path}{END}")
}

/// The place of how many are listed at a path.
pub fn count_of(path: &str) -> String {
    format!("{COUNT}{path}{END}")
}

/// The place of what has happened to the resource at a path.
pub fn timeline_of(path: &str) -> String {
    format!("{TIMELINE}{path}{END}")
}

/// How many they are, behind the link to them.
pub fn count(total: u64) -> String {
    format!(" <span class=\"count\">{total}</span>")
}

/// A page up to the first thing that it leaves open, that, and what follows it.
pub fn hole<'a>(api: &Api, page: &'a str) -> Option<(&'a str, Hole<'a>, &'a str)> {
    let is_open = |rest: &str| {
        [LIST, BOXES, TREE, STRIP, COUNT, TIMELINE, HOME, NOW, NAME].iter().any(|mark| rest.starts_with(mark))
    };
    let (at, _) = page.match_indices(COMMENT).find(|(at, _)| is_open(&page[*at..]))?;
    let (before, rest) = page.split_at(at);
    if let Some(rest) = rest.strip_prefix(LIST) {
        let (inside, after) = rest.split_once(END)?;
        let mut words = inside.split(' ');
        let (class, by, id) = (words.next()?, words.next()?, words.next()?);
        let class = api.classes().iter().find(|one| one.name == class)?;
        return Some((before, Hole::List(WantedList { class, by, id }), after));
    }
    if let Some(rest) = rest.strip_prefix(BOXES) {
        let (inside, rest) = rest.split_once(END)?;
        let (class, name) = inside.split_once(' ')?;
        let class = api.classes().iter().find(|one| one.name == class)?;
        let (lines, after) = rest.split_once(UNTICKED)?;
        return Some((before, Hole::Boxes(WantedBoxes { class, name, lines }), after));
    }
    if let Some(after) = rest.strip_prefix(HOME) {
        return Some((before, Hole::Home, after));
    }
    if let Some(after) = rest.strip_prefix(NOW) {
        return Some((before, Hole::Now, after));
    }
    let of_a_path: [(&str, OfAPath<'a>); 4] =
        [(STRIP, Hole::Strip), (COUNT, Hole::Count), (TREE, Hole::Tree), (TIMELINE, Hole::Timeline)];
    for (mark, hole) in of_a_path {
        if let Some((path, after)) = rest.strip_prefix(mark).and_then(|rest| rest.split_once(END)) {
            return Some((before, hole(path), after));
        }
    }
    let (path, rest) = rest.strip_prefix(NAME)?.split_once(END)?;
    let (otherwise, after) = rest.split_once(UNNAMED)?;
    Some((before, Hole::Name { path, otherwise }, after))
}

/// What is put in where there is a list.
#[derive(Debug, Template)]
#[template(path = "list.html")]
struct List<'a> {
    id: &'a str,
    /// Where more is to be found by a word, if it is.
    search: Option<&'a str>,
    by: &'a str,
    options: Vec<(&'a str, String)>,
}

impl WantedList<'_> {
    /// The list, with what is on the first page of a collection; without one it is empty.
    pub fn of(&self, page: Option<&Json>) -> String {
        let members = page.and_then(|page| page["member"].as_array()).map_or(&[][..], Vec::as_slice);
        let options = members.iter().filter_map(|member| {
            let value = member[self.by].as_str()?;
            Some((value, called(self.class, member, value)))
        });
        let all = page.is_some_and(|page| page["totalItems"].as_u64() == Some(members.len() as u64));
        let search = page.filter(|_| self.class.free_text && !all).and_then(|page| page["@id"].as_str());
        List { id: self.id, search, by: self.by, options: options.collect() }.render().unwrap_or_default()
    }
}

/// What is put in where there is something to tick.
#[derive(Debug, Template)]
#[template(path = "boxes.html")]
struct Boxes<'a> {
    name: &'a str,
    /// What the field of lines says of itself, each without its last quotation mark: what it is called, and what it is described by.
    about: Vec<&'a str>,
    options: Vec<(&'a str, String, bool)>,
    /// The field of lines, up to its content.
    head: &'a str,
    /// What stands in it that is not to be ticked, as it stands in a page.
    rest: String,
    /// What follows its content.
    tail: &'a str,
}

impl WantedBoxes<'_> {
    /// Boxes for what is on the first page of a collection; the rest stays to be typed. Without any it stays as it is.
    pub fn of(&self, page: Option<&Json>) -> String {
        self.drawn(page).unwrap_or_else(|| self.lines.to_owned())
    }

    fn drawn(&self, page: Option<&Json>) -> Option<String> {
        let members = page?["member"].as_array().filter(|members| !members.is_empty())?;
        // A line break that follows the start of the field is none of its own (HTML Standard, §13.2.6.4.7).
        let (head, content) = self.lines.split_once(">\n")?;
        let (content, tail) = content.split_once("</textarea>")?;
        let mut rest = lines(content);
        let options = members.iter().filter_map(|member| {
            let value = member["@id"].as_str()?;
            let label = called(self.class, member, value);
            let written = escape(value, Html).map_or_else(|never| match never {}, |text| text.to_string());
            let before = rest.len();
            rest.retain(|line| *line != written);
            Some((value, label, rest.len() < before))
        });
        let options = options.collect();
        let about = ["aria-labelledby=\"", "aria-describedby=\""].into_iter().filter_map(|name| {
            let (_, rest) = head.split_at(head.find(name)?);
            rest.get(..name.len() + rest[name.len()..].find('"')?)
        });
        let (name, about) = (self.name, about.collect());
        Boxes { name, about, options, head, rest: rest.join("\n"), tail }.render().ok()
    }
}

/// The pictures of what is listed somewhere.
#[derive(Debug, Template)]
#[template(path = "strip.html")]
struct Strip<'a> {
    /// Where all of them are.
    list: &'a str,
    label: String,
    total: Option<u64>,
    /// What each is called, where it is, and where its picture is.
    shown: Vec<(String, &'a str, String)>,
}

/// The pictures of those members of a class that are on the first page of a list, as they stand in a page; nothing where there are none.
pub fn strip(class: &ClassDef, page: &Json) -> String {
    let members = listed(page, "member");
    let shown: Vec<_> = members
        .iter()
        .filter_map(|member| {
            let href = member["@id"].as_str()?;
            Some((last_segment(href), href, picture(class, member)?))
        })
        .collect();
    let list = page["@id"].as_str().unwrap_or_default();
    match shown.is_empty() {
        true => String::new(),
        false => {
            let label = words(&last_segment(list));
            Strip { list, label, total: page["totalItems"].as_u64(), shown }.render().unwrap_or_default()
        }
    }
}

/// What is put in where there is a name.
#[derive(Debug, Template)]
#[template(source = "<bdi>{{ name }}</bdi>", ext = "html")]
struct Name<'a> {
    name: &'a str,
}

/// What a resource is called, if it has a name of its own, as it stands in a page.
pub fn named(class: &ClassDef, document: &Json) -> Option<String> {
    Name { name: heading(class, document)? }.render().ok()
}

/// The place of a resource's tree.
pub fn tree_of(path: &str) -> String {
    format!("{TREE}{path}{END}")
}

/// Where a resource lies among the others.
#[derive(Debug, Template)]
#[template(path = "tree.html")]
pub struct Tree {
    /// What it lies below, from the top: what each is called, and where it is.
    pub above: Vec<(String, String)>,
    /// What it is called.
    pub here: String,
    /// The first of those that lie below it.
    pub below: Vec<(String, String)>,
    /// Where all of them are, if there are more.
    pub more: Option<String>,
}

impl Tree {
    /// The tree as it stands in a page; nothing where there is nothing else in it.
    pub fn drawn(&self) -> String {
        match self.above.is_empty() && self.below.is_empty() {
            true => String::new(),
            false => self.render().unwrap_or_default(),
        }
    }
}
