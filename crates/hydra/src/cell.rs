//! Cells: what columns keep of values.

use uuid::Uuid;

/// What a column keeps of a row; none where it is NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A truth.
    Flag(Option<bool>),
    /// A number, or an instant in microseconds since 1970.
    Whole(Option<i64>),
    /// A text.
    Text(Option<String>),
    /// An identity.
    Uuid(Option<Uuid>),
}

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Truths.
    Flag,
    /// Numbers, and instants in microseconds since 1970.
    Whole,
    /// Texts.
    Text,
    /// Identities.
    Uuid,
}
