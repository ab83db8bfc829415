//! How rows begin.

/// When a row is made, and the version that it begins with.
///
/// What is gone can be followed by something else at the same address. So no row begins where another may have been before:
/// whoever makes a row draws its first version, and the default of the column is for rows that are never followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Birth {
    /// The time in microseconds since 1970.
    pub at: i64,
    /// The first version.
    pub version: i64,
}
