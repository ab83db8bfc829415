//! The script, the stylesheet and the icon of the pages, served from the program itself.

use std::collections::HashMap;
use std::sync::Arc;

use hydra::fingerprint;

use crate::documents::Fixed;
use crate::negotiate::Representation;

/// A file that pages load.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    text: &'static str,
}

const ASSETS: &[Asset] = &[
    Asset {
        name: "explorer.js",
        content_type: "text/javascript; charset=utf-8",
        text: include_str!("assets/explorer.js"),
    },
    Asset { name: "explorer.css", content_type: "text/css; charset=utf-8", text: include_str!("assets/explorer.css") },
    Asset { name: "zoom.js", content_type: "text/javascript; charset=utf-8", text: include_str!("assets/zoom.js") },
    // As it is published (3-clause BSD; its licence lies beside it).
    Asset {
        name: "openseadragon.js",
        content_type: "text/javascript; charset=utf-8",
        text: include_str!("assets/openseadragon/openseadragon.min.js"),
    },
    Asset { name: "icon.svg", content_type: "image/svg+xml", text: include_str!("assets/icon.svg") },
];

/// The templates, as far as entity tags are concerned.
const TEMPLATES: &[&str] = &[
    include_str!("templates/layout.html"),
    include_str!("templates/macros.html"),
    include_str!("templates/resource.html"),
    include_str!("templates/collection.html"),
    include_str!("templates/problem.html"),
    include_str!("templates/vocabulary.html"),
    include_str!("templates/vocabulary_class.html"),
    include_str!("templates/vocabulary_rest.html"),
    include_str!("templates/session.html"),
    include_str!("templates/list.html"),
    include_str!("templates/found.html"),
    include_str!("templates/raw.html"),
    include_str!("templates/whole.html"),
    include_str!("templates/tree.html"),
    include_str!("templates/request.html"),
    include_str!("templates/removal.html"),
];

/// What tells these pages from those of other releases.
#[derive(Debug)]
pub struct Assets {
    fingerprint: String,
    mark: String,
    files: HashMap<&'static str, (&'static str, Arc<Fixed>)>,
}

impl Assets {
    /// Looks at all that pages are made of.
    pub fn new() -> Self {
        let texts = ASSETS.iter().map(|asset| asset.text).chain(TEMPLATES.iter().copied());
        let all: String = texts.chain([env!("CARGO_PKG_VERSION")]).collect();
        let fingerprint = fingerprint(all.as_bytes())[..8].to_owned();
        let file = |asset: &Asset| (asset.name, (asset.content_type, Fixed::new(asset.text.into())));
        Self {
            mark: format!("{}{fingerprint}", Representation::Html.mark()),
            fingerprint,
            files: ASSETS.iter().map(file).collect(),
        }
    }

    /// In the addresses of script and stylesheet, so that a page never meets those of another release.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// In the entity tags of pages.
    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// The file of this name, with its media type.
    pub fn file(&self, name: &str) -> Option<&(&'static str, Arc<Fixed>)> {
        self.files.get(name)
    }
}
