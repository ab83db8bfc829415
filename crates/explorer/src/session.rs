//! The page where people sign in.

use askama::Template;
use hydra::Api;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::assets::Assets;
use super::frame::PageFrame;
use super::raw::Piece;

/// Where people sign in and out.
pub const SESSION: &str = "/session";

/// Where somebody who is not signed in is sent from a page that they may not see.
pub fn instead_of(target: &str) -> String {
    format!("{SESSION}?next={}", utf8_percent_encode(target, NON_ALPHANUMERIC))
}

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
    pub fn new(api: &Api, assets: &Assets, sign_in: SignInForm<'a>) -> Self {
        Self {
            frame: PageFrame::bare(api, assets, "Sign in".into()),
            action: format!("{}{SESSION}", api.prefix()),
            sign_in,
        }
    }
}
