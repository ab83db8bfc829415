//! Cells: what columns keep.

use sea_orm::Value;
use uuid::Uuid;

use crate::Number;

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellType {
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
pub enum StoredCell {
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

impl StoredCell {
    /// What the cells of its column are.
    pub const fn kind(&self) -> CellType {
        match self {
            Self::Flag(_) => CellType::Flag,
            Self::Whole(_) => CellType::Whole,
            Self::Text(_) => CellType::Text,
            Self::Uuid(_) => CellType::Uuid,
            Self::Bytes(_) => CellType::Bytes,
        }
    }
}

impl From<StoredCell> for Value {
    fn from(cell: StoredCell) -> Self {
        match cell {
            StoredCell::Flag(flag) => flag.into(),
            StoredCell::Whole(number) => number.into(),
            StoredCell::Text(text) => text.into(),
            StoredCell::Uuid(uuid) => uuid.into(),
            StoredCell::Bytes(bytes) => bytes.into(),
        }
    }
}

impl From<Option<String>> for StoredCell {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<Option<Vec<u8>>> for StoredCell {
    fn from(bytes: Option<Vec<u8>>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<Of> From<Option<Number<Of>>> for StoredCell {
    fn from(number: Option<Number<Of>>) -> Self {
        Self::Whole(number.map(Number::get))
    }
}
