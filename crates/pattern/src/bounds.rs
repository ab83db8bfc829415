//! How long a pattern may be, and what it is looked for in.

/// The longest pattern, in characters.
pub const LONGEST_PATTERN: usize = 1000;
/// The longest text that is matched, in characters: an origin may not be longer.
pub const LONGEST_TEXT: usize = 1000;
