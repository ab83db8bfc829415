//! Keeping: which properties of a class are columns of its row, and how a value becomes a cell and a cell a value.

use crate::cell::{Cell, CellKind};
use crate::class::PropertyDef;
use crate::input::{Given, Violation};
use crate::key::PathKey;
use crate::link::{Chosen, ChosenSet, Field};
use crate::represent::Class;
use crate::value::{Set, Timestamp};

/// The cells of a row, one after the other.
pub trait Cells {
    /// Why a cell cannot be read.
    type Error;

    /// The next cell.
    ///
    /// # Errors
    /// It is not of this kind.
    fn take(&mut self, kind: CellKind) -> Result<Cell, Self::Error>;

    /// A cell that is not what the class has there.
    fn corrupt(&self, what: &str) -> Self::Error;
}

/// A class whose values are rows. Derived.
pub trait Keep: Class + Clone {
    /// The properties that are columns, in the order in which [`Keep::load`] reads them.
    const COLUMNS: &'static [ColumnDef];

    /// The value that the cells of a customer's row are. What no column keeps is empty in it.
    ///
    /// # Errors
    /// A cell cannot be read, or is not what the class has there.
    fn load<S: Cells>(cells: &mut S, customer: i64) -> Result<Self, S::Error>;

    /// The cells of those columns that a body can set, in their order.
    fn store(&self) -> Vec<Cell>;

    /// What a body makes of what there is, or of nothing: what it does not give is kept, or has its default. What no body sets
    /// is as it was, or empty.
    ///
    /// # Errors
    /// Something is required and not given.
    fn change(kept: Option<&Self>, input: Self::Input) -> Result<Self, Violation>;
}

/// A column of a class.
#[derive(Debug)]
pub struct ColumnDef {
    /// The name of the field, which is that of the column unless somebody says otherwise.
    pub field: &'static str,
    /// The property.
    pub property: &'static PropertyDef,
    /// What its cells are.
    pub kind: CellKind,
    /// Whether it may be empty.
    pub nullable: bool,
}

/// A type that is kept in one cell.
pub trait Column: Sized {
    /// What the cell is.
    const CELL: CellKind;

    /// The value that a cell of a customer's is; none where it is NULL, or cannot be one.
    fn from_cell(cell: Cell, customer: i64) -> Option<Self>;
    /// The cell that keeps it.
    fn to_cell(&self) -> Cell;
}

/// A field that is kept in one cell.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept in a column",
    note = "a column is a `Column`, or an `Option` of one"
)]
pub trait KeptField: Field + Sized {
    /// What the cell is.
    const KIND: CellKind;
    /// Whether it may be NULL.
    const NULLABLE: bool;

    /// Reads it.
    ///
    /// # Errors
    /// As [`Keep::load`].
    fn load<S: Cells>(cells: &mut S, customer: i64) -> Result<Self, S::Error>;
    /// The cell that keeps it.
    fn store(&self) -> Cell;
    /// What it is after a change: what is given, what is kept, or else the default; none where there is none of them.
    fn settle(given: Given<Self::Given>, kept: Option<&Self>, default: impl FnOnce() -> Option<Self>) -> Option<Self>;
}

impl<T: Column + Clone + Field<Given = T>> KeptField for T {
    const KIND: CellKind = T::CELL;
    const NULLABLE: bool = false;

    fn load<S: Cells>(cells: &mut S, customer: i64) -> Result<Self, S::Error> {
        let cell = cells.take(T::CELL)?;
        T::from_cell(cell, customer).ok_or_else(|| cells.corrupt("a cell is not what its class has there"))
    }

    fn store(&self) -> Cell {
        self.to_cell()
    }

    fn settle(given: Given<T>, kept: Option<&Self>, default: impl FnOnce() -> Option<Self>) -> Option<Self> {
        given.value().or_else(|| kept.cloned()).or_else(default)
    }
}

impl<T: Column + Clone + Field<Given = T>> KeptField for Option<T> {
    const KIND: CellKind = T::CELL;
    const NULLABLE: bool = true;

    fn load<S: Cells>(cells: &mut S, customer: i64) -> Result<Self, S::Error> {
        let cell = cells.take(T::CELL)?;
        let is_null = cell.is_null();
        match T::from_cell(cell, customer) {
            None if !is_null => Err(cells.corrupt("a cell is not what its class has there")),
            value => Ok(value),
        }
    }

    fn store(&self) -> Cell {
        self.as_ref().map_or(Cell::null(T::CELL), Column::to_cell)
    }

    fn settle(given: Given<T>, kept: Option<&Self>, default: impl FnOnce() -> Option<Self>) -> Option<Self> {
        Some(match given {
            Given::Value(value) => Some(value),
            Given::Null => None,
            Given::Absent => kept.cloned().or_else(default).flatten(),
        })
    }
}

impl Cell {
    /// Nothing, in a column of this kind.
    pub const fn null(kind: CellKind) -> Self {
        match kind {
            CellKind::Flag => Self::Flag(None),
            CellKind::Whole => Self::Whole(None),
            CellKind::Text => Self::Text(None),
            CellKind::Uuid => Self::Uuid(None),
        }
    }

    /// Whether there is nothing in it.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Flag(None) | Self::Whole(None) | Self::Text(None) | Self::Uuid(None))
    }

    /// The text in it.
    pub fn text(self) -> Option<String> {
        if let Self::Text(text) = self { text } else { None }
    }

    /// The number in it.
    pub const fn whole(&self) -> Option<i64> {
        if let Self::Whole(number) = self { *number } else { None }
    }

    /// What is in it, as an address has it.
    pub(crate) fn segment(self) -> Option<String> {
        match self {
            Self::Flag(flag) => flag.map(|flag| flag.to_string()),
            Self::Whole(number) => number.map(|number| number.to_string()),
            Self::Text(text) => text,
            Self::Uuid(uuid) => uuid.map(|uuid| uuid.to_string()),
        }
    }
}

impl Column for bool {
    const CELL: CellKind = CellKind::Flag;

    fn from_cell(cell: Cell, _: i64) -> Option<Self> {
        if let Cell::Flag(flag) = cell { flag } else { None }
    }

    fn to_cell(&self) -> Cell {
        Cell::Flag(Some(*self))
    }
}

impl Column for String {
    const CELL: CellKind = CellKind::Text;

    fn from_cell(cell: Cell, _: i64) -> Option<Self> {
        cell.text()
    }

    fn to_cell(&self) -> Cell {
        Cell::Text(Some(self.clone()))
    }
}

impl Column for i64 {
    const CELL: CellKind = CellKind::Whole;

    fn from_cell(cell: Cell, _: i64) -> Option<Self> {
        cell.whole()
    }

    fn to_cell(&self) -> Cell {
        Cell::Whole(Some(*self))
    }
}

impl Column for u64 {
    const CELL: CellKind = CellKind::Whole;

    fn from_cell(cell: Cell, _: i64) -> Option<Self> {
        cell.whole()?.try_into().ok()
    }

    /// [`Value::parse`](crate::Value::parse) takes no number that would not fit.
    fn to_cell(&self) -> Cell {
        Cell::Whole(Some((*self).try_into().unwrap_or(i64::MAX)))
    }
}

impl Column for Timestamp {
    const CELL: CellKind = CellKind::Whole;

    fn from_cell(cell: Cell, _: i64) -> Option<Self> {
        chrono::DateTime::from_timestamp_micros(cell.whole()?).map(Self::new)
    }

    fn to_cell(&self) -> Cell {
        Cell::Whole(Some(self.instant().timestamp_micros()))
    }
}

impl<T: Column> Column for Set<T> {
    const CELL: CellKind = CellKind::Text;

    fn from_cell(cell: Cell, customer: i64) -> Option<Self> {
        texts(cell)?.into_iter().map(|text| T::from_cell(text, customer)).collect::<Option<_>>().map(Self)
    }

    fn to_cell(&self) -> Cell {
        array(self.0.iter().map(Column::to_cell))
    }
}

/// As the last variable of its path: the first is the customer whose row it is, if there is another.
impl<T: Class> Column for Chosen<T> {
    const CELL: CellKind = T::Key::LAST;

    fn from_cell(cell: Cell, customer: i64) -> Option<Self> {
        T::Key::of_customer(customer, cell).map(Self)
    }

    fn to_cell(&self) -> Cell {
        self.0.last()
    }
}

impl<T: Class> Column for ChosenSet<T> {
    const CELL: CellKind = CellKind::Text;

    fn from_cell(cell: Cell, customer: i64) -> Option<Self> {
        let keys = texts(cell)?.into_iter().map(|text| T::Key::of_customer(customer, text));
        keys.collect::<Option<_>>().map(Self)
    }

    fn to_cell(&self) -> Cell {
        array(self.0.iter().map(PathKey::last))
    }
}

/// A set, as a JSON array of what its members are in an address. It is never searched.
fn array(cells: impl Iterator<Item = Cell>) -> Cell {
    let texts: Vec<_> = cells.filter_map(Cell::segment).collect();
    Cell::Text(Some(serde_json::Value::from(texts).to_string()))
}

/// The members of a set.
fn texts(cell: Cell) -> Option<Vec<Cell>> {
    let texts: Vec<String> = serde_json::from_str(&cell.text()?).ok()?;
    Some(texts.into_iter().map(|text| Cell::Text(Some(text))).collect())
}
