//! Secrets that an operator gives: the server's key, the first administrator's.

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::private::make_private;
use super::settings::Settings;

const SERVER_KEY: usize = 32;

/// Characters of a secret, at the least: a shorter one can be guessed.
const SECRET: usize = 16;

impl Settings {
    /// The key that sessions are signed with; made at the first start.
    ///
    /// # Errors
    /// It is not 32 bytes in base64, or its file cannot be read or written.
    pub fn server_key(&self, world: &resource::World) -> Result<Vec<u8>> {
        if self.server_key.is_none() {
            let path = self.make_data_dir()?.join("server.key");
            if !path.exists() {
                make_private(&path, &STANDARD.encode(world.bytes::<SERVER_KEY>()))?;
            }
        }
        self.kept_server_key()?.context("server.key was there a moment ago")
    }

    /// The same, where there is one already.
    ///
    /// # Errors
    /// As [`Settings::server_key`].
    pub(super) fn kept_server_key(&self) -> Result<Option<Vec<u8>>> {
        let path = self.data_dir().join("server.key");
        let (text, name) = match &self.server_key {
            Some(text) => (text.clone(), "server_key".to_owned()),
            None if !path.exists() => return Ok(None),
            None => {
                let name = path.display().to_string();
                (std::fs::read_to_string(&path).with_context(|| format!("cannot read {name}"))?, name)
            }
        };
        match STANDARD.decode(text.trim()) {
            Ok(key) if key.len() == SERVER_KEY => Ok(Some(key)),
            _ => bail!("{name} must be {SERVER_KEY} bytes in base64"),
        }
    }

    /// The first administrator's key, where the operator names it.
    ///
    /// # Errors
    /// One half is missing, the key cannot be the user name of HTTP Basic (RFC 7617 §2), or the secret is short enough to
    /// guess.
    pub fn admin(&self) -> Result<Option<resource::start::operator::KeyPair>> {
        let (Some(key), Some(secret)) = (&self.admin_key, &self.admin_secret) else {
            if self.admin_key.is_some() || self.admin_secret.is_some() {
                bail!("admin_key and admin_secret go together");
            }
            return Ok(None);
        };
        if key.is_empty() || key.len() > 255 || key.chars().any(|char| char == ':' || char.is_control()) {
            bail!(
                "admin_key must be 1 to 255 bytes without colons and control characters: the user name of HTTP Basic"
            );
        }
        if secret.chars().count() < SECRET {
            bail!("admin_secret must have at least {SECRET} characters");
        }
        if secret.chars().any(char::is_control) {
            bail!("admin_secret must have no control characters");
        }
        Ok(Some(resource::start::operator::KeyPair { key: key.clone(), secret: secret.clone() }))
    }
}
