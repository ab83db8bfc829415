//! The page of what is listed below something that is to be deleted.

use askama::Template;
use hydra::view::words::words;
use serde_json::Value as Json;

use super::document::class_of;
use super::field::Control;
use super::form::{OperationForm, operations};
use super::frame::PageFrame;
use super::name::heading;
use super::prose::Prose;
use super::raw::Piece;
use super::source::PageSource;

/// A list of what is deleted.
#[derive(Debug)]
pub struct ListBelow {
    label: String,
    href: String,
    /// Whether its members are there as long as their owner is; others only are listed there.
    is_below: bool,
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
    lists: Vec<ListBelow>,
    operations: Vec<OperationForm>,
}

impl ListBelow {
    /// That of a collection, if there is anything in it.
    pub fn of(link: &str, is_below: bool, page: &Json) -> Option<Self> {
        let total = page["totalItems"].as_u64();
        let href = page["@id"].as_str()?.to_owned();
        (total != Some(0)).then(|| Self { label: words(link), href, is_below, total })
    }
}

/// The page of what is listed below a resource; none where its reader cannot delete it.
///
/// # Errors
/// The document is of no class of ours, or the template does not take it: a fault of this service.
pub fn removal_page(source: PageSource<'_>, lists: Vec<ListBelow>) -> Result<Option<String>, String> {
    let class = class_of(source.api, source.document).ok_or("there is no such page")?;
    let mut operations = operations(source);
    operations.retain(OperationForm::removes);
    // Here one is.
    operations.iter_mut().for_each(|operation| operation.removal = None);
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
    RemovalPage { frame, heading, iri, lists, operations }.render().map(Some).map_err(|error| error.to_string())
}
