//! Who is measured.

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Portico.
    Portico,
    /// The raw twin.
    Raw,
    /// The static twin.
    Static,
}

impl Target {
    /// What it is called in the report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Portico => "**portico**",
            Self::Raw => "raw",
            Self::Static => "static",
        }
    }
}
