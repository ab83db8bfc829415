//! Why something went wrong, down to its cause.

use std::error::Error;
use std::iter::successors;

/// An error and all its causes, for the log.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let texts: Vec<_> = successors(Some(error), |error| (*error).source()).map(ToString::to_string).collect();
    texts.join(": ")
}
