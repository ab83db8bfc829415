//! A database that is copied from or into.

use super::cell::Cell;

/// Where statements are kept that end a copy.
pub(super) const PENDING: &str = "copying";
/// Who may work on a database into which is copied: a change of the schema that no program knows.
pub(crate) const UNFINISHED: &str = "copying";
/// What others may do with the database that is copied from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meanwhile {
    /// They may read and write; the copy is of one moment.
    Write,
    /// They may read. Whoever writes waits, or is refused.
    Read,
}

/// Why something is not copied, in a sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct CopyRefused(String);

/// What became of a part of a copy.
pub(super) type Result<T> = std::result::Result<T, CopyRefused>;

pub(super) fn refused(what: impl Into<String>) -> CopyRefused {
    CopyRefused(what.into())
}

/// What a column holds, as its database has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Flag,
    Text,
    Bytes,
    Identity,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// A table, and its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) table: String,
    pub(super) columns: Vec<Column>,
    /// The names of the columns of its primary key.
    pub(super) key: Vec<String>,
}

impl Shape {
    /// Whether another has columns of the same names.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let names = |shape: &Self| shape.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
        names(self) == names(other)
    }

    /// What tells a row from all others.
    pub(super) fn key_of(&self, row: &[Cell]) -> Vec<Cell> {
        let place = |name: &String| self.columns.iter().position(|column| column.name == *name);
        self.key.iter().filter_map(place).filter_map(|place| row.get(place).cloned()).collect()
    }

    /// The names of its columns, with commas between them.
    pub(super) fn names(&self) -> String {
        self.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// What of rows comes after a key, in the order of keys; the values are `$1` and on.
    pub(super) fn page(&self, is_first: bool, most: usize) -> String {
        let Self { table, key, .. } = self;
        // A table without one is of a few rows, which are read at once.
        if key.is_empty() {
            return format!("FROM {table} WHERE {is_first}");
        }
        let condition = match is_first {
            true => String::new(),
            false => {
                let values: Vec<_> = (1..=key.len()).map(|number| format!("${number}")).collect();
                format!(" WHERE ({}) > ({})", key.join(", "), values.join(", "))
            }
        };
        format!("FROM {table}{condition} ORDER BY {} LIMIT {most}", key.join(", "))
    }
}

/// What a copy has begun with: the comment that is the first statement to be run at its end.
pub(super) fn beginning(mark: &str) -> String {
    format!("SELECT '{mark}'")
}

/// Whether a copy of the database with this mark into a side has begun, which a statement asks for that finds the table of what is
/// pending.
///
/// # Errors
/// A copy of another has begun, or a service was started on it.
pub(super) fn has_begun(side: &mut impl Side, begun: &str, mark: &str) -> Result<bool> {
    if side.texts(begun)?.is_empty() {
        return match side.texts("SELECT cid, name FROM customer LIMIT 1")?.is_empty() {
            true => Ok(false),
            false => Err(refused(
                "it has customers of its own; only a database that no service was started on is copied into",
            )),
        };
    }
    match side.texts(&format!("SELECT statement, '' FROM {PENDING} ORDER BY position LIMIT 1"))?.first() {
        Some((statement, _)) if *statement == beginning(mark) => Ok(true),
        _ => Err(refused(
            "another service was being copied into it, and that has not come to an end; name another database",
        )),
    }
}

/// What is asked of a database while rows are copied.
pub(super) trait Side {
    /// What a statement finds that asks for two texts.
    fn texts(&mut self, sql: &str) -> Result<Vec<(String, String)>>;
    /// Its tables.
    fn shapes(&mut self) -> Result<Vec<Shape>>;
    /// Begins to look at it as it is at one moment.
    fn look(&mut self, meanwhile: Meanwhile) -> Result<()>;
    /// Rows after a key, in the order of keys.
    fn rows(&mut self, shape: &Shape, after: Option<&[Cell]>, most: usize) -> Result<Vec<Vec<Cell>>>;
    /// The highest number that the database has given to a row of a table by itself; none where it gives none.
    fn last_number(&mut self, shape: &Shape) -> Result<Option<i64>>;
    /// Makes it ready to be copied into from a database that is told by this mark, unless it is.
    fn prepare(&mut self, shapes: &[&Shape], mark: &str) -> Result<()>;
    /// Takes all rows out of a table.
    fn clear(&mut self, shape: &Shape) -> Result<()>;
    /// Puts rows into a table; they stay.
    fn insert(&mut self, shape: &Shape, rows: Vec<Vec<Cell>>) -> Result<()>;
    /// Has the database give higher numbers from now on.
    fn go_on_after(&mut self, shape: &Shape, number: i64) -> Result<()>;
    /// Puts back what was put away.
    fn finish(&mut self) -> Result<()>;
}
