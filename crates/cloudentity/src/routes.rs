//! Routes: each row of the table at each of its places, and answers for what is at none.

use actix_web::web::ServiceConfig;
use hydra::Method;

use crate::operation::{BASE, places};
use crate::{Face, reply};

/// Whether a path is in this face.
pub fn has(path: &str) -> bool {
    path.strip_prefix(BASE).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Mounts the face. The application has a [`Face`] as data.
pub fn routes(config: &mut ServiceConfig) {
    let alive = face::route(Method::Get).to(reply::alive);
    config.service(face::place::<Face>(&format!("{BASE}/alive"), vec![(Method::Get, alive)]));
    let operations = places().map(|(_, path, operation)| (path, operation.method, operation));
    face::mount::<Face>(config, &[BASE], operations);
}
