//! Windows: which rows of an order are read for a page, and from which end.

use crate::order::{Cursor, PageStart};
use crate::total::Total;

/// The rows of a page, as they are read.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    /// The place after which they come, if that is known.
    pub after: Option<Cursor>,
    /// How many rows are left out before them.
    pub skip: u64,
    /// How many there are at the most.
    pub limit: u64,
    /// Whether they are read from the end, because that is nearer.
    pub backwards: bool,
}

impl Window {
    /// What comes after a place, but for so many, and so many at the most.
    pub(crate) fn after(place: Cursor, skip: u64, limit: u64) -> Self {
        Self { after: Some(place), skip, limit, backwards: false }
    }

    /// A page that begins there, has so many rows at the most, and is of so many.
    pub(crate) fn of(start: &PageStart, limit: u64, total: Total) -> Self {
        match (start, total) {
            (PageStart::After(place), _) => Self::after(place.clone(), 0, limit),
            (PageStart::Offset(offset), Total::Exactly(total)) if *offset < total && *offset > total / 2 => {
                let limit = limit.min(total - offset);
                Self { after: None, skip: total - offset - limit, limit, backwards: true }
            }
            (PageStart::Offset(offset), _) => Self { after: None, skip: *offset, limit, backwards: false },
        }
    }
}
