//! The page of a failure.

use askama::Template;

use super::address::{documented, web};
use super::document::listed;
use super::frame::PageFrame;
use super::raw::Piece;
use super::session::instead_of;
use super::source::PageSource;

/// A failure.
#[derive(Debug, Template)]
#[template(path = "problem.html")]
pub struct Problem {
    frame: PageFrame,
    status: u64,
    heading: String,
    detail: String,
    /// Together they say what the detail says.
    violations: Vec<String>,
    /// What the request was sent to.
    instance: Option<String>,
    /// Which request it was, for whoever looks for it in the log.
    request: Option<String>,
    /// Where to sign in, where that is what is missing.
    sign_in: Option<String>,
    /// What documents the kind of problem.
    kind: Option<String>,
}

/// Where to sign in, and go on with what was asked for.
fn sign_in(source: PageSource<'_>) -> String {
    let base = source.api.base();
    format!("{base}{}", instead_of(instance(source).0.strip_prefix(base).unwrap_or("/")))
}

/// What the request was sent to, and which it was.
fn instance<'a>(source: PageSource<'a>) -> (&'a str, Option<&'a str>) {
    let instance = source.text("instance");
    instance.split_once('#').map_or((instance, None), |(place, request)| (place, Some(request)))
}

impl Problem {
    /// The page of a problem document.
    pub fn new(source: PageSource<'_>) -> Self {
        let text = |name: &str| source.text(name).to_owned();
        let violations = listed(source.document, "violations");
        let status = source.document["status"].as_u64().unwrap_or_default();
        let heading = text("title");
        let (place, request) = instance(source);
        Self {
            frame: PageFrame::new(source, format!("{status} {heading}"), place, None, false),
            detail: text("detail"),
            violations: violations.iter().map(|node| node["message"].as_str().unwrap_or_default().to_owned()).collect(),
            // What was refused is refused again.
            request: request.filter(|_| status >= 500).map(String::from),
            instance: web(place).filter(|_| status >= 500 || status == 429).map(String::from),
            sign_in: (status == 401).then(|| sign_in(source)),
            kind: web(source.text("type")).map(|kind| documented(source.api, kind)),
            status,
            heading,
        }
    }
}
