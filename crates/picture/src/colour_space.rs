//! What the channels of a picture are.

/// What the channels are, but for alpha.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColourSpace {
    Gray,
    Rgb,
    /// Cyan, magenta, yellow and black; zero is no ink.
    Inks,
}

impl ColourSpace {
    pub(super) const fn channels(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::Rgb => 3,
            Self::Inks => 4,
        }
    }
}
