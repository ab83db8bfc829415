//! Rows of a class: its properties, and what is kept beside them.

use hydra::{Cell, CellKind, Cells, PathKey as _};
use store::kept as rows;
use store::{Columns, CustomerNumber, Unreadable};

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
struct Reading<'a, 'r>(&'a mut Columns<'r>);

impl Cells for Reading<'_, '_> {
    type Error = Unreadable;

    fn take(&mut self, kind: CellKind) -> std::result::Result<Cell, Unreadable> {
        Ok(match kind {
            CellKind::Flag => Cell::Flag(self.0.take()?),
            CellKind::Whole => Cell::Whole(self.0.take()?),
            CellKind::Text => Cell::Text(self.0.take()?),
            CellKind::Uuid => Cell::Uuid(self.0.take()?),
        })
    }

    fn corrupt(&self, what: &str) -> Unreadable {
        Unreadable::corrupt(what)
    }
}

impl<C: Kept> store::Row for ClassRow<C> {
    fn read(columns: &mut Columns<'_>) -> std::result::Result<Self, Unreadable> {
        let customer: CustomerNumber = columns.take()?;
        let mut cells = Reading(columns);
        let identity = cells.take(C::Key::LAST)?;
        let value = C::load(&mut cells, customer.get())?;
        Ok(Self { customer, identity, value, beside: C::Beside::read(columns)? })
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
