//! The page of what goes with something that is deleted.

use askama::Template;
use hydra::view::words::words;
use serde_json::Value as Json;

use super::form::{Control, OperationForm, operations};
use super::frame::PageFrame;
use super::name::heading;
use super::prose::Prose;
use super::raw::Piece;
use super::source::{PageSource, class_of};

/// Members of a collection that are deleted with its owner.
#[derive(Debug)]
pub struct TakenAlong {
    label: String,
    href: String,
    /// How many there are, where that is counted.
    total: Option<u64>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "removal.html")]
struct RemovalPage {
    frame: PageFrame,
    heading: String,
    iri: String,
    along: Vec<TakenAlong>,
    operations: Vec<OperationForm>,
}

impl TakenAlong {
    /// Those of a collection, if there are any.
    pub fn of(link: &str, page: &Json) -> Option<Self> {
        let total = page["totalItems"].as_u64();
        let href = page["@id"].as_str()?.to_owned();
        (total != Some(0)).then(|| Self { label: words(link), href, total })
    }
}

/// The page of what goes with a resource; none where its reader cannot delete it.
///
/// # Errors
/// The document is of no class of ours, or the template does not take it: a fault of this service.
pub fn removal_page(source: PageSource<'_>, along: Vec<TakenAlong>) -> Result<Option<String>, String> {
    let class = class_of(source.api, source.document).ok_or("there is no such page")?;
    let mut operations = operations(source);
    operations.retain(OperationForm::removes);
    if operations.is_empty() {
        return Ok(None);
    }
    let iri = source.text("@id").to_owned();
    let heading = heading(class, source.document).unwrap_or(class.label).to_owned();
    let mut frame = PageFrame::new(source, format!("Delete {heading}"), &iri, None, false);
    frame.raw.clear();
    if let Some(here) = frame.crumbs.last_mut() {
        here.label.clone_from(&heading);
    }
    RemovalPage { frame, heading, iri, along, operations }.render().map(Some).map_err(|error| error.to_string())
}
