//! Rows, read by position: names are looked up when a query is written, not for each row of its answer.

use std::any::Any;

use rusqlite::types::FromSql;
use sea_orm::sqlx::postgres::{PgRow, Postgres};
use sea_orm::sqlx::{self, Row as _};
use sea_orm::{DbErr, QueryResult, TryGetable};
use uuid::Uuid;

/// A type that is read from the columns of a query.
pub trait Row: Sized + Send + 'static {
    /// Reads its columns; those that follow are left to whoever reads next.
    ///
    /// # Errors
    /// A column is not of its type.
    fn read(columns: &mut Columns<'_>) -> Result<Self, Unreadable>;
}

/// A row that always has the same columns.
pub trait Entity: Row {
    /// The columns, as they stand in a SELECT or RETURNING.
    const COLUMNS: &'static str;
}

/// What a column may be, whichever driver brought it.
pub trait ColumnType: Sized + Send + 'static {
    /// Reads the next column.
    ///
    /// # Errors
    /// It is not of this type.
    fn take_from(columns: &mut Columns<'_>) -> Result<Self, Unreadable>;
}

/// Types that every driver knows. Each is read by one function, which is compiled here and not with every row.
macro_rules! known_to_all {
    ($($type:ty),*) => {$(
        impl ColumnType for $type {
            fn take_from(columns: &mut Columns<'_>) -> Result<Self, Unreadable> {
                columns.bring()
            }
        }
    )*};
}

known_to_all!(
    i64,
    Option<i64>,
    String,
    Option<String>,
    Vec<u8>,
    Option<Vec<u8>>,
    bool,
    Option<bool>,
    Uuid,
    Option<Uuid>
);

/// Why a column cannot be read.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Unreadable(Box<dyn std::error::Error + Send + Sync>);

impl Unreadable {
    /// A column is of its type, and yet not what it has to be.
    pub fn corrupt(what: &str) -> Self {
        Self(what.into())
    }
}

impl From<Unreadable> for rusqlite::Error {
    fn from(Unreadable(why): Unreadable) -> Self {
        Self::FromSqlConversionFailure(0, rusqlite::types::Type::Text, why)
    }
}

impl From<Unreadable> for sqlx::Error {
    fn from(Unreadable(why): Unreadable) -> Self {
        Self::Decode(why)
    }
}

impl From<Unreadable> for DbErr {
    fn from(why: Unreadable) -> Self {
        Self::Type(why.to_string())
    }
}

/// The columns of a row, read one after the other, whichever driver brought it: each type of row is compiled once.
#[derive(Debug)]
pub struct Columns<'a> {
    row: Brought<'a>,
    next: usize,
}

#[derive(Debug)]
enum Brought<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Pool(&'a QueryResult),
    Postgres(&'a PgRow),
}

impl<'a> Columns<'a> {
    /// Of a row of a file.
    pub(crate) fn of_sqlite(row: &'a rusqlite::Row<'a>) -> Self {
        Self { row: Brought::Sqlite(row), next: 0 }
    }

    /// Of a row of a file that was read at length.
    pub(crate) fn of_pool(row: &'a QueryResult) -> Self {
        Self { row: Brought::Pool(row), next: 0 }
    }

    /// Of a row of PostgreSQL.
    pub(crate) fn of_postgres(row: &'a PgRow) -> Self {
        Self { row: Brought::Postgres(row), next: 0 }
    }

    /// The next column.
    ///
    /// # Errors
    /// It is not of this type.
    pub fn take<T: ColumnType>(&mut self) -> Result<T, Unreadable> {
        T::take_from(self)
    }

    /// The next column, as a driver brings it.
    fn bring<T>(&mut self) -> Result<T, Unreadable>
    where
        T: TryGetable + FromSql + sqlx::Type<Postgres> + for<'r> sqlx::Decode<'r, Postgres>,
    {
        let at = self.next;
        self.next += 1;
        match self.row {
            Brought::Sqlite(row) => row.get(at).map_err(|why| Unreadable(why.into())),
            Brought::Pool(row) => row.try_get_by_index(at).map_err(|why| Unreadable(why.into())),
            Brought::Postgres(row) => row.try_get(at).map_err(|why| Unreadable(why.into())),
        }
    }
}

/// Where rows are put as they come. What talks to a database knows rows by this alone, and so is compiled once, too.
pub(crate) trait Rows: Any + Send {
    /// Takes a row.
    fn put(&mut self, columns: &mut Columns<'_>) -> Result<(), Unreadable>;
    /// Forgets what it took, as all of it will come again.
    fn clear(&mut self);
    /// What makes a place of the same sort elsewhere, if there can be another.
    fn place(&self) -> Option<Empty>;
    /// Takes what came there, or the first of it; whether anything did.
    fn absorb(&mut self, other: Box<dyn Rows>, first: bool) -> bool;
}

impl<R: Row> Rows for Vec<R> {
    fn put(&mut self, columns: &mut Columns<'_>) -> Result<(), Unreadable> {
        self.push(R::read(columns)?);
        Ok(())
    }

    fn clear(&mut self) {
        self.clear();
    }

    fn place(&self) -> Option<Empty> {
        Some(empty::<R>)
    }

    fn absorb(&mut self, other: Box<dyn Rows>, first: bool) -> bool {
        let found = filled::<R>(other);
        let is_any = !found.is_empty();
        self.extend(found.into_iter().take(if first { 1 } else { usize::MAX }));
        is_any
    }
}

/// Makes a place for rows, on whichever thread they come.
pub(crate) type Empty = fn() -> Box<dyn Rows>;

/// A place for rows of a type.
pub(crate) fn empty<R: Row>() -> Box<dyn Rows> {
    Box::<Vec<R>>::default()
}

/// What such a place was filled with.
pub(crate) fn filled<R: Row>(rows: Box<dyn Rows>) -> Vec<R> {
    let rows: Box<dyn Any> = rows;
    *rows.downcast().expect("rows come back in the place that they were put")
}

/// Nothing but what stands after it.
impl Row for () {
    fn read(_: &mut Columns<'_>) -> Result<Self, Unreadable> {
        Ok(())
    }
}

/// Two rows side by side, as one statement brings them.
pub(crate) struct Beside<A, B>(pub A, pub B);

impl<A: Row, B: Row> Row for Beside<A, B> {
    fn read(columns: &mut Columns<'_>) -> Result<Self, Unreadable> {
        Ok(Self(A::read(columns)?, B::read(columns)?))
    }
}

/// A value that a query computes.
impl<A: ColumnType> Row for (A,) {
    fn read(columns: &mut Columns<'_>) -> Result<Self, Unreadable> {
        Ok((columns.take()?,))
    }
}

/// Two values that a query computes.
impl<A: ColumnType, B: ColumnType> Row for (A, B) {
    fn read(columns: &mut Columns<'_>) -> Result<Self, Unreadable> {
        Ok((columns.take()?, columns.take()?))
    }
}

/// Three values that a query computes.
impl<A: ColumnType, B: ColumnType, C: ColumnType> Row for (A, B, C) {
    fn read(columns: &mut Columns<'_>) -> Result<Self, Unreadable> {
        Ok((columns.take()?, columns.take()?, columns.take()?))
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
            fn read(columns: &mut $crate::row::Columns<'_>) -> std::result::Result<Self, $crate::row::Unreadable> {
                Ok(Self { $($field: columns.take()?),* })
            }
        }
    };
    (@join $first:expr $(, $rest:expr)*) => { concat!($first $(, ", ", $rest)*) };
}
pub(crate) use row;
