//! Orders: by what rows are ordered, the place of a row in that, and where a page begins.

use crate::folding::key;
use crate::sql::Sql;

/// A value to compare a column with.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A text, compared in folded form where the column has one.
    Text(String),
    /// A truth.
    Flag(bool),
    /// A number, or an instant in microseconds.
    Whole(i64),
}

/// A column that rows are ordered by, by the kind of its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderBy {
    /// Texts, folded where their case does not matter.
    Text(&'static str),
    /// Numbers, or instants in microseconds.
    Whole(&'static str),
}

/// Where a page begins. Only one of the two is ever looked at, so a cursor is never judged by the number of its page.
#[derive(Debug, Clone, PartialEq)]
pub enum PageStart {
    /// After so many rows.
    Offset(u64),
    /// After the place of a row, whether or not that row is still there.
    After(Cursor),
}

impl Default for PageStart {
    fn default() -> Self {
        Self::Offset(0)
    }
}

/// The place of a row in an order.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor {
    /// The values that it is ordered by, as the database compares them.
    pub values: Vec<Operand>,
    /// The number of the row, which ends every order.
    pub id: i64,
}

/// Binds a value; a text in the form that the column has of it, where it is one of those.
pub(crate) fn bind(sql: &mut Sql, operand: &Operand, folded: Option<&str>) {
    match operand {
        Operand::Text(text) => sql.bind(folded.map_or_else(|| text.clone(), |column| key(column, text))),
        Operand::Flag(flag) => sql.bind(*flag),
        Operand::Whole(number) => sql.bind(*number),
    }
}
