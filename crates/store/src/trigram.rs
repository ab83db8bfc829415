//! Trigrams: three characters in a row. What contains a text contains all of its trigrams, and those are in an index. On PostgreSQL
//! that index is found by itself; on SQLite it is a table of its own, which is asked first.

use std::collections::BTreeSet;

use sea_orm::DbBackend;

use crate::sql::Sql;

/// How many trigrams of a text are asked for: each more leaves out fewer rows.
const MOST: usize = 12;

/// What the index of a table on SQLite is asked for texts that contain one of these; none where one of them is too short to be
/// in it.
pub(crate) fn containing(parts: impl IntoIterator<Item = String>) -> Option<String> {
    let each = |part: String| {
        let characters: Vec<char> = part.chars().collect();
        let trigrams: BTreeSet<String> = characters.windows(3).map(|three| three.iter().collect()).collect();
        let quoted = trigrams.iter().take(MOST).map(|trigram| format!("\"{}\"", trigram.replace('"', "\"\"")));
        (!trigrams.is_empty()).then(|| quoted.collect::<Vec<_>>().join(" AND "))
    };
    let asked = parts.into_iter().map(each).collect::<Option<BTreeSet<_>>>()?;
    let asked: Vec<_> = asked.into_iter().map(|one| format!("({one})")).collect();
    (!asked.is_empty()).then(|| asked.join(" OR "))
}

/// Leaves out rows of a table that cannot contain one of these texts, where the database does not see that by itself.
pub(crate) fn narrow(table: &str, parts: impl IntoIterator<Item = String>, sql: &mut Sql) {
    if sql.backend == DbBackend::Sqlite
        && let Some(asked) = containing(parts)
    {
        within(table, asked, sql);
        sql.push(" AND ");
    }
}

/// Rows of a table that its index has for this.
pub(crate) fn within(table: &str, asked: String, sql: &mut Sql) {
    sql.push(&format!("{table}.id IN (SELECT rowid FROM {table}_text WHERE {table}_text MATCH "));
    sql.bind(asked);
    sql.push(")");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for() {
        let asked = |parts: &[&str]| containing(parts.iter().map(|part| (*part).to_owned()));
        assert_eq!(asked(&["abcd"]).as_deref(), Some(r#"("abc" AND "bcd")"#));
        assert_eq!(asked(&["abc", "abc", "xyz"]).as_deref(), Some(r#"("abc") OR ("xyz")"#));
        assert_eq!(asked(&["a\"b"]).as_deref(), Some(r#"("a""b")"#));
        assert_eq!(asked(&["äöü"]).as_deref(), Some(r#"("äöü")"#));
        assert_eq!(asked(&["ab"]), None);
        assert_eq!(asked(&["abc", "ab"]), None);
        assert_eq!(asked(&[]), None);
    }
}
