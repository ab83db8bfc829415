//! The script, the stylesheet and the icon of the pages, served from the program itself.

use hydra::fingerprint;

/// A file that pages load.
#[derive(Debug)]
pub struct Asset {
    /// What its address ends with.
    pub name: &'static str,
    /// Its media type.
    pub content_type: &'static str,
    /// What is in it.
    pub text: &'static str,
}

/// All of them.
pub const ASSETS: &[Asset] = &[
    Asset {
        name: "explorer.js",
        content_type: "text/javascript; charset=utf-8",
        text: include_str!("../assets/explorer.js"),
    },
    Asset {
        name: "explorer.css",
        content_type: "text/css; charset=utf-8",
        text: include_str!("../assets/explorer.css"),
    },
    Asset { name: "zoom.js", content_type: "text/javascript; charset=utf-8", text: include_str!("../assets/zoom.js") },
    // As it is published (3-clause BSD; its licence lies beside it).
    Asset {
        name: "openseadragon.js",
        content_type: "text/javascript; charset=utf-8",
        text: include_str!("../assets/openseadragon/openseadragon.min.js"),
    },
    Asset { name: "icon.svg", content_type: "image/svg+xml", text: include_str!("../assets/icon.svg") },
];

/// The templates, as far as entity tags are concerned.
const TEMPLATES: &[&str] = &[
    include_str!("../templates/layout.html"),
    include_str!("../templates/macros.html"),
    include_str!("../templates/resource.html"),
    include_str!("../templates/collection.html"),
    include_str!("../templates/problem.html"),
    include_str!("../templates/vocabulary.html"),
    include_str!("../templates/vocabulary_class.html"),
    include_str!("../templates/vocabulary_rest.html"),
    include_str!("../templates/session.html"),
    include_str!("../templates/list.html"),
    include_str!("../templates/found.html"),
    include_str!("../templates/raw.html"),
    include_str!("../templates/whole.html"),
    include_str!("../templates/tree.html"),
    include_str!("../templates/request.html"),
    include_str!("../templates/removal.html"),
];

/// What all pages of a service have in common.
#[derive(Debug)]
pub struct Assets {
    fingerprint: String,
    /// The media types in which programs read what pages show.
    pub(crate) media_types: Vec<&'static str>,
}

impl Assets {
    /// Looks at all that pages are made of. Programs read the same in these media types.
    pub fn new(media_types: Vec<&'static str>) -> Self {
        let texts = ASSETS.iter().map(|asset| asset.text).chain(TEMPLATES.iter().copied());
        let all: String = texts.chain([env!("CARGO_PKG_VERSION")]).collect();
        Self { fingerprint: fingerprint(all.as_bytes())[..8].to_owned(), media_types }
    }

    /// What tells these pages from those of other releases: in the addresses of script and stylesheet, so that a page never meets those
    /// of another release, and in the entity tags of pages.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}
