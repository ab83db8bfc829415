//! When something is tried again.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};
use std::time::Duration;

use resource::JobNumber;

/// The longest that an image waits for its next attempt.
pub const IMAGE: Duration = Duration::from_secs(5 * 60);
/// The longest that files wait for the next attempt to remove them. That is never given up.
pub const DISCARD: Duration = Duration::from_secs(60 * 60);

/// How long an image may wait in all because its origin asks for patience.
pub const PATIENCE: Duration = Duration::from_secs(24 * 60 * 60);
/// How long what failed through no fault of its own waits, where the store of objects does what is asked of it otherwise.
pub const ALONE: Duration = Duration::from_secs(60);
/// How long it waits where the store is away: not much longer than that.
pub const AWAY: Duration = Duration::from_secs(5);

/// How long to wait for an origin that asks for patience, for so long, and was waited for so long already: never less than it
/// asks for, and ever longer. None where that would be too long.
pub fn patiently(asked: Duration, waited: Duration, job: JobNumber) -> Option<Duration> {
    let least = (waited / 2).clamp(Duration::from_secs(2), IMAGE);
    let whole = asked.max(least);
    // So that those which were sent away together do not come back together.
    let more = whole.min(IMAGE) / 8 * chance((job, waited)) / 1000;
    let whole = whole.checked_add(more)?;
    (waited.checked_add(whole)? <= PATIENCE).then_some(whole)
}

/// A number below a thousand, the same for the same.
fn chance(of: impl Hash) -> u32 {
    u32::try_from(BuildHasherDefault::<DefaultHasher>::default().hash_one(of) % 1000).unwrap_or_default()
}

/// How long to wait after an attempt: twice as long each time, up to the longest, and up to a quarter less, so that jobs which
/// failed together do not come back together.
pub fn after(attempts: u64, longest: Duration, job: JobNumber) -> Duration {
    let exponent = u32::try_from(attempts).unwrap_or(u32::MAX);
    let whole = 2_u64.checked_pow(exponent).map_or(longest, Duration::from_secs).min(longest);
    whole - whole / 4 * chance((job, attempts)) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: JobNumber = JobNumber::new(1);
    const TWO: JobNumber = JobNumber::new(2);

    #[test]
    fn an_origin_is_never_asked_before_it_wants_to_be_and_not_waited_for_for_ever() {
        for asked in [0, 1, 40, 3600, 80_000] {
            let (asked, mut waited, mut times) = (Duration::from_secs(asked), Duration::ZERO, 0);
            while let Some(wait) = patiently(asked, waited, ONE) {
                assert!(
                    wait >= asked && wait >= Duration::from_secs(2) && wait <= asked.max(IMAGE) * 9 / 8,
                    "{wait:?}"
                );
                waited += wait;
                times += 1;
            }
            assert!(waited <= PATIENCE && waited + asked.max(IMAGE) * 2 > PATIENCE, "{asked:?}: {waited:?}");
            assert!(times < 400, "{asked:?}: {times}");
        }
        let forty = Duration::from_secs(40);
        assert_ne!(patiently(forty, Duration::ZERO, ONE), patiently(forty, Duration::ZERO, TWO));
        for asked in [PATIENCE + forty, Duration::from_secs(u64::MAX), Duration::MAX] {
            assert_eq!(patiently(asked, Duration::ZERO, ONE), None);
        }
    }

    #[test]
    fn attempts_come_ever_more_rarely_and_not_all_at_once() {
        for job in (0..100).map(JobNumber::new) {
            for (attempts, most) in [(1, 2), (2, 4), (5, 32), (8, 256), (9, 300), (64, 300), (u64::MAX, 300)] {
                let (after, most) = (after(attempts, IMAGE, job), Duration::from_secs(most));
                assert!(after <= most && after >= most * 3 / 4, "{attempts}: {after:?}");
            }
        }
        assert_ne!(after(5, IMAGE, ONE), after(5, IMAGE, TWO));
        assert!(after(20, DISCARD, ONE) > Duration::from_secs(45 * 60));
    }
}
