//! Rows of a class: its properties, and what is kept beside them.

use hydra::{Cell, CellKind, Cells, Key as _};
use store::kept as rows;
use store::{ColumnCursor, Columns, CustomerNumber};

use super::Kept;

/// What is kept of a row beside the properties of its class: what is never shown, and not in a body as it is kept.
pub(crate) trait Beside: store::Row + Clone + Default {
    /// The columns.
    const COLUMNS: &'static [&'static str];

    /// What is written to them.
    fn cells(&self) -> Vec<rows::Cell>;
}

impl Beside for () {
    const COLUMNS: &'static [&'static str] = &[];

    fn cells(&self) -> Vec<rows::Cell> {
        Vec::new()
    }
}

/// Declares what is kept beside the properties: fields, each with its column.
macro_rules! beside {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $type:ty = $column:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default)]
        pub(crate) struct $name { $($(#[$field_doc])* pub $field: $type),* }

        impl store::Row for $name {
            const WIDTH: usize = [$($column),*].len();

            fn read<C: store::Columns>(row: &C) -> std::result::Result<Self, C::Error> {
                let mut cursor = store::ColumnCursor::new(row);
                Ok(Self { $($field: cursor.take()?),* })
            }
        }

        impl crate::classes::kept::Beside for $name {
            const COLUMNS: &'static [&'static str] = &[$($column),*];

            fn cells(&self) -> Vec<store::kept::Cell> {
                vec![$(self.$field.clone().into()),*]
            }
        }
    };
}
pub(crate) use beside;

/// A row of a class.
#[derive(Debug, Clone)]
pub(crate) struct Row<C: Kept> {
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
pub(crate) type Stored<C> = rows::Stored<Row<C>>;

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

impl<C: Kept> store::Row for Row<C> {
    const WIDTH: usize = 2 + C::COLUMNS.len() + C::Beside::WIDTH;

    fn read<R: Columns>(row: &R) -> std::result::Result<Self, R::Error> {
        let mut cells = Reading(ColumnCursor::new(row));
        let customer: CustomerNumber = cells.0.take()?;
        let identity = cells.take(C::Key::LAST)?;
        let value = C::load(&mut cells, customer.get())?;
        Ok(Self { customer, identity, value, beside: cells.0.rest()? })
    }
}

impl<C: Kept> rows::Counted for Row<C> {
    type Of = C::Of;
}

/// What the store writes.
pub(super) fn cell(cell: Cell) -> rows::Cell {
    match cell {
        Cell::Flag(flag) => rows::Cell::Flag(flag),
        Cell::Whole(number) => rows::Cell::Whole(number),
        Cell::Text(text) => rows::Cell::Text(text),
        Cell::Uuid(uuid) => rows::Cell::Uuid(uuid),
    }
}
