use std::sync::{Arc, Mutex};

use chrono::{DateTime, Duration, Utc};
use hydra::Timestamp;
use resource::{Entropy, World};

/// A clock that stands until it is moved, and randomness that repeats.
#[derive(Debug, Clone)]
pub struct TestWorld(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    now: DateTime<Utc>,
    seed: u64,
}

impl TestWorld {
    /// The beginning of 2026.
    pub fn new() -> Self {
        let now = DateTime::parse_from_rfc3339("2026-01-01T00:00:00Z").expect("it is a date").with_timezone(&Utc);
        Self(Arc::new(Mutex::new(State { now, seed: 1 })))
    }

    /// Moves the clock.
    pub fn advance(&self, by: Duration) {
        self.0.lock().expect("nobody panics here").now += by;
    }

    /// This world for a server.
    pub fn handle(&self) -> World {
        World::new(self.clone())
    }
}

impl Entropy for TestWorld {
    fn now(&self) -> Timestamp {
        Timestamp::new(self.0.lock().expect("nobody panics here").now)
    }

    /// SplitMix64: not fit for secrets, fit for tests.
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock().expect("nobody panics here");
        for chunk in bytes.chunks_mut(8) {
            state.seed = state.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = state.seed;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let number = (mixed ^ (mixed >> 31)).to_le_bytes();
            chunk.copy_from_slice(&number[..chunk.len()]);
        }
    }
}
