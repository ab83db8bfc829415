//! Secrets that an operator gives: the server's key, the first administrator's.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use super::private::{make_private, write_private};
use super::settings::Settings;

const SERVER_KEY: usize = 32;

/// The file of the key, and of one that is good beside it.
const FILE: &str = "server.key";
const ALSO: &str = "server.key.also";
/// Of one that was good before: what was encrypted under it, by a process that did not know better, can be read.
const BEFORE: &str = "server.key.before";

/// Characters of a secret, at the least: a shorter one can be guessed.
const SECRET: usize = 16;

impl Settings {
    /// The key that sessions are signed with; made at the first start.
    ///
    /// # Errors
    /// It is not 32 bytes in base64, or its file cannot be read or written.
    pub fn server_key(&self, world: &resource::World) -> Result<Vec<u8>> {
        if self.server_key.is_none() {
            let path = self.make_data_dir()?.join(FILE);
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
    pub(crate) fn kept_server_key(&self) -> Result<Option<Vec<u8>>> {
        given_or_kept(self.server_key.as_ref(), "server_key", &self.data_dir.join(FILE))
    }

    /// A key that is good beside it, if there is one.
    ///
    /// # Errors
    /// As [`Settings::server_key`].
    pub(crate) fn server_key_also(&self) -> Result<Option<Vec<u8>>> {
        given_or_kept(self.server_key_also.as_ref(), "server_key_also", &self.data_dir.join(ALSO))
    }

    /// A key that was good before, and still reads what was encrypted under it.
    ///
    /// # Errors
    /// As [`Settings::server_key`].
    pub(crate) fn server_key_before(&self) -> Result<Option<Vec<u8>>> {
        given_or_kept(None, BEFORE, &self.data_dir.join(BEFORE))
    }

    /// Makes another server key in the data folder, and keeps the one before beside it; where the latter is.
    ///
    /// # Errors
    /// The key is a setting, a rotation has begun, or the files cannot be written.
    pub(crate) fn rotate_server_key(&self, world: &resource::World) -> Result<PathBuf> {
        if self.server_key.is_some() {
            bail!(
                "server_key is a setting: put a new one (openssl rand -base64 32) into server_key_also and start all processes, \
                 exchange the two and start all, and then portico key rotate --finish"
            );
        }
        if self.server_key_also()?.is_some() {
            bail!("there are two server keys already; portico key rotate --finish ends that");
        }
        let Some(old) = self.kept_server_key()? else { bail!("there is no server key yet; the first start makes one") };
        let also = self.data_dir.join(ALSO);
        // Whenever this is interrupted, the old key is good.
        make_private(&also, &STANDARD.encode(old))?;
        write_private(&self.data_dir.join(FILE), &STANDARD.encode(world.bytes::<SERVER_KEY>()))?;
        Ok(also)
    }

    /// Has the key beside it in the data folder sign nothing any more; whether there was one. It goes on reading until the next: a process
    /// that was not started again may encrypt under it.
    ///
    /// # Errors
    /// The file cannot be renamed.
    pub(crate) fn retire_server_key(&self) -> Result<bool> {
        let (also, before) = (self.data_dir.join(ALSO), self.data_dir.join(BEFORE));
        if self.server_key_also.is_some() || !also.exists() {
            return Ok(false);
        }
        std::fs::rename(&also, &before).with_context(|| format!("cannot rename {}", also.display()))?;
        Ok(true)
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
        let secret = secret.expose_secret();
        if secret.chars().count() < SECRET {
            bail!("admin_secret must have at least {SECRET} characters");
        }
        if secret.chars().any(char::is_control) {
            bail!("admin_secret must have no control characters");
        }
        Ok(Some(resource::start::operator::KeyPair { key: key.clone(), secret: secret.to_owned() }))
    }
}

/// The key that a setting is, or else that a file has, if it is there.
fn given_or_kept(given: Option<&SecretString>, setting: &str, path: &Path) -> Result<Option<Vec<u8>>> {
    let (text, name) = match given {
        Some(text) => (text.expose_secret().to_owned(), setting.to_owned()),
        None if !path.exists() => return Ok(None),
        None => {
            let name = path.display().to_string();
            (std::fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?, name)
        }
    };
    match STANDARD.decode(text.trim()) {
        Ok(key) if key.len() == SERVER_KEY => Ok(Some(key)),
        _ => bail!("{name} must be {SERVER_KEY} bytes in base64"),
    }
}
