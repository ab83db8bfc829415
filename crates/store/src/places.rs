//! Lists of values in a statement.

use sea_orm::Value;

/// Appends values, and gives the numbered places for them.
pub(crate) fn places<V: Into<Value>>(values: &mut Vec<Value>, more: impl IntoIterator<Item = V>) -> String {
    let mut places = String::new();
    for value in more {
        values.push(value.into());
        let separator = if places.is_empty() { "" } else { ", " };
        places += &format!("{separator}${}", values.len());
    }
    places
}
