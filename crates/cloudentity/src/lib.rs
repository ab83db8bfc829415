//! The Cloudentity face: plain JSON below `/api`, for programs written against that interface.
//!
//! It converts and decides nothing. [`OPERATIONS`] says what there is; [`serving`] says in which order a request is looked
//! at; the handlers turn paths and bodies into what the rules of `resource` take, and their answers into JSON.

mod caller;
mod error;
mod exchange;
mod handlers;
mod hmac;
mod identifier;
mod lock;
mod operation;
mod query;
mod reply;
mod serving;
mod wire;

use std::sync::Arc;

use resource::Identities;

pub use error::Code;
pub use hmac::HEADERS as SIGNATURE_HEADERS;
pub use operation::{Act, BASE, Callers, OPERATIONS, Operation, ServiceScope, TWIN, paths};

/// What the face needs, as application data.
#[derive(Debug)]
pub struct Cloudentity {
    pub(crate) identities: Arc<Identities>,
    pub(crate) settings: Settings,
    pub(crate) lock: lock::Lock,
}

/// What the operator decides of the face.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Names that the service is known by beside the `Host` of a request, each with its port if it is not that of the
    /// scheme: what a signed request may name.
    pub public_hosts: Vec<String>,
    /// The path that public addresses begin with, such as `/portico`; empty where they begin at the root.
    pub public_path: String,
    /// Bytes of a body.
    pub body: usize,
    /// Bytes of a query.
    pub query: usize,
}

impl Cloudentity {
    /// The face of a service.
    pub fn new(identities: Arc<Identities>, settings: Settings) -> Self {
        let lock = lock::Lock::new(identities.rules().fetch_lock);
        Self { identities, settings, lock }
    }
}
