//! Trigrams: three characters in a row. What contains a text contains all of its trigrams, and those are in an index. On PostgreSQL
//! that index is found by itself; on SQLite it is a table of its own, which is asked first.

use std::collections::BTreeSet;
use std::fmt;

use crate::sql::Sql;

/// How many trigrams of a text are asked for: each more leaves out fewer rows.
const MOST: usize = 12;

/// How many characters the index is asked at the most: it takes an expression of 256 levels, and each level has some.
const LONGEST: usize = 2_000;

/// Which trigrams a row must have, as the index on SQLite is asked for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Trigrams(String);

impl Trigrams {
    /// Those of a text. None where it is too short to have any.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let characters: Vec<char> = text.chars().collect();
        let trigrams: BTreeSet<String> = characters.windows(3).map(|three| three.iter().collect()).collect();
        let quoted = trigrams.iter().take(MOST).map(|trigram| Self(format!("\"{}\"", trigram.replace('"', "\"\""))));
        Self::all(quoted)
    }

    /// Of what has all of these. Some are enough, where there are many.
    pub(crate) fn all(each: impl Iterator<Item = Self>) -> Option<Self> {
        let mut room = LONGEST;
        let some = each.take_while(|one| {
            room = room.saturating_sub(one.0.len());
            room > 0
        });
        Self::joined(some.collect(), " AND ")
    }

    /// Of what has one of these. None where one of them can be had by anything, or where there are too many.
    pub(crate) fn any(each: impl Iterator<Item = Option<Self>>) -> Option<Self> {
        let each: BTreeSet<Self> = each.collect::<Option<_>>()?;
        let length: usize = each.iter().map(|one| one.0.len()).sum();
        if length < LONGEST { Self::joined(each.into_iter().collect(), " OR ") } else { None }
    }

    fn joined(mut each: Vec<Self>, with: &str) -> Option<Self> {
        match each.len() {
            0 | 1 => each.pop(),
            _ => Some(Self(format!("({})", each.iter().map(|one| one.0.as_str()).collect::<Vec<_>>().join(with)))),
        }
    }
}

impl fmt::Display for Trigrams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Rows of a table that its index has for this, and of which something more is known by their number.
pub(crate) fn within(table: &str, asked: &Trigrams, sql: &mut Sql, more: impl FnOnce(&str, &mut Sql)) {
    sql.push(&format!(
        "{table}.id IN (SELECT found FROM (SELECT rowid AS found FROM {table}_text WHERE {table}_text MATCH "
    ));
    sql.bind(asked.to_string());
    sql.push(") WHERE TRUE");
    more("found", sql);
    sql.push(")");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn any(parts: &[&str]) -> Option<String> {
        Trigrams::any(parts.iter().map(|part| Trigrams::of(part))).map(|asked| asked.to_string())
    }

    #[test]
    fn what_is_asked_for() {
        assert_eq!(any(&["abcd"]).as_deref(), Some(r#"("abc" AND "bcd")"#));
        assert_eq!(any(&["abc", "abc", "xyz"]).as_deref(), Some(r#"("abc" OR "xyz")"#));
        assert_eq!(any(&["a\"b"]).as_deref(), Some(r#""a""b""#));
        assert_eq!(any(&["äöü"]).as_deref(), Some(r#""äöü""#));
        assert_eq!(any(&["ab"]), None);
        assert_eq!(any(&["abc", "ab"]), None);
        assert_eq!(any(&[]), None);
    }

    #[test]
    fn of_many_some_are_asked_where_that_is_enough() {
        let many = || (1000..2000).map(|number| Trigrams::of(&format!("{number}")));
        let all = Trigrams::all(many().flatten()).expect("some");
        assert!(all.0.len() < LONGEST + many().count(), "{all}");
        assert!(all.0.starts_with(r#"(("000" AND "100") AND ("#), "{all}");
        assert_eq!(Trigrams::any(many()), None);
    }

    /// Criteria within criteria, each of them of another kind, as deep as they can be asked for.
    #[test]
    fn levels_are_bounded() {
        let mut asked = Trigrams::of("abc").expect("it has one");
        let mut level = 0;
        loop {
            let next = Trigrams::any([Some(asked.clone()), Trigrams::of("xyz")].into_iter());
            let Some(next) =
                next.and_then(|next| Trigrams::all([next, Trigrams::of("uvw").expect("it has one")].into_iter()))
            else {
                break;
            };
            if next.0.len() <= asked.0.len() {
                break;
            }
            (asked, level) = (next, level + 2);
        }
        assert!(level < 250, "{level}");
    }
}
