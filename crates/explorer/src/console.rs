//! Any request that an address takes, written as programs write it, and what it was answered with.

use askama::Template;
use hydra::Api;

use super::assets::Assets;
use super::frame::PageFrame;
use super::raw::Piece;

/// A request that is still to be written, or to be changed.
#[derive(Debug)]
pub struct ConsoleForm<'a> {
    /// Where it is sent: the path, with what it begins with.
    pub action: String,
    /// What may be done there.
    pub methods: Vec<&'a str>,
    /// What is to be done.
    pub method: &'a str,
    /// The state that it is about; empty where it is about whatever there is.
    pub tag: &'a str,
    /// What is sent.
    pub body: &'a str,
}

/// What a request was answered with.
#[derive(Debug)]
pub struct ShownAnswer {
    /// The status, and what it is called.
    pub status: String,
    /// The headers, beside those that every answer has.
    pub headers: Vec<(String, String)>,
    /// The body; none where it is no text.
    pub body: Option<String>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "console.html")]
struct ConsolePage<'a> {
    frame: PageFrame,
    iri: &'a str,
    console: ConsoleForm<'a>,
    answer: Option<ShownAnswer>,
}

/// The page on which a request to an IRI is written, with what the last one was answered with.
///
/// # Errors
/// The template does not take it: a fault of this service.
pub fn console_page(
    api: &Api,
    assets: &Assets,
    iri: &str,
    console: ConsoleForm<'_>,
    answer: Option<ShownAnswer>,
) -> Result<String, String> {
    let frame = PageFrame::bare(api, assets, "Console".into());
    ConsolePage { frame, iri, console, answer }.render().map_err(|error| error.to_string())
}
