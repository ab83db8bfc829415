//! What was found by a word, of the collections that can be searched by text and of what is documented.

use askama::Template;
use hydra::view::words::words;
use hydra::{Api, ClassDef};
use serde_json::Value as Json;

use super::address::{documented, web};
use super::assets::Assets;
use super::document::listed;
use super::frame::PageFrame;
use super::name::called;
use super::raw::Piece;

/// How many of what is documented are shown.
const MOST: usize = 7;

/// The page.
#[derive(Debug, Template)]
#[template(path = "found.html")]
struct FoundPage<'a> {
    frame: PageFrame,
    words: &'a str,
    groups: Vec<FoundGroup>,
}

/// What was found in one place.
#[derive(Debug)]
pub struct FoundGroup {
    id: String,
    label: String,
    /// What each is called, and where it is.
    found: Vec<(String, String)>,
    /// Where all are listed, if there are more.
    more: Option<String>,
}

impl FoundGroup {
    /// What is on the page of a collection that a search has found, if that is anything.
    pub fn of(member: &ClassDef, link: &str, words_of: &str, page: &Json) -> Option<Self> {
        let members = listed(page, "member");
        let named = |node: &Json| {
            let href = web(node["@id"].as_str()?)?.to_owned();
            Some((called(member, node, &href), href))
        };
        let found: Vec<_> = members.iter().filter_map(named).collect();
        let is_all = page["totalItems"].as_u64() == Some(found.len() as u64);
        let query = serde_urlencoded::to_string([("q", words_of)]).unwrap_or_default();
        let more = page["@id"].as_str().filter(|_| !is_all).map(|list| format!("{list}?{query}"));
        (!found.is_empty()).then(|| Self { id: link.to_owned(), label: words(link), found, more })
    }
}

/// The page of what was found by these words, beside what is documented.
///
/// # Errors
/// The template does not take it.
pub fn found_page(api: &Api, assets: &Assets, words: &str, mut groups: Vec<FoundGroup>) -> Result<String, String> {
    if !words.is_empty() {
        groups.extend(documentation(api, words));
    }
    let frame = PageFrame::bare(api, assets, "Search".into());
    FoundPage { frame, words, groups }.render().map_err(|error| error.to_string())
}

/// The classes, and the properties of them, whose names have these words in them.
fn documentation(api: &Api, text: &str) -> Vec<FoundGroup> {
    let text = text.to_lowercase();
    let has = |name: &str| name.to_lowercase().contains(&text) || words(name).to_lowercase().contains(&text);
    let vocab = api.vocab();
    let classes = api.classes().iter().filter(|class| has(class.name) || has(class.label));
    let classes: Vec<_> =
        classes.map(|class| (class.label.to_owned(), documented(api, &format!("{vocab}{}", class.name)))).collect();
    let properties = api.classes().iter().flat_map(|class| {
        let named = class.properties.iter().filter(|property| has(property.name));
        named.map(|property| {
            let name = format!("{}/{}", class.name, property.name);
            (format!("{} of {}", words(property.name), class.label), documented(api, &format!("{vocab}{name}")))
        })
    });
    let group = |id: &str, label: &str, found: Vec<(String, String)>| FoundGroup {
        id: id.to_owned(),
        label: label.to_owned(),
        found,
        more: None,
    };
    let groups = [
        group("classes", "Documentation: classes", classes.into_iter().take(MOST).collect()),
        group("properties", "Documentation: properties", properties.take(MOST).collect()),
    ];
    groups.into_iter().filter(|group| !group.found.is_empty()).collect()
}
