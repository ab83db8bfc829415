//! What is printed.

use std::io::Write;

/// A line of the report.
pub fn say(line: &str) {
    // A reader that has gone away is no reason to fail.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A line about how far it is, for the person who waits.
pub fn note(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
