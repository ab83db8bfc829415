//! What Portico keeps keys of customers in.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use resource::Vault;

/// Where Portico keeps what it encrypts under.
pub fn server_key(folder: &Path) -> PathBuf {
    folder.join("data").join("server.key")
}

/// What Portico keeps keys of customers in.
pub fn vault(server_key: &Path) -> Result<Vault> {
    let text = std::fs::read_to_string(server_key).with_context(|| format!("cannot read {}", server_key.display()))?;
    Ok(Vault::new(&STANDARD.decode(text.trim())?))
}
