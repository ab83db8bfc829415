//! Rows, read by position: names are looked up when a query is written, not for each row of its answer.

use rusqlite::types::FromSql;
use sea_orm::{DbErr, QueryResult, TryGetable};

/// A type that is read from the columns of a query.
pub trait Row: Sized {
    /// How many columns it is read from.
    const WIDTH: usize;

    /// Reads a row that came from a pool.
    ///
    /// # Errors
    /// A column is not of its type.
    fn read(row: &QueryResult) -> Result<Self, DbErr>;
    /// Reads a row of SQLite's on the thread that asked for it.
    ///
    /// # Errors
    /// A column is not of its type.
    fn near(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self>;
}

/// A row that always has the same columns.
pub trait Entity: Row {
    /// The columns, as they stand in a SELECT or RETURNING.
    const COLUMNS: &'static str;
}

/// A row, wherever it came from.
pub(crate) trait Columns {
    type Error;
    fn column<T: TryGetable + FromSql>(&self, index: usize) -> Result<T, Self::Error>;
}

impl Columns for QueryResult {
    type Error = DbErr;
    fn column<T: TryGetable + FromSql>(&self, index: usize) -> Result<T, DbErr> {
        self.try_get_by_index(index)
    }
}

impl Columns for rusqlite::Row<'_> {
    type Error = rusqlite::Error;
    fn column<T: TryGetable + FromSql>(&self, index: usize) -> rusqlite::Result<T> {
        self.get(index)
    }
}

/// Reads columns one after the other.
pub(crate) struct Cursor<'a, C> {
    row: &'a C,
    at: usize,
}

impl<'a, C: Columns> Cursor<'a, C> {
    pub(crate) fn new(row: &'a C) -> Self {
        Self { row, at: 0 }
    }

    pub(crate) fn next<T: TryGetable + FromSql>(&mut self) -> Result<T, C::Error> {
        let value = self.row.column(self.at)?;
        self.at += 1;
        Ok(value)
    }
}

/// Nothing but what stands after it.
impl Row for () {
    const WIDTH: usize = 0;

    fn read(_: &QueryResult) -> Result<Self, DbErr> {
        Ok(())
    }

    fn near(_: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(())
    }
}

/// A value that a query computes.
impl<A: TryGetable + FromSql> Row for (A,) {
    const WIDTH: usize = 1;

    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        Ok((row.column(0)?,))
    }

    fn near(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok((row.column(0)?,))
    }
}

/// Two values that a query computes.
impl<A: TryGetable + FromSql, B: TryGetable + FromSql> Row for (A, B) {
    const WIDTH: usize = 2;

    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        Ok((row.column(0)?, row.column(1)?))
    }

    fn near(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok((row.column(0)?, row.column(1)?))
    }
}

/// Declares a row: a struct whose fields are columns, in order.
macro_rules! row {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $type:ty = $column:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type),* }

        impl $name {
            fn from_columns<C: $crate::row::Columns>(row: &C) -> std::result::Result<Self, C::Error> {
                let mut cursor = $crate::row::Cursor::new(row);
                Ok(Self { $($field: cursor.next()?),* })
            }
        }

        impl $crate::row::Entity for $name {
            const COLUMNS: &'static str = $crate::row::row!(@join $($column),*);
        }

        impl $crate::row::Row for $name {
            const WIDTH: usize = [$($column),*].len();

            fn read(row: &sea_orm::QueryResult) -> std::result::Result<Self, sea_orm::DbErr> {
                Self::from_columns(row)
            }

            fn near(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
                Self::from_columns(row)
            }
        }
    };
    (@join $first:literal $(, $rest:literal)*) => { concat!($first $(, ", ", $rest)*) };
}
pub(crate) use row;
