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
mod source;
mod value;
mod vocabulary;

use actix_web::http::header::HeaderValue;
use askama::Template;

pub use assets::Assets;
pub use source::PageSource;

/// What a page may load and who may show it: our own script and stylesheet, nobody else.
pub const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'",
);

/// The page of a document.
///
/// # Errors
/// The document is none of ours, or the template does not take it: a fault of this service.
pub fn page(source: PageSource<'_>) -> Result<String, String> {
    let types = source.types();
    let rendered = match types.first() {
        Some(&"ApiDocumentation") => vocabulary::Vocabulary::new(source).render(),
        Some(&"Error") => problem::Problem::new(source).render(),
        Some(&"Collection") => collection::CollectionPage::new(source)?.render(),
        _ => resource::ResourcePage::new(source)?.render(),
    };
    rendered.map_err(|error| error.to_string())
}
