//! What faces share of HTTP: the tree of routes, what is at a path by method, faces that tell of themselves, the variables of a
//! path, headers that are lists, entity tags, conditions and preferences, a body within bounds. It knows no class and no rule, and
//! no face's words: what is said to a client is said by the face.

mod body;
mod coding;
mod conditions;
mod faces;
mod list;
mod lost;
mod path;
mod place;
mod prefer;
mod route_tree;
mod tag;

pub use body::{ACCEPTED_CODINGS, Unread, read};
pub use coding::{Coding, Codings};
pub use conditions::{Conditions, Tags, Verdict, known_coding};
pub use faces::{AnyFace, Face};
pub use list::{elements, parts, unquoted, weight};
pub use lost::Lost;
pub use path::Variables;
pub use place::{Place, allow};
pub use prefer::{PREFER, PREFERENCE_APPLIED, Preferences};
pub use route_tree::{Matched, RouteTree};
pub use tag::EntityTag;
