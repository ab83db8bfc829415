//! Statements that are put together piece by piece.

use std::fmt;

use sea_orm::{DbBackend, Statement, Value};

use crate::meters::{Asked, Kind};

/// SQL that grows together with its values.
pub(crate) struct Sql {
    /// For which database.
    pub backend: DbBackend,
    /// The text, with `$1` for the first value.
    pub text: String,
    /// The values.
    pub values: Vec<Value>,
}

impl Sql {
    /// What begins like this.
    pub(crate) fn new(backend: DbBackend, text: impl Into<String>) -> Self {
        Self { backend, text: text.into(), values: Vec::new() }
    }

    pub(crate) fn bind(&mut self, value: impl Into<Value>) {
        self.values.push(value.into());
        self.text += &format!("${}", self.values.len());
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.text += text;
    }
}

/// How many characters of SQL are kept compiled: what is put together of what somebody sent may be as long as that, another each time,
/// and take a hundred times its length.
const KEPT: usize = 16 << 10;

/// Whether a statement is worth keeping compiled.
pub(crate) fn is_kept(statement: &Statement) -> bool {
    statement.sql.len() <= KEPT
}

/// Tells whoever listens what the database is asked; of the values, what they are, and not which. What comes back is kept until it has
/// answered.
pub(crate) fn tell(kind: Kind, statement: &Statement) -> Asked {
    let (database, kinds) = (statement.db_backend, Kinds(statement));
    tracing::trace!(target: "store::statement", ?database, sql = statement.sql, values = %kinds);
    Asked::begin(kind, statement)
}

/// The types of the values of a statement, as SQL has them.
struct Kinds<'a>(&'a Statement);

impl fmt::Display for Kinds<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = self.0.values.iter().flat_map(|values| &values.0);
        for (index, value) in values.enumerate() {
            let kind = match value {
                Value::Bool(_) => "boolean",
                Value::Int(_) => "integer",
                Value::BigInt(_) => "bigint",
                Value::Double(_) => "double precision",
                Value::String(_) => "text",
                Value::Bytes(_) => "bytea",
                Value::Uuid(_) => "uuid",
                _ => "unknown",
            };
            write!(f, "{}{kind}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}
