//! A guard against looking for customers by trying: whoever has asked too often for some that are not there waits.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use resource::FetchLock;

/// How many callers are remembered.
const CALLERS: usize = 10_000;

/// When each caller asked for a customer that was not there. It is kept in memory, by each process for itself: what it keeps
/// out is a flood, and nothing depends on its count.
#[derive(Debug)]
pub struct Lock {
    most: usize,
    window: TimeDelta,
    misses: Mutex<HashMap<String, VecDeque<DateTime<Utc>>>>,
}

impl Lock {
    /// A guard of this width.
    pub fn new(rule: FetchLock) -> Self {
        Self {
            most: usize::try_from(rule.attempts).unwrap_or(usize::MAX),
            window: TimeDelta::from_std(rule.window).unwrap_or(TimeDelta::MAX),
            misses: Mutex::default(),
        }
    }

    /// How many seconds a caller has to wait; none who does not.
    pub fn wait(&self, caller: &str, now: DateTime<Utc>) -> Option<i64> {
        if self.most == 0 {
            return None;
        }
        let mut misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        let of_caller = misses.get_mut(caller)?;
        self.forget(of_caller, now);
        if of_caller.len() < self.most {
            return None;
        }
        let end = *of_caller.front()? + self.window;
        Some((end - now).num_seconds().max(0) + 1)
    }

    /// Counts a customer that was not there.
    pub fn count(&self, caller: &str, now: DateTime<Utc>) {
        if self.most == 0 {
            return;
        }
        let mut misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        if misses.len() >= CALLERS && !misses.contains_key(caller) {
            misses.retain(|_, of_caller| of_caller.back().is_some_and(|last| *last + self.window > now));
            if misses.len() >= CALLERS {
                let longest = misses.iter().min_by_key(|(_, of_caller)| of_caller.back().copied());
                if let Some(name) = longest.map(|(name, _)| name.clone()) {
                    misses.remove(&name);
                }
            }
        }
        let of_caller = misses.entry(caller.to_owned()).or_default();
        self.forget(of_caller, now);
        if of_caller.len() < self.most {
            of_caller.push_back(now);
        }
    }

    fn forget(&self, of_caller: &mut VecDeque<DateTime<Utc>>, now: DateTime<Utc>) {
        // Where the clock has gone back, nobody waits for longer than the window.
        for miss in of_caller.iter_mut() {
            *miss = now.min(*miss);
        }
        while of_caller.front().is_some_and(|first| *first + self.window <= now) {
            of_caller.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_000_000 + seconds, 0).unwrap()
    }

    fn lock(attempts: u32) -> Lock {
        Lock::new(FetchLock { attempts, window: Duration::from_secs(60) })
    }

    #[test]
    fn whoever_has_missed_too_often_waits_until_the_window_has_passed() {
        let lock = lock(2);
        lock.count("a", at(0));
        assert_eq!(lock.wait("a", at(0)), None);
        lock.count("a", at(10));
        assert_eq!(lock.wait("a", at(10)), Some(51));
        assert_eq!(lock.wait("b", at(10)), None, "others are not concerned");
        assert_eq!(lock.wait("a", at(59)), Some(2));
        assert_eq!(lock.wait("a", at(60)), None, "the window slides");
        lock.count("a", at(60));
        assert_eq!(lock.wait("a", at(61)), Some(10));
    }

    #[test]
    fn a_clock_that_goes_back_keeps_nobody_out_for_longer_than_the_window() {
        let lock = lock(2);
        lock.count("a", at(3600));
        lock.count("a", at(3600));
        assert_eq!(lock.wait("a", at(0)), Some(61));
        assert_eq!(lock.wait("a", at(59)), Some(2));
        assert_eq!(lock.wait("a", at(60)), None);
    }

    #[test]
    fn zero_locks_nobody() {
        let lock = lock(0);
        (0..1000).for_each(|_| lock.count("a", at(0)));
        assert_eq!(lock.wait("a", at(0)), None);
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let lock = lock(1);
        for number in 0..CALLERS + 10 {
            lock.count(&number.to_string(), at(i64::try_from(number).unwrap() / 1000));
        }
        assert_eq!(lock.misses.lock().unwrap().len(), CALLERS);
    }
}
