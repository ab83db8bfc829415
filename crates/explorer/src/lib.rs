//! HTML: every document as a page, for people with a browser who follow links.
//!
//! A page is a function of the JSON-LD document that was written for the request and of the class tables, and of nothing
//! else: what the document does not say, the page does not show, and a new class has its pages without a line here. The
//! pages work without a script; with it, the operations that the document offers become forms.

mod account;
mod address;
mod assets;
mod choices;
mod collection;
mod console;
mod document;
mod drawing;
mod field;
mod filled;
mod form;
mod found;
mod frame;
mod holes;
mod home;
mod name;
mod neighbours;
mod notice;
mod picture;
mod problem;
mod progress;
mod prose;
mod raw;
mod removal;
mod request;
mod resource;
mod rows;
mod search;
mod session;
mod several;
mod source;
mod submitted;
mod timeline;
mod value;
mod vocabulary;
mod whole;

use askama::Template;
use hydra::Api;

pub use account::{AccountBar, PageReader, dressed};
pub use address::{above, placed};
pub use assets::{ASSETS, Asset, Assets};
pub use console::{ConsoleForm, ShownAnswer, console_page};
pub use document::{listed, offered, once, types};
pub use filled::{Filled, filled};
pub use found::{FoundGroup, found_page};
pub use frame::{CONSOLE, CSV, PARTS, REMOVAL, SEVERAL, SOURCE};
pub use holes::{Hole, Tree, WantedBoxes, WantedList, count, hole, named, strip};
pub use home::{News, Overview, Places};
pub use name::heading;
pub use notice::{NoticeBar, UndoForm, undoes, undoing};
pub use removal::{ListBelow, removal_page};
pub use request::{ShownRequest, request_page};
pub use session::{SESSION, SignInForm, instead_of};
pub use several::{Picked, SeveralSource, filled_for_each, is_picked_from, nothing_said, several_page};
pub use source::PageSource;
pub use submitted::{Form, Said, is_tag};
pub use timeline::{BACK, timeline};
pub use vocabulary::pages as vocabulary_pages;
pub use whole::source_page;

/// The page of a document.
///
/// # Errors
/// The document is none of ours, or the template does not take it: a fault of this service.
pub fn page(source: PageSource<'_>) -> Result<String, String> {
    let types = source.types();
    let rendered = match types.first() {
        Some(&"Error") => problem::Problem::new(source).render(),
        Some(&"Collection") => collection::CollectionPage::new(source)?.render(),
        _ => resource::ResourcePage::new(source)?.render(),
    };
    rendered.map_err(|error| error.to_string())
}

/// The page where people sign in.
///
/// # Errors
/// The template does not take it: a fault of this service.
pub fn sign_in_page(api: &Api, assets: &Assets, sign_in: SignInForm<'_>) -> Result<String, String> {
    session::SessionPage::new(api, assets, sign_in).render().map_err(|error| error.to_string())
}
