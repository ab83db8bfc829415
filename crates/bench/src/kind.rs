//! Which database is measured, and what Portico is told of it.

use std::path::Path;

use crate::rows::{KEY, SECRET};

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

impl Kind {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// What Portico is told, beside where to listen.
pub fn environment(folder: &Path, kind: Kind, url: &str) -> Vec<(&'static str, String)> {
    let mut environment = vec![
        ("PORTICO_DATA_DIR", folder.join("data").display().to_string()),
        ("PORTICO_WORKERS", "1".to_owned()),
        ("PORTICO_NO_WORKER", "true".to_owned()),
        ("PORTICO_ADMIN_KEY", KEY.to_owned()),
        ("PORTICO_ADMIN_SECRET", SECRET.to_owned()),
    ];
    if kind == Kind::Postgres {
        environment.push(("PORTICO_DATABASE_URL", url.to_owned()));
    }
    environment
}
