//! HTML: every document as a page, for people with a browser who follow links.
//!
//! A page is a function of the JSON-LD document that was written for the request and of the class tables, and of nothing
//! else: what the document does not say, the page does not show, and a new class has its pages without a line here. The
//! pages work without a script; with it, the operations that the document offers become forms.

mod address;
mod assets;
mod collection;
mod form;
mod frame;
mod problem;
mod raw;
mod resource;
mod search;
mod value;
mod vocabulary;

use actix_web::http::header::HeaderValue;
use askama::Template;
use hydra::Api;
use hydra::quads::Terms;
use serde_json::Value as Json;

pub use assets::{Assets, routes};

/// What a page may load and who may show it: our own script and stylesheet, nobody else.
pub const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'",
);

/// What a page is made from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The tables.
    pub api: &'a Api,
    /// Which script and stylesheet belong to it.
    pub assets: &'a Assets,
    /// The document.
    pub document: &'a Json,
    /// What the members of the document mean.
    pub terms: &'a Terms,
    /// The entity tag of the page, for changes that are conditional on what was seen.
    pub tag: &'a str,
}

/// The page of a document.
///
/// # Errors
/// The document is none of ours, or the template does not take it: a fault of this service.
pub fn page(source: Source<'_>) -> Result<String, String> {
    let types = source.types();
    let rendered = match types.first() {
        Some(&"ApiDocumentation") => vocabulary::Vocabulary::new(source).render(),
        Some(&"Error") => problem::Problem::new(source).render(),
        Some(&"Collection") => collection::Collection::new(source)?.render(),
        _ => resource::Resource::new(source)?.render(),
    };
    rendered.map_err(|error| error.to_string())
}

impl<'a> Source<'a> {
    /// The names of the classes of the document, without prefix.
    fn types(&self) -> Vec<&'a str> {
        let types = &self.document["@type"];
        let types = types.as_array().map_or(std::slice::from_ref(types), Vec::as_slice);
        types.iter().filter_map(Json::as_str).map(|name| name.strip_prefix("vocab:").unwrap_or(name)).collect()
    }

    /// A text of the document.
    fn text(&self, name: &str) -> &'a str {
        self.document[name].as_str().unwrap_or_default()
    }
}
