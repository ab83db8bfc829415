//! What is going on, on the first page: what the tables say is news to whoever comes in.

use askama::Template;
use hydra::ClassDef;
use hydra::view::words::words;
use serde_json::Value as Json;

use super::address::web;
use super::name::called;
use super::progress::ShownProgress;
use super::value::is_link;

/// What is going on, for somebody.
#[derive(Debug, Template)]
#[template(path = "home.html")]
pub struct Overview {
    /// The customer that they belong to: what it is called, and where it is.
    pub customer: (String, String),
    /// Where one goes from it, by the headings of its page.
    pub places: Vec<Places>,
    /// The news.
    pub news: Vec<News>,
}

/// What a resource leads to, under one of its headings.
#[derive(Debug)]
pub struct Places {
    heading: &'static str,
    /// What each is called, and where it is.
    links: Vec<(String, String)>,
}

impl Places {
    /// The places that a resource leads to under headings.
    pub fn of(class: &ClassDef, document: &Json) -> Vec<Self> {
        let mut places: Vec<Self> = Vec::new();
        for property in class.properties {
            let (Some(heading), Some(href)) = (property.group, document[property.name].as_str().and_then(web)) else {
                continue;
            };
            if !is_link(property) {
                continue;
            }
            let link = (words(property.name), href.to_owned());
            match places.iter_mut().find(|place| place.heading == heading) {
                Some(place) => place.links.push(link),
                None => places.push(Self { heading, links: vec![link] }),
            }
        }
        places
    }
}

/// Something that is going on.
#[derive(Debug)]
pub struct News {
    label: String,
    /// Where it is.
    href: String,
    /// How much there is of it.
    total: Option<u64>,
    /// The first of it.
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    label: String,
    href: String,
    progress: Option<ShownProgress>,
}

impl News {
    /// What is listed somewhere; nothing where there is none of it.
    pub fn listed(owner: &ClassDef, link: &str, member: &ClassDef, page: &Json) -> Option<Self> {
        let members = page["member"].as_array().filter(|members| !members.is_empty())?;
        let row = |node: &Json| {
            let href = node["@id"].as_str()?.to_owned();
            let name = called(member, node, &href);
            Some(Row { label: format!("{} {name}", member.label), progress: ShownProgress::of(member, node), href })
        };
        Some(Self {
            label: format!("{}: {}", owner.label, words(link).to_lowercase()),
            href: page["@id"].as_str()?.to_owned(),
            total: page["totalItems"].as_u64(),
            rows: members.iter().filter_map(row).collect(),
        })
    }

    /// What is counted somewhere; nothing where that is none.
    pub fn counted(class: &ClassDef, property: &str, document: &Json) -> Option<Self> {
        let total = document[property].as_u64().filter(|total| *total > 0)?;
        let label = format!("{}: {}", class.label, words(property).to_lowercase());
        Some(Self { label, href: document["@id"].as_str()?.to_owned(), total: Some(total), rows: Vec::new() })
    }
}

impl Overview {
    /// It as it stands in a page.
    pub fn drawn(&self) -> String {
        self.render().unwrap_or_default()
    }
}
