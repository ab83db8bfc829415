//! What a write is conditional on.

use crate::{Error, Result};

/// What a caller makes a write conditional on (RFC 9110 §13).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum IfMatch {
    /// No word of it: whatever is there.
    #[default]
    Absent,
    /// This version of the row, which the rules themselves have just read.
    Version(i64),
    /// What a client says of the resource at a path.
    Said {
        /// The path.
        path: String,
        /// It has to be there, in one of these states.
        some: Option<States>,
        /// It must not be there in any of these states.
        none: Option<States>,
    },
}

/// States of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum States {
    /// Whichever it is in.
    Any,
    /// These ([`hydra::state`]).
    These(Vec<String>),
}

impl States {
    fn have(&self, state: &str) -> bool {
        match self {
            Self::Any => true,
            Self::These(these) => these.iter().any(|this| this == state),
        }
    }
}

impl IfMatch {
    /// Whether this version may be overwritten.
    ///
    /// # Errors
    /// [`Error::Changed`] if not.
    pub fn check(&self, version: i64) -> Result<()> {
        let holds = match self {
            Self::Absent => true,
            Self::Version(expected) => *expected == version,
            Self::Said { path, some, none } => {
                let state = hydra::state(path, version);
                some.as_ref().is_none_or(|some| some.have(&state))
                    && !none.as_ref().is_some_and(|none| none.have(&state))
            }
        };
        if holds { Ok(()) } else { Err(Error::Changed) }
    }

    /// Whether something may be made where nothing is.
    ///
    /// # Errors
    /// [`Error::Changed`] if the caller asked for something to be there.
    pub fn check_absent(&self) -> Result<()> {
        match self {
            Self::Absent | Self::Said { some: None, .. } => Ok(()),
            Self::Version(_) | Self::Said { .. } => Err(Error::Changed),
        }
    }
}
