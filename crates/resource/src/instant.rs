//! Instants, as the database keeps them: microseconds since 1970.

use hydra::Timestamp;

/// An instant as the database keeps it.
pub(crate) fn micros(instant: Timestamp) -> i64 {
    instant.instant().timestamp_micros()
}

/// An instant that the database kept.
pub(crate) fn instant(micros: i64) -> Timestamp {
    Timestamp::new(chrono::DateTime::from_timestamp_micros(micros).unwrap_or_default())
}
