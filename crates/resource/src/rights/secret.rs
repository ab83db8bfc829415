//! Secrets: random ones are hashed fast, those for elsewhere are encrypted. Chosen ones are in [`crate::rights::passwords`].

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, KeyInit};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::{Error, Result, World};

/// A new secret of 256 random bits, as text.
pub fn generate(world: &World) -> String {
    URL_SAFE_NO_PAD.encode(world.bytes::<32>())
}

/// What is kept of a random secret. It needs no salt: it cannot be guessed.
pub fn digest(secret: &[u8]) -> [u8; 32] {
    Sha256::digest(secret).into()
}

/// Whether a secret is the one whose digest is kept, in constant time.
pub fn matches(secret: &str, digest_kept: &[u8]) -> bool {
    digest(secret.as_bytes()).ct_eq(digest_kept).into()
}

/// What a key is known by: the public half, where it is a UUID as those are that are made here, or else one made of it
/// (RFC 9562 §5.8).
pub fn known_by(public: &str) -> Uuid {
    Uuid::try_parse(public).unwrap_or_else(|_| {
        let digest = digest(public.as_bytes());
        uuid::Builder::from_custom_bytes(std::array::from_fn(|index| digest[index])).into_uuid()
    })
}

/// Encrypts what has to be readable again, such as credentials for elsewhere, with XChaCha20-Poly1305
/// (draft-irtf-cfrg-xchacha) under a key made from the server's. What was encrypted under another key that is good beside it can
/// be read, too.
#[derive(Clone)]
pub struct Vault {
    own: Keys,
    others: Vec<Keys>,
}

/// What is made of a server key.
#[derive(Clone)]
struct Keys {
    cipher: XChaCha20Poly1305,
    authorisations: [u8; 32],
}

impl Keys {
    fn of(server_key: &[u8]) -> Self {
        // Tokens are signed with the key itself; nothing else must depend on that use, nor one of these on another.
        let key = |purpose: &[u8]| -> [u8; 32] {
            Sha256::new().chain_update(purpose).chain_update(server_key).finalize().into()
        };
        let cipher = XChaCha20Poly1305::new(&key(b"portico vault 1\0").into());
        Self { cipher, authorisations: key(b"portico authorisation 1\0") }
    }

    fn open(&self, sealed: &[u8]) -> Option<String> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let text = self.cipher.decrypt(&nonce.into(), sealed).ok()?;
        String::from_utf8(text).ok()
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

/// Bytes of a nonce, which a sealed text begins with.
const NONCE: usize = 24;

impl Vault {
    /// A vault under this server key.
    pub fn new(server_key: &[u8]) -> Self {
        Self { own: Keys::of(server_key), others: Vec::new() }
    }

    /// The same with another key that is good beside it.
    #[must_use]
    pub fn beside(mut self, other: &[u8]) -> Self {
        self.others.push(Keys::of(other));
        self
    }

    fn all(&self) -> impl Iterator<Item = &Keys> {
        std::iter::once(&self.own).chain(&self.others)
    }

    /// What authorisations are signed with; the first is for new ones.
    pub(crate) fn authorisations(&self) -> impl Iterator<Item = &[u8]> {
        self.all().map(|keys| &keys.authorisations[..])
    }

    /// What of something is kept to know it again, which tells nobody else anything of it: the first is for keeping, any of them may be
    /// what was kept.
    pub(crate) fn fingerprints(&self, of: &[u8]) -> impl Iterator<Item = [u8; 32]> {
        let digest = Sha256::digest(of);
        self.all().map(move |keys| {
            let key = Sha256::new().chain_update(b"portico fingerprint 1\0").chain_update(keys.authorisations);
            // A hash of a hash under a key: what is hashed cannot be made longer by somebody who knows neither.
            Sha256::new().chain_update(key.finalize()).chain_update(digest).finalize().into()
        })
    }

    /// Whether a text was encrypted under the key of this server, and not under one that is good beside it.
    pub(crate) fn is_own(&self, sealed: &[u8]) -> bool {
        self.own.open(sealed).is_some()
    }

    /// The text, encrypted.
    pub fn seal(&self, world: &World, text: &str) -> Result<Vec<u8>> {
        let nonce = world.bytes::<NONCE>();
        let sealed = self.own.cipher.encrypt(&nonce.into(), text.as_bytes());
        let sealed = sealed.map_err(|_| Error::Internal("a text cannot be encrypted".into()))?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// The text that was encrypted.
    pub fn open(&self, sealed: &[u8]) -> Result<String> {
        let broken = || Error::Internal("what was encrypted cannot be read under this server key".into());
        self.all().find_map(|keys| keys.open(sealed)).ok_or_else(broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::System;

    #[test]
    fn what_is_sealed_opens_under_the_same_key_alone_and_only_whole() {
        let world = World::new(System);
        let vault = Vault::new(b"one key");
        let sealed = vault.seal(&world, "user:password").expect("it seals");
        assert!(!sealed.windows(4).any(|part| part == b"user"));
        assert_eq!(vault.open(&sealed).expect("it opens"), "user:password");
        assert_ne!(sealed, vault.seal(&world, "user:password").expect("it seals"), "no two are alike");
        assert!(Vault::new(b"another key").open(&sealed).is_err());
        for at in 0..sealed.len() {
            let mut broken = sealed.clone();
            broken[at] ^= 1;
            assert!(vault.open(&broken).is_err());
            assert!(vault.open(&sealed[..at]).is_err());
        }
    }
}
