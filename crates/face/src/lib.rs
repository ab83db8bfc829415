//! What faces share of HTTP: the tree of places, routes by method, the variables of a path, a body within bounds. It knows no
//! class and no rule, and no face's words: what is said to a client is said by the face.

mod body;
mod lost;
mod path;
mod places;
mod routes;

pub use body::{Unread, read};
pub use lost::Lost;
pub use path::Variables;
pub use places::Places;
pub use routes::{Face, allow, mount, place, route};
