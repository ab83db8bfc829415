//! Secrets: random ones are hashed fast, chosen ones slowly.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

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

/// Hashes passwords with Argon2id, few at a time: each takes 19 MiB and some milliseconds of a core.
#[derive(Debug)]
pub struct Passwords {
    places: Semaphore,
}

impl Passwords {
    /// A hasher that uses at the most so many cores.
    pub fn new(cores: usize) -> Self {
        Self { places: Semaphore::new(cores) }
    }

    /// The hash of a password, in the PHC format.
    pub async fn hash(&self, world: &World, password: String) -> Result<String> {
        let salt: [u8; 16] = world.bytes();
        self.run(move || {
            let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
            hash.map(|hash| hash.to_string()).map_err(|error| Error::Internal(format!("hashing a password: {error}")))
        })
        .await?
    }

    /// Whether a password is the one whose hash is kept. Without a hash, time passes all the same.
    pub async fn verify(&self, password: String, kept: Option<String>) -> Result<bool> {
        // The hash of no password: 32 bytes that no input is known to give.
        const NOBODY: &str =
            "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        self.run(move || {
            let text = kept.as_deref().unwrap_or(NOBODY);
            PasswordHash::new(text)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let place = self.places.acquire().await.map_err(|_| Error::Internal("the password hasher is closed".into()))?;
        let done = tokio::task::spawn_blocking(work).await;
        drop(place);
        done.map_err(|error| Error::Internal(error.to_string()))
    }
}
