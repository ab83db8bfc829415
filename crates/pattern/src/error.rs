//! Why a text is no pattern, or a pattern not matched.

use crate::bounds::{LONGEST_PATTERN, LONGEST_TEXT};

/// Why a text is not a pattern, in words for whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It matches everything, which is hardly what was meant.
    #[error("the pattern is empty; to match everything, write .*")]
    Empty,
    /// Its length in characters is over [`LONGEST_PATTERN`].
    #[error("the pattern has {length} characters; {LONGEST_PATTERN} is the most")]
    TooLong {
        /// In characters.
        length: usize,
    },
    /// A bare `*`, as file names are matched with, and its kin.
    #[error("there is nothing before the {sign} at character {position} that it could repeat; for any text, write .*")]
    NothingToRepeat {
        /// The sign that repeats.
        sign: char,
        /// Where, in characters from 1.
        position: usize,
    },
    /// It is no regular expression.
    #[error("the pattern is no regular expression, at character {position}: {reason}")]
    Syntax {
        /// Where, in characters from 1.
        position: usize,
        /// What the engine has against it.
        reason: String,
    },
    /// It is written well, and says what cannot be meant.
    #[error("the pattern cannot be used: {0}")]
    Meaning(String),
    /// It uses what has no bound: calls of groups, conditions, the absent operator, control verbs.
    #[error(
        "the pattern uses a construct that is not offered; there are groups, repetition, classes, alternatives, \
         references back to groups, atomic groups and looking ahead and behind"
    )]
    Unsupported,
    /// It could take too long to compile or to match.
    #[error("the pattern could take too long: it repeats too much, or looks around within repetitions")]
    TooCostly,
}

/// Whether a pattern matches a text could not be found out within the bounds.
///
/// This is neither a match nor none: nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TooCostly {
    /// The engine went back too often.
    #[error(
        "the pattern {pattern:?} takes too long to match; make its repetitions exclude each other, or anchor it with ^"
    )]
    Steps {
        /// The pattern.
        pattern: String,
    },
    /// The text is over [`LONGEST_TEXT`].
    #[error("a text of {length} characters is not matched with patterns; {LONGEST_TEXT} is the most")]
    Text {
        /// In characters.
        length: usize,
    },
}
