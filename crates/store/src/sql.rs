//! Statements that are put together piece by piece.

use sea_orm::{DbBackend, Value};

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
