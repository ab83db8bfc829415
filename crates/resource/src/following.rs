//! What is told to those who follow the log of changes, and of whom it is asked what they were.

use hydra::query::Query;
use hydra::{Found, Timestamp};
use vocab::Change;

use crate::changes::LatestChanges;

/// From where on changes are followed.
#[derive(Debug, Clone, Copy)]
pub struct Following<'a> {
    /// Which of the changes.
    pub query: &'a Query,
    /// Only those with greater numbers.
    pub after: i64,
    /// What is new in the log, for those who are shown what happens as it happens. Others are shown what there is.
    pub news: Option<&'a LatestChanges>,
    /// How many at the most.
    pub most: u64,
}

/// Changes that were followed, in order.
#[derive(Debug)]
pub struct FollowedChanges {
    /// Those that the actor may look at.
    pub changes: Vec<Found<Change>>,
    /// There is none below this that is not among them.
    pub reached: i64,
    /// When the last was made that was looked at.
    pub until: Option<Timestamp>,
    /// Whether there were as many as there may be, so that more follow, or may.
    pub is_full: bool,
    /// After which number the query asks for them.
    pub after: Option<i64>,
}

/// A version of a resource: the change that made it so, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// The number of the change.
    pub number: i64,
    /// When it was made.
    pub made: Timestamp,
}

/// A version of a resource among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versions {
    /// The version.
    pub this: Version,
    /// The first that is known.
    pub first: Version,
    /// The last.
    pub last: Version,
    /// The one before.
    pub previous: Option<Version>,
    /// The one after.
    pub next: Option<Version>,
}
