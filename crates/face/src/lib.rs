//! What faces share of HTTP: the tree of places, routes by method, the variables of a path, headers that are
//! lists, entity tags, conditions and preferences, a body within bounds. It knows no class and no rule, and no face's words: what is said to
//! a client is said by the face.

mod body;
mod conditions;
mod list;
mod lost;
mod path;
mod places;
mod prefer;
mod routes;
mod tag;

pub use body::{ACCEPTED_CODINGS, Unread, read};
pub use conditions::{Conditions, Tags, Verdict, is_known};
pub use list::{elements, parts, unquoted};
pub use lost::Lost;
pub use path::Variables;
pub use places::Places;
pub use prefer::{PREFER, PREFERENCE_APPLIED, Preferences};
pub use routes::{Face, allow, mount, place, route};
pub use tag::EntityTag;
