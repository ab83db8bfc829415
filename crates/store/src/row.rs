//! Rows, read by position: names are looked up when a query is written, not for each row of its answer.

use sea_orm::{DbErr, QueryResult, TryGetable};

/// A type that is read from the columns of a query.
pub(crate) trait Row: Sized {
    /// The columns, as they stand in a SELECT or RETURNING.
    const COLUMNS: &'static str;
    /// How many they are.
    const WIDTH: usize;

    fn read(row: &QueryResult) -> Result<Self, DbErr>;
}

/// Reads columns one after the other.
pub(crate) struct Cursor<'a> {
    row: &'a QueryResult,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(row: &'a QueryResult) -> Self {
        Self { row, at: 0 }
    }

    pub(crate) fn next<T: TryGetable>(&mut self) -> Result<T, DbErr> {
        let value = self.row.try_get_by_index(self.at)?;
        self.at += 1;
        Ok(value)
    }
}

/// Declares a row: a struct whose fields are columns, in order.
macro_rules! row {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $type:ty = $column:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type),* }

        impl $crate::row::Row for $name {
            const COLUMNS: &'static str = $crate::row::row!(@join $($column),*);
            const WIDTH: usize = [$($column),*].len();

            fn read(row: &sea_orm::QueryResult) -> std::result::Result<Self, sea_orm::DbErr> {
                let mut cursor = $crate::row::Cursor::new(row);
                Ok(Self { $($field: cursor.next()?),* })
            }
        }
    };
    (@join $first:literal $(, $rest:literal)*) => { concat!($first $(, ", ", $rest)*) };
}
pub(crate) use row;
