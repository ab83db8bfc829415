//! Routes: each row of the table at each of its places, and answers for what is at none.

use face::Places;
use hydra::Method;

use crate::operation::BASE;
use crate::{Face, operation, reply};

/// Whether a path is in this face.
pub fn has(path: &str) -> bool {
    path.strip_prefix(BASE).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Mounts the face. The application has a [`Face`] as data.
pub fn routes(places: &mut Places) {
    let alive = face::route(Method::Get).to(reply::alive);
    places.add(&format!("{BASE}/alive"), |path| face::place::<Face>(path, vec![(Method::Get, alive)]));
    let operations = operation::places().map(|(_, path, operation)| (path, operation.method, operation));
    face::mount::<Face>(places, &[BASE], operations);
}
