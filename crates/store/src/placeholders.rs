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

/// The same, for what stands after `VALUES`: each is a row.
pub(crate) fn column<V: Into<Value>>(values: &mut Vec<Value>, more: impl IntoIterator<Item = V>) -> String {
    format!("({})", placeholders(values, more).replace(", ", "), ("))
}

/// Appends the values of rows that are made together, and gives what stands for them after `VALUES`: each row begins with what is said of
/// all, and a column that has the same in each is appended once.
pub(crate) fn rows(values: &mut Vec<Value>, of_all: &str, rows: &[Vec<Value>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let same: Vec<Option<String>> = (0..columns)
        .map(|column| {
            let is_same = rows.windows(2).all(|pair| pair[0][column] == pair[1][column]);
            is_same.then(|| placeholders(values, [rows[0][column].clone()]))
        })
        .collect();
    let mut text = String::new();
    for row in rows {
        text += if text.is_empty() { "(" } else { ", (" };
        text += of_all;
        for (value, same) in row.iter().zip(&same) {
            text += ", ";
            match same {
                Some(number) => text += number,
                None => text += &placeholders(values, [value.clone()]),
            }
        }
        text.push(')');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_has_a_value_a_row() {
        let mut values: Vec<Value> = vec![7.into()];
        assert_eq!(column(&mut values, ["a", "b"]), "($2), ($3)");
        assert_eq!(values, [7.into(), "a".into(), "b".into()]);
    }

    #[test]
    fn what_is_the_same_is_said_once() {
        let mut values: Vec<Value> = vec![7.into()];
        let made = [("a", 1), ("b", 1), ("c", 1)].map(|(name, number)| vec![name.into(), number.into()]);
        assert_eq!(rows(&mut values, "$1", &made), "($1, $3, $2), ($1, $4, $2), ($1, $5, $2)");
        let expected: [Value; 5] = [7.into(), 1.into(), "a".into(), "b".into(), "c".into()];
        assert_eq!(values, expected);
    }
}
