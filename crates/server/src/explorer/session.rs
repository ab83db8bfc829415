//! The page where people sign in.

use askama::Template;

use super::frame::PageFrame;
use super::raw::Piece;
use crate::Portico;
use crate::session::PATH;

/// What the form begins with.
#[derive(Debug, Clone, Copy, Default)]
pub struct SignInForm<'a> {
    /// Where to go on.
    pub next: &'a str,
    /// The name that was typed.
    pub name: &'a str,
    /// What was wrong with it.
    pub wrong: Option<&'a str>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "session.html")]
pub struct SessionPage<'a> {
    frame: PageFrame,
    action: String,
    sign_in: SignInForm<'a>,
}

impl<'a> SessionPage<'a> {
    /// The page of a service.
    pub fn new(app: &Portico, sign_in: SignInForm<'a>) -> Self {
        Self {
            frame: PageFrame::bare(&app.api, &app.assets, "Sign in".into()),
            action: format!("{}{PATH}", app.api.prefix()),
            sign_in,
        }
    }
}
