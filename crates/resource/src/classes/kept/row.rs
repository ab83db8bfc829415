//! Rows of a class: its properties, and what is kept beside them.

use hydra::{Cell, CellKind, Cells, PathKey as _};
use store::kept as rows;
use store::{ColumnCursor, Columns, CustomerNumber};

use super::class::Kept;

/// A row of a class.
#[derive(Debug, Clone)]
pub(crate) struct ClassRow<C: Kept> {
    /// Whose it is.
    pub customer: CustomerNumber,
    /// What tells it from the customer's others.
    pub identity: Cell,
    /// What it is.
    pub value: C,
    /// What is kept beside that.
    pub beside: C::Beside,
}

/// A row of a class that was found.
pub(crate) type Stored<C> = rows::StoredRow<ClassRow<C>>;

/// The cells of a row of a class.
struct Reading<'a, R>(ColumnCursor<'a, R>);

impl<R: Columns> Cells for Reading<'_, R> {
    type Error = R::Error;

    fn take(&mut self, kind: CellKind) -> std::result::Result<Cell, R::Error> {
        Ok(match kind {
            CellKind::Flag => Cell::Flag(self.0.take()?),
            CellKind::Whole => Cell::Whole(self.0.take()?),
            CellKind::Text => Cell::Text(self.0.take()?),
            CellKind::Uuid => Cell::Uuid(self.0.take()?),
        })
    }

    fn corrupt(&self, what: &str) -> R::Error {
        self.0.corrupt(what)
    }
}

impl<C: Kept> store::Row for ClassRow<C> {
    const WIDTH: usize = 2 + C::COLUMNS.len() + C::Beside::WIDTH;

    fn read<R: Columns>(row: &R) -> std::result::Result<Self, R::Error> {
        let mut cells = Reading(ColumnCursor::new(row));
        let customer: CustomerNumber = cells.0.take()?;
        let identity = cells.take(C::Key::LAST)?;
        let value = C::load(&mut cells, customer.get())?;
        Ok(Self { customer, identity, value, beside: cells.0.rest()? })
    }
}

impl<C: Kept> rows::Counted for ClassRow<C> {
    type Of = C::Of;
}

/// What the store writes.
pub(super) fn cell(cell: Cell) -> rows::StoredCell {
    match cell {
        Cell::Flag(flag) => rows::StoredCell::Flag(flag),
        Cell::Whole(number) => rows::StoredCell::Whole(number),
        Cell::Text(text) => rows::StoredCell::Text(text),
        Cell::Uuid(uuid) => rows::StoredCell::Uuid(uuid),
    }
}
