//! Extents: rows of a list, counted as they come and go, a few thousand numbers of an owner together. So nobody has to count
//! them to know how many there are, nor to find where a page begins.

use crate::order::Cursor;
use crate::sql::Sql;
use crate::{Result, Scope};

/// The extents of a list of an owner, which is `$1`, or of nobody, as what stands in FROM.
fn of(listed: &str, owned: bool, sql: &mut Sql) {
    let owner = if owned { "$1" } else { "0" };
    sql.push(&format!("extent WHERE listed = '{listed}' AND owner = {owner}"));
}

/// How many rows there are, as a scalar.
pub(crate) fn total(listed: &str, owned: bool, sql: &mut Sql) {
    sql.push("(SELECT CAST(coalesce(sum(members), 0) AS BIGINT) FROM ");
    of(listed, owned, sql);
    sql.push(")");
}

/// A place before the row that so many others come before, by age, and how many still lie between: never more than are in an
/// extent. `sql` has the owner and no text.
pub(crate) async fn seek(
    scope: &Scope<'_>,
    listed: &str,
    owned: bool,
    mut sql: Sql,
    offset: i64,
) -> Result<Option<(Cursor, i64)>> {
    sql.push("SELECT begins_at, members FROM ");
    of(listed, owned, &mut sql);
    sql.push(" ORDER BY begins_at");
    // A window function would add them up in the database, and takes twice as long.
    let extents: Vec<(i64, i64)> = scope.all(scope.statement(&sql.text, sql.values)).await?;
    let mut skip = offset;
    let within = extents.into_iter().find(|(_, members)| {
        let is_within = skip < *members;
        skip -= if is_within { 0 } else { *members };
        is_within
    });
    Ok(within.map(|(begins_at, _)| (Cursor { values: Vec::new(), id: begins_at - 1 }, skip)))
}
