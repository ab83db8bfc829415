//! Regular expressions that customers write, and the bounds within which they run.
//!
//! A pattern is compiled when it is written, so that its author learns what is wrong with it, and again when it is used. It
//! may look around itself, and whatever it is, neither compiling nor matching it takes more than a bounded time.
//!
//! What patterns are for is not known here: which customer wrote one, and what follows from a match, is for others.

mod bounds;
mod cost;
mod error;
mod matching;

pub use bounds::{LONGEST_PATTERN, LONGEST_TEXT};
pub use error::{PatternError, TooCostly};
pub use matching::{Pattern, compile};
