//! A job in somebody's hands, and how it is given back.

use std::time::Duration;

use store::{ImageNumber, JobNumber, job};
use uuid::Uuid;

/// A job that is this worker's until its lease ends.
#[derive(Debug)]
pub struct TakenJob {
    /// Its number.
    pub id: JobNumber,
    /// The name of its kind.
    pub kind: String,
    /// How often it was taken, this time included.
    pub attempts: u64,
    /// How long it has waited so far because somebody else asked for that.
    pub patience: Duration,
    /// What it was left by, for whoever writes down what is done because of what.
    pub traceparent: Option<String>,
    pub(crate) lease: Uuid,
    /// By what it was known whose it was, where they stopped without a word.
    pub(crate) abandoned: Option<Uuid>,
    /// The image that it is about, if it is about one.
    pub(crate) image: Option<ImageNumber>,
    /// What else it is about, in the words of its kind.
    pub(crate) object: Option<String>,
}

impl TakenJob {
    /// By what the job is kept: its number and its lease.
    pub fn hold(&self) -> (JobNumber, Uuid) {
        (self.id, self.lease)
    }
}

/// How a job is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Return {
    /// As if it had not been taken, for anybody at once.
    Untouched,
    /// As if it had not been taken, for anybody after a while: nothing about it was at fault.
    Later(Duration),
    /// It waits for so long because somebody else asks for patience, which is no attempt.
    Asked(Duration),
    /// It was tried, and is to be tried again after a while.
    Tried(Duration),
}

/// A length of time as the database has it, in microseconds.
pub(crate) fn length(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

impl Return {
    pub(super) fn how(self) -> job::Return {
        let (delay, tried, asked) = match self {
            Self::Untouched => (Duration::ZERO, false, false),
            Self::Later(after) => (after, false, false),
            Self::Asked(after) => (after, false, true),
            Self::Tried(after) => (after, true, false),
        };
        job::Return { delay: length(delay), tried, asked }
    }
}
