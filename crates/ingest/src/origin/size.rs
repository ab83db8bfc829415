use std::fmt;

/// A number of bytes as a person says it, if there is a round way to say it.
pub(super) struct ByteSize(pub u64);

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [
            (1_000_000_000, "GB"),
            (1 << 30, "GiB"),
            (1_000_000, "MB"),
            (1 << 20, "MiB"),
            (1000, "kB"),
            (1 << 10, "KiB"),
        ];
        match units.into_iter().find(|(unit, _)| self.0 >= *unit && self.0.is_multiple_of(*unit)) {
            Some((unit, name)) => write!(f, "{} {name}", self.0 / unit),
            None => write!(f, "{} bytes", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_roundly_where_they_are_round() {
        for (bytes, said) in
            [(50_000_000, "50 MB"), (50 << 20, "50 MiB"), (2000, "2 kB"), (1, "1 bytes"), (0, "0 bytes")]
        {
            assert_eq!(ByteSize(bytes).to_string(), said);
        }
    }
}
