//! Conditional requests (RFC 9110 §13), for what is a resource or a collection: `face` reads them, and the rules compare what is
//! written, in the statement that writes it.

use actix_web::http::header::HeaderMap;
use face::{Conditions, EntityTag, Tags, Verdict};
use resource::{Error, IfMatch, States};

use crate::Portico;
use crate::failure::Failure;
use crate::negotiate::Representation;

/// The tag of a document, which is of this state of something, and whose fingerprint tells apart all that is shown of it: what the
/// caller may do is in the document, too.
pub fn tag(app: &Portico, state: &str, format: Representation, shown: &str) -> EntityTag {
    EntityTag::new(state, &[shown, &app.fingerprint, app.mark(format)])
}

/// The tag of a document that has no state but what it says.
pub fn tag_of_text(app: &Portico, format: Representation, hash: &str) -> EntityTag {
    EntityTag::new(hash, &[&app.fingerprint, app.mark(format)])
}

/// Whether a reader has the representation with this tag already.
///
/// # Errors
/// 412 where the reader asked for another state.
pub fn is_known(headers: &HeaderMap, tag: &EntityTag) -> Result<bool, Failure> {
    read(Conditions::of(headers).of_reading(tag))
}

/// The same of what has no states, by its tag in quotation marks.
///
/// # Errors
/// 412 where the reader asked for another.
pub fn is_whole_known(headers: &HeaderMap, tag: &str) -> Result<bool, Failure> {
    read(Conditions::of(headers).of_reading_whole(tag))
}

fn read(verdict: Verdict) -> Result<bool, Failure> {
    verdict.is_known().ok_or_else(|| Error::Changed.into())
}

/// What a write of the resource at a path is conditional on.
pub fn precondition(headers: &HeaderMap, path: &str) -> IfMatch {
    let conditions = Conditions::of(headers);
    if conditions.is_empty() {
        return IfMatch::Absent;
    }
    let states = |tags: Tags<'_>| match tags {
        Tags::Any => States::Any,
        Tags::These(_) => States::These(tags.states()),
    };
    IfMatch::Said { path: path.to_owned(), some: conditions.some.map(states), none: conditions.none.map(states) }
}
