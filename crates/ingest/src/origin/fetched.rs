//! What comes of fetching an origin, and within which bounds.

use std::time::Duration;

use bytes::Bytes;

/// How much is taken and how long is waited.
#[derive(Debug, Clone)]
pub struct FetchLimits {
    /// The longest origin, in bytes.
    pub longest: u64,
    /// For all of it: names, connections, redirects, the content.
    pub time: Duration,
    /// For one connection.
    pub connect: Duration,
    /// How many redirects are followed.
    pub redirects: usize,
}

impl Default for FetchLimits {
    fn default() -> Self {
        let (time, connect) = (Duration::from_secs(30), Duration::from_secs(10));
        Self { longest: 50_000_000, time, connect, redirects: 5 }
    }
}

/// What was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The content.
    pub bytes: Bytes,
    /// What the origin says the content is. It may be wrong.
    pub media_type: Option<String>,
}
