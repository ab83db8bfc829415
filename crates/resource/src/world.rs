//! Where time and randomness come from. Tests bring their own.

use std::sync::Arc;

use hydra::Timestamp;
use store::Birth;
use uuid::Uuid;

/// A source of time and randomness.
pub trait Entropy: Send + Sync {
    /// The time.
    fn now(&self) -> Timestamp;
    /// Random bytes, fit for secrets.
    fn fill(&self, bytes: &mut [u8]);
}

/// Time and randomness, to be handed around.
#[derive(Clone)]
pub struct World(Arc<dyn Entropy>);

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("World")
    }
}

impl World {
    /// A world of this source.
    pub fn new(entropy: impl Entropy + 'static) -> Self {
        Self(Arc::new(entropy))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.0.now()
    }

    /// Random bytes, fit for secrets.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill(&mut bytes);
        bytes
    }

    /// When and as which version a row begins that is made at this time. The version is random: at the address of what is
    /// gone there may be something else later, and no state of the one is taken for a state of the other.
    pub fn birth_at(&self, now: Timestamp) -> Birth {
        // Room for all the changes that a row may see.
        Birth { at: crate::instant::micros(now), version: i64::from_le_bytes(self.bytes()) & ((1 << 60) - 1) | 1 << 60 }
    }

    /// The same of a row that is made now.
    pub fn birth(&self) -> Birth {
        self.birth_at(self.now())
    }

    /// A random identity (RFC 9562 §5.4).
    pub fn uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }
}

/// The clock and the random generator of the machine.
#[derive(Debug, Clone, Copy)]
pub struct System;

impl Entropy for System {
    #[expect(clippy::disallowed_methods, reason = "the one place where time is read")]
    fn now(&self) -> Timestamp {
        Timestamp::new(chrono::Utc::now())
    }

    fn fill(&self, bytes: &mut [u8]) {
        rand::fill(bytes);
    }
}
