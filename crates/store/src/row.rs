//! Rows, read by position: names are looked up when a query is written, not for each row of its answer.

use rusqlite::types::FromSql;
use sea_orm::sqlx::postgres::{PgRow, Postgres};
use sea_orm::sqlx::{self, Row as _};
use sea_orm::{DbErr, QueryResult, TryGetable};

/// A type that is read from the columns of a query.
pub trait Row: Sized + Send + 'static {
    /// How many columns it is read from.
    const WIDTH: usize;

    /// Reads a row, wherever it came from.
    ///
    /// # Errors
    /// A column is not of its type.
    fn read<C: Columns>(row: &C) -> Result<Self, C::Error>;
}

/// A row that always has the same columns.
pub trait Entity: Row {
    /// The columns, as they stand in a SELECT or RETURNING.
    const COLUMNS: &'static str;
}

/// What a column may be, whichever driver brought it.
pub trait ColumnType:
    Send + 'static + TryGetable + FromSql + sqlx::Type<Postgres> + for<'r> sqlx::Decode<'r, Postgres>
{
}

impl<T: Send + 'static + TryGetable + FromSql + sqlx::Type<Postgres> + for<'r> sqlx::Decode<'r, Postgres>> ColumnType
    for T
{
}

/// The columns of a row.
pub trait Columns {
    /// Why a column cannot be read.
    type Error;

    /// The column at a place, from 0.
    ///
    /// # Errors
    /// It is not of this type.
    fn column<T: ColumnType>(&self, index: usize) -> Result<T, Self::Error>;

    /// A column that is of its type, and yet not what it has to be.
    fn corrupt(&self, what: &str) -> Self::Error;
}

impl Columns for QueryResult {
    type Error = DbErr;

    fn column<T: ColumnType>(&self, index: usize) -> Result<T, DbErr> {
        self.try_get_by_index(index)
    }

    fn corrupt(&self, what: &str) -> DbErr {
        DbErr::Type(what.to_owned())
    }
}

impl Columns for rusqlite::Row<'_> {
    type Error = rusqlite::Error;

    fn column<T: ColumnType>(&self, index: usize) -> rusqlite::Result<T> {
        self.get(index)
    }

    fn corrupt(&self, what: &str) -> rusqlite::Error {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, what.into())
    }
}

impl Columns for PgRow {
    type Error = sqlx::Error;

    fn column<T: ColumnType>(&self, index: usize) -> Result<T, sqlx::Error> {
        self.try_get(index)
    }

    fn corrupt(&self, what: &str) -> sqlx::Error {
        sqlx::Error::Decode(what.into())
    }
}

/// Reads columns one after the other.
#[derive(Debug)]
pub struct ColumnCursor<'a, C> {
    row: &'a C,
    at: usize,
}

impl<'a, C: Columns> ColumnCursor<'a, C> {
    /// Begins with the first.
    pub fn new(row: &'a C) -> Self {
        Self { row, at: 0 }
    }

    /// The next column.
    ///
    /// # Errors
    /// It is not of this type.
    pub fn take<T: ColumnType>(&mut self) -> Result<T, C::Error> {
        let value = self.row.column(self.at)?;
        self.at += 1;
        Ok(value)
    }

    /// What is read from the columns that follow.
    ///
    /// # Errors
    /// One of them is not of its type.
    pub fn rest<R: Row>(self) -> Result<R, C::Error> {
        R::read(&self)
    }

    /// As [`Columns::corrupt`].
    pub fn corrupt(&self, what: &str) -> C::Error {
        self.row.corrupt(what)
    }
}

/// The columns that have not been read yet.
impl<C: Columns> Columns for ColumnCursor<'_, C> {
    type Error = C::Error;

    fn column<T: ColumnType>(&self, index: usize) -> Result<T, C::Error> {
        self.row.column(self.at + index)
    }

    fn corrupt(&self, what: &str) -> C::Error {
        self.row.corrupt(what)
    }
}

/// Nothing but what stands after it.
impl Row for () {
    const WIDTH: usize = 0;

    fn read<C: Columns>(_: &C) -> Result<Self, C::Error> {
        Ok(())
    }
}

/// A value that a query computes.
impl<A: ColumnType> Row for (A,) {
    const WIDTH: usize = 1;

    fn read<C: Columns>(row: &C) -> Result<Self, C::Error> {
        Ok((row.column(0)?,))
    }
}

/// Two values that a query computes.
impl<A: ColumnType, B: ColumnType> Row for (A, B) {
    const WIDTH: usize = 2;

    fn read<C: Columns>(row: &C) -> Result<Self, C::Error> {
        Ok((row.column(0)?, row.column(1)?))
    }
}

/// Three values that a query computes.
impl<A: ColumnType, B: ColumnType, C: ColumnType> Row for (A, B, C) {
    const WIDTH: usize = 3;

    fn read<R: Columns>(row: &R) -> Result<Self, R::Error> {
        Ok((row.column(0)?, row.column(1)?, row.column(2)?))
    }
}

/// Declares a row: a struct whose fields are columns, in order.
macro_rules! row {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $type:ty = $column:expr),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type),* }

        impl $crate::row::Entity for $name {
            const COLUMNS: &'static str = $crate::row::row!(@join $($column),*);
        }

        impl $crate::row::Row for $name {
            const WIDTH: usize = [$($column),*].len();

            fn read<C: $crate::row::Columns>(row: &C) -> std::result::Result<Self, C::Error> {
                let mut cursor = $crate::row::ColumnCursor::new(row);
                Ok(Self { $($field: cursor.take()?),* })
            }
        }
    };
    (@join $first:expr $(, $rest:expr)*) => { concat!($first $(, ", ", $rest)*) };
}
pub(crate) use row;
