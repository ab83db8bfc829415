//! When keys and sessions were used last. It is noted in memory with each request, and written down now and then: a write for each
//! request that reads would cost more than the request.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Used;

/// What is told, in microseconds: a minute is enough to tell a key that is in use from one that is not.
const STEP: i64 = 60_000_000;

/// The last use of each credential that this process has seen and not yet written down, or wrote down last.
#[derive(Debug, Default)]
pub struct Uses(Mutex<HashMap<Used, Use>>);

#[derive(Debug, Clone, Copy)]
struct Use {
    last: i64,
    written: i64,
}

impl Uses {
    fn all(&self) -> MutexGuard<'_, HashMap<Used, Use>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a credential was used at an instant, in microseconds since 1970.
    pub(crate) fn note(&self, used: Used, now: i64) {
        let minute = now - now.rem_euclid(STEP);
        let mut all = self.all();
        let one = all.entry(used).or_insert(Use { last: minute, written: i64::MIN });
        one.last = one.last.max(minute);
    }

    /// The last use of a credential, of what is known here and what was written down.
    pub(crate) fn last(&self, used: Used, written: Option<i64>) -> Option<i64> {
        let known = self.all().get(&used).map(|one| one.last);
        known.max(written)
    }

    /// What is still to be written down. What was written down before and not used since is known by that alone from here on:
    /// of sessions there come ever more.
    pub(crate) fn unwritten(&self) -> Vec<(Used, i64)> {
        let mut all = self.all();
        all.retain(|_, one| one.last > one.written);
        let mut unwritten: Vec<_> = all.iter().map(|(used, one)| (*used, one.last)).collect();
        // Processes that write at once take the rows in one order.
        unwritten.sort_unstable();
        unwritten
    }

    /// Notes what was written down.
    pub(crate) fn wrote(&self, written: &[(Used, i64)]) {
        let mut all = self.all();
        for (used, at) in written {
            if let Some(one) = all.get_mut(used) {
                one.written = one.written.max(*at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_use_is_written_down_once_a_minute_and_never_goes_back() {
        let (uses, key) = (Uses::default(), Used::Key(Uuid::from_u128(1)));
        assert_eq!(uses.last(key, Some(7)), Some(7));
        uses.note(key, 3 * STEP + 5);
        uses.note(key, 3 * STEP + 9);
        assert_eq!(uses.unwritten(), [(key, 3 * STEP)]);
        uses.wrote(&[(key, 3 * STEP)]);
        uses.note(key, 2 * STEP);
        uses.note(key, 3 * STEP + 11);
        assert_eq!(uses.unwritten(), []);
        uses.note(key, 4 * STEP);
        assert_eq!((uses.unwritten(), uses.last(key, None)), (vec![(key, 4 * STEP)], Some(4 * STEP)));
        assert_eq!(uses.last(key, Some(5 * STEP)), Some(5 * STEP));
    }

    #[test]
    fn what_is_written_down_and_rests_takes_no_room() {
        let (uses, session) = (Uses::default(), Used::Session(Uuid::from_u128(1)));
        uses.note(session, STEP);
        let written = uses.unwritten();
        assert_eq!(uses.all().len(), 1, "until it is written down it is known here");
        uses.wrote(&written);
        assert_eq!(uses.unwritten(), []);
        assert_eq!(uses.all().len(), 0);
        // That another process of ours wrote a later use down is known by what it wrote.
        assert_eq!(uses.last(session, Some(STEP)), Some(STEP));
    }
}
