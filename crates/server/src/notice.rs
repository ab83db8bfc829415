//! What was done, said on the page that somebody is led to after it: one of a few words in a cookie that the next page takes away.

use actix_web::HttpRequest;
use actix_web::cookie::Cookie;

use crate::Portico;
use crate::cookie::cookie;

const NAME: &str = "portico-notice";

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// Something new is there.
    Created,
    /// What was there before is in a list.
    Listed,
    /// Something is not as it was.
    Changed,
    /// Something is not there any more.
    Deleted,
}

const ALL: [(Notice, &str, &str); 4] = [
    (Notice::Created, "created", "It is created."),
    (Notice::Listed, "listed", "It is in the list."),
    (Notice::Changed, "changed", "The change is made."),
    (Notice::Deleted, "deleted", "It is deleted."),
];

/// The cookie that says it.
pub fn telling(app: &Portico, notice: Notice) -> Cookie<'static> {
    let word = ALL.iter().find(|(one, ..)| *one == notice).map_or("", |(_, word, _)| word);
    cookie(app, NAME, word.to_owned(), 60).finish()
}

/// What takes it away.
pub fn none(app: &Portico) -> Cookie<'static> {
    cookie(app, NAME, String::new(), 0).finish()
}

/// What a request brings to be said.
pub fn of(request: &HttpRequest) -> Option<&'static str> {
    let word = request.cookie(NAME)?;
    ALL.iter().find(|(_, known, _)| *known == word.value()).map(|(.., words)| *words)
}
