//! The page of a document as programs get it.

use askama::Template;

use super::frame::PageFrame;
use super::raw::{Piece, pieces};
use super::source::PageSource;

/// The page.
#[derive(Debug, Template)]
#[template(path = "whole.html")]
struct WholePage {
    frame: PageFrame,
    iri: String,
}

/// The page of a document as programs get it.
///
/// # Errors
/// The template does not take it: a fault of this service.
pub fn source_page(source: PageSource<'_>) -> Result<String, String> {
    let iri = source.document["view"]["@id"].as_str().unwrap_or(source.text("@id")).to_owned();
    let mut frame = PageFrame::new(source, "JSON-LD".into(), source.text("@id"), None, false);
    frame.raw = pieces(source.api, source.document, source.terms);
    WholePage { frame, iri }.render().map_err(|error| error.to_string())
}
