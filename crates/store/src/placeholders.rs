//! Lists of values in a statement.

use sea_orm::Value;

/// Appends values, and gives the numbers that stand for them.
pub(crate) fn placeholders<V: Into<Value>>(values: &mut Vec<Value>, more: impl IntoIterator<Item = V>) -> String {
    let mut numbers = String::new();
    for value in more {
        values.push(value.into());
        let separator = if numbers.is_empty() { "" } else { ", " };
        numbers += &format!("{separator}${}", values.len());
    }
    numbers
}
