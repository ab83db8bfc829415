use hydra::{Class, Link, OperationDef, Timestamp, operation};

use crate::AuthService;
use crate::value::{AuthServiceId, CustomerId, SessionId};

hydra::key! {
    /// Which session with which auth service of which customer.
    ViewerSessionKey { customer: CustomerId, auth_service: AuthServiceId, session: SessionId }
    customer = |key| Some(key.customer.0)
}

const DELETE: OperationDef =
    OperationDef { label: "End the {}", statuses: &[(204, "{} ended"), (404, "Not found")], ..operation::DELETE };

/// What somebody has begun by using an auth service, and sees closed images by. Who it is, nobody knows. Deleted, neither its
/// cookie nor a token of it shows anything that the service gives, at once.
#[derive(Debug, Clone, Class)]
#[hydra(path = "/customers/{customer}/authServices/{auth_service}/sessions/{session}", key = ViewerSessionKey)]
#[hydra(label = "Viewer Session", operations = [operation::RETRIEVE, DELETE], collection = [operation::LIST])]
pub struct ViewerSession {
    /// When the service was used, the last time where it was used again; left out of sessions that began before that was kept.
    #[hydra(read_only)]
    pub created: Option<Timestamp>,
    /// When it ends, unless it is used before.
    #[hydra(read_only)]
    pub expires: Timestamp,
    /// When it ends however many images it shows; later where the service is used again.
    #[hydra(read_only)]
    pub ends: Timestamp,
    /// The service that was used.
    pub auth_service: Link<AuthService>,
}
