//! What a page is made from.

use hydra::quads::Terms;
use hydra::{Api, ClassDef};
use serde_json::Value as Json;

use super::assets::Assets;
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
    /// A form that is shown again, with what is wrong with it.
    pub again: Option<(&'a Form, &'a Said)>,
}

/// The names of the classes of a document, without prefix.
pub fn types(document: &Json) -> Vec<&str> {
    let types = &document["@type"];
    let types = types.as_array().map_or(std::slice::from_ref(types), Vec::as_slice);
    types.iter().filter_map(Json::as_str).map(|name| name.strip_prefix("vocab:").unwrap_or(name)).collect()
}

/// The class of the resource that a document is of.
pub fn class_of(api: &Api, document: &Json) -> Option<&'static ClassDef> {
    let types = types(document);
    api.classes().iter().copied().find(|class| types.first() == Some(&class.name))
}

/// Whether a document tells something that will not be told again, such as the secret of a key.
pub fn once(api: &Api, document: &Json) -> bool {
    class_of(api, document).is_some_and(|class| {
        class.properties.iter().any(|property| property.once && document.get(property.name).is_some())
    })
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
