//! What every page has around it: where it stands, the document itself, and the other representations of it.

use hydra::Api;

use super::address::{Crumb, crumbs};
use super::assets::Assets;
use super::raw::{Piece, pieces};
use super::source::PageSource;
use crate::negotiate::Representation;

/// The frame of a page.
#[derive(Debug)]
pub struct PageFrame {
    /// What the window is called.
    pub title: String,
    /// The address of the service, without a slash at its end.
    pub base: String,
    /// Tells this script and stylesheet from those of other releases.
    pub assets: String,
    /// The way here.
    pub crumbs: Vec<Crumb>,
    /// The document.
    pub raw: Vec<Piece>,
    /// How to get the other representations.
    pub commands: Vec<Command>,
}

/// A line for a command line.
#[derive(Debug)]
pub struct Command {
    /// What it gets.
    pub media_type: &'static str,
    /// The line.
    pub line: String,
}

impl PageFrame {
    /// The frame of a page that is of no document.
    pub fn bare(api: &Api, assets: &Assets, title: String) -> Self {
        Self {
            title,
            base: api.base().to_owned(),
            assets: assets.fingerprint().to_owned(),
            crumbs: Vec::new(),
            raw: Vec::new(),
            commands: Vec::new(),
        }
    }

    /// The frame of a page about the resource at an address, with what was asked for to get it.
    pub fn new(source: PageSource<'_>, title: String, iri: &str, asked: Option<&str>, public: bool) -> Self {
        Self {
            title,
            base: source.api.base().to_owned(),
            assets: source.assets.fingerprint().to_owned(),
            crumbs: crumbs(source.api, iri),
            raw: pieces(source.api, source.document, source.terms),
            commands: asked.map_or_else(Vec::new, |asked| Self::commands(asked, public)),
        }
    }

    /// How to get what is at an address in the forms that programs read.
    pub fn commands(asked: &str, public: bool) -> Vec<Command> {
        Representation::DATA.iter().map(|format| Command::new(*format, asked, public)).collect()
    }
}

impl Command {
    fn new(format: Representation, iri: &str, public: bool) -> Self {
        let media_type = format.content_type();
        let media_type = media_type.split_once("; charset").map_or(media_type, |(essence, _)| essence);
        let credentials = if public { "" } else { "-u 'KEY:SECRET' " };
        // A quote would end the argument early.
        let iri = iri.replace('\'', "%27");
        Self { media_type, line: format!("curl {credentials}-H 'Accept: {media_type}' '{iri}'") }
    }
}
