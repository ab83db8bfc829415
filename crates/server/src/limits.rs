//! Limits on what a stranger controls.

use std::path::PathBuf;
use std::time::Duration;

use iiif::picture::Ceiling;

/// Limits on what a stranger controls.
#[derive(Debug, Clone)]
pub struct ServiceLimits {
    /// Bytes of a body.
    pub body: usize,
    /// Bytes of a query.
    pub query: usize,
    /// How long a request may take.
    pub request: Duration,
    /// Bytes of derivatives that are kept in memory.
    pub derivatives: u64,
    /// How long a session of a viewer lasts that is used all the time, unless its service says that it lasts longer unused.
    pub viewer_session: Duration,
    /// How large a picture may be that derivatives are made of.
    pub pictures: Ceiling,
    /// Where decoded pictures are laid out that are too large for memory.
    pub spool: PathBuf,
}
