//! When something is tried again.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::time::Duration;

/// The longest that an image waits for its next attempt.
pub const IMAGE: Duration = Duration::from_secs(5 * 60);
/// The longest that files wait for the next attempt to remove them. That is never given up.
pub const DISCARD: Duration = Duration::from_secs(60 * 60);

/// How long to wait after an attempt: twice as long each time, up to the longest, and up to a quarter less, so that jobs which
/// failed together do not come back together.
pub fn after(attempts: u64, longest: Duration, job: i64) -> Duration {
    let exponent = u32::try_from(attempts).unwrap_or(u32::MAX);
    let whole = 2_u64.checked_pow(exponent).map_or(longest, Duration::from_secs).min(longest);
    let chance = BuildHasherDefault::<DefaultHasher>::default().hash_one((job, attempts)) % 1000;
    whole - whole / 4 * u32::try_from(chance).unwrap_or_default() / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_come_ever_more_rarely_and_not_all_at_once() {
        for job in 0..100 {
            for (attempts, most) in [(1, 2), (2, 4), (5, 32), (8, 256), (9, 300), (64, 300), (u64::MAX, 300)] {
                let (after, most) = (after(attempts, IMAGE, job), Duration::from_secs(most));
                assert!(after <= most && after >= most * 3 / 4, "{attempts}: {after:?}");
            }
        }
        assert_ne!(after(5, IMAGE, 1), after(5, IMAGE, 2));
        assert!(after(20, DISCARD, 1) > Duration::from_secs(45 * 60));
    }
}
