//! What a page is made from.

use hydra::Api;
use hydra::quads::Terms;
use serde_json::{Map, Value as Json};

use super::assets::Assets;
use super::document::types;
use super::submitted::{Form, Said};

/// What a page is made from.
#[derive(Debug, Clone, Copy)]
pub struct PageSource<'a> {
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
    /// What the address asks for beside the resource: the names and values of its query.
    pub asked: &'a [(String, String)],
    /// What it was before, where that is what a form is filled in with.
    pub back: Option<&'a Map<String, Json>>,
    /// When it was what is shown, where that is not now.
    pub was: Option<&'a str>,
    /// A form that is shown again, with what is wrong with it.
    pub again: Option<(&'a Form, &'a Said)>,
}

impl<'a> PageSource<'a> {
    /// The names of the classes of the document, without prefix.
    pub(super) fn types(&self) -> Vec<&'a str> {
        types(self.document)
    }

    /// A text of the document.
    pub(super) fn text(&self, name: &str) -> &'a str {
        self.document[name].as_str().unwrap_or_default()
    }
}
