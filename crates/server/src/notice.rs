//! What was done, said on the page that somebody is led to after it: one of a few words in a cookie that the next page takes away. What was
//! changed brings along what stood there before, for a form on that page that undoes it.

use actix_web::HttpRequest;
use actix_web::cookie::Cookie;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use explorer::undoes;
use hydra::query::pairs;

use crate::Portico;
use crate::cookie::{cookie, name};

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
    /// What somebody else has made of it is left so.
    Left,
}

const ALL: [(Notice, &str, &str); 5] = [
    (Notice::Created, "created", "It is created."),
    (Notice::Listed, "listed", "It is in the list."),
    (Notice::Changed, "changed", "The change is made."),
    (Notice::Deleted, "deleted", "It is deleted."),
    (Notice::Left, "left", "It is left as it is."),
];

/// The longest value of the cookie, in bytes; browsers take 4096 with its name and what else is said of it.
const LONGEST: usize = 3600;
/// How long it is good for, in seconds.
const SECONDS: u64 = 60;

/// The cookie that says it.
pub fn telling(app: &Portico, notice: Notice) -> Cookie<'static> {
    cookie(app, name(app, NAME), word(notice).to_owned(), SECONDS).finish()
}

/// The cookie that says that what is at a path was changed, and what a form has that undoes it; without that, where it is too long.
pub fn undoable(app: &Portico, path: &str, undo: &[(String, String)]) -> Cookie<'static> {
    let said = serde_urlencoded::to_string(undo).unwrap_or_default();
    let value = format!("{}.{}.{}", word(Notice::Changed), encoded(path), encoded(&said));
    match value.len() > LONGEST {
        true => telling(app, Notice::Changed),
        false => cookie(app, name(app, NAME), value, SECONDS).finish(),
    }
}

fn word(notice: Notice) -> &'static str {
    ALL.iter().find(|(one, ..)| *one == notice).map_or("", |(_, word, _)| word)
}

fn encoded(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// What takes it away.
pub fn none(app: &Portico) -> Cookie<'static> {
    cookie(app, name(app, NAME), String::new(), 0).finish()
}

/// What is to be said of what was done.
pub struct Told {
    /// In words of ours.
    pub words: &'static str,
    /// The fields of the form that undoes it, if it can be undone.
    pub undo: Option<Vec<(String, String)>>,
}

/// What a request brings to be said, and what undoes that on its page. Whoever could plant a cookie could have a form there, but for a
/// change that the reader may make, of fields that they see named.
pub fn of(app: &Portico, request: &HttpRequest) -> Option<Told> {
    let cookie = request.cookie(&name(app, NAME))?;
    let mut parts = cookie.value().split('.');
    let word = parts.next()?;
    let &(known, _, words) = ALL.iter().find(|(_, known, _)| *known == word)?;
    let mut decoded = || String::from_utf8(URL_SAFE_NO_PAD.decode(parts.next()?).ok()?).ok();
    let is_here = decoded().is_some_and(|path| path == request.uri().path());
    let undo = decoded().filter(|_| is_here).map(|said| pairs(&said));
    Some(Told { words, undo: undo.filter(|fields| known == Notice::Changed && undoes(fields)) })
}
