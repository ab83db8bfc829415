//! Statements that are put together piece by piece.

use sea_orm::Value;

/// SQL that grows together with its values.
pub(crate) struct Sql {
    /// The text, with `$1` for the first value.
    pub text: String,
    /// The values.
    pub values: Vec<Value>,
}

impl Sql {
    pub(crate) fn bind(&mut self, value: impl Into<Value>) {
        self.values.push(value.into());
        self.text += &format!("${}", self.values.len());
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.text += text;
    }
}
