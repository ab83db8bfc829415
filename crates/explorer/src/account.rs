//! Who reads a page, and what they did before: what of it is not of its document. It is put in when the page is sent, so that what is
//! the same for everybody can be made once.

use askama::Template;

use super::notice::NoticeBar;

/// Where in a page it says who reads it. No text of anybody's can hold it: in those a bracket is no bracket.
const PLACE: &str = "<!--account-->";

/// Where it says what was done before.
const NO_NOTICE: &str = "<!--notice-->";

/// Who reads a page, or where they can say who they are.
#[derive(Debug, Template)]
#[template(path = "account.html")]
pub struct AccountBar<'a> {
    /// Who reads it, if that is known.
    pub reader: Option<PageReader>,
    /// Whether they sent credentials that are not good.
    pub refused: bool,
    /// The address of the service.
    pub base: &'a str,
    /// Where a session is ended.
    pub action: String,
    /// Where to sign in.
    pub sign_in: String,
}

/// Somebody who reads a page.
#[derive(Debug)]
pub struct PageReader {
    /// What they are called.
    pub name: String,
    /// The path and the name of the customer that they belong to.
    pub customer: Option<(String, String)>,
    /// Whether there is a session in this browser to end.
    pub ends: bool,
}

/// A page with what is said of its reader, and of what was done before.
pub fn dressed(page: &str, account: &str, notice: Option<&NoticeBar<'_>>) -> String {
    let page = page.replacen(PLACE, account, 1);
    match notice.and_then(|notice| notice.render().ok()) {
        Some(notice) => page.replacen(NO_NOTICE, &notice, 1),
        None => page,
    }
}
