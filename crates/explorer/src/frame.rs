//! What every page has around it: where it stands, the document itself, and the other representations of it.

use hydra::Api;

use super::address::{Crumb, crumbs, short};
use super::assets::Assets;
use super::raw::{Piece, pieces};
use super::source::PageSource;

/// The frame of a page.
#[derive(Debug)]
pub struct PageFrame {
    /// What the window is called.
    pub title: String,
    /// The address of the service, without a slash at its end.
    pub base: String,
    /// The path that addresses of the service begin with; empty where they begin at the root.
    pub prefix: String,
    /// Tells this script and stylesheet from those of other releases.
    pub assets: String,
    /// The way here.
    pub crumbs: Vec<Crumb>,
    /// Where the document is to be seen, where it is not here.
    pub source: Option<String>,
    /// The document.
    pub raw: Vec<Piece>,
    /// How to get the other representations.
    pub commands: Vec<Command>,
    /// Where any other request to it is written.
    pub console: Option<String>,
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
            prefix: api.prefix().to_owned(),
            assets: assets.fingerprint().to_owned(),
            crumbs: Vec::new(),
            source: None,
            raw: Vec::new(),
            commands: Vec::new(),
            console: None,
        }
    }

    /// The frame of a page about the resource at an address, with what was asked for to get it.
    pub fn new(source: PageSource<'_>, title: String, iri: &str, asked: Option<&str>, public: bool) -> Self {
        // A list would be several times as large as it is.
        let is_list = source.document["member"].is_array();
        Self {
            title,
            base: source.api.base().to_owned(),
            prefix: source.api.prefix().to_owned(),
            assets: source.assets.fingerprint().to_owned(),
            crumbs: crumbs(source.api, iri),
            source: asked.filter(|_| is_list).map(|asked| about(source.api, SOURCE, asked)),
            raw: if is_list { Vec::new() } else { pieces(source.api, source.document, source.terms) },
            console: asked.map(|asked| about(source.api, CONSOLE, asked)),
            commands: asked.map_or_else(Vec::new, |asked| Self::commands(source.assets, asked, public)),
        }
    }

    /// How to get what is at an address in the forms that programs read.
    pub fn commands(assets: &Assets, asked: &str, public: bool) -> Vec<Command> {
        assets.media_types.iter().map(|media_type| Command::new(media_type, asked, public)).collect()
    }
}

impl Command {
    fn new(media_type: &'static str, iri: &str, public: bool) -> Self {
        let media_type = media_type.split_once("; charset").map_or(media_type, |(essence, _)| essence);
        let credentials = if public { "" } else { "-u 'KEY:SECRET' " };
        // A quote would end the argument early.
        let iri = iri.replace('\'', "%27");
        Self { media_type, line: format!("curl {credentials}-H 'Accept: {media_type}' '{iri}'") }
    }
}

/// Where it is counted what is below something that is to be deleted.
pub const REMOVAL: &str = "/removal";
/// Where a request is written by hand.
pub const CONSOLE: &str = "/console";
/// Where something is done to several resources, one after another.
pub const SEVERAL: &str = "/several";
/// Where the document of a collection is to be seen.
pub const SOURCE: &str = "/source";

/// Where values are put behind an address.
pub const PARTS: &str = "/parts";
/// Where a collection is to be had as a table.
pub const CSV: &str = "/csv";

/// Where such a page is sent to, at whatever name of this host it was asked for.
pub fn acts(api: &Api, page: &str, iri: &str) -> String {
    format!("{}{}", api.prefix(), short(api, &about(api, page, iri)))
}

/// A page about what is at an IRI, at one of these.
pub fn about(api: &Api, page: &str, iri: &str) -> String {
    let query = serde_urlencoded::to_string([("of", short(api, iri))]).unwrap_or_default();
    format!("{}{page}?{query}", api.base())
}
