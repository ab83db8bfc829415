//! The script, the stylesheet and the icon of the pages, served from the program itself.

use actix_web::http::header;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use face::{Places, is_known};
use hydra::fingerprint;
use resource::Error;

use crate::documents::{fixed, publish};
use crate::failure::Failure;
use crate::{Portico, asked};

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
];

/// What tells these pages from those of other releases.
#[derive(Debug)]
pub struct Assets {
    fingerprint: String,
    mark: String,
}

impl Assets {
    /// Looks at all that pages are made of.
    pub fn new() -> Self {
        let texts = ASSETS.iter().map(|asset| asset.text).chain(TEMPLATES.iter().copied());
        let all: String = texts.chain([env!("CARGO_PKG_VERSION")]).collect();
        let fingerprint = fingerprint(all.as_bytes())[..8].to_owned();
        Self { mark: format!("{}{fingerprint}", crate::negotiate::Format::Html.mark()), fingerprint }
    }

    /// In the addresses of script and stylesheet, so that a page never meets those of another release.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// In the entity tags of pages.
    pub fn mark(&self) -> &str {
        &self.mark
    }
}

/// Mounts them.
pub fn routes(places: &mut Places) {
    places.add("/explorer/{name}", |path| fixed(web::resource(path), asset));
}

async fn asset(request: HttpRequest, app: Data<Portico>) -> HttpResponse {
    let name = request.match_info().get("name").unwrap_or_default();
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return Failure::from(Error::NotFound).respond(&asked::path(&request), &app);
    };
    let tag = format!("\"{}\"", fingerprint(asset.text.as_bytes()));
    if is_known(request.headers(), &tag) {
        return publish(&mut HttpResponse::NotModified()).insert_header((header::ETAG, tag)).finish();
    }
    let mut response = HttpResponse::Ok();
    response.insert_header((header::ETAG, tag));
    publish(&mut response).content_type(asset.content_type).body(asset.text)
}
