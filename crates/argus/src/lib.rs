//! The Argus face: plain JSON below `/customeradmin/v2`, `/customers/v2` and `/authentication/v1`, for programs written
//! against that interface.
//!
//! It converts and decides nothing. [`OPERATIONS`] says what there is; `serving` says in which order a request is looked at;
//! the handlers turn paths, queries and bodies into what the rules of `resource` take, and their answers into models
//! (`wire`) in the envelope.

mod body;
mod convert;
mod envelope;
mod exchange;
mod fault;
mod handlers;
mod message;
mod operation;
mod query;
mod reply;
mod serving;
mod wire;

use std::sync::Arc;

use resource::Identities;

pub use operation::{ADMIN, AUTHENTICATION, Act, BASIC, OPERATIONS, Operation};

/// What the face needs, as application data.
#[derive(Debug)]
pub struct Argus {
    pub(crate) identities: Arc<Identities>,
    pub(crate) settings: Settings,
}

/// What the operator decides of the face.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Bytes of a body.
    pub body: usize,
    /// Bytes of a body with a picture in it.
    pub picture: usize,
    /// Bytes of a query.
    pub query: usize,
    /// How the answer to what is about one thing looks below [`ADMIN`].
    pub single: Single,
}

/// How one thing stands in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Single {
    /// As a list of one.
    #[default]
    List,
    /// By itself.
    Object,
}

impl Argus {
    /// The face of a service.
    pub fn new(identities: Arc<Identities>, settings: Settings) -> Self {
        Self { identities, settings }
    }
}
