//! How a database is opened.

use std::time::Duration;

use crate::address::DatabaseAddress;

/// How to open a database.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where it is.
    pub address: DatabaseAddress,
    /// Connections that read; on PostgreSQL, connections in all.
    pub connections: u32,
    /// On SQLite: what an acknowledged write survives.
    pub durability: Durability,
    /// On PostgreSQL: how long a statement may take before the server ends it.
    pub patience: Duration,
    /// On PostgreSQL: whether something in between hands out a connection for one transaction at a time.
    pub pooled: bool,
}

/// How much of the file a connection that reads keeps in memory, in KiB, as `PRAGMA cache_size` wants it. The system keeps the rest.
pub(crate) const CACHE: &str = "-1024";

/// What an acknowledged write survives (`PRAGMA synchronous`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// A power cut: each commit waits for the disk.
    Full,
    /// A crash of the process. A power cut may lose the last commits, and never corrupts.
    Normal,
}
