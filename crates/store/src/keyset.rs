//! Keysets: an order as a page is read in it, and the place of a row in it. What rows are ordered by is selected along with
//! them, so that the place where a page ends is in the words of the database, however it folds and compares.

use crate::order::{Cursor, Operand, OrderBy, bind};
use crate::row::{Columns, Empty, Row, Rows, Unreadable};
use crate::sql::Sql;
use crate::window::Window;

/// How many properties an order can have: as many texts and numbers as an image has of its customer's own.
pub(crate) const MOST: usize = 6;

/// The columns of an order, each with whether the greatest comes first. The number of the row is the last of every order, in the
/// direction of the column before it: so an index can be read in one direction.
pub(crate) struct Keyset {
    columns: Vec<(OrderBy, bool)>,
    /// The column of the owner, `$1`, where rows are ordered by that first.
    owner: Option<&'static str>,
}

impl Keyset {
    /// Rows in an order.
    pub(crate) fn by(columns: Vec<(OrderBy, bool)>) -> Self {
        assert!(columns.len() <= MOST, "an order has more columns than are read");
        Self { columns, owner: None }
    }

    /// The same, by owners first, all of whom but one are left out.
    pub(crate) fn of(self, owner: &'static str) -> Self {
        Self { owner: Some(owner), ..self }
    }

    /// Leaves out what belongs to others, by the column that says so.
    pub(crate) fn belongs(&self, column: &str, sql: &mut Sql) {
        match self.owner {
            // What is equal is no order to PostgreSQL.
            Some(_) => sql.push(&format!("{column} >= $1 AND {column} <= $1 AND ")),
            None => sql.push(&format!("{column} = $1 AND ")),
        }
    }

    fn last_descends(&self) -> bool {
        self.columns.last().is_some_and(|(_, descending)| *descending)
    }

    /// What is selected after the columns of a row, for [`PageRows`].
    pub(crate) fn columns(&self, sql: &mut Sql) {
        sql.push("id");
        for index in 0..self.width() {
            let (text, whole) = match self.columns.get(index) {
                Some((OrderBy::Text(column), _)) => (*column, NO_WHOLE),
                Some((OrderBy::Whole(column), _)) => (NO_TEXT, *column),
                None => (NO_TEXT, NO_WHOLE),
            };
            sql.push(&format!(", {text}, {whole}"));
        }
    }

    /// Leaves out what is not on the page, and orders what is.
    pub(crate) fn window(&self, window: &Window, sql: &mut Sql) {
        if let Some(cursor) = &window.after {
            sql.push(" AND ");
            self.after(cursor, sql);
        }
        self.order(window.backwards, sql);
        // From the beginning, one more than there is room for tells whether another page follows.
        sql.push(" LIMIT ");
        sql.bind((window.limit + u64::from(!window.backwards)).cast_signed());
        if window.skip > 0 {
            sql.push(" OFFSET ");
            sql.bind(window.skip.cast_signed());
        }
    }

    /// Orders rows, or lists them from the end of that order.
    pub(crate) fn order(&self, backwards: bool, sql: &mut Sql) {
        sql.push(" ORDER BY ");
        if let Some(owner) = self.owner {
            sql.push(&format!("{owner} {}, ", direction(self.last_descends() != backwards)));
        }
        for (column, descending) in &self.columns {
            sql.push(&format!("{} {}, ", column.name(), direction(*descending != backwards)));
        }
        sql.push(&format!("id {}", direction(self.last_descends() != backwards)));
    }

    /// What comes after a place.
    fn after(&self, cursor: &Cursor, sql: &mut Sql) {
        let descends = self.last_descends();
        let values = self.columns.iter().zip(&cursor.values);
        if self.columns.iter().all(|(_, descending)| *descending == descends) {
            // Everything in one direction is one comparison, for which an index has one place to begin.
            let names = self.owner.into_iter().chain(self.columns.iter().map(|(column, _)| column.name()));
            let names: String = names.map(|name| format!("{name}, ")).collect();
            sql.push(&format!("({names}id) {} (", beyond(descends)));
            if self.owner.is_some() {
                sql.push("$1, ");
            }
            for (_, value) in values {
                bind(sql, value, None);
                sql.push(", ");
            }
            sql.bind(cursor.id);
            return sql.push(")");
        }
        let mut open = 0;
        for ((column, descending), value) in values {
            sql.push(&format!("({} {} ", column.name(), beyond(*descending)));
            bind(sql, value, None);
            sql.push(&format!(" OR {} = ", column.name()));
            bind(sql, value, None);
            sql.push(" AND ");
            open += 1;
        }
        sql.push(&format!("id {} ", beyond(descends)));
        sql.bind(cursor.id);
        sql.push(&")".repeat(open));
    }

    /// How many values are selected of a place: none, one, or as many as there can be, so that there are few statements.
    fn width(&self) -> usize {
        if self.columns.len() > 1 { MOST } else { self.columns.len() }
    }

    /// A place for the rows of a page.
    pub(crate) fn rows<R>(&self, window: &Window) -> PageRows<R> {
        let Window { skip, limit, backwards, .. } = *window;
        PageRows {
            rows: Vec::new(),
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
            width: self.width(),
            backwards,
            last: None,
            more: backwards && skip > 0,
        }
    }

    /// Where the next page begins, if there is one.
    pub(crate) fn next<R>(&self, page: &PageRows<R>) -> Option<Cursor> {
        let Position { id, values } = page.last.as_ref().filter(|_| page.more)?;
        let values = self.columns.iter().zip(values).map(|((column, _), (text, whole))| match column {
            OrderBy::Text(_) => Operand::Text(text.clone().unwrap_or_default()),
            OrderBy::Whole(_) => Operand::Whole(whole.unwrap_or_default()),
        });
        Some(Cursor { values: values.collect(), id: *id })
    }
}

const NO_TEXT: &str = "CAST(NULL AS TEXT)";
const NO_WHOLE: &str = "CAST(NULL AS BIGINT)";

impl OrderBy {
    fn name(self) -> &'static str {
        match self {
            Self::Text(column) | Self::Whole(column) => column,
        }
    }
}

fn direction(descending: bool) -> &'static str {
    if descending { "DESC" } else { "ASC" }
}

fn beyond(descending: bool) -> &'static str {
    if descending { "<" } else { ">" }
}

/// The rows of a page, and the place of the last of them in the order that it is listed in.
pub(crate) struct PageRows<R> {
    rows: Vec<R>,
    limit: usize,
    width: usize,
    /// Whether the last of them comes first.
    backwards: bool,
    last: Option<Position>,
    /// Whether others follow it.
    more: bool,
}

impl<R> PageRows<R> {
    pub(crate) fn in_order(mut self) -> Vec<R> {
        if self.backwards {
            self.rows.reverse();
        }
        self.rows
    }
}

/// The number of a row, and the values that it is ordered by, each a text or a number.
struct Position {
    id: i64,
    values: Vec<(Option<String>, Option<i64>)>,
}

impl Position {
    fn read(columns: &mut Columns<'_>, width: usize) -> Result<Self, Unreadable> {
        let id = columns.take()?;
        let values = (0..width).map(|_| Ok((columns.take()?, columns.take()?))).collect::<Result<_, Unreadable>>()?;
        Ok(Self { id, values })
    }
}

impl<R: Row> Rows for PageRows<R> {
    fn put(&mut self, columns: &mut Columns<'_>) -> Result<(), Unreadable> {
        if self.rows.len() == self.limit {
            self.more = true;
            return Ok(());
        }
        self.rows.push(R::read(columns)?);
        let last = if self.backwards { 1 } else { self.limit };
        if self.rows.len() == last {
            self.last = Some(Position::read(columns, self.width)?);
        }
        Ok(())
    }

    fn clear(&mut self) {
        self.rows.clear();
        self.last = None;
        self.more &= self.backwards;
    }

    fn place(&self) -> Option<Empty> {
        None
    }

    fn absorb(&mut self, _: Box<dyn Rows>, _: bool) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(order: &[(OrderBy, bool)], values: Vec<Operand>) -> (String, usize) {
        let mut sql = Sql::new(sea_orm::DbBackend::Sqlite, "");
        let window = Window { after: Some(Cursor { values, id: 7 }), skip: 0, limit: 9, backwards: false };
        Keyset::by(order.to_vec()).window(&window, &mut sql);
        (sql.text, sql.values.len())
    }

    #[test]
    fn one_direction_is_one_comparison() {
        assert_eq!(sql(&[], vec![]), (" AND (id) > ($1) ORDER BY id ASC LIMIT $2".into(), 2));
        let order = [(OrderBy::Text("a"), true), (OrderBy::Whole("b"), true)];
        let values = vec![Operand::Text("x".into()), Operand::Whole(1)];
        assert_eq!(
            sql(&order, values),
            (" AND (a, b, id) < ($1, $2, $3) ORDER BY a DESC, b DESC, id DESC LIMIT $4".into(), 4)
        );
    }

    #[test]
    fn directions_that_differ_are_told_apart() {
        let order = [(OrderBy::Text("a"), true), (OrderBy::Whole("b"), false)];
        let values = vec![Operand::Text("x".into()), Operand::Whole(1)];
        let after =
            " AND (a < $1 OR a = $2 AND (b > $3 OR b = $4 AND id > $5)) ORDER BY a DESC, b ASC, id ASC LIMIT $6";
        assert_eq!(sql(&order, values), (after.into(), 6));
    }

    #[test]
    fn an_order_by_owners_begins_where_the_owner_does() {
        let keyset = Keyset::by(Vec::new()).of("owner");
        let mut sql = Sql { values: vec![1_i64.into()], ..Sql::new(sea_orm::DbBackend::Postgres, "") };
        keyset.belongs("owner", &mut sql);
        let cursor = Some(Cursor { values: Vec::new(), id: 7 });
        keyset.window(&Window { after: cursor, skip: 3, limit: 9, backwards: true }, &mut sql);
        let expected = "owner >= $1 AND owner <= $1 AND  AND (owner, id) > ($1, $2) ORDER BY owner DESC, id DESC \
                        LIMIT $3 OFFSET $4";
        assert_eq!(sql.text, expected);
    }
}
