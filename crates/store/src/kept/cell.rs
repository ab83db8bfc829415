//! Cells: what columns keep.

use sea_orm::Value;
use uuid::Uuid;

use crate::Number;

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Truths.
    Flag,
    /// Numbers, and instants in microseconds since 1970.
    Whole,
    /// Texts.
    Text,
    /// Texts in the form in which they are compared.
    Folded,
    /// Identities.
    Uuid,
    /// Bytes.
    Bytes,
}

/// What a column keeps, or is compared with; none for NULL.
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
    /// Bytes.
    Bytes(Option<Vec<u8>>),
}

impl Cell {
    /// What the cells of its column are.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Flag(_) => Kind::Flag,
            Self::Whole(_) => Kind::Whole,
            Self::Text(_) => Kind::Text,
            Self::Uuid(_) => Kind::Uuid,
            Self::Bytes(_) => Kind::Bytes,
        }
    }
}

impl From<Cell> for Value {
    fn from(cell: Cell) -> Self {
        match cell {
            Cell::Flag(flag) => flag.into(),
            Cell::Whole(number) => number.into(),
            Cell::Text(text) => text.into(),
            Cell::Uuid(uuid) => uuid.into(),
            Cell::Bytes(bytes) => bytes.into(),
        }
    }
}

impl From<Option<String>> for Cell {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<Option<Vec<u8>>> for Cell {
    fn from(bytes: Option<Vec<u8>>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<Of> From<Option<Number<Of>>> for Cell {
    fn from(number: Option<Number<Of>>) -> Self {
        Self::Whole(number.map(Number::get))
    }
}
