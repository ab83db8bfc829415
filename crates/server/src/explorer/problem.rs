//! The page of a failure.

use askama::Template;

use super::address::web;
use super::frame::PageFrame;
use super::raw::Piece;
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
    /// What documents the kind of problem.
    kind: Option<String>,
}

impl Problem {
    /// The page of a problem document.
    pub fn new(source: PageSource<'_>) -> Self {
        let text = |name: &str| source.text(name).to_owned();
        let violations = source.document["violations"].as_array().map_or(&[][..], Vec::as_slice);
        let status = source.document["status"].as_u64().unwrap_or_default();
        let heading = text("title");
        Self {
            frame: PageFrame::new(source, format!("{status} {heading}"), source.text("instance"), None, false),
            detail: text("detail"),
            violations: violations.iter().map(|node| node["message"].as_str().unwrap_or_default().to_owned()).collect(),
            instance: web(source.text("instance")).map(String::from),
            kind: web(source.text("type")).map(String::from),
            status,
            heading,
        }
    }
}
